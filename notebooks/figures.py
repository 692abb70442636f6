"""Figures that speak: helpers that draw, and ``show``, which says in words what was drawn.

A lesson draws with plain matplotlib, or with one of the helpers here where drawing would distract, and ends with
``figures.show(fig, "caption")``. The text alternative is read off the drawn artists themselves (title, axes,
every series, every value with its interval), so a wrong bar gives a wrong sentence, and the lesson's test
compares sentences. An artist that cannot be put into words is an error, never silence.
"""

import gc

gc.set_threshold(50_000, 20, 20)  # Figures make small things by the thousand: look for rubbish less often.

import base64
import html
import io
import itertools
import re
import zlib
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import collections, colors, container, lines, markers, patches, text
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.category import StrCategoryFormatter
from matplotlib.ticker import AutoLocator, FixedFormatter, FuncFormatter, NullLocator
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

#: What the words call the shapes of marks, and the sides on which a benefit can lie.
_MARKS = {"o": "dots", "s": "squares", "D": "diamonds", "x": "crosses", "|": "strokes",
          "^": "triangles that point up", "v": "triangles that point down",
          ">": "triangles that point right", "<": "triangles that point left"}
_SIDES = {"left": "To the left", "right": "To the right", "up": "Upwards", "down": "Downwards"}
_EARLY = (*(f"{side}: " for side in _SIDES.values()), "Vertical reference line", "Horizontal reference line")

_MANY = 30  # a series with more points than this is summed up, not read out


# ---------------------------------------------------------------------------------------------- showing


class SpeakingFigure:
    """What ``show`` returns: one figure with three faces (HTML with a text alternative, PNG, plain words)."""

    def __init__(self, png, alt, caption, description):
        self.png, self.alt, self.caption, self.description = png, alt, caption, description

    def _repr_mimebundle_(self, include=None, exclude=None):
        items = "".join(map(_item, self.description))
        page = (
            f'<figure><img alt="{html.escape(self.alt)}" style="max-width:100%;height:auto" '
            f'src="data:image/png;base64,{base64.b64encode(self.png).decode()}">'
            f"<figcaption>{html.escape(self.caption)}</figcaption>"
            f"<details><summary>The figure in words</summary><ul>{items}</ul></details></figure>"
        )
        words = "\n".join([f"{self.alt} {self.caption}".strip(), *(f"- {line}" for line in self.description)])
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
        fig._suptitle.set(x=0.01, ha="left")
        for ax in fig.axes:
            ax._left_title.set_fontsize(13)
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        axis.set_minor_locator(NullLocator())
        if type(axis.get_major_locator()) is AutoLocator:
            axis.get_major_locator().set_params(nbins=5)  # few ticks: each has its price, in ink and in time
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)  # no label to be placed: its ticks need not be measured for one
    picture = _draw(fig)  # drawn once: the words and the checks are read off the artists as they then lie
    panels = _panels(fig)
    description = _sentences(fig, panels)
    _legible(fig)
    title = _title(fig)
    alt = f"{_kinds(panels)}: {title}" + ("" if title[-1] in "?!" else ".")
    plt.close(fig)
    return SpeakingFigure(_png(picture), alt, caption, description)


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
        return {"text/html": _minus(page), "text/plain": f"{self.caption}\n{words}"}


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
    names = [_clean(artist.get_text()) for artist in drawn]
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
        yield from (ax.title, ax._left_title, ax._right_title, *ax.texts)
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


# ------------------------------------------------------------------------------------------- describing


def describe(fig):
    """Put a figure into words: a list of sentences computed from the artists that are drawn on it.

    Raises TypeError for an artist without words, and ValueError for an axis or a series without a name and for a bar
    that does not start at zero.
    """
    fig.draw_without_rendering()
    return _sentences(fig, _panels(fig))


def _panels(fig):
    return [_Panel(ax) for ax in fig.axes if ax.get_visible()]


def _sentences(fig, panels):
    sentences = []
    for number, panel in enumerate(panels, start=1):
        if len(panels) > 1:
            ax = panel.ax
            name = _clean(ax.get_title(loc="left") or ax.get_title() or ax.get_xlabel())
            sentences.append(f"Panel {number} of {len(panels)}{f': {name}' if name else ''}.")
        sentences += panel.sentences()
    sentences += [f'Written on the figure: "{_clean(t.get_text())}".' for t in fig.texts
                  if t.get_text() and t is not getattr(fig, "_suptitle", None)]
    return sentences


