"""A figure in words: what is drawn on it becomes sentences, and these become text or HTML.

Each ``Sentence`` is data, read off the drawn artists themselves: its kind, its head, and its entries, each a place
and what stands there. Nothing is read back out of finished English, so a series may be called what it likes. An
artist that cannot be put into words is an error, never silence.
"""

import html
import re
from dataclasses import dataclass

import numpy as np
from matplotlib import collections, colors, container, legend, lines, markers, patches, text
from matplotlib.artist import Artist
from matplotlib.category import StrCategoryFormatter
from matplotlib.ticker import FixedFormatter, FuncFormatter

_MARKS = {"o": "dots", "s": "squares", "D": "diamonds", "x": "crosses", "|": "strokes",
          "^": "triangles that point up", "v": "triangles that point down",
          ">": "triangles that point right", "<": "triangles that point left"}
_SIDES = {"←": "To the left", "→": "To the right", "↑": "Upwards", "↓": "Downwards"}
_EARLY = ("side", "reference")  # said before what is drawn, because they tell how to read it
#: Every other kind is a kind of picture.
_ASIDE = {*_EARLY, "panel", "axis", "key", "note", "part", "crossing", "together"}
#: A question mark that stands for a number, and how it is said.
_UNKNOWN = {r"(?<![\w?!.\"')])\? (\w+)": r"\1 not known", r" = \?": " not known",
            r"(?<=[ (])\?(?=[\s,;:.%)\"]|$)|^\?(?=$)|(?<=\")\?(?=\")": "not known"}
_NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MANY = 30  # a series of more things than this is summed up, not read out
#: How a line begins that is a part of its own, and how one ends that wants the next.
_PART, _OPEN = re.compile(r"[-\u2212+]?\d|[A-Z(]|mean\b|n = |[a-z][\w ]*: "), re.compile(
    r"[,;:.?!(-]$|\b(a|an|the|of|in|on|at|by|to|for|from|with|within|without|than|and|or|versus|against)$")


@dataclass(frozen=True)
class Sentence:
    """One thing said of a figure.

    ``kind`` is the kind of picture ("bar chart") or of an aside ("axis", "key", "note" and others); ``head`` opens the
    sentence; ``entries`` are pairs (place, words), the place "" where there is none, the words a tuple where one place
    has several parts; ``names`` are the series it names.
    """

    kind: str
    head: str
    entries: tuple = ()
    names: tuple = ()

    def text(self):
        between = ". " if self._nested() else "; "
        words = ": ".join(filter(None, [self.head, between.join(map(_entry, self.entries))]))
        return words if re.search(r"\w\?$", words) else f"{words}."  # a question, not a number that nobody knows

    def html(self):
        """An item of a list; five entries or more, and the parts of an entry, become lists, to be heard in steps."""
        if len(self.entries) < 5 and not self._nested():
            return f"<li>{_spoken(self.text())}</li>"
        inner = "".join(_item(*entry) if isinstance(entry[1], tuple) else f"<li>{_spoken(_entry(entry))}</li>"
                        for entry in self.entries)
        return _item(self.head, inner)

    def _nested(self):
        return any(isinstance(words, tuple) for _, words in self.entries)


def sentences(fig):
    """The sentences about a figure that has been drawn once (``fig.draw_without_rendering()``).

    Raises TypeError for an artist without words, and ValueError for an axis or a series without a name and for a bar
    that does not start at zero.
    """
    panels = [_Panel(ax) for ax in fig.axes if ax.get_visible()]
    found = []
    for number, panel in enumerate(panels, start=1):
        if len(panels) > 1:
            label = panel.x.label if panel.x.hidden else ""  # else the axis says it
            name = next((clean(title.get_text()) for title in titles(panel.ax) if title.get_text()), label)
            found.append(Sentence("panel", f"Panel {number} of {len(panels)}{f': {name}' if name else ''}"))
        elif fig.get_suptitle():
            found += [_quoted("Written above", parted(title.get_text())) for title in titles(panel.ax)
                      if title.get_text()]
        found += panel.sentences()
    found += _untold_keys([_key(key) for key in fig.legends], found)
    notes = [note.get_text() for note in fig.texts if clean(note.get_text()) != clean(fig.get_suptitle())]
    return found + [_quoted("Written on the figure", parted(words)) for words in notes if words.strip()]


def kinds(found):
    """What a figure is, for the end of its short alternative: "Bar chart and dots in 2 panels"."""
    pictures = list(dict.fromkeys(sentence.kind for sentence in found if sentence.kind not in _ASIDE))
    words = " and ".join(pictures[-2:]) if pictures else "annotated text"
    words = ", ".join([*pictures[:-2], words])
    panels = sum(sentence.kind == "panel" for sentence in found)
    return words[0].upper() + words[1:] + (f" in {panels} panels" if panels else "")


def titles(ax):
    """The titles of one set of axes: the texts among its children that nobody wrote into it; the left one first."""
    written = set(ax.texts)
    own = [child for child in ax.get_children() if isinstance(child, text.Text) and child not in written]
    return sorted(own, key=lambda title: title.get_ha() != "left")


def clean(words):
    """One line, with the plain hyphen for a minus."""
    return " ".join(str(words).replace("\u2212", "-").split())


def parted(words):
    """As ``clean``, for a tick label or a note: where a line begins a new part (with a number, a name, a bracket,
    "mean" or words and a colon), a comma stands for the break. A line that only wraps goes on with a blank."""
    said, *rest = [*filter(None, map(clean, str(words).split("\n")))] or [""]
    for line in rest:
        said += (", " if said and _PART.match(line) and not _OPEN.search(said) else " ") + line
    return clean(said)


