"""Figures that speak: helpers that draw, and ``show`` and ``slider``, which say in words what was drawn.

A lesson draws with plain matplotlib, or with one of the helpers here where drawing would distract, and ends with
``figures.show(fig, "caption")``. The text alternative is read off the drawn artists themselves (describe.py: title,
axes, every series, every value with its interval), so a wrong bar gives a wrong sentence, and the lesson's test
compares sentences.
"""

import base64
import contextlib
import html
import io
import itertools
import re
from pathlib import Path

import describe
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import collections, colors, figure, markers, transforms
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import AutoLocator, NullLocator
from PIL import Image

# From matplotlib's own settings on: a matplotlibrc of the user's may ask for LaTeX, a grid or another font.
plt.style.use(["default", Path(__file__).with_name("course.mplstyle")])

#: The same thing has the same colour in every lesson. Never the only sign: a marker, a hatch or a label says it too.
COLOURS = {
    "secure": "#005F33",
    "dismissing": "#141F66",
    "preoccupied": "#8F2F7F",
    "unresolved": "#C45500",
    "cannot classify": "#1C1C1C",
    "treatment": "#0072B2",
    "comparison": "#5E5E5E",
    "reference": "#4D3800",
}

#: How a figure was read, shown by the marker: the fuller the mark, the nearer to the source.
READ_AS = {
    "full text": {"marker": "s"},
    "abstract": {"marker": "o"},
    "secondary": {"marker": "o", "markerfacecolor": "white"},
    "worked out": {"marker": "D"},
}

#: Columns of the tables as a head says them: ``frame.rename(columns=figures.HEADS)``.
HEADS = {"n": "people", "sd": "SD", "ci_low": "lower end", "ci_high": "upper end", "events": "how many", "total": "of"}

_PHONE, _SMALLEST = 342, 8.5  # pixels: the width of a picture on a phone held upright, and the smallest type on it
_FRAME_DPI = 110  # of a figure that moves: many pictures in one


# ---------------------------------------------------------------------------------------------- showing


class SpeakingFigure:
    """What ``show`` returns: one figure with three faces (HTML with a text alternative, PNG, plain words)."""

    def __init__(self, png, alt, sentences, caption="", headline=""):
        self.png, self.alt, self.sentences, self.caption = png, describe.minus(alt), sentences, caption
        self.headline = describe.minus(headline)  # what is said of a frame that comes up; where none, the alternative

    def _repr_mimebundle_(self, include=None, exclude=None):
        picture, words = self.parts()
        page = f"<figure>{picture}<figcaption>{html.escape(self.caption)}</figcaption>{words}</figure>"
        return {"text/html": page, "image/png": self.png, "text/plain": self.text()}

    def parts(self):
        """The picture and its words, as HTML."""
        return (f'<img alt="{html.escape(self.alt)}" style="max-width:100%;height:auto" '
                f'src="data:image/png;base64,{base64.b64encode(self.png).decode()}">',
                "<details><summary>The figure in words</summary>"
                f"<ul>{''.join(sentence.html() for sentence in self.sentences)}</ul></details>")

    def text(self):
        return "\n".join([f"{self.alt} {self.caption}".strip(), *(f"- {one.text()}" for one in self.sentences)])


def show(fig, caption=""):
    """Show a finished figure together with its description in words.

    Parameters: ``fig``, a matplotlib Figure (it is closed, so it does not appear a second time); ``caption``, one
    or two sentences on what is drawn and from which studies. On the way a headline goes to the left edge, broken where
    it is long, and an axis gets few ticks. Returns a ``SpeakingFigure``; leave it as the last line of a cell. Raises
    TypeError for an artist without words and ValueError for a figure that would mislead: no title, panels without a
    headline, an axis without a label, a series without a name, a bar that does not start at zero, words that are cut
    off, printed over each other or too small for a phone (make it about 7 inches wide), a number of the headline that
    is not printed, green without secure or orange without unresolved.
    """
    _finish(fig)
    spoken = _speak(fig, caption)
    plt.close(fig)
    return spoken