def _title(fig):
    titles = [fig.get_suptitle()] + [ax.get_title(loc=loc) for ax in fig.axes for loc in ("left", "center")]
    for title in titles:
        if title:
            return _clean(title).rstrip(".")
    raise ValueError("The figure has no title. Give it one: ax.set_title('what it shows').")


def _kinds(panels):
    found = list(dict.fromkeys(kind for panel in panels for kind, _ in panel.spoken if kind))
    words = " and ".join(found[-2:]) if found else "annotated text"
    words = ", ".join([*found[:-2], words])
    if len(panels) > 1:
        words += f" in {len(panels)} panels"
    return words[0].upper() + words[1:]


def _clean(words):
    return " ".join(str(words).replace("\u2212", "-").split())


def _bar(bar, upright):
    """(middle, start, size) of a bar."""
    if upright:
        return bar.get_x() + bar.get_width() / 2, bar.get_y(), bar.get_height()
    return bar.get_y() + bar.get_height() / 2, bar.get_x(), bar.get_width()


def _mark(shape, face):
    """The shape of a mark as the beginning of a sentence; an open one is white inside."""
    return f"Open {shape}" if colors.same_color(face, "white") else shape.capitalize()


def _minus(words):
    """A true minus before a number: a screen reader skips a hyphen."""
    return re.sub(r"(?<![\w.)-])-(?=\d)", "\u2212", words)


def _number(value, digits=4):
    """A number as a person would read it out: few significant digits, no exponent."""
    value = float(value)
    if not np.isfinite(value):
        return "no value"
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{float(f'{value:.{digits}g}') + 0.0:g}"


def _item(line):
    """One sentence as an item of a list; five things or more in it become a list of their own, to be read in steps."""
    head, _, rest = line.partition(": ")
    entries = rest.removesuffix(".").split("; ")
    if len(entries) < 5 or line.startswith("Written"):
        return f"<li>{_spoken(line)}</li>"
    inner = "".join(f"<li>{_spoken(entry)}</li>" for entry in entries)
    return f"<li>{_spoken(head)}:<ul>{inner}</ul></li>"


def _spoken(words):
    """Words as HTML to be heard: a screen reader skips a hyphen before a number, and often a question mark."""
    known = words.replace(" = ?", " not known").replace(": ?", ": not known")
    return _minus(html.escape(known, quote=False))


class _Axis:
    """One axis: turns a position into the words that stand there."""

    def __init__(self, ax, which):
        self.axis = getattr(ax, f"{which}axis")
        self.low, self.high = sorted(getattr(ax, f"get_{which}lim")())
        self.log = getattr(ax, f"get_{which}scale")() == "log"
        self.label = _clean(self.axis.get_label_text())
        self.hidden = not ax.axison or not self.axis.get_visible() or not len(self.axis.get_ticklocs())
        self.places = {} if self.hidden else self._places()

    def _places(self):
        """{position: label} when the ticks carry words, else {}."""
        formatter, at = self.axis.get_major_formatter(), self.axis.get_ticklocs()
        if not isinstance(formatter, (FixedFormatter, FuncFormatter, StrCategoryFormatter)):
            return {}
        places = {float(at): _clean(label) for at, label in zip(at, formatter.format_ticks(at), strict=True) if label}
        numbers = all(word.strip("%").replace(".", "", 1).replace("−", "-").lstrip("-").isdigit()
                      for word in places.values())
        return {} if numbers else places

    def word(self, value):
        for at, label in self.places.items():
            if abs(at - float(value)) < 0.3:  # a mark moved aside a little still belongs to its place
                return label
        return self.number(value)

    def number(self, value):
        """A number no finer than can be seen: to a two-hundredth of the axis."""
        span = self.high - self.low
        if self.log or not np.isfinite(value) or not span:
            return _number(value, digits=3)
        return _number(round(float(value), max(0, int(np.ceil(np.log10(200 / span))))))

    def between(self, value):
        """As ``word``; for a place between two named ones, their names."""
        below, above = ([at for at in self.places if side * (at - float(value)) > 0.3] for side in (-1, 1))
        if self.word(value) in self.places.values() or not (below and above):
            return f"at {self.word(value)}"
        return f"between {self.places[max(below)]} and {self.places[min(above)]}"

    def sentence(self, name, said):
        if self.places and all(f" {place}: " in said for place in self.places.values()):
            return f"{name}: {self.label}." if self.label else ""  # its places are named with what stands there
        if self.places:
            ordered = [label for at, label in sorted(self.places.items()) if self.low <= at <= self.high]
            if (self.axis.axis_name == "y") != self.axis.get_inverted():
                ordered.reverse()  # as it is seen: from left to right, from top to bottom
            return f"{name}{f', {self.label}' if self.label else ''}: {'; '.join(ordered)}."
        if self.hidden:
            return ""
        if not self.label:
            raise ValueError(f"The {name.lower()} has no label. Say what it measures and in which unit.")
        scale = ", logarithmic" if self.log else ""
        return f"{name}: {self.label}, {self.number(self.low)} to {self.number(self.high)}{scale}."


