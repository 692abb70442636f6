"""One notebook as handed in: read without trust, recognised, and put together anew for running.

Everything here works on a stranger's bytes and is done inside the container (grading/worker.py). Only the standard
library is used. What is run are our set-up and given cells, the learner's other code, and looks at the answers; so it
does not matter what happened to the checks in a learner's file.
"""

import ast
import functools
import json
import re
import symtable
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path

EXERCISES = Path(__file__).resolve().parents[1] / "exercises"
MOST_CELLS = 2_000
MOST_SOURCE = 2_000_000  # characters of all cells together
LONGEST_CELL = 100_000  # characters of code; Python takes seconds to read one long text
CANNOT_READ = (SyntaxError, ValueError, RecursionError, MemoryError)


class NotGraded(Exception):
    """A file that cannot be graded at all; the text says why, in a few words for the report."""


# -- reading


@dataclass(frozen=True)
class Cell:
    """One cell as handed in: code or not, its id ("" if it has none), its source, its place in the file from 1."""

    code: bool
    id: str
    source: str
    place: int

    @property
    def label(self):
        return self.id if re.fullmatch(r"[a-z0-9-]{1,20}", self.id) else f"cell {self.place}"

    @property
    def gist(self):
        """What the cell is known by when its id is lost: its code, or its first line of text."""
        return self.source.strip() if self.code else self.source.strip().partition("\n")[0].strip()


def read(content):
    """The cells in the bytes of a notebook file of any nbformat. Raises NotGraded."""
    try:
        text = content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError:
        raise NotGraded("not a notebook: it is not text in UTF-8") from None
    if not text.strip():
        raise NotGraded("the file is empty")
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        raise NotGraded("not a notebook: it is not JSON") from None
    try:
        sheets = notebook.get("worksheets", [notebook])  # nbformat 3 has sheets
        raw = [cell for sheet in sheets for cell in sheet["cells"]]
        cells = [Cell(cell["cell_type"] == "code", str(cell.get("id", "")), _joined(cell), place)
                 for place, cell in enumerate(raw[:MOST_CELLS + 1], start=1)]
    except (LookupError, TypeError, AttributeError):
        raise NotGraded("not a notebook: it has no cells") from None
    if len(cells) > MOST_CELLS:
        raise NotGraded(f"it has more than {MOST_CELLS:,} cells")
    if sum(len(cell.source) for cell in cells) > MOST_SOURCE:
        raise NotGraded(f"its cells hold more than {MOST_SOURCE:,} characters")
    return cells


def _joined(cell):
    source = cell.get("source", cell.get("input", ""))
    return source if isinstance(source, str) else "".join(source)


# -- recognising


@functools.cache
def exercises():
    """The names of all exercises, such as 01_sentence_to_row."""
    return sorted(path.stem for path in EXERCISES.glob("[0-9][0-9]_*.ipynb")
                  if re.fullmatch(r"\d\d_[a-z_]+", path.stem) and not path.stem.endswith("_solution"))


@functools.cache
def blank(exercise):
    """{id: cell} of the learner's blank file, our own."""
    return {cell.id: cell for cell in read((EXERCISES / f"{exercise}.ipynb").read_bytes())}


@functools.cache
def questions(exercise):
    """{key: question} of an exercise. What is right is worked out once: the tables do not change while we grade."""
    from checks import for_exercise

    found = for_exercise(exercise, {}).questions
    return {key: replace(question, expected=functools.cache(question.expected))
            for key, question in found.items()}


def recognise(cells):
    """Which exercise is it? By the texts of its questions, else by its set-up cell; never by a file's name.

    Raises NotGraded when it is none.
    """
    gists = {cell.gist for cell in cells if not cell.code}
    kin = {name: sum(cell.gist in gists for cell in blank(name).values()
                     if not cell.code and re.fullmatch(r"title|q\d+-text", cell.id)) for name in exercises()}
    best = max(kin, key=kin.get, default=None)
    if best and kin[best] > 1:
        return best
    for cell in cells:
        for name in re.findall(r"for_exercise\(\s*[\"'](\w+)[\"']", cell.source) if cell.code else ():
            if name in kin:
                return name
    raise NotGraded("no exercise of this course was recognised in it")


# -- putting together


@dataclass
class Plan:
    """What is to be run for one submission.

    ``steps`` holds ("run", label of the cell, source) and ("look", question); ``owners`` {label: question to which
    the cell belongs, or None}; ``notes`` {question: what a teacher should know}; ``said`` the answer in words.
    """

    steps: list = field(default_factory=list)
    owners: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)
    said: str = ""

    def looks(self, key):
        return self.steps.count(("look", key))


@dataclass(frozen=True)
class _Part:
    """A learner's cell with what we know of it: which cell of ours it is ("" if none), and in whose section."""

    cell: Cell
    role: str
    owner: str | None


def assemble(cells, exercise):
    """Put our given cells, the learner's other code and our looks at the answers together: a ``Plan``."""
    ours, parts = blank(exercise), _parts(cells, exercise)
    given = [name for name, cell in ours.items() if cell.code and not re.search(r"-(answer|check)$|^progress$", name)]
    preamble = [name for name in given if not re.match(r"q\d+-", name)]
    later = [name for name in given if name not in preamble]
    places = _places(parts, exercise)
    plan = Plan([("run", name, ours[name].source) for name in preamble],
                {part.cell.label: part.owner for part in parts}, _notes(parts, exercise), in_words(cells, exercise))
    missing = [name for name in later if name not in {part.role for part in parts}]
    fresh = set(places)  # questions for which something has run since they were last looked at
    for part in parts:
        first = [name for name in missing if name.partition("-")[0] == part.owner]
        missing = [name for name in missing if name not in first]
        steps = [("run", name, ours[name].source) for name in (*first, part.role) if name in later]
        is_given = part.role in given and ours[part.role].gist == part.cell.gist
        if part.cell.code and not is_given:
            steps += [("run", part.cell.label, source) for source in [without_checks(part.cell.source)]
                      if source.strip()]
        plan.steps += steps
        fresh |= set(places) if steps else set()
        for key in places:
            if part.cell.place in places[key] and key in fresh:
                plan.steps.append(("look", key))
                fresh.remove(key)
    plan.steps += [("look", key) for key in places if not places[key]]
    return plan