def minus(words):
    """A true minus before a number: a screen reader skips a hyphen."""
    return re.sub(r"(?<![\w.)-])-(?=\d)", "\u2212", words)


def _entry(entry):
    place, words = entry
    return ": ".join(filter(None, [place, "; ".join(words) if isinstance(words, tuple) else words]))


def _item(head, inside):
    """An item with a list inside: the HTML of its items, or a tuple of their words."""
    items = "".join(f"<li>{_spoken(words)}</li>" for words in inside) if isinstance(inside, tuple) else inside
    return f"<li>{_spoken(head)}:<ul>{items}</ul></li>"


def _spoken(words):
    """Words as HTML to be heard: a screen reader skips a hyphen before a number, and often a question mark."""
    for mark, known in _UNKNOWN.items():
        words = re.sub(mark, known, words)
    return minus(html.escape(words, quote=False))


def _quoted(head, words, places=()):
    return Sentence("note", head, (("", f'"{words}"'),), tuple(places))


def _key(key):
    title = clean(key.get_title().get_text())
    entries = tuple(("", clean(entry.get_text())) for entry in key.get_texts())
    return Sentence("key", f"Key, {title}" if title else "Key", entries)


def _untold_keys(keys, found):
    """The keys that hold a name which nothing else has said."""
    names = {name for sentence in found for name in sentence.names}
    return [key for key in keys if not names.issuperset(name for _, name in key.entries)]


def number(value, digits=4):
    """A number as a person would read it out: few significant digits, no exponent."""
    if not np.isfinite(value := float(value)):
        return "no value"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{float(f'{value:.{digits}g}') + 0.0:g}"


def _label(artist):
    """What a lesson has called an artist, or ""."""
    return "" if str(artist.get_label()).startswith("_") else clean(artist.get_label())


def _name(artist):
    if not _label(artist):
        raise ValueError(f"A {type(artist).__name__} has no name. Give it one: label='what it is'.")
    return _label(artist)


def _directed(label):
    """The label of an axis to be heard: which way is good, in place of an arrow, and a fraction in words."""
    for arrow, words in (("\u2192", "more is better"), ("\u2190", "less is better")):
        if arrow in label:
            bare = clean(label.replace(arrow, ""))
            label = re.sub(r"\bbetter\b", words, bare, count=1) if "better" in bare else f"{bare}, {words}"
    return label.replace(" )", ")").replace(" / ", " divided by ")


def _bar(bar, upright):
    """(middle, start, size) of a bar."""
    if upright:
        return bar.get_x() + bar.get_width() / 2, bar.get_y(), bar.get_height()
    return bar.get_y() + bar.get_height() / 2, bar.get_x(), bar.get_width()


def _broken(artist):
    return artist.get_linestyle() in ("--", "dashed", ":", "dotted")


def _mark(shape, face):
    """The shape of a mark as the beginning of a sentence; an open one is white inside."""
    return f"Open {shape}" if colors.same_color(face, "white") else shape.capitalize()


def _value(words):
    return float(words.rstrip("%").replace(",", ""))


def _prints(words, value):
    """Whether a printed number is this value, rounded to its digits."""
    return abs(value - _value(words)) <= 0.5000001 * 10.0 ** -len(words.rstrip("%").partition(".")[2])


def _held(diamonds):
    """The end of a sentence: which of the diamonds, {name: whether}, include a line."""
    if len(diamonds) < 2:
        return "".join(f"; the diamond {'includes' if held else 'does not include'} it" for held in diamonds.values())
    told = []
    for held, verbs in ((True, ("includes it", "include it")), (False, ("does not", "do not"))):
        if names := [name for name, holds in diamonds.items() if holds == held]:
            told.append(f"{' and '.join(names)} {verbs[len(names) > 1]}")
    if not any(diamonds.values()):
        told[0] += " include it"
    return f"; of the diamonds, {', '.join(told)}"


def _from_to(low, high):
    return low if low == high else f"from {low} to {high}"


def _reach(axis, values):
    low, high = axis.number(values.min()), axis.number(values.max())
    return low if low == high else f"{low} to {high}"


class _Axis:
    """One axis: turns a position into the words that stand there."""

    def __init__(self, ax, which):
        self.axis = getattr(ax, f"{which}axis")
        self.low, self.high = sorted(getattr(ax, f"get_{which}lim")())
        self.log = getattr(ax, f"get_{which}scale")() == "log"
        self.label = _directed(parted(self.axis.get_label_text()))
        self.hidden = not ax.axison or not self.axis.get_visible() or not len(self.axis.get_ticklocs())
        self.places = {} if self.hidden else self._places()

    def _places(self):
        """{position: label} when the ticks carry words, else {}."""
        formatter, at = self.axis.get_major_formatter(), self.axis.get_ticklocs()
        if not isinstance(formatter, (FixedFormatter, FuncFormatter, StrCategoryFormatter)):
            return {}
        places = {float(at): parted(label) for at, label in zip(at, formatter.format_ticks(at), strict=True) if label}
        numbers = all(word.strip("%").replace(".", "", 1).lstrip("-").isdigit() for word in places.values())
        return {} if numbers else places

    def word(self, value):
        for at, label in self.places.items():
            if abs(at - float(value)) < 0.3:  # a mark moved aside a little still belongs to its place
                return label
        return self.number(value)

    def number(self, value):
        """A number no finer than can be seen: to a two-hundredth of the axis; on a logarithmic one to three digits,
        of them at most two behind the point, as ratios are printed."""
        span = self.high - self.low
        if self.log and abs(value) >= 0.1:
            return number(round(float(value), 2), digits=3)
        if self.log or not np.isfinite(value) or not span:
            return number(value, digits=3)
        return number(round(float(value), max(0, int(np.ceil(np.log10(200 / span))))))

    def between(self, value):
        """As ``word``; for a place between two named ones, their names."""
        below, above = ([at for at in self.places if side * (at - float(value)) > 0.3] for side in (-1, 1))
        if self.word(value) in self.places.values() or not (below and above):
            return f"at {self.word(value)}"
        return f"between {self.places[max(below)]} and {self.places[min(above)]}"

    def sentence(self, head, said):
        """The axis in words, or None; ``said`` are the places that the panel has named with what stands there."""
        if self.places and said.issuperset(self.places.values()):
            return Sentence("axis", head, (("", self.label),)) if self.label else None
        if self.places:
            ordered = [label for at, label in sorted(self.places.items()) if self.low <= at <= self.high]
            if (self.axis.axis_name == "y") != self.axis.get_inverted():
                ordered.reverse()  # as it is seen: from left to right, from top to bottom
            return Sentence("axis", ", ".join(filter(None, [head, self.label])), tuple(("", word) for word in ordered))
        if self.hidden:
            return None
        if not self.label:
            raise ValueError(f"The {head.lower()} has no label. Say what it measures and in which unit.")
        words = f"{self.label}, {self.number(self.low)} to {self.number(self.high)}"
        return Sentence("axis", head, (("", words + (", logarithmic" if self.log else "")),))