class MovingFigure:
    """What ``slider`` returns: the frames of a figure that moves, in three faces as a ``SpeakingFigure`` has them."""

    def __init__(self, frames, label, values, start, caption):
        self.frames, self.label, self.values, self.start, self.caption = frames, label, values, start, caption

    def _repr_mimebundle_(self, include=None, exclude=None):
        label, each = html.escape(self.label), list(zip(self.values, self.frames, strict=True))
        frames = "".join(
            f'<details data-value="{html.escape(value)}"'
            + (f' data-says="{html.escape(frame.headline)}"' if frame.headline else "")
            + f"{' open' if frame is self.frames[self.start] else ''}>"
            f"<summary>{label}: {html.escape(value)}</summary>{''.join(frame.parts())}</details>"
            for value, frame in each)
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>"  # first: it holds the key of what follows
        page = (f'<figure data-moves="{label}" data-lm-suppress-shortcuts="true">{caption}{frames}</figure>'
                f"<script>{_SCRIPT}</script>")
        words = [f"{self.label}: {value}\n{frame.text()}" for value, frame in each]
        return {"text/html": page, "image/png": self.frames[self.start].png,
                "text/plain": "\n".join([*filter(None, [self.caption]), *words])}


#: Turns each list of frames into one frame and a control; where no script runs, the list remains. The control hears its
#: keys itself, because JupyterLab swallows the arrows that reach a control inside an output.
_SCRIPT = """
for (const figure of document.querySelectorAll("figure[data-moves]:not([data-ready])")) {
  figure.dataset.ready = "yes";
  const frames = [...figure.querySelectorAll("details[data-value]")], last = frames.length - 1;
  const [box, label, value, input, live, style] =
    ["div", "label", "b", "input", "div", "style"].map(tag => document.createElement(tag));
  let now = frames.findIndex(frame => frame.open);
  const move = to => {
    const before = frames[now].querySelector("details"), heard = before.open;
    now = Math.max(0, Math.min(last, to));
    frames.forEach((frame, at) => { frame.open = at === now; frame.style.display = at === now ? "" : "none"; });
    frames[now].querySelector("details").open = heard;
    input.value = now;
    value.textContent = frames[now].dataset.value;
    input.setAttribute("aria-valuetext", value.textContent);
  };
  const tell = to => {
    move(to);
    live.textContent = frames[now].dataset.says || frames[now].querySelector("img").alt;
  };
  Object.assign(input, {type: "range", max: last});
  input.setAttribute("aria-label", figure.dataset.moves);
  input.style.cssText = "display:block;width:100%;height:2rem;margin:0";
  input.addEventListener("input", () => tell(+input.value));
  input.addEventListener("keydown", event => {
    const to = {ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1,
                PageDown: now - 3, PageUp: now + 3, Home: 0, End: last}[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    tell(to);
  });
  live.setAttribute("aria-live", "polite");
  live.style.cssText = "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  style.textContent = "@media print { figure[data-moves] input { display: none !important } }";
  label.append(figure.dataset.moves + ": ", value, input);
  box.append(style, label, live);
  frames[0].before(box);
  frames.forEach(frame => { frame.querySelector("summary").style.display = "none"; });
  move(now);
}
"""


def slider(draw, label, values, start=0, caption=""):
    """Show a figure that the reader moves: a frame for each value, drawn beforehand, each with its own words.

    Parameters: ``draw(value)`` returns a new matplotlib Figure; ``label`` says what the value is and in which unit;
    ``values``, 2 to 16 of them, in the order of the control; ``start``, the place of the one shown first; ``caption``
    as for ``show``. It moves without a kernel; where no script runs, the frames are a list to be opened one by one.
    Returns a ``MovingFigure``; leave it as the last line of a cell. Raises what ``show`` raises, and ValueError for
    too few or too many frames, for a frame whose axes have other limits than the first, and for more than 250 kB.
    """
    named = [describe.number(value) if isinstance(value, (int, float, np.number)) else str(value) for value in values]
    if not 2 <= len(named) <= 16:
        raise ValueError(f"A moving figure has 2 to 16 frames, and {len(named)} values are given.")
    if start not in range(len(named)):
        raise ValueError(f"start={start}: the frames are numbered from 0 to {len(named) - 1}.")
    figs, heads, frames = [], [], []
    try:
        for name, value in zip(named, values, strict=True):
            with _told_where(label, name):
                figs.append(draw(value))
                heads.append(_finish(figs[-1]))
                _same_axes(figs)
        _lay_out_alike(figs, heads)
        for name, fig in zip(named, figs, strict=True):
            with _told_where(label, name):
                frames.append(_speak(fig, dpi=_FRAME_DPI))
    finally:
        for fig in filter(None, figs):
            plt.close(fig)
    moving = MovingFigure(frames, label, [describe.minus(name) for name in named], start, caption)
    size = len(moving._repr_mimebundle_()["text/html"])
    if size > 250_000:
        raise ValueError(f"The moving figure takes {size / 1000:.0f} kB, and at most 250 are allowed: "
                         "fewer frames, fewer points or a smaller figure.")
    return moving


