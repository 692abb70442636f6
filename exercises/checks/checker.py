"""The engine: tables, questions with their known mistakes, and the voice in which the checker replies."""

import ast
import contextlib
import csv
import enum
import functools
import importlib
import json
import os
import re
import sys
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import kinds
from .kinds import InOneLine, TablesBroken, worked_out

FOLDER = Path(__file__).resolve().parents[1]
DATA = FOLDER.parent / "data"
TALLY = FOLDER / "my_progress.json"
WIDTH = 78


# -- tables, and arithmetic on another road than the learner's


@functools.lru_cache(maxsize=16)
def _lines(path, changed):
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TablesBroken(f"data/{path.name} is not in UTF-8. Save it as CSV UTF-8, or get it anew.") from error
    head = text.partition("\n")[0]
    semicolons = head.count(";") > head.count(",")
    lines = list(csv.reader(text.splitlines(keepends=True), delimiter=";" if semicolons else ",")) or [[]]
    if semicolons:  # as a spreadsheet writes it where the comma is the decimal sign
        lines = [[re.sub(r"^(-?\d+),(\d+)$", r"\1.\2", cell) for cell in line] for line in lines]
    uneven = next((n for n, line in enumerate(lines, start=1) if line and len(line) != len(lines[0])), None)
    if uneven:
        raise TablesBroken(f"data/{path.name}: row {uneven} has {len(lines[uneven - 1])} cells, and the first row "
                           f"names {len(lines[0])} columns. Get the table anew.")
    return tuple(dict(zip(lines[0], line, strict=True)) for line in lines[1:] if line)


