"""Figures that speak: helpers that draw, and ``show``, which says in words what was drawn.

A lesson draws with plain matplotlib, or with one of the helpers here where drawing would distract, and ends with
``figures.show(fig, "caption")``. The text alternative is read off the drawn artists themselves (title, axes,
every series, every value with its interval), so a wrong bar gives a wrong sentence, and the lesson's test
compares sentences. An artist that cannot be put into words is an error, never silence.
"""

import base64
import html
import io
import itertools
import re
import zlib
from pathlib import Path

import describe
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import colors, lines
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import AutoLocator, NullLocator
from PIL import Image

plt.style.use(Path(__file__).with_name("course.mplstyle"))

#: The same thing has the same colour in every lesson. Never the only sign: a marker, a hatch or a label says it too.
COLOURS = {
    "secure": "#005F33",
    "dismissing": "#3A78B8",
    "preoccupied": "#8F2F7F",
    "unresolved": "#C45500",
    "cannot classify": "#5E5E5E",
    "treatment": "#0072B2",
    "comparison": "#5E5E5E",
    "reference": "#8C6D00",
}

#: How a figure was read, shown by the marker: the fuller the mark, the nearer to the source.
READ_AS = {
    "full text": {"marker": "s"},
    "abstract": {"marker": "o"},
    "secondary": {"marker": "o", "markerfacecolor": "white"},
    "worked out": {"marker": "D"},
}

# ---------------------------------------------------------------------------------------------- showing


class SpeakingFigure:
    """What ``show`` returns: one figure with three faces (HTML with a text alternative, PNG, plain words)."""

    def __init__(self, png, alt, caption, sentences):
        self.png, self.alt, self.caption, self.sentences = png, alt, caption, sentences

    def _repr_mimebundle_(self, include=None, exclude=None):
        page = (
            f'<figure><img alt="{html.escape(self.alt)}" style="max-width:100%;height:auto" '
            f'src="data:image/png;base64,{base64.b64encode(self.png).decode()}">'
            f"<figcaption>{html.escape(self.caption)}</figcaption>"
            "<details><summary>The figure in words</summary>"
            f"<ul>{''.join(sentence.html() for sentence in self.sentences)}</ul></details></figure>"
        )
        words = "\n".join([f"{self.alt} {self.caption}".strip(), *(f"- {one.text()}" for one in self.sentences)])
        return {"text/html": page, "image/png": self.png, "text/plain": words}


def show(fig, caption=""):
    """Show a finished figure together with its description in words.

    Parameters: ``fig``, a matplotlib Figure (it is closed, so it does not appear a second time); ``caption``, one
    or two sentences on what is drawn and from which studies. On the way a headline goes flush left and an axis gets
    few ticks. Returns a ``SpeakingFigure``; leave it as the last line of a cell. Raises TypeError for an artist
    without words and ValueError for a figure that would mislead: no title, an axis without a label, a series without
    a name, a bar that does not start at zero, words that are cut off at the edge or printed over each other.
    """
    if fig.get_suptitle():  # one headline, flush left; what names a panel is smaller
        fig.suptitle(fig.get_suptitle(), x=0.01, ha="left")
        for title in (title for ax in fig.axes for title in describe.titles(ax)[:1]):
            title.set_fontsize(13)
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        axis.set_minor_locator(NullLocator())
        if type(axis.get_major_locator()) is AutoLocator:
            axis.get_major_locator().set_params(nbins=5)  # few ticks: each has its price, in ink and in time
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)  # no label to be placed: its ticks need not be measured for one
    picture = _draw(fig)  # drawn once: the words and the checks are read off the artists as they then lie
    sentences = [one for one in describe.sentences(fig) if one.kind != "crossing"]
    _legible(fig)
    title = _title(fig)
    alt = f"{describe.kinds(sentences)}: {title}" + ("" if title[-1] in "?!" else ".")
    plt.close(fig)
    return SpeakingFigure(_png(picture), alt, caption, sentences)


def _title(fig):
    for title in [fig.get_suptitle(), *(title.get_text() for ax in fig.axes for title in describe.titles(ax))]:
        if title:
            return describe.clean(title).rstrip(".")
    raise ValueError("The figure has no title. Give it one: ax.set_title('what it shows').")


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
    return SpeakingTable(frame.rename_axis(columns=None), caption, missing)


def _legible(fig):
    """Raise ValueError when words are cut off at the edge of the picture or printed over each other."""
    drawn = [artist for artist in _words(fig) if artist.get_visible() and artist.get_text().strip()]
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
    yield from fig.texts
    for ax in fig.axes:
        yield from (*describe.titles(ax), *ax.texts)
        if ax.get_legend():
            yield from ax.get_legend().get_texts()
        for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
            yield axis.label
            low, high = sorted(axis.get_view_interval())
            yield from (tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high)


def _draw(fig):
    """The figure as a picture, finer than a screen asks for."""
    canvas = FigureCanvasAgg(fig)
    fig.set_dpi(plt.rcParams["savefig.dpi"])
    canvas.draw()
    return Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")


def _palette():
    """256 colours for the pictures: those of the course and of its text, each in 16 steps from white, and a coarse
    cube for any other."""
    strong = np.array([colors.to_rgb(name) for name in {**COLOURS, "text": plt.rcParams["text.color"]}.values()])
    steps = 1 - np.linspace(0, 1, 16)[:, None, None] * (1 - strong)
    cube = np.array(list(itertools.product(np.linspace(0, 1, 5), repeat=3)))
    shades = np.unique((255 * np.concatenate([steps.reshape(-1, 3), cube])).round().astype(int), axis=0)
    palette = Image.new("P", (1, 1))
    palette.putpalette(shades.ravel().tolist())
    return palette