def bare(figs, width, height, type_height):
    """Pictures of figures without what answers for the reader, all laid out alike: for slides and sheets of paper.

    Parameters: ``figs``, figures as ``show`` and ``slider`` leave them; ``width`` and ``height`` of the pictures, and
    ``type_height`` of their smallest type, in pixels. The headline is taken out, and the numbers behind a colon in the
    names of panels and in keys; panels one above the other come side by side where they are too low for their words.
    Returns a ``SpeakingFigure`` for each, whose alternative says all its words. Raises ValueError when words are cut
    off or printed over each other, whichever way the panels stand.
    """
    for fig in figs:
        panels = [title for ax in fig.axes for title in describe.titles(ax)]
        keys = [key for key in (*fig.legends, *(ax.get_legend() for ax in fig.axes)) if key]
        for artist in (*panels, *(words for key in keys for words in key.get_texts())):
            artist.set_text(re.sub(r":\s[^:]*\d[^:]*$", "", artist.get_text()))
    count = len(figs[0].axes)
    try:
        return _bare(figs, width, height, type_height)
    except ValueError as fault:
        if count < 2 or {ax.get_subplotspec().get_geometry()[:2] for ax in figs[0].axes} != {(count, 1)}:
            raise
        stacked = {ax: ax.get_subplotspec() for fig in figs for ax in fig.axes}
        for fig in figs:
            for ax, place in zip(fig.axes, fig.add_gridspec(1, count), strict=True):
                ax.set_subplotspec(place)
        try:
            return _bare(figs, width, height, type_height)
        except ValueError:
            for ax, place in stacked.items():  # as they were, for another size
                ax.set_subplotspec(place)
            raise fault from None


def _bare(figs, width, height, type_height):
    made = []
    for fig in figs:
        fig.suptitle("")
        drawn = [artist for artist in _words(fig) if artist.get_visible() and artist.get_text().strip()]
        dpi = 72 * type_height / min(artist.get_fontsize() for artist in drawn)
        fig.set_dpi(dpi)
        fig.set_size_inches(width / dpi, height / dpi)
        if fig is figs[0]:
            fig.set_layout_engine("constrained")
            for ax in fig.axes:
                ax.set_in_layout(True)  # a frame that was laid out like another has left its own layout
        else:
            fig.set_layout_engine("none")
            for ax, model in zip(fig.axes, figs[0].axes, strict=True):
                ax.set_position(model.get_position(original=True))
        picture = _draw(fig, dpi)
        _legible(fig, drawn)
        sentences = describe.sentences(fig)
        words = " ".join([f"{describe.kinds(sentences)}.", *(sentence.text() for sentence in sentences)])
        made.append(SpeakingFigure(_png(picture), words, []))
    return made