def table(name):
    """One data table as a tuple of dictionaries of text, read without pandas: another road than the learner's.

    What a spreadsheet makes of a table is understood: a byte order mark, semicolons with decimal commas, other ends of
    lines. Raises TablesBroken for a table that cannot be read. It is read again only when the file has changed.
    """
    path = DATA / f"{name}.csv"
    try:
        return _lines(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise TablesBroken(f"data/{path.name} cannot be read: {error.strerror}. Get it anew.") from error


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


# -- questions


class State(enum.Enum):
    """What can be said of an answer."""

    CORRECT = "correct"
    MISSING = "missing"
    NOT_ANSWERED = "not answered"
    TYPE = "type"
    MISTAKE = "mistake"
    NEARLY = "nearly"
    WRONG = "wrong"


@dataclass(frozen=True)
class Reply:
    """What is said to an answer; ``name`` is that of the mistake or of the near miss, else the state's value."""

    state: State
    name: str
    words: str


def _reply(state, words):
    return Reply(state, state.value, words)


@dataclass(frozen=True)
class Read:
    """An answer as a plain JSON value, of the form that the question's kind calls valid."""

    value: object


@dataclass
class Mistake:
    """A known mistake: ``gives`` is what one gets by it, or ``when`` gets the answer and says whether this is it.

    ``gives`` is a value or a function that works one out, or a list of several; the answer is compared with it by the
    question's own kind and tolerance, and at last with what a learner types of it, rounded. ``when`` gets the answer
    as the kind unpacks it.
    """

    name: str
    hint: str
    gives: object = None
    when: Callable | None = None

    def __post_init__(self):
        if (self.gives is None) == (self.when is None):
            raise ValueError(f"The mistake {self.name!r} needs either gives= or when=.")

    def made(self, kind, value, rounded=False):
        """Is this the mistake in a wrong answer? One that cannot be worked out was not made.

        With ``rounded`` the answer is compared with what the mistake gives as a learner types it (see Kind.rounded).
        """
        try:
            if self.when:
                return not rounded and bool(self.when(value))
            gives, alike = self.gives() if callable(self.gives) else self.gives, kind.rounded if rounded else kind.taken
            return any(alike(value, given) for given in ([gives] if kind.single(gives) else gives))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            return False


@dataclass
class Question:
    """One question: the learner's variable, what is right, and what to say to what is not.

    ``expected`` works the right answer out of the tables. ``recipe`` is the way to go, told by ``check.hint`` alone;
    ``wrong`` is said to an answer of which nothing is known: best a question, and never the way to go.
    """

    key: str
    title: str
    variable: str
    kind: kinds.Kind
    expected: Callable
    recipe: str
    praise: str
    mistakes: list = field(default_factory=list)
    wrong: str = ""
    #: Other variables that are read along with this one, for an answer that is judged beside others.
    beside: tuple = ()
    #: Why a typed-in answer may stay right when the data change, if it may (see tests/test_exercises.py).
    fixed: str = ""

    def __post_init__(self):
        self.wrong = self.wrong or f'That is something else. check.hint("{self.key}") says how to go about it.'

    def look(self, names):
        """Read the answer off the learner's names: a Read, or the Reply to what cannot be read."""
        if self.variable not in names:
            return _reply(State.MISSING, f"There is no variable called {self.variable} yet. Run the answer cell first.")
        answer = names[self.variable]
        try:
            if self.kind.blank(answer):
                return _reply(State.NOT_ANSWERED, self.kind.unanswered)
            return Read(self.kind.read(answer, **{name: names.get(name, ...) for name in self.beside}))
        except kinds.Unreadable as reason:
            return _reply(State.TYPE, str(reason))
        except TablesBroken:
            raise
        except Exception:  # an odd object must never stop a learner with our own traceback
            return _reply(State.TYPE, "What you gave cannot be read as an answer here.")

    def verdict(self, value):
        """Judge a plain value, such as ``look`` has read it. Needs nothing of the learner's process.

        The right answer is asked first, so no rule of a mistake can take it; what a mistake gives, rounded, is asked
        for last, so no other reply gives way to it; only the reply that all but one part is right comes after it.
        Raises TablesBroken.
        """
        kind, expected = self.kind, worked_out(self.expected, f"The right answer to question {self.key[1:]}")
        value = kind.unpack(value, expected)
        right = kind.same(value, expected)
        name = kind.fault(value, expected, right)
        if name is None and right:
            return _reply(State.CORRECT, self.praise)
        if name is None:
            made = next((mistake for mistake in self.mistakes if mistake.made(kind, value)), None)
            name = None if made else kind.nearly(value, expected)
            if not made and not name:
                made = next((mistake for mistake in self.mistakes if mistake.made(kind, value, rounded=True)), None)
            if made:
                return Reply(State.MISTAKE, made.name, made.hint)
            name = name or kind.partly(value, expected)
        return Reply(State.NEARLY, name, kind.words[name]) if name else _reply(State.WRONG, self.wrong)

    def judge(self, names):
        """Look at the learner's names, and judge what was found there."""
        found = self.look(names)
        return self.verdict(found.value) if isinstance(found, Read) else found


def no_key():
    """What is expected where there is no key."""


@dataclass
class OpenQuestion(Question):
    """A question without a key: right is an answer in which none of the mistakes is found.

    Each mistake has ``when``, which gives what was found, to be told where the hint has {}, or nothing.
    """

    fixed: str = "it has no key"

    def verdict(self, value):
        try:
            found = next(((found, one) for one in self.mistakes if (found := one.when(value))), None)
        except (ArithmeticError, LookupError, TypeError, ValueError):  # nothing that a rule stumbles over is right
            return _reply(State.WRONG, self.wrong)
        if found is None:
            return _reply(State.CORRECT, self.praise)
        return Reply(State.MISTAKE, found[1].name, found[1].hint.replace("{}", str(found[0])))


# -- what a notebook tells of its cells


def assigned(source):
    """The names to which a cell gives a value, wherever it stands in it outside functions."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a slip, or a line for IPython: the lines that look like name = ...
        return set(re.findall(r"^\s*(\w+)\s*=(?!=)", source, re.MULTILINE))
    found, left = set(), [tree]
    while left:
        node = left.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif not isinstance(node, (ast.Lambda, ast.comprehension)):
            left += ast.iter_child_nodes(node)
    return found


def in_one_line(error):
    """What a cell stopped with, such as "NameError: name 'x' is not defined"."""
    try:
        words = " ".join(str(error).split())
    except Exception:
        words = ""
    words = re.sub(r"\([^()]*, line (\d+)\)$", r"(line \1)", words)
    return f"{type(error).__name__}: {words}"[:140].rstrip(": ")


def stopped(error, variable=""):
    """The Reply to a question whose answer cell stopped; ``error`` as ``in_one_line`` tells it."""
    more = "Mend it and run it again."
    if re.match(r"NameError: name '[a-z]' is", error):
        more = f'A letter is a text and stands in quotes: {variable or "answer"} = "{error[17]}".'
    elif "U+2212" in error:
        more = "A minus that was copied out of a text is another character: type it anew."
    elif "invalid non-printable character" in error or "invalid character" in error:
        more = "A character was copied that Python does not know: type the line anew."
    elif error.startswith("SyntaxError"):
        more = "Is a comma missing, or is a quotation mark inside quotation marks? Mend it and run it again."
    return _reply(State.MISSING, f"The cell above stopped with {error}. {more}")


class NotYet(InOneLine, AssertionError):
    """Raised instead of printed when a notebook is validated, so that the validation fails here."""


class Check:
    """``check("q1")`` judges, ``check.hint("q1")`` tells the way to go, ``check.progress()`` how far one has come."""

    def __init__(self, exercise, names):
        if not re.fullmatch(r"\d\d_[a-z_]+", exercise):
            raise ValueError(f"An exercise is named like 01_sentence_to_row, not {exercise!r}.")
        rules = importlib.import_module(f".rules_{exercise}", __package__)
        self.exercise, self.names = exercise, names
        self.questions = {question.key: question for question in rules.QUESTIONS}
        self.results = {}
        self._stopped, self._last = {}, ""  # {variable: what its cell stopped with}, and what the last cell did
        self._given = {}  # {name that came with the exercise: the object it stood for}
        self._listen()

    def __call__(self, key):
        question = self._question(key)
        try:
            reply = self._judge(question)
        except TablesBroken as broken:
            if _validating():
                raise
            print(f"Not judged: {broken}")
            return
        self._remember(key, reply.state)
        right = reply.state is State.CORRECT
        told = "\n".join([f"{'Correct' if right else 'Not yet'}: question {key.removeprefix('q')} ({question.title})",
                          *wrap(reply.words), *wrap(self._taken_away())])
        if not right and _validating():
            raise NotYet(told)
        print(told)

    def hint(self, key):
        """Print the way to go about a question; the one after the last has no check."""
        if key == f"q{len(self.questions) + 1}":
            print(f"Question {key[1:]} is not checked.")
            return
        print("\n".join(wrap(self._question(key).recipe)))

    def progress(self):
        """Print which questions are right so far. The tally is kept in this folder and sent nowhere."""
        tally = {**({} if _validating() else _read_tally().get(self.exercise, {})), **self.results}
        right = [key for key in self.questions if tally.get(key) == State.CORRECT.value]
        for key, question in self.questions.items():
            state = "correct" if key in right else "not yet" if key in tally else "not tried"
            print(f"{key.removeprefix('q'):>2}  {state:<10} {question.title}")
        print(f"{len(right)} of {len(self.questions)} questions are right.")

    def _question(self, key):
        if key not in self.questions:
            raise KeyError(f"There is no question {key!r} here. The questions are {', '.join(self.questions)}.")
        return self.questions[key]

    def _judge(self, question):
        """The reply to a question; where its answer cell stopped, an older answer is not judged in its place."""
        error = self._stopped.get(question.variable)
        if error is None and self._last and question.variable not in self.names:
            error = self._last
        return stopped(error, question.variable) if error else question.judge(self.names)

    def _remember(self, key, state):
        """Keep a result. That nothing was there to judge, as after a restart, leaves an earlier result as it is."""
        tally = {} if _validating() else _read_tally()
        kept = tally.setdefault(self.exercise, {})
        kept |= self.results
        if key not in kept or state not in {State.MISSING, State.NOT_ANSWERED}:
            kept[key] = state.value
        self.results[key] = kept[key]
        if not _validating():
            with contextlib.suppress(OSError):  # a folder that cannot be written to costs the tally, not the answer
                TALLY.write_text(json.dumps(tally, indent=1), encoding="utf-8")

    def _listen(self):
        """Let IPython, where there is one, tell us of every cell that is run; hear what figures.show refuses."""
        shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        if shell is not None:
            shell.events.register("pre_run_cell", self._before)
            shell.events.register("post_run_cell", self._after)
        if hasattr(self.names.get("figures"), "show"):
            self.names["figures"] = _with_refusals_told(self.names["figures"])

    def _before(self, info):
        for name in assigned(info.raw_cell):
            self._stopped.pop(name, None)

    def _after(self, result):
        source, error = result.info.raw_cell, result.error_before_exec or result.error_in_exec
        self._last = "" if error is None or re.match(r"\s*check\b", source) else in_one_line(error)
        if self._last:
            self._stopped |= dict.fromkeys(assigned(source), self._last)
        elif source.strip() in _given_cells(self.exercise):
            self._given |= {name: self.names[name] for name in assigned(source) if name in self.names
                            and (callable(self.names[name]) or (DATA / f"{name}.csv").exists())}
        if self._given.get("check") is self is not self.names.get("check"):
            self.names["check"] = self
            print("check is the name of the checker, and was given back to it. Call yours something else.")

    def _taken_away(self):
        """What to say of names that the exercise gave and that now stand for something else."""
        other = [name for name, thing in self._given.items() if self.names.get(name) is not thing]
        if not other:
            return ""
        stand = "stands" if len(other) == 1 else "stand"
        return (f"Note: {' and '.join(other)} came with this exercise and now {stand} for something of your own. "
                "Run the given cells again, and use another name.")


def for_exercise(exercise, names):
    """The checker of one exercise, such as "01_sentence_to_row"; ``names`` is the notebook's ``globals()``."""
    return Check(exercise, names)


def wrap(words):
    """Words as lines of at most 78 characters."""
    return textwrap.wrap(words, WIDTH)


@functools.cache
def _given_cells(exercise):
    """The sources of the cells that come with an exercise: those with the ids setup, given and qN-given."""
    try:
        cells = json.loads((FOLDER / f"{exercise}.ipynb").read_text(encoding="utf-8"))["cells"]
        return {"".join(cell["source"]).strip() for cell in cells
                if cell["cell_type"] == "code" and cell.get("id", "").split("-")[-1] in {"setup", "given"}}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return set()


def _with_refusals_told(figures):
    """The module figures for one notebook: what ``show`` refuses is told in two lines and stops nothing."""
    @functools.wraps(figures.show)
    def show(fig, *rest, **more):
        is_figure = hasattr(fig, "savefig")
        if is_figure:
            kinds.SHOWN.add(fig)
        try:
            return figures.show(fig, *rest, **more)
        except Exception as refusal:
            words = str(refusal)
            if not is_figure:
                words = "It takes the figure: figures.show(fig, '...')."
            elif not any(ax.has_data() for ax in fig.axes):
                words = "There is nothing on the axes. Put your values in place of the three dots."
            print("\n".join(["figures.show does not show this yet:", *wrap(words)[:2]]))
    told = types.ModuleType(figures.__name__, figures.__doc__)
    told.__dict__.update(vars(figures), show=show)
    return told


def _validating():
    """Are we run by nbval (see conftest.py) or nbgrader, which must see a wrong answer as a failure?"""
    return os.environ.get("COURSE_CHECK") == "raise" or bool(os.environ.get("NBGRADER_EXECUTION"))


def _read_tally():
    try:
        tally = json.loads(TALLY.read_text(encoding="utf-8"))
        return {name: dict(results) for name, results in tally.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