def _parts(cells, exercise):
    roles, owner, parts = _roles(cells, blank(exercise)), None, []
    for cell in cells:
        role = roles.get(cell.place, "")
        if re.match(r"q\d+-(?!check)", role):
            owner = role.partition("-")[0]
        parts.append(_Part(cell, role, owner))
    return parts


def _roles(cells, ours):
    """{place: id of our cell} for the learner's copies of our cells, by id, else by the words that they hold."""
    roles, left = {}, dict(ours)
    for cell in cells:
        if cell.id in left and left[cell.id].code == cell.code:
            roles[cell.place] = left.pop(cell.id).id
    by_gist = {(cell.code, cell.gist): name for name, cell in reversed(left.items())
               if not name.endswith(("-answer", "-check"))}
    for cell in cells:
        if cell.place not in roles and (cell.code, cell.gist) in by_gist:
            roles[cell.place] = by_gist.pop((cell.code, cell.gist))
    return roles


def _places(parts, exercise):
    """{question: places of the cells after which its answer is looked at}."""
    places, names = {}, {part.cell.place: binds(part.cell.source) if part.cell.code else set() for part in parts}
    for key, question in questions(exercise).items():
        section = [part.cell.place for part in parts if part.owner == key]
        set_here = [place for place, bound in names.items() if question.variable in bound]
        asks = [part.cell.place for part in parts
                if part.cell.code and re.search(rf"\bcheck\(\s*[\"']{key}[\"']", part.cell.source)]
        # What a check that stands before any answer would say is known: not answered.
        asks = [place for place in asks if set_here and place >= set_here[0]]
        last = max((place for place in section if place in set_here), default=0)
        quiet = [part.cell.place for part in parts if part.owner == key and part.cell.place > last
                 and part.cell.code and without_checks(part.cell.source).strip()]
        places[key] = set(set_here + asks + quiet[-1:] or section[-1:])
    return places


def _notes(parts, exercise):
    """{question: note} where the learner's code stands in a cell that is not code."""
    notes = {}
    for key, question in questions(exercise).items():
        for part in parts:
            fenced = re.sub(r"^```.*$", "", part.cell.source, flags=re.MULTILINE)
            if part.owner == key and not part.cell.code and question.variable in binds(fenced):
                notes[key] = f"{part.cell.label} holds code, but is not a code cell: it was not run"
    return notes


@functools.lru_cache(MOST_CELLS)
def _code(source):
    """(code, its tree) of a cell; where plain Python cannot read it, without magics, shell lines and calls for help."""
    if len(source) > LONGEST_CELL:
        return source, None
    for code in (source, re.sub(r"^([ \t]*)(?:[%!?].*|[\w.]+\?\??)$", r"\1pass", source, flags=re.MULTILINE)):
        try:
            with warnings.catch_warnings():  # of odd escapes in a learner's texts
                warnings.simplefilter("ignore")
                return code, ast.parse(code)
        except CANNOT_READ:
            pass
    return source, None


def binds(source):
    """The names to which a cell gives a value other than the three dots."""
    code, tree = _code(re.sub(r"^\w+[ \t]*=[ \t]*\.\.\.[ \t]*(#.*)?$", "", source, flags=re.MULTILINE))
    if tree is None:
        return set()  # such a cell does not run
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = symtable.symtable(code, "cell", "exec")
    except CANNOT_READ:
        return set()
    return {name.get_name() for name in table.get_symbols() if name.is_assigned() or name.is_imported()}


def without_checks(source):
    """The source without lines that only call the checker: ``check("q1")``, ``check.hint("q1")``."""
    if len(source) > LONGEST_CELL:
        return f'raise ValueError("a cell of more than {LONGEST_CELL:,} characters is not run")'
    _, tree = _code(source)
    lines = source.split("\n")
    for node in tree.body if tree else ():
        called = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
        called = called.value if isinstance(called, ast.Attribute) else called
        if isinstance(called, ast.Name) and called.id == "check":
            before = lines[node.lineno - 1].encode()[:node.col_offset].decode()
            after = lines[node.end_lineno - 1].encode()[node.end_col_offset:].decode()
            if not before.strip(" ;") and not after.partition("#")[0].strip(" ;"):
                lines[node.lineno - 1:node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    kept = "\n".join(lines)
    return kept if any(line.strip() and not line.strip().startswith("#") for line in lines) else ""


# -- the answer in words


def open_question(exercise):
    """Our two cells of the question that is answered in words: what is asked, and the place to write."""
    ours = blank(exercise)
    answer = next(cell for cell in ours.values() if cell.id.endswith("-answer") and not cell.code)
    return ours[answer.id.replace("answer", "text")], answer


def in_words(cells, exercise):
    """What a learner wrote to the open question: all in its section that is not our own text; "" if nothing."""
    asked, answer = open_question(exercise)
    roles, inside, found = _roles(cells, blank(exercise)), False, []
    for cell in cells:
        role = roles.get(cell.place, "")
        inside = role == asked.id or cell.id == answer.id or (inside and not role)
        if inside:
            found.append(cell.source.replace(asked.source, "").replace(answer.source, "").strip())
    return "\n\n".join(filter(None, found))