def _png(picture):
    """PNG in the colours of the course: a third of the size, the same look."""
    few = picture.quantize(palette=_PALETTE, dither=Image.Dither.NONE)
    small = io.BytesIO()
    few.save(small, format="png", compress_type=zlib.Z_RLE)
    return small.getvalue()


_PALETTE = _palette()


# ---------------------------------------------------------------------------------------------- drawing


def intervals(ax, labels, estimates, lows, highs, read_as, name="estimate with 95% interval", colour="treatment"):
    """Draw one horizontal dot with its interval per label, the first on top.

    Parameters: sequences of equal length; ``estimates``, ``lows`` and ``highs`` in the unit of the horizontal axis
    (nan where there is no interval); ``read_as`` one of ``READ_AS`` for each, or one word for all; ``colour`` a
    key of ``COLOURS`` or a sequence of keys. Raises KeyError for an unknown way of reading or colour.
    """
    count = len(labels)
    read_as = [read_as] * count if isinstance(read_as, str) else list(read_as)
    colours = [colour] * count if isinstance(colour, str) else list(colour)
    heights = np.arange(count)[::-1]
    values, lows, highs = (np.asarray(list(column), float) for column in (estimates, lows, highs))
    for kind in dict.fromkeys(zip(read_as, colours, strict=True)):
        rows = [row for row in range(count) if (read_as[row], colours[row]) == kind]
        error = np.abs(np.vstack([values[rows] - lows[rows], highs[rows] - values[rows]]))
        several = len(set(colours)) > 1
        label = f"{kind[1] + ', ' if several else ''}{name}, {_read(kind[0])}"
        ax.errorbar(values[rows], heights[rows], xerr=error, linestyle="none", color=COLOURS[kind[1]],
                    markeredgewidth=2, elinewidth=2.5, label=label, **READ_AS[kind[0]])
    ax.set_yticks(heights, labels)
    ax.set_ylim(-0.7, count - 0.3)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", left=False)
    ax.grid(axis="x")


def columns(ax, texts, step=60):
    """Write columns of text to the right of a plot of ``intervals``, one entry beside each row, as a forest plot has.

    Parameters: ``texts`` is {heading: sequence of texts, the first on top, "" for none}; ``step`` is how far the
    beginnings of two columns lie apart, in points (72 to the inch). Raises ValueError when a column has more or fewer
    entries than the plot has rows.
    """
    for number, (heading, words) in enumerate(texts.items()):
        if len(words) != len(ax.get_yticks()):
            raise ValueError(f'The column "{describe.clean(heading)}" has {len(words)} entries, and there are '
                             f"{len(ax.get_yticks())} rows (ticks of the vertical axis).")
        look = {"xytext": (20 + number * step, 0), "textcoords": "offset points", "ha": "left", "fontsize": 12}
        ax.annotate(heading, (1, 1.01), xycoords="axes fraction", va="bottom", weight="bold", **look)
        widest = max(map(str, words), key=len)  # the layout need measure no other
        for place, word in enumerate(map(str, words)):
            if word:
                ax.annotate(describe.minus(word), (1, len(words) - 1 - place), xycoords=ax.get_yaxis_transform(),
                            va="center", in_layout=word == widest, **look)


def icon_array(ax, events, total, yes, no, colour="secure", columns=10):
    """Draw ``total`` people as icons, ``events`` of them filled: what k of n looks like.

    Parameters: whole numbers, ``events`` not above ``total`` (ValueError otherwise); ``yes`` and ``no`` name the
    filled and the open icons; ``colour`` is a key of ``COLOURS`` (KeyError otherwise); ``columns`` icons
    stand in a row.
    """
    if not 0 <= events <= total:
        raise ValueError(f"{events} of {total} cannot be drawn: the part is larger than the whole.")
    place = np.arange(total)
    x, y = place % columns, -(place // columns)
    for rows, name, face in ((place < events, yes, COLOURS[colour]), (place >= events, no, "white")):
        if rows.any():
            ax.scatter(x[rows], y[rows], s=150, color=face, edgecolor=COLOURS[colour], linewidth=1.5, label=name)
    ax.set(xlim=(-0.7, columns - 0.3), ylim=(y.min() - 0.7, 0.7), xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(False)


def better(ax, side, words):
    """Write on which side the benefit lies.

    Parameters: ``side`` is "left", "right", "up" or "down" (KeyError for another); ``words`` say of what.
    """
    arrows = {"left": ("← " + words, 0, 1.01, "left"), "right": (words + " →", 1, 1.01, "right"),
              "up": ("↑ " + words, 0, 1.01, "left"), "down": ("↓ " + words, 0, 1.01, "left")}
    sentence, x, y, align = arrows[side]
    ax.text(x, y, sentence, transform=ax.transAxes, ha=align, va="bottom", fontsize=12, style="italic")


def read_as_key(ax, kinds, **where):
    """Add a key that says how the figures were read.

    Parameters: ``kinds``, words of ``READ_AS`` (KeyError for another); ``where`` is handed on to matplotlib's legend.
    """
    kinds = set(kinds)
    if kinds - set(READ_AS):
        raise KeyError(f"{sorted(kinds - set(READ_AS))}: read as one of {list(READ_AS)}.")
    handles = [lines.Line2D([], [], linestyle="none", color="#444444", markeredgewidth=2, label=_read(kind),
                            **READ_AS[kind]) for kind in READ_AS if kind in kinds]
    ax.legend(handles=handles, **where)


def _read(kind):
    return {"full text": "read in the full text", "abstract": "read in the abstract",
            "secondary": "read in a secondary source", "worked out": "worked out by us"}[kind]