class _Panel:
    """The artists of one set of axes, put into words in the order in which they were drawn."""

    def __init__(self, ax):
        self.ax, self.x, self.y = ax, _Axis(ax, "x"), _Axis(ax, "y")
        self.unplaced = self.x.hidden and self.y.hidden  # where a thing stands means nothing
        self.diamonds = [patch for patch in ax.patches if self._diamond(patch)]
        self.brackets = [line for line in ax.lines if self._bracket(line)]
        self.clouds = self._clouds()
        #: Whether the height of a point is a measure, so that a link can be told: not where an estimate has none.
        self.linked = not self.y.hidden and all(self._placed(group) for group in ax.containers
                                                if isinstance(group, container.ErrorbarContainer))
        self.told = set()  # texts that are said with what they belong to
        self.stacked = []  # the ends of intervals that lie one above the other

    def sentences(self):
        spoken = list(self._artists())
        keys = [one for one in spoken if one.kind == "key"]
        spoken = [one for one in spoken if one.kind != "key"]
        spoken += _untold_keys(keys, spoken)
        said = {place for one in spoken for place in ([*one.names] if one.kind == "note" else dict(one.entries))}
        axes = [axis.sentence(head, said) for axis, head in ((self.x, "Horizontal axis"), (self.y, "Vertical axis"))]
        return [*filter(None, axes), *sorted(spoken, key=lambda sentence: sentence.kind not in _EARLY)]

    def _artists(self):
        """Yield a sentence for everything on the axes."""
        done = {self.ax.patch, self.ax.xaxis, self.ax.yaxis, *self.ax.spines.values(), *titles(self.ax)}
        rows, stack = self._rows(), self._stack()
        yield from rows + stack
        for group in self.ax.containers:
            done.update(part for part in group.get_children() if part is not None)
            if isinstance(group, container.BarContainer):
                yield from [] if stack else self._bars(group)
            elif isinstance(group, container.ErrorbarContainer):
                yield from [] if rows else self._intervals(group)
            else:
                self._no_words(group)
        done.update(self.diamonds if rows else ())
        arrows, boxes, linked = {}, [], set()
        for artist in self.ax.get_children():
            if artist in done or not artist.get_visible():
                continue
            if isinstance(artist, text.Annotation) and (arrow := self._arrow(artist)):
                head, start, end = arrow
                arrows.setdefault(head, {}).setdefault(start, []).append(end)
                linked |= {artist.xycoords, artist.anncoords} & set(self.ax.texts)
            elif isinstance(artist, text.Text) and self.unplaced and artist.get_bbox_patch():
                boxes.append(artist)
            else:
                yield from self._artist(artist)
        yield from self._crossings(self.stacked)
        said = {"Boxes without an arrow" if arrows else "Boxes": [], "Boxes with a broken outline": []}
        for box in boxes:
            if (broken := _broken(box.get_bbox_patch())) or box not in linked:  # else an arrow names it
                said[list(said)[broken]].append(("", parted(box.get_text())))
        for head, each in arrows.items():
            said[head] = [entry for start, ends in each.items() for entry in self._links(start, ends)]
        for head, entries in said.items():
            if entries:
                yield Sentence("diagram" if boxes else "arrows", head, tuple(entries))

    def _links(self, start, ends):
        """The entries of the arrows that start at one place; of one without length, none."""
        if isinstance(start, tuple):  # a named row
            return [(start[0], f"from {start[1]} to {end}") for end in ends if end != start[1]]
        if start is None:
            return [("", link) for link in ends]
        return [("", f"from {start} to {' and to '.join(end for end in ends)}")]

    def _artist(self, artist):
        words = {text.Text: self._text, legend.Legend: lambda key: [_key(key)], lines.Line2D: self._line,
                 collections.PathCollection: self._points, collections.LineCollection: self._segments,
                 collections.PolyCollection: self._area, patches.Rectangle: self._band, patches.Polygon: self._polygon}
        for kind, say in words.items():
            if isinstance(artist, kind):
                return say(artist)
        return self._no_words(artist)

    def _no_words(self, artist):
        raise TypeError(f"No words for a {type(artist).__name__}. Teach notebooks/describe.py to describe it.")

    # -- rows of a forest plot

    def _rows(self):
        """A forest plot from top to bottom: each row once, with all that stands in it. [] where there is none."""
        groups = [g for g in self.ax.containers if isinstance(g, container.ErrorbarContainer) and not g.has_yerr]
        if not groups or not self.y.places:
            return []
        names = [_name(group).split(", ") for group in groups]
        shared = [part for part in names[0] if all(part in parts for parts in names)]
        rows, areas = {}, [group.lines[0].get_markersize() ** 2 for group in groups if group.lines[0]]
        told = all(re.search(r"\bpeople\b|\bn = |\d%", self.y.word(at))  # what an area stands for
                   for group in groups for at, *_ in self._each_interval(group))
        for group, parts in zip(groups, names, strict=True):
            for at, words, _ in self._each_interval(group):
                own = ", ".join(part for part in parts if part not in (*shared, self.y.word(at)))
                row = rows.setdefault(round(float(at), 3), [])
                row.append(words + (f" ({own})" if own else ""))
                if len(set(areas)) > 1 and not told:  # marks of different sizes: one group to a row
                    row.append(f"{100 * group.lines[0].get_markersize() ** 2 / sum(areas):.0f}% of the marks' area")
        for diamond in self.diamonds:
            at, words = self._diamond(diamond)
            named = clean(self.y.word(at).replace(",", "")) == _name(diamond).replace(",", "")
            rows.setdefault(round(float(at), 3), []).append(
                f"{words} (diamond)" if named else f"{words} (diamond, {_name(diamond)})")
        for at, note in self._row_notes(rows):
            rows[at].append(note)
        said = tuple(dict.fromkeys(part for parts in names for part in (", ".join(parts), *parts)))
        headings = self._headings(rows)
        down = -1 if self.y.axis.get_inverted() else 1
        found = {}
        for at in sorted(rows, key=lambda at: -down * at):
            above = [place for place in headings if down * place > down * at]
            heading = headings[min(above, key=lambda place: down * place)] if above else ""
            found.setdefault(heading, []).append((self.y.word(at), ", ".join(rows[at])))
        heads = {heading: ", ".join(filter(None, ["Rows", *shared, heading])) for heading in found}
        forest = [Sentence("dots with intervals", heads[heading], tuple(each), said) for heading, each in found.items()]
        spans = [ends for group in groups for *_, ends in self._each_interval(group)]
        return [*forest, *self._crossings(spans, diamonds=self.diamonds)]

    def _row_notes(self, rows):
        """Yield (row, words) of each note that stands in a row; of one that begins with the value there, the rest."""
        for artist in self.ax.texts:
            words = parted(artist.get_text())
            if (not isinstance(artist, text.Annotation) or artist.arrow_patch or not self._on_data(artist) or not words
                    or self._says_a_value(artist, words)):
                continue
            at = round(float(self._anchor(artist)[1]), 3)
            if at in rows:
                self.told.add(artist)
                value, _, rest = words.partition(" ")
                if rest[:1].isalpha() and (value == "?" or self._says_a_value(artist, value)):
                    words = rest
                yield at, words if words[0].isalpha() else f'"{words}"'

    def _headings(self, rows):
        """{height: words} of the headings of a forest plot: bold lines between the rows, the first above them all."""
        bold = {float(self._anchor(artist)[1]): artist for artist in self.ax.texts
                if artist.get_weight() == "bold" and self._on_data(artist)}
        top = min if self.y.axis.get_inverted() else max
        if not bold or top([*bold, *rows]) in rows:
            return {}
        self.told.update(bold.values())
        return {at: parted(artist.get_text()) for at, artist in bold.items()}

    def _diamond(self, patch):
        """(height, words) of a pooled diamond: as wide as its interval, with its points at the estimate; or None."""
        if not isinstance(patch, patches.Polygon) or len(patch.get_xy()) != 5:
            return None
        x, y = patch.get_xy()[:4].T
        flat, steep = np.isclose(y, np.median(y)), np.isclose(x, np.median(x))
        if flat.sum() != 2 or steep.sum() != 2 or (flat & steep).any():
            return None
        value, low, high = (self.x.number(at) for at in (x[steep][0], *np.sort(x[flat])))
        return y[flat][0], f"{value}, from {low} to {high}"

    def _polygon(self, patch):
        if not self._diamond(patch):
            self._no_words(patch)
        at, words = self._diamond(patch)
        yield Sentence("pooled diamond", f"Diamond, {_name(patch)}", ((self.y.word(at), words),), (_name(patch),))

    def _crossings(self, spans, upright=False, diamonds=()):
        """How many of the intervals (low, high), and which diamonds, include the value of each line across them."""
        spans = np.array([span for span in spans if len(span) and np.isfinite(span).all()])
        for line in self.ax.lines if len(spans) else ():
            ends = self._ends(line)
            if ends and np.ptp(ends[upright]) == 0 and np.ptp(ends[1 - upright]):
                at = ends[upright][0]
                count = int(((spans.min(axis=1) <= at) & (at <= spans.max(axis=1))).sum())
                number = (self.y if upright else self.x).number(at)
                name = f'"{_label(line)}" ({number})' if _label(line) else number
                reach = {_name(diamond): diamond.get_xy()[:, 0] for diamond in diamonds}
                held = {diamond: x.min() <= at <= x.max() for diamond, x in reach.items()}
                told = (f"{count} of {len(spans)} intervals include" if len(spans) > 1 else
                        f"The interval {'includes' if count else 'does not include'}")
                yield Sentence("crossing", f"{told} {name}{_held(held)}")

    # -- each kind of artist

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
        entries, name, first = [], _name(group), next(iter(group.patches), None)
        unknown = first and not first.get_fill() and _broken(first)  # its length means nothing
        for at, start, size, number in self._each_bar(group):
            ends = f" (from {number(start)} to {number(start + size)})" if start and np.isfinite(size) else ""
            entries.append((at, "" if unknown else f"{number(size)}{ends}"))
        head = f"{'Broken outlines' if unknown else 'Bars'}, {name}{', hatched' * bool(first and first.get_hatch())}"
        yield Sentence("bar chart", head, tuple(entries), (name,))

    def _stack(self):
        """Bars that stand one on another, place by place; [] where they do not."""
        parts, ends, names = {}, {}, []
        for group in self.ax.containers:
            for at, start, size, number in self._each_bar(group) if isinstance(group, container.BarContainer) else ():
                if not np.isclose(start, ends.get(at, 0)) or not np.isfinite(size):
                    return []
                ends[at] = start + size
                names.append(_name(group))
                parts.setdefault(at, []).append((f"{_name(group)}: {number(size)}", start, start + size))
        if max(map(len, parts.values()), default=0) < 2:
            return []
        written = list(self._written_ends())
        entries = []
        for at, said in parts.items():
            told = [words + next((f", in all to here {printed}" for place, end, printed in written
                                  if start and place == at and end == here != ends[at]), "")
                    for words, start, here in said]
            entries.append((at, (*told, f"in all {number(ends[at])}")))
        return [Sentence("bar chart", "Bars, one part on another", tuple(entries), tuple(names))]

    def _written_ends(self):
        """Yield (place, end, number) for each number that is written at the end of a bar and says where it ends.

        Where the next bar has no length, both end there, and the number is that of the last.
        """
        bars = [(group.orientation != "horizontal", *_bar(bar, group.orientation != "horizontal"))
                for group in self.ax.containers if isinstance(group, container.BarContainer) for bar in group.patches]
        bars.reverse()
        at = [(middle, start + size) if upright else (start + size, middle) for upright, middle, start, size in bars]
        seen = self.ax.transData.transform(at)
        for artist in self.ax.texts:
            words = parted(artist.get_text())
            if self._on_data(artist) and re.fullmatch(_NUMBER + "%?", words):
                away = ((seen - self.ax.transData.transform(self._anchor(artist))) ** 2).sum(axis=1)
                upright, middle, start, size = bars[int(np.argmin(away))]
                if _prints(words, start + size) and not _prints(words, size):
                    yield (self.x if upright else self.y).word(middle), start + size, words

    def _intervals(self, group):
        place = self.x if group.has_yerr else self.y
        each = list(self._each_interval(group))
        lost = place.hidden or not self._placed(group)
        entries = tuple(("" if lost else place.word(at), words) for at, words, _ in each)
        yield Sentence("dots with intervals", f"Dots with intervals, {_name(group)}", entries, (_name(group),))
        yield from self._crossings([ends for *_, ends in each], upright=group.has_yerr)

    def _placed(self, group):
        """Whether dots with intervals have a place on both axes, and not at a share of the height of the figure."""
        return not group.lines[0] or group.lines[0].get_transform() == self.ax.transData

    def _each_interval(self, group):
        """Yield (place, what is said of the dot there, the ends of its interval)."""
        number = (self.y if group.has_yerr else self.x).number
        for at, (value, *ends) in self._spans(group):
            if not np.isfinite(value):
                yield at, "no value", ()
            elif ends:
                yield at, f"{number(value)}, from {number(ends[0])} to {number(ends[1])}", ends
            else:
                yield at, f"{number(value)}, no interval", ()

    def _ends(self, line):
        """((x, x), (y, y)) of a reference line where it enters and leaves the axes, in their units; else None."""
        if isinstance(line, lines.AxLine):
            seen = line.get_transform().transform([(0, 0), (1, 1)])
            return tuple(map(tuple, np.round(self.ax.transData.inverted().transform(seen), 9).T))
        if line.get_transform() == self.ax.transData or len(line.get_xdata()) != 2:
            return None
        return tuple(line.get_xdata(orig=False)), tuple(line.get_ydata(orig=False))

    def _bracket(self, line):
        """(low, high) of a bracket, a line of four points with its two ends bent the same way, or None."""
        x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
        bent = len(x) == 4 and x[0] == x[1] != x[2] == x[3] and y[0] == y[3] != y[1] == y[2]
        return (min(x), max(x)) if bent else None

    def _line(self, line):
        x, y = np.asarray(line.get_xdata(orig=False), float), np.asarray(line.get_ydata(orig=False), float)
        name = f", {_label(line)}" if _label(line) else ""
        if line in self.brackets:
            low, high = self._bracket(line)
            over = [dots.get_offsets()[:, 0] for dots in self.ax.collections if self._counted(dots)]
            count = sum(int(((low <= at) & (at <= high)).sum()) for at in over)
            words = f"over {count} marks" if over else f"from {self.x.word(low)} to {self.x.word(high)}"
            yield Sentence("part", f"Bracket, {_name(line)}", (("", words),), (_name(line),))
        elif ends := self._ends(line):
            (x0, x1), (y0, y1) = ends
            if x0 == x1 or y0 == y1:
                which, at = ("Vertical", self.x.between(x0)) if x0 == x1 else ("Horizontal", self.y.between(y0))
            else:
                which, at = "Slanted", "from {}, {} to {}, {}".format(
                    *(axis.number(value) for point in zip(*ends, strict=True)
                      for axis, value in zip((self.x, self.y), point, strict=True)))
            yield Sentence("reference", f"{which} reference line{name}", (("", at),), (_label(line),))
        elif line.get_linestyle() in ("None", "none", "", " "):
            mark = _mark(_MARKS.get(line.get_marker(), "dots"), line.get_markerfacecolor())
            starts = [start for start, end in self._row_arrows() if start != end]  # an arrow says where it starts
            if any(rest := [at not in starts for at in zip(x, y, strict=True)]):
                x, y = x[rest], y[rest]
            yield Sentence("dots", f"{mark}, {_name(line)}", self._dots(x, y, line.get_transform()), (_name(line),))
        else:
            kind = "step line" if line.get_drawstyle().startswith("steps") else "line"
            look = {"--": "dashed ", ":": "dotted "}.get(line.get_linestyle(), "") + kind
            head = f"{look.capitalize()}, {_name(line)}"
            yield Sentence(f"{kind} chart", head, self._pairs(x, y), (_name(line),))

    def _dots(self, x, y, transform):
        """As ``_pairs``, by the one axis alone on which the dots have a place; "none" where there are no dots."""
        if not len(x):
            return (("", "none"),)
        if transform == self.ax.get_xaxis_transform() or (self.y.hidden and not self.x.hidden):
            return tuple((self.x.word(at), "") for at in x) if len(x) <= _MANY else self._pairs(x, y)
        if transform == self.ax.get_yaxis_transform() or (self.x.hidden and not self.y.hidden):
            return tuple((self.y.word(at), "") for at in y) if len(x) <= _MANY else self._pairs(x, y)
        return self._pairs(x, y)

    def _pairs(self, x, y):
        if len(x) <= _MANY:
            entries = [(self.x.word(a), self.y.word(b)) for a, b in zip(x, y, strict=True)]
            if {b for _, b in entries} <= set(self.y.places.values()):  # the name first, then the number
                entries = [(b, a) for a, b in entries]
            return tuple(entries)
        at = [f"{self.y.number(y[i])} at {self.x.word(x[i])}" for i in range(len(x))]
        low, high = int(np.nanargmin(y)), int(np.nanargmax(y))
        turns = [f"{name} {at[i]}" for name, i in (("lowest", low), ("highest", high)) if y[i] not in (y[0], y[-1])]
        return tuple(("", words) for words in (f"{len(x)} points, from {at[0]} to {at[-1]}", *turns))

    def _counted(self, artist):
        """Whether marks are one for each, so that it is their number that counts, not where they stand."""
        return isinstance(artist, collections.PathCollection) and self.x.hidden and (self.y.hidden or self.y.places)

    def _points(self, points):
        xy, name = np.asarray(points.get_offsets(), float), _name(points)
        rows = {}
        for a, b in sorted(xy.tolist(), key=lambda dot: (dot[1] if self.y.axis.get_inverted() else -dot[1], dot[0])):
            rows.setdefault(self.y.word(b), []).append(a)
        if self._counted(points):
            yield from self._units(points, xy, name)
        elif self.x.places and self.y.places:
            each = tuple((row, ", ".join(map(self.x.word, cells))) for row, cells in rows.items())
            yield Sentence("map of points", name, each or (("", "none"),), (name,))
        elif points in self.clouds:
            kind = "strip of points" if self.y.hidden else "cloud of points"
            head = f"{kind.split()[0].capitalize()} of {f'{len(xy)} ' if len(xy) else ''}points, {name}"
            yield Sentence(kind, head, self._summary(xy), (name,))
            if points is self.clouds[-1] and len(self.clouds) > 1 and self.linked:
                xy = np.concatenate([np.asarray(cloud.get_offsets()) for cloud in self.clouds])
                yield Sentence("together", f"All {len(xy)} points together", (("", self._link(*xy.T)),))
        else:
            shapes = {shape: markers.MarkerStyle(mark) for mark, shape in _MARKS.items()}
            shape = next((shape for shape, style in shapes.items() if np.array_equal(
                style.get_path().transformed(style.get_transform()).vertices, points.get_paths()[0].vertices)), "dots")
            face = points.get_facecolor()
            head = f"{_mark(shape, face[0] if len(face) else 'white')}, {name}"
            yield Sentence("dots", head, self._dots(*xy.T, points.get_offset_transform()), (name,))

    def _units(self, points, xy, name):
        """Marks that are counted: of the whole of the panel, or, in named rows, all series row by row."""
        series = [dots for dots in self.ax.collections if self._counted(dots) and dots.get_visible()]
        if not self.y.places:
            total = sum(len(dots.get_offsets()) for dots in series)
            count = f"{len(xy)} of {total}" if len(series) > 1 else str(len(xy))
            said = name.removeprefix(f"{len(xy)} ").removesuffix(f": {len(xy)}")
            yield Sentence("icon array", said, (("", count),), (name,))
        elif points is series[0]:
            rows = {}
            for dots in series:
                for at, count in zip(*np.unique(np.asarray(dots.get_offsets())[:, 1], return_counts=True), strict=True):
                    rows.setdefault(float(at), []).append(f"{_name(dots)}: {count}" if len(series) > 1 else str(count))
            for at, note in self._row_notes(rows):
                rows[at].insert(0, note)
            ordered = sorted(rows, reverse=not self.y.axis.get_inverted())
            entries = tuple((self.y.word(at), tuple(rows[at]) if len(series) > 1 else ", ".join(rows[at]))
                            for at in ordered)
            head = "Icons" if len(series) > 1 else f"Icons, {name}"
            yield Sentence("unit chart", head, entries, tuple(map(_name, series)))

    def _clouds(self):
        """The series of points of a panel, where one of them is too long to be read out: all are summed up alike."""
        found = [dots for dots in self.ax.collections
                 if isinstance(dots, collections.PathCollection) and dots.get_visible() and not self._counted(dots)
                 and not (self.x.places and self.y.places)]
        return found if any(len(dots.get_offsets()) > _MANY for dots in found) else []

    def _summary(self, xy):
        """How far the points of a cloud reach, how they are linked, and on which side of each line they lie."""
        if not len(xy):
            return (("", "none"),)
        x, y = xy.T
        words = [f"horizontally {_reach(self.x, x)}"]
        if self.y.hidden:
            words.append(f"the middle half {self.x.number(np.quantile(x, 0.25))} to "
                         f"{self.x.number(np.quantile(x, 0.75))}")
        else:
            words.append(f"vertically {_reach(self.y, y)}")
        parts = [", ".join(words), *self._sides(x, y)]
        if len(self.clouds) == 1 and self.linked:
            parts.append(self._link(x, y))
        return tuple(("", part) for part in parts)

    def _link(self, x, y):
        both = 100 * (y[x > np.median(x)] > np.median(y)).mean()
        return (f"correlation {np.corrcoef(x, y)[0, 1]:.2f}. Of 100 points that are horizontally above the middle, "
                f"{both:.0f} are so vertically; with no link it would be 50")

    def _sides(self, x, y):
        """Yield on which side of each reference line how many of the points lie."""
        for line in self.ax.lines:
            if not (ends := self._ends(line)):
                continue
            (x0, x1), (y0, y1) = ends
            name = f'"{_label(line)}"' if _label(line) else "the line"
            if y0 == y1 and self.y.hidden:
                continue
            if x0 == x1:
                off, low, high = x - x0, "less", "more than"
            else:
                off, low, high = y - (y0 + (y1 - y0) / (x1 - x0) * (x - x0)), "below", "above"
            on = np.isclose(off, 0, atol=1e-9)
            above, below = int((off[~on] > 0).sum()), int((off[~on] < 0).sum())
            if x0 != x1 and y0 != y1:
                words = f"{above} of {len(x)} lie above {name}"
            else:
                words = f"{below} {low}, {above} {high} {name}"
            yield words + (f", {on.sum()} on it" if on.any() else "")

    def _segments(self, segments):
        name, ends = _name(segments), [segment[[0, -1]] for segment in segments.get_segments()]
        level = [sorted((x0, x1)) for (x0, y0), (x1, y1) in ends if y0 == y1]
        # one above the other: intervals of many samples, or of named rows
        stacked = len(level) == len(ends) and (self.y.hidden or bool(self.y.places))
        entries = [("", f"{len(ends)}" if ends else "none")] if len(ends) > _MANY or not ends else []
        for (x0, y0), (x1, y1) in ends if not entries else ():
            if y0 == y1:
                place = "" if self.y.hidden else self.y.word(y0)
                entries.append((place, _from_to(self.x.word(x0), self.x.word(x1))))
            elif x0 == x1:
                entries.append((self.x.word(x0), _from_to(self.y.word(y0), self.y.word(y1))))
            else:
                start, end = f"{self.x.word(x0)} {self.y.word(y0)}", f"{self.x.word(x1)} {self.y.word(y1)}"
                entries.append(("", f"from {start} to {end}"))
        yield Sentence("intervals" if stacked else "part", f"Lines, {name}", tuple(entries), (name,))
        self.stacked += level if stacked else []

    def _area(self, area):
        corners = np.concatenate([path.vertices for path in area.get_paths()])
        corners = corners[np.isfinite(corners).all(axis=1)]
        x = np.unique(corners[:, 0])
        heights = [corners[np.isclose(corners[:, 0], at), 1] for at in x]
        tallest = int(np.argmax([np.ptp(height) for height in heights]))
        shown = dict.fromkeys((0, tallest, len(x) - 1)) if len(x) > _MANY else (0, len(x) - 1)
        words = [f"at {self.x.word(x[i])} from {self.y.number(heights[i].min())} to {self.y.number(heights[i].max())}"
                 for i in shown]
        yield Sentence("part", f"Shaded area, {_name(area)}", (("", ", ".join(words)),), (_name(area),))

    def _band(self, band):
        transform, ends = band.get_data_transform(), []
        if transform != self.ax.get_yaxis_transform(which="grid"):  # not a band from edge to edge
            ends.append(f"horizontally {self.x.word(band.get_x())} to {self.x.word(band.get_x() + band.get_width())}")
        if transform != self.ax.get_xaxis_transform(which="grid"):
            ends.append(f"vertically {self.y.word(band.get_y())} to {self.y.word(band.get_y() + band.get_height())}")
        yield Sentence("part", f"Shaded band, {_name(band)}", (("", ", ".join(ends)),), (_name(band),))

    # -- what is written

    def _arrow(self, note):
        """(head, start, end) of an arrow that leads from one thing to another, or None for a note at a place.

        The start is (row, value) in a named row, and None where an arrow has two heads: then the end says it all.
        """
        if note.arrow_patch is None or (note.get_text() and not isinstance(note.xycoords, Artist)):
            return None
        start = f'"{parted(note.get_text())}"' if note.get_text() else self._point(note.xyann, note.anncoords)
        end, style = self._point(note.xy, note.xycoords), type(note.arrow_patch.get_arrowstyle()).__name__
        look = "Lines" if style == "Curve" else "Broken arrows" if _broken(note.arrow_patch) else "Arrows"
        head = ", ".join(filter(None, [look, _label(note)]))
        if self._in_a_row(note):
            (x0, y), (x1, _) = self._places(note)
            return head, (self.y.word(y), self.x.word(x0)), self.x.word(x1)
        return (head, None, f"between {start} and {end}") if style.endswith("AB") else (head, start, end)

    def _in_a_row(self, note):
        return note.xycoords == note.anncoords == "data" and self.y.places and note.xy[1] == note.xyann[1]

    def _places(self, note):
        """((x, y), (x, y)) where an arrow starts and ends, in the units of the axes."""
        return tuple((float(self.ax.convert_xunits(x)), float(self.ax.convert_yunits(y)))
                     for x, y in (note.xyann, note.xy))

    def _row_arrows(self):
        """Yield the start and the end of each arrow that stays in a named row."""
        for note in self.ax.texts:
            if isinstance(note, text.Annotation) and note.arrow_patch and not note.get_text() and self._in_a_row(note):
                yield self._places(note)

    def _point(self, at, coords):
        """An end of an arrow in words: the text that it touches, or the place."""
        if isinstance(coords, text.Text):
            return f'"{parted(coords.get_text())}"'
        if coords != "data":
            raise TypeError('No words for the end of an arrow: it must be a text or a place (coordinates "data").')
        at = self.ax.convert_xunits(at[0]), self.ax.convert_yunits(at[1])
        return ", ".join(axis.word(value) for axis, value in zip((self.x, self.y), at, strict=True) if not axis.hidden)

    def _text(self, artist):
        words = parted(artist.get_text())
        side = next((side for side in _SIDES if words.startswith(f"{side} ") or words.endswith(f" {side}")), None)
        if side:
            yield Sentence("side", _SIDES[side], (("", words.strip(f"{side} ")),))
        drawn = [*self.brackets, *(line for line in self.ax.lines if self._ends(line))]
        named = clean(artist.get_text()) in map(_label, drawn)
        if side or not words or named or artist in self.told or self._says_a_value(artist, words):
            return
        if not self._on_data(artist) or self.unplaced:
            yield _quoted("Written in the figure", words)
            return
        note = isinstance(artist, text.Annotation)
        places = [axis.word(at) for axis, at in zip((self.x, self.y), self._anchor(artist), strict=True)
                  if not axis.hidden and (axis.word(at) in axis.places.values() if axis.places else note)]
        yield _quoted(f"Written at {', '.join(places)}" if places else "Written in the figure", words, places)

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
        """True for a number, or an estimate with its interval, beside a mark that has these very values: said there.

        In a named row also for its numbers with words of the names of series ("0.40 (printed -0.40)").
        """
        printed = re.fullmatch(rf"({_NUMBER})%?|({_NUMBER})%? \(({_NUMBER}) to ({_NUMBER})%?\)", words)
        if not self._on_data(artist):
            return False
        anchor, marks = self._anchor(artist), list(self._marks())
        if not printed:
            place, numbers = self.y.word(anchor[1]), re.findall(_NUMBER, words)
            values = [value for at, told in marks if self.y.word(at[1]) == place for value in told]
            named = {word for artist in (*self.ax.lines, *self.ax.texts) for word in _label(artist).split()}
            return (bool(numbers) and place in self.y.places.values()
                    and {*re.sub(_NUMBER, "", words).replace("(", " ").replace(")", " ").split()} <= named
                    and all(any(_prints(printed, value) for value in values) for printed in numbers))
        for axis, at in zip((self.x, self.y), range(2), strict=True):
            if (word := axis.word(anchor[at])) in axis.places.values():  # of a named row, only what stands in it
                marks = [mark for mark in marks if axis.word(mark[0][at]) == word]
        marks = [mark for mark in marks if np.isfinite(mark[0]).all()]
        if not marks:
            return False
        away = self.ax.transData.transform([place for place, _ in marks]) - self.ax.transData.transform(anchor)
        _, values = marks[int(np.argmin((away**2).sum(axis=1)))]
        if printed[1]:
            return any(_prints(printed[1], value) for value in values)
        return len(values) == 3 and all(map(_prints, printed.groups()[1:], values))

    def _marks(self):
        """Yield where each mark stands, and the numbers that it says: for an interval the estimate and its ends."""
        for group in self.ax.containers:
            for bar in group.patches if isinstance(group, container.BarContainer) else ():
                centre, start, size = _bar(bar, upright := group.orientation != "horizontal")
                for along in (start + size, start + size / 2):
                    yield (centre, along) if upright else (along, centre), (size, start + size)
            spans = self._spans(group) if isinstance(group, container.ErrorbarContainer) and self._placed(group) else ()
            for at, (value, *ends) in spans:
                for along in (value, *ends):
                    yield (at, along) if group.has_yerr else (along, at), (value, *ends)
        for x, y in (patch.get_xy()[:4].T for patch in self.diamonds):
            values = (float(np.median(x)), x.min(), x.max())
            yield from (((along, float(np.median(y))), values) for along in values)
        series = [line.get_xydata() for line in self.ax.lines if line.get_transform() == self.ax.transData]
        series += [dots.get_offsets() for dots in self.ax.collections if isinstance(dots, collections.PathCollection)]
        for dot in (dot for dots in series for dot in np.asarray(dots, float)):
            yield dot, [value for value, axis in zip(dot, (self.x, self.y), strict=True) if not axis.places]
        yield from ((at, at[:1]) for arrow in self._row_arrows() for at in arrow)
        parts = {part for group in self.ax.containers for part in group.get_children()}
        for segments in set(self.ax.collections) - parts:
            for segment in segments.get_segments() if isinstance(segments, collections.LineCollection) else ():
                for end in segment[[0, -1]]:
                    yield end, [value for value, axis in zip(end, (self.x, self.y), strict=True) if not axis.places]

    def _spans(self, group):
        """Yield (place, (value, low, high)) of each dot with an interval, (place, (value,)) of one without."""
        dots, _, bars = group.lines
        each = [np.reshape(segment, (-1, 2))[:, 1 if group.has_yerr else 0] for segment in bars[0].get_segments()]
        for (x, y), ends in zip(dots.get_xydata() if dots is not None else [], each, strict=True):
            at, value = (x, y) if group.has_yerr else (y, x)
            yield at, (value, *((min(ends), max(ends)) if len(ends) and np.isfinite(ends).all() else ()))