@contextlib.contextmanager
def _told_where(label, name):
    """Say in which frame an error lies."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise type(error)(f"{label}, {name}: {error}") from error


class SpeakingTable:
    """What ``table`` returns: one table as HTML with a caption and headers, and as plain text."""

    def __init__(self, frame, caption, missing):
        self.frame, self.caption, self.missing = frame, caption, missing

    def _repr_mimebundle_(self, include=None, exclude=None):
        with pd.option_context("display.max_colwidth", None):  # a long text is shown whole
            page = self.frame.to_html(index=False, border=0, na_rep=self.missing, justify="unset")
        page = page.replace("<th>", '<th scope="col">').replace(
            ">\n  <thead>", f">\n  <caption>{html.escape(self.caption)}</caption>\n  <thead>", 1)
        page = re.sub(r"(<tr>\s*)<td>(.*?)</td>", r'\1<th scope="row">\2</th>', page)
        words = self.frame.to_string(index=False, na_rep=self.missing)
        page = re.sub(r"(?<![\w.-])(\d+(?:\.\d+)?)-(?=\d+(?:\.\d+)? [a-z])", r"\1 to ", page)  # "5-10 mg", to be heard
        return {"text/html": describe.minus(page), "text/plain": f"{self.caption}\n{words}"}


def table(frame, caption, missing="not known"):
    """Show a table that can also be heard: a caption, a header for each column, and the first column as that of rows.

    Parameters: a pandas frame or series, whose index is shown when it has a name; ``caption``, what the rows are;
    ``missing``, what stands in an empty cell. Leave it as the last line of a cell, or give it to ``display``. Raises
    ValueError when rows are named by an index without a name: the names would be lost.
    """
    frame = frame.to_frame() if frame.ndim == 1 else frame
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    elif not pd.api.types.is_integer_dtype(frame.index):
        raise ValueError("The rows have names, and their index has none. Say what they are: frame.rename_axis('what').")
    shown = pd.concat([_printed(column, missing) for _, column in frame.items()], axis=1)
    return SpeakingTable(shown.rename_axis(columns=None), caption, missing)


def _printed(column, missing):
    """A column as it is to be read: whole numbers stay whole where others are missing, and what is missing is named."""
    if not column.isna().any():
        return column
    if pd.api.types.is_float_dtype(column):
        column = column.astype(float)
        if not (column.dropna() % 1 == 0).all() or column.isna().all():
            return column
        column = column.astype("Int64")
    return column.astype(object).where(column.notna(), missing)


# --------------------------------------------------------------------------------- finishing and judging


def _finish(fig):
    """Give a figure one headline, at its left edge and broken where it is long, and few ticks; returns the headline."""
    if not isinstance(fig, figure.Figure):
        raise TypeError(f"A {type(fig).__name__} is no figure: end with the fig of fig, ax = plt.subplots().")
    titles = [title for ax in fig.axes for title in describe.titles(ax) if title.get_text()]
    if not fig.get_suptitle() and len(fig.axes) == 1 and titles:
        fig.suptitle(titles[0].get_text())
        titles.pop(0).set_text("")
    for title in titles if fig.get_suptitle() else ():
        title.set_fontsize(13)  # what names a panel is smaller
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        axis.set_minor_locator(NullLocator())
        if type(axis.get_major_locator()) is AutoLocator:
            axis.get_major_locator().set_params(nbins=5)  # few ticks: each has its price, in ink and in time
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)  # no label to be placed: its ticks need not be measured for one
        if not len(axis.get_ticklocs()):
            axis.axes.spines["left" if axis.axis_name == "y" else "bottom"].set_visible(False)
    return fig.suptitle(fig.get_suptitle(), x=0.04 / fig.get_figwidth(), ha="left", wrap=True)


def _same_axes(figs):
    """Raise ValueError when the last figure would not lie exactly on the first."""
    if any(fig is figs[-1] for fig in figs[:-1]):
        raise ValueError("draw gives the same figure again. Let it make a new one for each value.")
    first, last = ([(ax.get_xlim(), ax.get_ylim()) for ax in fig.axes] for fig in (figs[0], figs[-1]))
    if len(first) != len(last):
        raise ValueError(f"This frame has {len(last)} sets of axes and the first frame {len(first)}.")
    for before, now in zip(first, last, strict=True):
        for which, old, new in zip("xy", before, now, strict=True):
            if not np.allclose(old, new):
                raise ValueError(f"The {which} axis goes from {new[0]:g} to {new[1]:g}, and in the first frame from "
                                 f"{old[0]:g} to {old[1]:g}. Set it where the frame is drawn: ax.set({which}lim=...).")


def _lay_out_alike(figs, heads):
    """Give the axes of all figures the places that suit the one with the tallest headline."""
    tallest = int(np.argmax([head.get_window_extent().height for head in heads]))
    figs[tallest].draw_without_rendering()
    for fig, head in zip(figs, heads, strict=True):
        fig.set_layout_engine("none")
        head.set_y(heads[tallest].get_position()[1])
        for ax, model in zip(fig.axes, figs[tallest].axes, strict=True):
            ax.set_position(model.get_position(original=True))


def _speak(fig, caption="", dpi=None):
    """Draw a figure, judge it and put it into words: a ``SpeakingFigure``."""
    picture = _draw(fig, dpi or plt.rcParams["savefig.dpi"])  # once: all that follows is read off the artists
    sentences, title = describe.sentences(fig), _title(fig)
    drawn = [artist for artist in _words(fig) if artist.get_visible() and artist.get_text().strip()]
    _legible(fig, drawn)
    _strict(fig, drawn, title, " ".join(sentence.text() for sentence in sentences).lower())
    headline = title if title[-1] in "?!" else f"{title}."
    return SpeakingFigure(_png(picture), f"{headline} ({describe.kinds(sentences)}.)", sentences, caption, headline)


def _title(fig):
    titles = [title.get_text() for ax in fig.axes for title in describe.titles(ax)]
    if any(titles) and not fig.get_suptitle():
        raise ValueError("The panels have no headline in common. Give one: fig.suptitle('what they show together').")
    for title in filter(None, [fig.get_suptitle(), *titles]):
        return describe.clean(title).rstrip(".")
    raise ValueError("The figure has no title. Give it one: ax.set_title('what it shows').")


def _strict(fig, drawn, title, said):
    """Raise ValueError for type too small, colours and numbers astray; ``said`` are its words, in small letters."""
    small = min(drawn, key=lambda artist: artist.get_fontsize())
    pixels = small.get_fontsize() * _PHONE / (72 * fig.get_figwidth())
    if pixels < _SMALLEST:
        raise ValueError(f'"{describe.clean(small.get_text())}" is {pixels:.1f} pixels high on a phone, and type is '
                         f"read from {_SMALLEST}. Make the type larger or the figure narrower.")
    looks = [getattr(artist, f"get_{part}")() for ax in fig.axes for artist in (*ax.lines, *ax.patches, *ax.collections)
             for part in ("color", "facecolor", "edgecolor") if hasattr(artist, f"get_{part}")]
    worn = {colors.to_hex(colour).upper() for look in looks for colour in colors.to_rgba_array(look)}
    for name in ("secure", "unresolved"):
        if COLOURS[name] in worn and name not in f"{title.lower()} {said}":
            raise ValueError(f"The colour of {name} is worn by something else. Take another, as COLOURS['treatment'].")
    notes = {note for ax in fig.axes for note in ax.texts}
    printed = " ".join(words for artist in drawn if (words := describe.clean(artist.get_text()).rstrip(".")) != title
                       and (artist in notes or re.search("[^0-9.-]", words)))  # and no mere number of an axis
    for number in re.findall(r"(?<![\w.])(?!(?:19|20)\d\d\b)\d+(?:[.,]\d+)*", title):  # a year is no finding
        if not re.search(rf"(?<![\d.,]){re.escape(number)}(?![.,]?\d)", printed):
            raise ValueError(f"The headline says {number}, and nothing in the figure does. Print it at its mark, with "
                             "ax.bar_label or ax.annotate.")


def _legible(fig, drawn):
    """Raise ValueError when words are cut off at the edge of the picture or printed over each other."""
    names = [describe.clean(artist.get_text()) for artist in drawn]
    boxes = np.array([artist.get_window_extent().extents for artist in drawn]).reshape(-1, 2, 2)
    starts, ends, near = boxes[:, 0], boxes[:, 1], fig.dpi / 50  # near: a fiftieth of an inch
    out = np.maximum(fig.bbox.min - starts, ends - fig.bbox.max).max(axis=1, initial=0) > near
    for name in itertools.compress(names, out):
        raise ValueError(f'"{name}" is cut off at the edge. Shorten it, break it or enlarge the figure.')
    shared = np.minimum(ends[:, None], ends) - np.maximum(starts[:, None], starts)
    for one, other in np.argwhere(np.triu(shared.min(axis=2) > near, 1)):
        raise ValueError(f'"{names[one]}" and "{names[other]}" are printed over each other. Make the figure larger, '
                         "or lay bars on their side: ax.barh in place of ax.bar.")


def _words(fig):
    """Every text of a figure that can be seen: titles, labels, ticks inside the axes, notes and keys."""
    yield from (*fig.texts, *(words for key in fig.legends for words in (key.get_title(), *key.get_texts())))
    for ax in fig.axes:
        yield from (*describe.titles(ax), *ax.texts)
        if ax.get_legend():
            yield from ax.get_legend().get_texts()
        for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
            yield axis.label
            low, high = sorted(axis.get_view_interval())
            yield from (tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high)


def _draw(fig, dpi):
    """The figure as a picture, finer than a screen asks for."""
    canvas = FigureCanvasAgg(fig)
    fig.set_dpi(dpi)
    canvas.draw()
    return Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")


def _palette():
    """256 colours for the pictures: those of the course and of its text, each in 14 steps from white, and a coarse
    cube for any other."""
    strong = np.array([colors.to_rgb(name) for name in {**COLOURS, "text": plt.rcParams["text.color"]}.values()])
    steps = 1 - np.linspace(0, 1, 14)[:, None, None] * (1 - strong)
    cube = np.array(list(itertools.product(np.linspace(0, 1, 5), repeat=3)))
    shades = np.unique((255 * np.concatenate([steps.reshape(-1, 3), cube])).round().astype(int), axis=0)
    palette = Image.new("P", (1, 1))
    palette.putpalette(shades.ravel().tolist())
    return palette


def _png(picture):
    """PNG in the colours of the course: a third of the size, the same look."""
    few = picture.quantize(palette=_PALETTE, dither=Image.Dither.NONE)
    small = io.BytesIO()
    few.save(small, format="png")
    return small.getvalue()


_PALETTE = _palette()


# ---------------------------------------------------------------------------------------------- drawing


def intervals(ax, labels, estimates, lows, highs, read_as, name="estimate with 95% interval", colour="treatment",
              weights=None, pooled=None):
    """Draw one horizontal dot with its interval per label, the first on top.

    Parameters: sequences of equal length; ``estimates``, ``lows`` and ``highs`` in the unit of the horizontal axis
    (nan where there is no interval); ``read_as`` one of ``READ_AS`` for each, or one word for all; ``colour`` a
    key of ``COLOURS`` or a sequence of keys; ``weights``, numbers that the areas of the marks follow (people, or the
    weights of a pooled estimate); ``pooled``, (label, estimate, low, high) of a diamond below the rows. Raises KeyError
    for an unknown way of reading or colour.
    """
    labels, count = list(labels), len(labels)
    read_as = [read_as] * count if isinstance(read_as, str) else list(read_as)
    colours = [colour] * count if isinstance(colour, str) else list(colour)
    sizes = [plt.rcParams["lines.markersize"]] * count if weights is None else list(
        18 * np.sqrt(np.asarray(weights, float) / np.max(weights)))
    heights = np.arange(count)[::-1]
    values, lows, highs = (np.asarray(list(column), float) for column in (estimates, lows, highs))
    looks = list(zip(read_as, colours, sizes, strict=True))
    for kind, colour, size in dict.fromkeys(looks):
        rows = [row for row in range(count) if looks[row] == (kind, colour, size)]
        error = np.abs(np.vstack([values[rows] - lows[rows], highs[rows] - values[rows]]))
        label = ", ".join([*[colour] * (len(set(colours)) > 1), name, _read(kind)])
        ax.errorbar(values[rows], heights[rows], xerr=error, linestyle="none", color=COLOURS[colour], markersize=size,
                    markeredgewidth=2, elinewidth=2.5, label=label, **READ_AS[kind])
    if pooled:
        label, value, low, high = pooled
        ax.fill([low, value, high, value], [-1, -0.7, -1, -1.3], color=plt.rcParams["text.color"], label=label)
        labels, heights = [*labels, label], [*heights, -1]
    ax.set_yticks(heights, labels)
    ax.set_ylim(min(heights) - 0.7, count - 0.3)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", left=False)
    ax.grid(axis="x")


class _Units(collections.PathCollection):
    """Marks as large as the axes allow; one that a key shows is as large as its type."""

    def get_sizes(self):
        return np.array([180.0])

    def update_from(self, other):
        super().update_from(other)
        self.set_transform(transforms.IdentityTransform())


def units(ax, parts, colours, columns=10, shape="o"):
    """Draw one mark for each person or claim, one part after the other, in rows from the top left.

    Parameters: ``parts`` is {name: how many}, whole numbers (ValueError otherwise); ``colours``, one for each part, a
    key of ``COLOURS``, "pale" or "open" (KeyError otherwise); ``columns`` marks stand in a row; ``shape``, a marker of
    matplotlib, "o" for people and "s" for claims. As a strip with as many columns as marks it takes ``bracket``.
    """
    if any(count < 0 or count != int(count) for count in parts.values()):
        raise ValueError(f"{parts} cannot be drawn: one mark for each needs whole numbers.")
    faces = COLOURS | {"pale": "#BDBDBD", "open": "white"}
    style, ends = markers.MarkerStyle(shape), np.cumsum(list(parts.values()), dtype=int)
    path = style.get_path().transformed(style.get_transform() + transforms.Affine2D().scale(0.8))
    place = np.arange(ends[-1])
    places = np.column_stack([place % columns, -(place // columns)])
    for name, start, end, colour in zip(parts, [0, *ends], ends, colours, strict=False):
        marks = _Units([path], offsets=places[start:end], offset_transform=ax.transData, facecolor=faces[colour],
                       edgecolor=COLOURS["comparison"] if colour == "open" else "white", linewidth=1, label=name)
        marks.set_transform(transforms.AffineDeltaTransform(ax.transData))
        ax.add_collection(marks, autolim=False)
    ax.set(xlim=(-0.6, columns - 0.4), ylim=(places[:, 1].min() - 0.6, 0.6), xticks=[], yticks=[], aspect="equal")
    ax.set_anchor("W")
    ax.spines[:].set_visible(False)


def bracket(ax, start, end, words):
    """Draw a bracket with its words below a strip of ``units``, under those that stand after ``start`` up to ``end``.

    The next bracket comes below it. Raises ValueError when ``end`` is not after ``start``.
    """
    if end <= start:
        raise ValueError(f'The bracket "{words}" ends at {end}, and it starts at {start}.')
    (left, right), bottom = ax.get_xlim(), ax.get_ylim()[0]
    step, ends = (right - left) / 18, (start - 0.4, end - 0.6)
    ax.plot(np.repeat(ends, 2), bottom - step * np.array([0, 0.3, 0.3, 0]), color=plt.rcParams["text.color"],
            linewidth=1.5, label=words)
    early = 2 * start < left + right  # words that begin, or end, where the bracket does stay inside
    ax.text(ends[0] if early else ends[1], bottom - 0.4 * step, words, ha="left" if early else "right", va="top")
    ax.set_ylim(bottom=bottom - 1.3 * step)


def diagram(ax, places, arrows, unknown=()):
    """Draw a causal diagram: names in boxes, and an arrow from each cause to its effect.

    Parameters: ``places`` is {name: (column, row)}, the first row on top; ``arrows``, pairs (cause, effect) of these
    names (KeyError for another); ``unknown``, names or pairs that nobody has measured, drawn with a broken line.
    """
    boxes = {}
    for name, (column, row) in places.items():
        look = {"boxstyle": "round,pad=0.5", "facecolor": "white", "linestyle": "--" if name in unknown else "-"}
        boxes[name] = ax.text(column, -row, name, ha="center", va="center", bbox=look)
    for cause, effect in arrows:
        ends = {f"patch{end}": boxes[name].get_bbox_patch() for end, name in (("A", cause), ("B", effect))}
        ax.annotate("", (0.5, 0.5), xycoords=boxes[effect], xytext=(0.5, 0.5), textcoords=boxes[cause], arrowprops={
            "arrowstyle": "-|>", "mutation_scale": 18, "linewidth": 1.8, "color": plt.rcParams["text.color"],
            "linestyle": "--" if (cause, effect) in unknown else "-", "shrinkA": 2, "shrinkB": 2, **ends})
    columns, rows = zip(*places.values(), strict=True)
    ax.set(xlim=(min(columns) - 0.5, max(columns) + 0.5), ylim=(-max(rows) - 0.4, 0.4 - min(rows)))
    ax.axis("off")


def better(ax, side, words):
    """Write on which side the benefit lies.

    Parameters: ``side`` is "left", "right", "up" or "down" (KeyError for another); ``words`` say of what.
    """
    arrows = {"left": ("← " + words, 0, 1.01, "left"), "right": (words + " →", 1, 1.01, "right"),
              "up": ("↑ " + words, 0, 1.01, "left"), "down": ("↓ " + words, 0, 1.01, "left")}
    sentence, x, y, align = arrows[side]
    ax.text(x, y, sentence, transform=ax.transAxes, ha=align, va="bottom", style="italic")


def _read(kind):
    return {"full text": "read in the full text", "abstract": "read in the abstract",
            "secondary": "read in a secondary source", "worked out": "worked out by us"}[kind]