class _Panel:
    """The artists of one set of axes, put into words in the order in which they were drawn."""

    def __init__(self, ax):
        self.ax = ax
        self.x, self.y = _Axis(ax, "x"), _Axis(ax, "y")
        self.spoken = [(kind, words) for kind, words in self._artists() if words]

    def sentences(self):
        spoken = [words for _, words in self.spoken]
        said = " ".join(words for words in spoken if not words.startswith("Key"))
        spoken = [words for words in spoken if not words.startswith("Key") or any(
            name not in said for name in words.partition(": ")[2].removesuffix(".").split("; "))]
        early = [words for words in spoken if words.startswith(_EARLY)]
        axes = [axis.sentence(name, said) for axis, name in ((self.x, "Horizontal axis"), (self.y, "Vertical axis"))]
        return [line for line in axes if line] + early + [line for line in spoken if line not in early]

    def _artists(self):
        """Yield (kind of picture or "", sentence) for everything on the axes."""
        done = set()
        rows = self._rows()
        if rows:
            yield "dots with intervals", rows
        stack = self._stack()
        if stack:
            yield "bar chart", stack
        for group in self.ax.containers:
            parts = [part for part in group.get_children() if part is not None]
            done.update(map(id, parts))
            if rows and isinstance(group, container.ErrorbarContainer):
                continue
            if isinstance(group, container.BarContainer):
                if not stack:
                    yield "bar chart", self._bars(group)
            elif isinstance(group, container.ErrorbarContainer):
                yield "dots with intervals", self._intervals(group)
            else:
                raise TypeError(f"No words for a {type(group).__name__}. Teach notebooks/figures.py to describe it.")
        furniture = {id(self.ax.patch), id(self.ax.xaxis), id(self.ax.yaxis), *map(id, self.ax.spines.values()),
                     id(self.ax.title), id(self.ax._left_title), id(self.ax._right_title)}
        columns = {}
        for artist in self.ax.get_children():
            if id(artist) in done | furniture or not artist.get_visible():
                continue
            name = str(artist.get_gid())
            if name == "heading" or (rows and name.startswith("column ")):
                continue  # said with the rows, or with the column below
            if name.startswith("column "):
                columns.setdefault(name, []).append(f"{self.y.word(artist.xy[1])}: {_clean(artist.get_text())}")
            else:
                yield self._artist(artist)
        for name, entries in columns.items():
            yield "", f"{name[0].upper() + name[1:]}: {'; '.join(entries)}."

    def _rows(self):
        """A forest plot from top to bottom: each row once, with all that stands in it. "" where there is none."""
        groups = [g for g in self.ax.containers if isinstance(g, container.ErrorbarContainer) and not g.has_yerr]
        if not groups or not self.y.places:
            return ""
        names = [self._name(group).split(", ") for group in groups]
        shared = [part for part in names[0] if all(part in parts for parts in names)]
        rows = {}
        for group, parts in zip(groups, names, strict=True):
            for at, words in self._interval_words(group):
                own = ", ".join(part for part in parts if part not in (*shared, self.y.word(at)))
                rows.setdefault(round(float(at), 3), []).append(words + (f" ({own})" if own else ""))
        shared = ", ".join(shared)
        for artist in self.ax.texts:
            if str(artist.get_gid()).startswith("column "):
                heading = artist.get_gid().removeprefix("column ")
                rows.setdefault(round(float(artist.xy[1]), 3), []).append(f"{heading}: {_clean(artist.get_text())}")
        ordered = sorted(rows, reverse=not self.y.axis.get_inverted())
        words = "; ".join(f"{self.y.word(at)}: {', '.join(rows[at])}" for at in ordered)
        return f"Rows, from top to bottom{f', {shared}' if shared else ''}: {words}."

    def _artist(self, artist):
        if isinstance(artist, text.Text):
            return "", self._text(artist)
        if type(artist).__name__ == "Legend":
            words = "; ".join(_clean(entry.get_text()) for entry in artist.get_texts())
            title = _clean(artist.get_title().get_text())
            return "", f"Key{f', {title}' if title else ''}: {words}."
        if isinstance(artist, lines.Line2D):
            return self._line(artist)
        if isinstance(artist, collections.PathCollection):
            return self._points(artist)
        if isinstance(artist, collections.LineCollection):
            return "", self._segments(artist)
        if isinstance(artist, collections.PolyCollection):
            return "", self._area(artist)
        if isinstance(artist, patches.Rectangle):
            return "", self._band(artist)
        raise TypeError(f"No words for a {type(artist).__name__}. Teach notebooks/figures.py to describe it.")

    # -- each kind of artist

    def _name(self, artist):
        label = str(artist.get_label())
        if label.startswith("_") or not label:
            raise ValueError(f"A {type(artist).__name__} has no name. Give it one: label='what it is'.")
        return _clean(label)

    def _each_bar(self, group):
        """Yield (place, start, size, how to write a length) of each bar. A bar that misleads is an error."""
        upright = group.orientation != "horizontal"
        place, measure = (self.x, self.y) if upright else (self.y, self.x)
        for bar in group.patches:
            centre, start, size = _bar(bar, upright)
            if (start == 0 and measure.low > 0) or measure.log:
                raise ValueError("A bar must start at zero, and the axis must show it. Draw dots instead.")
            if place.places and place.word(centre) not in place.places.values():
                raise ValueError("A bar stands too far from its label to be named. Move it nearer, within 0.3.")
            yield place.word(centre), start, size, measure.number

    def _bars(self, group):
        words = []
        for at, start, size, number in self._each_bar(group):
            ends = f" (from {number(start)} to {number(start + size)})" if start and np.isfinite(size) else ""
            words.append(f"{at}: {number(size)}{ends}")
        hatch = ", hatched" if group.patches and group.patches[0].get_hatch() else ""
        return f"Bars, {self._name(group)}{hatch}: {'; '.join(words)}."

    def _stack(self):
        """Bars that stand one on another, place by place; "" where they do not."""
        parts, ends = {}, {}
        for group in self.ax.containers:
            for at, start, size, number in self._each_bar(group) if isinstance(group, container.BarContainer) else ():
                if not np.isclose(start, ends.get(at, 0)) or not np.isfinite(size):
                    return ""
                ends[at] = start + size
                parts.setdefault(at, []).append(f"{self._name(group)} {number(size)}")
        if max(map(len, parts.values()), default=0) < 2:
            return ""
        words = "; ".join(f"{at}: {', '.join(said)}, in all {number(ends[at])}" for at, said in parts.items())
        return f"Bars, one part on another: {words}."

    def _intervals(self, group):
        place = self.x if group.has_yerr else self.y
        words = "; ".join(f"{place.word(at)}: {said}" for at, said in self._interval_words(group))
        return f"Dots with intervals, {self._name(group)}: {words}."

    def _interval_words(self, group):
        """Yield (place, what is said of the dot there)."""
        dots, _, bars = group.lines
        points = dots.get_xydata() if dots is not None else []
        upright = group.has_yerr
        number = (self.y if upright else self.x).number
        ends = [np.reshape(segment, (-1, 2))[:, 1 if upright else 0] for segment in bars[0].get_segments()]
        for (x, y), end in zip(points, ends, strict=True):
            at, value = (x, y) if upright else (y, x)
            if not np.isfinite(value):
                yield at, "no value"
            elif len(end) and np.isfinite(end).all():
                yield at, f"{number(value)}, from {number(min(end))} to {number(max(end))}"
            else:
                yield at, f"{number(value)}, no interval"

    def _line(self, line):
        x, y = np.asarray(line.get_xdata(orig=False), float), np.asarray(line.get_ydata(orig=False), float)
        reference = line.get_transform() != self.ax.transData
        if reference and len(x) == 2:
            upright = x[0] == x[1]
            name = "" if str(line.get_label()).startswith("_") else f", {_clean(line.get_label())}"
            at = self.x.between(x[0]) if upright else self.y.between(y[0])
            return "", f"{'Vertical' if upright else 'Horizontal'} reference line{name}: {at}."
        if line.get_linestyle() in ("None", "none", "", " "):
            mark = _mark(_MARKS.get(line.get_marker(), "dots"), line.get_markerfacecolor())
            return "dots", f"{mark}, {self._name(line)}: {self._pairs(x, y)}."
        kind = "step line" if line.get_drawstyle().startswith("steps") else "line"
        look = {"--": "dashed ", ":": "dotted "}.get(line.get_linestyle(), "") + kind
        return f"{kind} chart", f"{look.capitalize()}, {self._name(line)}: {self._pairs(x, y)}."

    def _pairs(self, x, y):
        if len(x) <= _MANY:
            words = [(self.x.word(a), self.y.word(b)) for a, b in zip(x, y, strict=True)]
            if {b for _, b in words} <= set(self.y.places.values()):  # the name first, then the number
                words = [(b, a) for a, b in words]
            return "; ".join(f"{place}: {value}" for place, value in words)
        at = [f"{self.y.number(y[i])} at {self.x.word(x[i])}" for i in range(len(x))]
        low, high = int(np.nanargmin(y)), int(np.nanargmax(y))
        turns = [f"{name} {at[i]}" for name, i in (("lowest", low), ("highest", high)) if y[i] not in (y[0], y[-1])]
        return "; ".join([f"{len(x)} points, from {at[0]} to {at[-1]}", *turns])

    def _points(self, points):
        xy = np.asarray(points.get_offsets(), float)
        name = self._name(points)
        if points.get_gid() == "icons":
            return "icon array", f"Icons, {name}: {len(xy)}."
        if len(xy) > _MANY and not (self.x.places and self.y.places):
            x, y = xy.T
            both = 100 * (y[x > np.median(x)] > np.median(y)).mean()
            return "cloud of points", (
                f"Cloud of {len(xy)} points, {name}: horizontally {self.x.number(x.min())} to "
                f"{self.x.number(x.max())}, vertically {self.y.number(y.min())} to {self.y.number(y.max())}, "
                f"correlation {np.corrcoef(x, y)[0, 1]:.2f}. Of 100 points of the right half, {both:.0f} lie in the "
                "upper half; with no link it would be 50.")
        if self.x.places and self.y.places:
            rows = {}
            down = 1 if self.y.axis.get_inverted() else -1
            for a, b in sorted(xy.tolist(), key=lambda point: (down * point[1], point[0])):
                rows.setdefault(self.y.word(b), []).append(self.x.word(a))
            words = "; ".join(f"{row}: " + ", ".join(cells) for row, cells in rows.items())
            return "map of points", f"{name}: {words}."
        shapes = {name: markers.MarkerStyle(mark) for mark, name in _MARKS.items()}
        shape = next((name for name, style in shapes.items() if np.array_equal(
            style.get_path().transformed(style.get_transform()).vertices, points.get_paths()[0].vertices)), "dots")
        face = points.get_facecolor()
        return "dots", f"{_mark(shape, face[0] if len(face) else 'white')}, {name}: {self._pairs(*xy.T)}."

    def _segments(self, segments):
        words = []
        for (x0, y0), (x1, y1) in (segment[[0, -1]] for segment in segments.get_segments()):
            if y0 == y1:
                words.append(f"{self.y.word(y0)}: from {self.x.word(x0)} to {self.x.word(x1)}")
            elif x0 == x1:
                words.append(f"{self.x.word(x0)}: from {self.y.word(y0)} to {self.y.word(y1)}")
            else:
                words.append(f"from {self.x.word(x0)} {self.y.word(y0)} to {self.x.word(x1)} {self.y.word(y1)}")
        return f"Lines, {self._name(segments)}: {'; '.join(words)}."

    def _area(self, area):
        corners = np.concatenate([path.vertices for path in area.get_paths()])
        sides = []
        for x in (np.nanmin(corners[:, 0]), np.nanmax(corners[:, 0])):
            heights = corners[np.isclose(corners[:, 0], x), 1]
            sides.append(f"at {self.x.word(x)} from {self.y.number(heights.min())} to {self.y.number(heights.max())}")
        return f"Shaded area, {self._name(area)}: {', '.join(sides)}."

    def _band(self, band):
        transform = band.get_data_transform()
        ends = []
        if transform != self.ax.get_yaxis_transform(which="grid"):  # not a band from edge to edge
            ends.append(f"horizontally {self.x.word(band.get_x())} to {self.x.word(band.get_x() + band.get_width())}")
        if transform != self.ax.get_xaxis_transform(which="grid"):
            ends.append(f"vertically {self.y.word(band.get_y())} to {self.y.word(band.get_y() + band.get_height())}")
        return f"Shaded band, {self._name(band)}: {', '.join(ends)}."

    def _text(self, artist):
        words = _clean(artist.get_text())
        if str(artist.get_gid()).startswith("better "):
            return f"{_SIDES[artist.get_gid().removeprefix('better ')]}: {words.strip('←→↑↓ ')}."
        if not words or self._says_a_value(artist, words):
            return ""
        note = isinstance(artist, text.Annotation)
        if not self._on_data(artist) or (self.x.hidden and self.y.hidden):
            return f'Written in the figure: "{words}".'
        places = [axis.word(at) for axis, at in zip((self.x, self.y), self._anchor(artist), strict=True)
                  if not axis.hidden and (note or axis.word(at) in axis.places.values())]
        where = "at " + ", ".join(places) if places else "in the figure"
        return f'Written {where}: "{words}".'

    def _on_data(self, artist):
        if isinstance(artist, text.Annotation):
            return artist.xycoords == "data" or callable(artist.xycoords)  # bar_label hangs a number on its bar
        return artist.get_transform() == self.ax.transData

    def _anchor(self, artist):
        """Where a text belongs, in the units of the axes: what a note points at, or where the text stands."""
        if callable(getattr(artist, "xycoords", None)):
            box = artist.get_window_extent()
            return self.ax.transData.inverted().transform(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
        x, y = artist.xy if isinstance(artist, text.Annotation) else artist.get_position()
        return self.ax.convert_xunits(x), self.ax.convert_yunits(y)

    def _says_a_value(self, artist, words):
        """True for a number beside a bar, dot or line that has this very value: it is said there."""
        number = words.rstrip("%").replace("\u2212", "-")
        if not self._on_data(artist) or not re.fullmatch(r"-?\d+(\.\d+)?", number):
            return False
        marks = []  # where each stands, and the numbers that it says
        for group in self.ax.containers:
            for bar in group.patches if isinstance(group, container.BarContainer) else ():
                centre, start, size = _bar(bar, upright := group.orientation != "horizontal")
                marks += [((centre, along) if upright else (along, centre), (size, start + size))
                          for along in (start + size, start + size / 2)]
        series = [line.get_xydata() for line in self.ax.lines if line.get_transform() == self.ax.transData]
        series += [dots.get_offsets() for dots in self.ax.collections if isinstance(dots, collections.PathCollection)]
        marks += [(dot, [value for value, axis in zip(dot, (self.x, self.y), strict=True) if not axis.places])
                  for dots in series for dot in np.asarray(dots, float)]
        marks = [mark for mark in marks if np.isfinite(mark[0]).all()]
        if not marks:
            return False
        places = self.ax.transData.transform([place for place, _ in marks])
        away = places - self.ax.transData.transform(self._anchor(artist))
        _, values = marks[int(np.argmin((away**2).sum(axis=1)))]
        return any(f"{value:.{len(number.partition('.')[2])}f}" == number for value in values)


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
            raise ValueError(f'The column "{_clean(heading)}" has {len(words)} entries, and there are '
                             f"{len(ax.get_yticks())} rows (ticks of the vertical axis).")
        look = {"xytext": (20 + number * step, 0), "textcoords": "offset points", "ha": "left", "fontsize": 12}
        ax.annotate(heading, (1, 1.01), xycoords="axes fraction", va="bottom", weight="bold", gid="heading", **look)
        widest = max(map(str, words), key=len)  # the layout need measure no other
        for place, word in enumerate(map(str, words)):
            if word:
                ax.annotate(_minus(word), (1, len(words) - 1 - place), xycoords=ax.get_yaxis_transform(), va="center",
                            gid=f"column {_clean(heading)}", in_layout=word == widest, **look)


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
            ax.scatter(x[rows], y[rows], s=150, color=face, edgecolor=COLOURS[colour], linewidth=1.5, label=name,
                       gid="icons")
    ax.set(xlim=(-0.7, columns - 0.3), ylim=(y.min() - 0.7, 0.7), xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(False)


def better(ax, side, words):
    """Write on which side the benefit lies.

    Parameters: ``side`` is "left", "right", "up" or "down" (KeyError for another); ``words`` say of what.
    """
    arrows = {"left": ("← " + words, 0, 1.01, "left"), "right": (words + " →", 1, 1.01, "right"),
              "up": ("↑ " + words, 0, 1.01, "left"), "down": ("↓ " + words, 0, 1.01, "left")}
    sentence, x, y, align = arrows[side]
    ax.text(x, y, sentence, transform=ax.transAxes, ha=align, va="bottom", fontsize=12, style="italic",
            gid=f"better {side}")


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
