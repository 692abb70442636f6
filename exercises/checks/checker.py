"""The engine: questions, the kinds of answer they take, and the voice in which they reply."""

import contextlib
import csv
import functools
import importlib
import json
import math
import os
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
DATA = FOLDER.parent / "data"
TALLY = FOLDER / "my_progress.json"
WIDTH = 78


@functools.lru_cache(maxsize=16)
def _lines(path, changed):
    with open(path, encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def table(name):
    """One data table as dictionaries of text, read without pandas: another road than the learner's.

    A rule may ask for it a hundred times, so it is read again only when the file has changed.
    """
    path = DATA / f"{name}.csv"
    return _lines(path, path.stat().st_mtime_ns)


def row(name, **wanted):
    """The one row of a table in which the named columns have the wanted text (LookupError unless exactly one)."""
    found = [line for line in table(name) if all(line[column] == text for column, text in wanted.items())]
    if len(found) != 1:
        raise LookupError(f"{len(found)} rows of {name}.csv have {wanted}; exactly one was expected")
    return found[0]


def near(answer, expected, within=0.06):
    """Do two numbers, or two sequences of numbers of the same length, lie within a distance of each other?"""
    if isinstance(expected, (int, float)):
        return abs(answer - expected) <= within
    return all(abs(a - e) <= within for a, e in zip(answer, expected, strict=True))


def wilson(events, total, z=1.96):
    """Wilson limits in percent as the roots of (p - x)^2 = z^2 x (1 - x) / n: another road than the lesson's."""
    a, b, c = 1 + z * z / total, -(2 * events / total + z * z / total), (events / total) ** 2
    reach = max(0.0, b * b - 4 * a * c) ** 0.5
    return [100 * (-b - reach) / (2 * a), 100 * (-b + reach) / (2 * a)]


# ------------------------------------------------------------------------------------- kinds of answer


#: Replies to an answer that is nearly right, which no rule has to name: {name: words}. See ``almost`` of the kinds.
NEARLY = {
    "rounded too far": "The method is right. Give it with the decimals that are asked for.",
    "names of the bars": "Your bars have the right values. Name each of them exactly as the question says.",
    "rounded bars": "You rounded the values of the bars. Draw them as they come.",
}


class Unreadable(Exception):
    """The answer is not of the kind that the question takes; the text says what it is and what is asked."""


def _plain(value):
    """A numpy or pandas scalar, or a box with one thing in it, as a plain Python value."""
    if hasattr(value, "item") and not isinstance(value, dict):
        try:
            return value.item()
        except (ValueError, TypeError):
            raise Unreadable("You gave several values; one is asked for.") from None
    return value


def _members(value, of="names"):
    """The members of a list, set, tuple, Series, Index or array; ``of`` says what they should be."""
    if isinstance(value, str):
        raise Unreadable(f"You gave one text. A list of {of}, in square brackets, is asked for.")
    if isinstance(value, dict):
        raise Unreadable(f"You gave a dictionary. Put the {of} into a list, in square brackets.")
    if hasattr(value, "columns"):
        raise Unreadable("You gave a whole table. Pick the one column that is asked for.")
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise Unreadable(f"You gave {_a(value)}. A list, in square brackets, is asked for.")
    return list(value)


def _rounded(answer, expected, places):
    """Is the answer the expected number, rounded to so many decimals, with a digit left that is not zero?"""
    return (abs(answer - round(answer, places)) < 1e-9 and abs(expected) >= 10.0**-places
            and abs(answer - expected) <= 0.5 * 10.0**-places + 1e-9)


def _a(value):
    return {"NoneType": "None, that is, nothing", "str": "a text", "bool": "True or False", "list": "a list",
            "dict": "a dictionary", "function": "a function (were the round brackets forgotten?)",
            "method": "a method (were the round brackets forgotten?)",
            "DataFrame": "a table", "Series": "a column"}.get(type(value).__name__, f"a {type(value).__name__}")


def _letter(text):
    return str(text).strip().strip(".)").lower()


class Kind:
    """What all kinds of answer share."""

    def almost(self, answer, expected):
        """The name of the reply in NEARLY that a wrong answer earns by being nearly right, or None."""
        return None


class Number(Kind):
    """One number. ``within`` is the largest distance from the expected number that still counts as right.

    ``below_zero`` goes on from the reply to the root of a number below zero, which Python gives as a complex number.
    """

    def __init__(self, within, below_zero="Look at what stands under the root."):
        self.within, self.below_zero = within, below_zero

    def read(self, answer):
        answer = _plain(answer)
        if isinstance(answer, str):
            raise Unreadable("You gave a text. Write the number without quotes and without a % sign.")
        if isinstance(answer, complex):
            raise Unreadable(f"You took the root of a number below zero. {self.below_zero}")
        if isinstance(answer, bool) or not isinstance(answer, (int, float)):
            raise Unreadable(f"You gave {_a(answer)}. One number is asked for.")
        if not math.isfinite(answer):
            raise Unreadable("Your number is nan or infinite: somewhere a value is missing or zero.")
        return float(answer)

    def same(self, answer, expected):
        return abs(answer - expected) <= self.within + 1e-9

    def rounded(self, answer, expected):
        """Was the right number given with fewer decimals than the tolerance asks for?"""
        return any(_rounded(answer, expected, places) for places in ((0, 1) if self.within < 0.01 else (0,)))

    def almost(self, answer, expected):
        return "rounded too far" if self.rounded(answer, expected) else None


class Numbers(Number):
    """Several numbers in a fixed order, such as (low, high)."""

    def __init__(self, within, names):
        super().__init__(within)
        self.names = names

    def read(self, answer):
        members = _members(answer, "numbers")
        if len(members) != len(self.names):
            raise Unreadable(f"You gave {len(members)} values; {len(self.names)} are asked for: "
                             f"{', '.join(self.names)}.")
        return [super(Numbers, self).read(member) for member in members]

    def same(self, answer, expected):
        return all(super(Numbers, self).same(a, e) for a, e in zip(answer, expected, strict=True))

    def rounded(self, answer, expected):
        return all(super(Numbers, self).same(a, e) or super(Numbers, self).rounded(a, e)
                   for a, e in zip(answer, expected, strict=True))


class Letter(Kind):
    """One letter of several offered answers."""

    def __init__(self, letters):
        self.letters = letters

    def read(self, answer):
        letter = _letter(_plain(answer))
        if letter not in set(self.letters):
            raise Unreadable(f"Answer with one letter in quotes: {', '.join(self.letters)}.")
        return letter

    def same(self, answer, expected):
        return answer == expected


class Names(Kind):
    """A set of names or whole numbers; their order and repetitions do not matter.

    With ``letters`` the names are single letters, read as generously as Letter reads one.
    """

    def __init__(self, of=str, letters=False):
        self.of, self.letters = of, letters

    def read(self, answer):
        what = "numbers" if self.of is int else "letters" if self.letters else "names"
        members = [_plain(member) for member in _members(answer, what)]
        if self.of is int:
            if any(isinstance(m, (str, bool)) or not isinstance(m, (int, float)) or m != int(m) for m in members):
                raise Unreadable("Whole numbers are asked for, without quotes.")
            return {int(member) for member in members}
        if any(not isinstance(member, str) for member in members):
            raise Unreadable(f"{what.capitalize()} are asked for, each in quotes.")
        return {_letter(member) if self.letters else member.strip() for member in members}

    def same(self, answer, expected):
        return answer == set(expected)


class Pairs(Kind):
    """One word for each of several numbers: a dictionary (or a Series) whose keys are ``keys``.

    ``words`` are those that may be given; ``expected`` is {key: set of words that are right for it}.
    """

    def __init__(self, keys, words):
        self.keys, self.words = list(keys), set(words)

    def read(self, answer):
        if hasattr(answer, "to_dict") and not hasattr(answer, "columns"):
            answer = answer.to_dict()
        if not isinstance(answer, dict):
            raise Unreadable(f"You gave {_a(answer)}. A dictionary is asked for: {{1: '...', 2: '...'}}.")
        missing = [str(key) for key in self.keys if key not in answer]
        if missing:
            raise Unreadable(f"Your dictionary has no entry for {', '.join(missing)}. The keys are plain numbers.")
        found = {key: " ".join(str(_plain(answer[key])).split()).lower() for key in self.keys}
        for key, word in found.items():
            if word not in self.words:
                raise Unreadable(f"The entry for {key} is none of the words that are offered. Look at its spelling.")
        return found

    def same(self, answer, expected):
        return all(answer[key] in expected[key] for key in self.keys)


class Drawing(Kind):
    """A figure, read off what is drawn: bars with the place and the value of each, label, limits, title.

    ``within`` is the largest distance of a bar from its value that still counts as right.
    """

    def __init__(self, within=0.051):
        self.within = within

    def read(self, answer):
        if hasattr(answer, "axes") and isinstance(answer.axes, list):  # a Figure
            if len(answer.axes) != 1:
                raise Unreadable(f"Your figure has {len(answer.axes)} sets of axes; one is asked for.")
            answer = answer.axes[0]
        if not hasattr(answer, "get_xlabel"):
            raise Unreadable(f"You gave {_a(answer)}. Give the axes: fig, ax = plt.subplots().")
        answer.figure.draw_without_rendering()
        places = {round(float(at), 3): " ".join(label.get_text().split())
                  for at, label in zip(answer.get_xticks(), answer.get_xticklabels(), strict=False)}
        sideways = {round(float(at), 3): " ".join(label.get_text().split())
                    for at, label in zip(answer.get_yticks(), answer.get_yticklabels(), strict=False)}
        bars, on_side = {}, False
        for group in answer.containers:
            if not hasattr(group, "patches"):
                continue
            on_side = group.orientation == "horizontal"
            for bar in group.patches:
                if on_side:
                    at = round(bar.get_y() + bar.get_height() / 2, 3)
                    bars[sideways.get(at, str(at))] = float(bar.get_width())
                else:
                    at = round(bar.get_x() + bar.get_width() / 2, 3)
                    bars[places.get(at, str(at))] = float(bar.get_height())
        measure = "x" if on_side else "y"
        named = type(getattr(answer, f"{measure}axis").get_major_formatter()).__name__ == "StrCategoryFormatter"
        ticks = (places if on_side else sideways).values()
        title = answer.get_title(loc="left") or answer.get_title() or answer.figure.get_suptitle()
        return {"bars": bars, "label": getattr(answer, f"get_{measure}label")().strip(),
                "limits": sorted(getattr(answer, f"get_{measure}lim")()), "title": title.strip(),
                "numbers as text": named and any(re.fullmatch(r"-?[\d.]+%?", tick) for tick in ticks)}

    def same(self, answer, expected):
        """``expected`` is {place: value}; the other faults of a figure are mistakes of their own in the rules."""
        return same_bars(answer["bars"], expected, self.within)

    def almost(self, answer, expected):
        bars = answer["bars"]
        if len(bars) == len(expected) and near(sorted(bars.values()), sorted(expected.values()), self.within):
            return "names of the bars"
        if bars.keys() == expected.keys() and all(
                abs(bars[at] - expected[at]) <= self.within or _rounded(bars[at], expected[at], 0) for at in expected):
            return "rounded bars"
        return None


def same_bars(bars, expected, within=0.051):
    """Do two {place: value} agree in every place and, within the rounding, in every value?"""
    return bars.keys() == expected.keys() and all(abs(bars[at] - expected[at]) <= within for at in expected)


# ----------------------------------------------------------------------------------- questions and rules


@dataclass
class Mistake:
    """A mistake with a name: ``when`` gets the answer as read and says whether this is it."""

    name: str
    hint: str
    when: Callable


def given_as_fraction(expected):
    """The mistake of giving a fraction where percent is asked for; ``expected`` works out the percentage."""
    return Mistake("fraction", "That is the fraction. The question asks for percent: multiply by 100.",
                   lambda x: near(100 * x, expected()))


def bar_chart_faults(unit):
    """Mistakes that any bar chart can have; ``unit`` is the word that its axis label must hold."""
    return [
        Mistake("no bars", "There are no bars on your axes. Draw them with ax.bar or ax.barh.",
                lambda drawn: not drawn["bars"]),
        Mistake("not from zero", "A bar's length is its value only if the axis begins at zero. Yours does not.",
                lambda drawn: drawn["limits"][0] > 0),
        Mistake("no label", f"The axis of the values needs a label that says what it counts: {unit}.",
                lambda drawn: unit not in drawn["label"].lower()),
        Mistake("no title", "The figure has no title. Say in a few words what it shows: ax.set_title('...').",
                lambda drawn: not drawn["title"]),
    ]


@dataclass
class Question:
    """One question: the learner's variable, what is right, and what to say to what is not."""

    key: str
    title: str
    variable: str
    kind: object
    expected: Callable
    nudge: str
    wrong: str
    praise: str
    mistakes: list = field(default_factory=list)
    #: Why a typed-in answer may stay right when the data change, if it may (see tests/test_exercises.py).
    fixed: str = ""

    def look(self, names):
        """Read the answer off the learner's names. Returns ("read", plain value), or (hint name, words) for none."""
        if self.variable not in names:
            return "missing", f"There is no variable called {self.variable} yet. Run the answer cell first."
        answer = names[self.variable]
        if answer is ...:
            return "not answered", "Not answered yet: put your answer in place of the three dots."
        try:
            return "read", self.kind.read(answer)
        except Unreadable as reason:
            return "type", str(reason)
        except Exception:  # an odd object must never stop a learner with our own traceback
            return "type", f"You gave {_a(answer)}, which cannot be read as an answer here."

    def verdict(self, read):
        """Judge an answer as ``look`` has read it. Returns (hint name, words); "correct" when it is right.

        The right answer is asked first, so no rule of a mistake can take it. A drawing is asked after its mistakes,
        which are told in their order: right bars may lack a label.
        """
        expected = self.expected()
        right = self.kind.same(read, expected)
        for mistake in self.mistakes if not right or isinstance(self.kind, Drawing) else ():
            try:
                if mistake.when(read):
                    return mistake.name, mistake.hint
            except (ArithmeticError, LookupError, TypeError, ValueError):
                continue
        if right:
            return "correct", self.praise
        nearly = self.kind.almost(read, expected)
        return (nearly, NEARLY[nearly]) if nearly else ("wrong", self.wrong)

    def judge(self, names):
        """Look at the learner's names. Returns (hint name, words); the hint name is "correct" when it is right."""
        found, told = self.look(names)
        return self.verdict(told) if found == "read" else (found, told)


class NotYet(AssertionError):
    """Raised instead of printed when a notebook is validated, so that the validation fails here."""

    def _render_traceback_(self):
        return str(self).splitlines()


class Check:
    """``check("q1")`` judges, ``check.hint("q1")`` nudges, ``check.progress()`` tells how far one has come."""

    def __init__(self, exercise, names):
        if not re.fullmatch(r"\d\d_[a-z_]+", exercise):
            raise ValueError(f"An exercise is named like 01_sentence_to_row, not {exercise!r}.")
        rules = importlib.import_module(f".rules_{exercise}", __package__)
        self.exercise, self.names = exercise, names
        self.questions = {question.key: question for question in rules.QUESTIONS}
        self.results = {}

    def __call__(self, key):
        question = self._question(key)
        hint, words = question.judge(self.names)
        self.results[key] = hint
        self._remember()
        number = key.removeprefix("q")
        head = "Correct" if hint == "correct" else "Not yet"
        reply = "\n".join([f"{head}: question {number} ({question.title})", *wrap(words)])
        if hint != "correct" and _validating():
            raise NotYet(reply)
        print(reply)

    def hint(self, key):
        """Print a first nudge for a question, before any attempt."""
        print("\n".join(wrap(self._question(key).nudge)))

    def progress(self):
        """Print which questions are right so far. The tally is kept in this folder and sent nowhere."""
        tally = {**({} if _validating() else _read_tally().get(self.exercise, {})), **self.results}
        right = [key for key in self.questions if tally.get(key) == "correct"]
        for key, question in self.questions.items():
            state = "correct" if key in right else "not yet" if key in tally else "not tried"
            print(f"{key.removeprefix('q'):>2}  {state:<10} {question.title}")
        print(f"{len(right)} of {len(self.questions)} questions are right.")

    def _question(self, key):
        if key not in self.questions:
            raise KeyError(f"There is no question {key!r} here. The questions are {', '.join(self.questions)}.")
        return self.questions[key]

    def _remember(self):
        if _validating():
            return
        tally = _read_tally()
        tally[self.exercise] = {**tally.get(self.exercise, {}), **self.results}
        with contextlib.suppress(OSError):  # a folder that cannot be written to costs the tally, not the answer
            TALLY.write_text(json.dumps(tally, indent=1), encoding="utf-8")


def for_exercise(exercise, names):
    """The checker of one exercise, such as "01_sentence_to_row"; ``names`` is the notebook's ``globals()``."""
    return Check(exercise, names)


def wrap(words):
    """Words as lines of at most 78 characters."""
    return textwrap.wrap(words, WIDTH)


def _validating():
    """Are we run by nbval (see conftest.py) or nbgrader, which must see a wrong answer as a failure?"""
    return os.environ.get("COURSE_CHECK") == "raise" or bool(os.environ.get("NBGRADER_EXECUTION"))


def _read_tally():
    try:
        tally = json.loads(TALLY.read_text(encoding="utf-8"))
        return {name: dict(results) for name, results in tally.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
