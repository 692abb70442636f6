"""Grade a whole class: make grade SUBMISSIONS=FOLDER, or python tools/grade.py FOLDER --out report.csv

Takes a folder of submitted notebooks, in whatever folders they lie, and writes ``report.csv`` (one row for each
learner and question) and beside it what tools/class_report.py makes of it; one notebook is only told on the screen.
Each submission is put together anew: our set-up and given cells, the learner's other code cells, and our own look at
the answer, so it does not matter what happened to the checks in a learner's file. It runs in a process that can harm
only itself (tools/sandbox.py); the answer comes back as a plain value and is judged here, outside of that process.

A question counts as right when its variable held a right answer at the end of the question's section, after a cell
that set it, or where the learner's own check stood. The checker, its rules and the worked solutions lie in every
learner's folder: these marks tell a teacher where a class stands. Marks that count need answers that learners
cannot look up, checked where learners cannot reach them.
"""

import argparse
import ast
import contextlib
import functools
import hashlib
import json
import os
import queue
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import class_report
from sandbox import LIMITS, Server, decode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "exercises"))

from checks import checker, for_exercise

COLUMNS = ["learner", "exercise", "question", "result", "hint", "words", "note", "file", "fingerprint"]
#: What a row can say: how a question stands, or that the question or the whole file could not be run.
RESULTS = ("right", "not yet", "not answered", "not run", "not graded")
LARGEST = 100 * 1024**2  # bytes of a notebook
#: How a notebook's name ends, also where a mail program or a browser added to it.
NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
ARCHIVE = re.compile(r"\.(zip|7z|rar|tar|gz|tgz)$", re.IGNORECASE)
TWICE = "two files of this learner and exercise"
NAMELESS = "no name in the file's name"


# -- what was handed in


class NotGraded(Exception):
    """A file that cannot be graded at all; the text says why, in a few words for the report."""


@dataclass
class Cell:
    """One cell as handed in: code or not, its id ("" if it has none), its source, its place in the file from 1."""

    code: bool
    id: str
    source: str
    place: int

    @property
    def label(self):
        return self.id if re.fullmatch(r"[a-z0-9-]{1,20}", self.id) else f"cell {self.place}"


def read_cells(path):
    """The cells of a notebook file of any nbformat, read without trusting it. Raises NotGraded."""
    try:
        if path.stat().st_size > LARGEST:
            raise NotGraded(f"larger than {LARGEST // 1024**2} MB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise NotGraded(f"cannot be read: {error.strerror}") from None
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
        return [Cell(cell["cell_type"] == "code", str(cell.get("id", "")), _joined(cell), place)
                for place, cell in enumerate(raw, start=1)]
    except (LookupError, TypeError, AttributeError):
        raise NotGraded("not a notebook: it has no cells") from None


def _joined(cell):
    source = cell.get("source", cell.get("input", ""))
    return source if isinstance(source, str) else "".join(source)


def recognise(cells, path):
    """Which exercise is it? By its set-up cell, else by the title, else by the file's name. Raises NotGraded."""
    known = exercises()
    for cell in cells:
        for name in re.findall(r"for_exercise\(\s*[\"'](\w+)[\"']", cell.source) if cell.code else ():
            if name in known:
                return name
    titles = [number for cell in cells for number in re.findall(r"^# Exercise (\d\d)\b", cell.source, re.MULTILINE)]
    for name in known:
        if name[:2] in titles[:1] or name in path.stem:
            return name
    raise NotGraded("no exercise of this course was recognised in it")


@functools.cache
def exercises():
    """The names of all exercises, such as 01_sentence_to_row."""
    return sorted(path.name.removesuffix("_solution.ipynb") for path in ROOT.glob("exercises/*_solution.ipynb"))


@functools.cache
def questions(exercise):
    """The questions of an exercise. What is right is worked out once: the tables do not change while we grade."""
    found = for_exercise(exercise, {}).questions
    for question in found.values():
        question.expected = functools.cache(question.expected)
    return found


def learner_of(path, folder):
    """The learner's name, from the folders above the file, else from the file's own name; "" when neither holds one.

    What names the exercise, counts copies or was added by Moodle is left out.
    """
    above = [name for name in map(_name_in, path.relative_to(folder).parts[:-1]) if name]
    return "/".join(above) or _name_in(NOTEBOOK.sub("", path.name) if NOTEBOOK.search(path.name) else path.stem)


def _name_in(part):
    if part in {"exercises", "submitted", *(name[:2] for name in exercises())}:
        return ""
    part = re.sub(r"_\d+_assignsubmission_(file|onlinetext).*", "", part)
    part = re.sub("|".join(exercises()), "", part, flags=re.IGNORECASE)
    part = re.sub(r"(?<![^\W_])exercise[ _-]*\d*(?![^\W_])", "", part, flags=re.IGNORECASE)
    return re.sub(r"([ _-]*\(\d+\)|-Copy\d*)+$", "", part).strip(" _-.()")


def whose(files, base):
    """{file: learner} for files below a folder; "" where no name is found, unless the whole folder is one learner's."""
    found = {path: learner_of(path, base) for path in files}
    alone = not any(name for path, name in found.items() if NOTEBOOK.search(path.name))
    return {path: name or (alone and base.resolve().name) or "" for path, name in found.items()}


def find(folder, but=()):
    """All files below a folder, sorted, but hidden ones and those of ``but``; links are listed but never followed."""
    found = []
    for above, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        links = [name for name in folders if os.path.islink(os.path.join(above, name))]
        found += [Path(above, name) for name in links + files if not name.startswith(".")]
    but = {path.resolve() for path in but}
    return sorted(path for path in found if path.is_symlink() or path.resolve() not in but)


def not_a_notebook(path):
    """Why a file is not even opened, in words for the report, or ""."""
    if path.is_symlink():
        return "a link, which is not followed"
    if ARCHIVE.search(path.name):
        return f"a {path.suffix[1:].lower()}: unpack it first"
    return "" if NOTEBOOK.search(path.name) else "not a notebook (.ipynb)"


def fingerprint(path):
    """A few characters that change with what a notebook holds; "" for what cannot be graded."""
    with contextlib.suppress(OSError):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST:
            return "#" + hashlib.sha256(path.read_bytes()).hexdigest()[:12]  # with # it is no number to a spreadsheet
    return ""


@functools.cache
def open_question(exercise):
    """Our two cells of the question that is answered in words: what is asked, and the place to write."""
    ours = {cell.id: cell for cell in master(exercise)}
    answer = next(cell for cell in ours.values() if cell.id.endswith("-answer") and not cell.code)
    return ours[answer.id.replace("answer", "text")], answer


def in_words(cells, exercise):
    """What a learner wrote to the open question: all in its section that is not our own text; "" if nothing."""
    asked, answer = open_question(exercise)
    roles, inside, found = _roles(cells, {cell.id: cell for cell in master(exercise)}), False, []
    for cell in cells:
        role = roles.get(cell.place, "")
        inside = role == asked.id or cell.id == answer.id or (inside and not role)
        if inside:
            found.append(cell.source.replace(asked.source, "").replace(answer.source, "").strip())
    return "\n\n".join(filter(None, found))


# -- putting a notebook together


@dataclass
class Plan:
    """What is to be run for one submission, and to which question each cell belongs."""

    steps: list = field(default_factory=list)  # ["run", cell name, source] or ["look", question]
    owners: dict = field(default_factory=dict)

    def looks(self, key):
        return self.steps.count(["look", key])


@functools.cache
def master(exercise):
    """Our own cells, from the learner's blank file."""
    return read_cells(ROOT / "exercises" / f"{exercise}.ipynb")


def assemble(cells, exercise):
    """Put our given cells, the learner's other code and our looks at the answers together: a ``Plan``."""
    ours = {cell.id: cell for cell in master(exercise)}
    given = [name for name, cell in ours.items()
             if cell.code and not re.search(r"-(answer|check)$|^progress$", name)]
    preamble = [name for name in given if not re.match(r"q\d+-", name)]
    roles = _roles(cells, ours)
    owners, owner = {}, None
    for cell in cells:
        role = roles.get(cell.place, "")
        if re.match(r"q\d+-(?!check)", role):
            owner = role.partition("-")[0]
        owners[cell.place] = owner

    blocks = [["run", name, ours[name].source] for name in preamble]
    plan, places = Plan(blocks, {cell.label: owners[cell.place] for cell in cells}), _places(cells, exercise, owners)
    missing = [name for name in given if name not in [*roles.values(), *preamble]]
    for cell in cells:
        first = [name for name in missing if name.partition("-")[0] == owners[cell.place]]
        for name in [*first, roles.get(cell.place, "")]:
            if name in given and name not in preamble:
                blocks.append(["run", name, ours[name].source])
        missing = [name for name in missing if name not in first]
        source = _without_checks(cell.source) if cell.code else ""
        copy = ours.get(roles.get(cell.place, ""))
        if source.strip() and not (copy and copy.id in given and copy.source.strip() == cell.source.strip()):
            blocks.append(["run", cell.label, source])
        for key in questions(exercise):
            since = blocks[len(blocks) - blocks[::-1].index(["look", key]):] if ["look", key] in blocks else blocks
            if cell.place in places[key] and any(kind == "run" for kind, *_ in since):
                blocks.append(["look", key])
    blocks += [["look", key] for key in questions(exercise) if not places[key]]
    return plan


def _roles(cells, ours):
    """{place: id of our cell} for the learner's copies of our cells, by id, else by the words that they hold."""
    roles, left = {}, dict(ours)
    for cell in cells:
        if cell.id in left and left[cell.id].code == cell.code:
            roles[cell.place] = left.pop(cell.id).id
    for cell in cells:
        for name, copy in left.items():
            if cell.place not in roles and cell.code == copy.code and _gist(cell) == _gist(copy) \
                    and not name.endswith(("-answer", "-check")):
                roles[cell.place] = left.pop(name).id
                break
    return roles


def _gist(cell):
    """What a cell is known by when its id is lost: its code, or its first line of text."""
    return cell.source.strip() if cell.code else cell.source.strip().partition("\n")[0]


def _places(cells, exercise, owners):
    """{question: places of the cells after which its answer is looked at}."""
    places = {}
    for key, question in questions(exercise).items():
        section = [cell.place for cell in cells if owners[cell.place] == key]
        binds = [cell.place for cell in cells if cell.code and _binds(cell.source, question.variable)]
        asks = [cell.place for cell in cells
                if cell.code and re.search(rf"\bcheck\(\s*[\"']{key}[\"']", cell.source)]
        # What a check that stands before any answer would say is known: not answered.
        asks = [place for place in asks if binds and place >= binds[0]]
        last = max((place for place in section if place in binds), default=0)
        quiet = [cell.place for cell in cells if cell.place > last and cell.place in section and cell.code
                 and _without_checks(cell.source).strip()]
        places[key] = set(binds + asks + quiet[-1:] or section[-1:])
    return places


def _code(source):
    """The code of a cell; where plain Python cannot read it, without its magics, shell lines and calls for help."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return re.sub(r"^([ \t]*)(?:[%!?].*|[\w.]+\?\??)$", r"\1pass", source, flags=re.MULTILINE)
    return source


def _binds(source, name):
    """Does a cell give a value, other than the three dots, to a name?"""
    import symtable
    source = re.sub(rf"^{name}[ \t]*=[ \t]*\.\.\.[ \t]*(#.*)?$", "", source, flags=re.MULTILINE)
    try:
        found = symtable.symtable(_code(source), "cell", "exec").lookup(name)
        return found.is_assigned() or found.is_imported()
    except KeyError:
        return False
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False  # such a cell does not run


def _without_checks(source):
    """The source without lines that only call the checker: ``check("q1")``, ``check.hint("q1")``."""
    try:
        tree = ast.parse(_code(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = source.split("\n")
    for node in tree.body:
        called = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
        called = called.value if isinstance(called, ast.Attribute) else called
        if isinstance(called, ast.Name) and called.id == "check":
            alone = not lines[node.lineno - 1][:node.col_offset].strip(" ;")
            if alone and not lines[node.end_lineno - 1][node.end_col_offset:].partition("#")[0].strip(" ;"):
                lines[node.lineno - 1:node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    kept = "\n".join(lines)
    return kept if any(line.strip() and not line.strip().startswith("#") for line in lines) else ""


def as_notebook(plan):
    """The plan as the text of a notebook, for nbval; a look is a cell that asks the check."""
    cells = []
    for number, (kind, name, *source) in enumerate(plan.steps):
        cells.append({"cell_type": "code", "id": f"{name}-look-{number}" if kind == "look" else f"run-{number}",
                      "metadata": {}, "outputs": [], "execution_count": None,
                      "source": f'check("{name}")' if kind == "look" else source[0]})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


# -- judging


def _verdicts(exercise, found):
    """[(question, hint name, words)] for the looks that a fork server reports."""
    verdicts = []
    for key, (told, value) in found["looks"]:
        if told == "read":
            verdicts.append((key, *_verdict(exercise, key, json.dumps(value))))
        else:
            verdicts.append((key, told if told in {"missing", "not answered"} else "type", str(value)[:200]))
    return verdicts


@functools.lru_cache(10_000)
def _verdict(exercise, key, value):
    try:
        return questions(exercise)[key].verdict(decode(json.loads(value)))
    except Exception:  # the value came out of a learner's process: whatever it is, it must not stop the class
        return "type", ""


def _verdicts_of_nbval(exercise, plan, found):
    """As ``_verdicts``, from what pytest printed; the errors of cells are added to what was found."""
    reports = re.split(r"^_+ \S+\.ipynb, cell (\S+) _+$", found["output"], flags=re.MULTILINE)
    said = dict(zip(reports[1::2], reports[2::2], strict=True))
    verdicts = []
    for name, key, state in re.findall(r"::((q\d+)-look-\d+|run-\d+) (PASSED|FAILED)", found["output"]):
        words = said.get(name, "")
        if key:
            verdicts.append((key, *(("correct", "") if state == "PASSED" else _hint(exercise, key, words))))
        elif state == "FAILED":
            lines = re.sub(r"\x1b\[[\d;]*m", "", words).split("\n")
            error = next((line for line in reversed(lines) if re.match(r"\w+(Error|Exit|Interrupt)\b", line)), "Error")
            found["errors"].append([plan.steps[int(name[4:])][1], error])
    return verdicts


def _hint(exercise, key, words):
    """The name and the words of the hint that nbval printed."""
    question, words = questions(exercise)[key], " ".join(words.split())
    names = {"Not answered yet: put": "not answered", "There is no variable called": "missing", question.wrong: "wrong"}
    names |= {hint: name for name, hint in checker.NEARLY.items()}
    names |= {mistake.hint: mistake.name for mistake in question.mistakes}
    return next(((name, hint) for hint, name in names.items() if " ".join(hint.split()) in words), ("type", ""))


def rows_of(exercise, plan, verdicts, found):
    """One row without learner and file for each question: question, result, hint, words, note."""
    rows = []
    for key in questions(exercise):
        hints = [(hint, words) for name, hint, words in verdicts if name == key]
        answered = [hint for hint in hints if hint[0] not in {"missing", "not answered"}]
        note = next((f"{cell}: {error}" for cell, error in found["errors"] if plan.owners.get(cell) == key), "")
        if "correct" in dict(hints):
            rows.append([key, "right", "", "", ""])
        elif found["ended"] and len(hints) < plan.looks(key):
            rows.append([key, "not run", "", "", "; ".join(filter(None, [found["ended"], note]))])
        elif note and not answered:
            rows.append([key, "not yet", "error", "", note])
        else:
            rows.append([key, "not yet" if answered else "not answered", *(answered or hints or [("missing", "")])[-1],
                         note])
    return rows


# -- the whole class


@dataclass
class Outcome:
    """What ``grade`` returns: rows as dictionaries, {exercise: (open question, {file: answer in words})}, seconds of
    wall clock, the most megabytes of one submission, how many submissions were graded now, how many were kept from
    the report, and what the system could not guard against."""

    rows: list
    words: dict
    seconds: float
    megabytes: float
    graded: int
    kept: int
    missing: list


def grade(folder, *, out=None, jobs=None, resume=False, with_nbval=False, plain=False, limits=None, tell=None):
    """Grade all notebooks below ``folder``, or one notebook file.

    ``out`` is the CSV file that rows are added to as they come; ``resume`` keeps the rows that stand there;
    ``limits`` replaces some of ``sandbox.LIMITS``; ``tell`` is called with (done, all, missing guards) before the
    first submission and after each. Returns an ``Outcome``. Raises FileNotFoundError when there is nothing to grade.
    """
    began = time.monotonic()
    folder = Path(folder)
    if not folder.exists():
        raise FileNotFoundError(f"{folder}: there is no such folder")
    base = folder.parent if folder.is_file() else folder
    paths = [folder] if folder.is_file() else find(folder, class_report.written(out) if out else ())
    if not any(NOTEBOOK.search(path.name) for path in paths):
        only = ", ".join(f"{path.name} ({not_a_notebook(path)})" for path in paths[:5])
        raise FileNotFoundError(f"{folder}: no notebook (.ipynb) was found there" + (f", only {only}" if only else ""))
    files = {_line(str(path.relative_to(base))): path for path in paths}
    learners = {_line(str(path.relative_to(base))): _line(name) for path, name in whose(paths, base).items()}
    kept = _kept(out, files) if resume and out and out.exists() else {}
    todo = {file: path for file, path in files.items() if file not in kept}
    rows, graded, most, tell = [row for old in kept.values() for row in old], 0, 0.0, tell or (lambda *_: None)
    with _Class(todo, base, jobs, with_nbval, plain, limits or {}) as workers, \
            class_report.sheet(out or os.devnull, COLUMNS, rows) as add:
        missing = workers.servers[0].missing if todo else []
        tell(0, len(todo), missing)
        for count, (new, megabytes) in enumerate(workers, start=1):
            _name(new, learners)
            add(new)
            rows += new
            graded += new[0]["result"] != "not graded"
            most = max(most, megabytes)
            tell(count, len(todo), missing)
    _name(rows, learners)
    rows.sort(key=lambda row: (row["exercise"], row["learner"], row["file"]))
    if out:
        with class_report.sheet(out, COLUMNS, rows):
            pass
    words = {}
    for row in rows:
        if row["question"] == "q1":
            _, said = words.setdefault(row["exercise"], (open_question(row["exercise"])[0].source, {}))
            with contextlib.suppress(NotGraded):  # taken away meanwhile
                said[row["file"]] = in_words(read_cells(files[row["file"]]), row["exercise"])
    return Outcome(rows, words, time.monotonic() - began, most, graded, len(kept), missing)


def _name(rows, learners):
    """Put the learner into each row, and into its note what is odd about the name."""
    found = {}
    for row in rows:
        row["learner"] = learners[row["file"]] or Path(row["file"]).stem
        found.setdefault((row["learner"], row["exercise"]), set()).add(row["file"])
    for row in rows:
        told = [part for part in row["note"].split("; ") if part not in {"", NAMELESS, TWICE}]
        told += [NAMELESS] * (not learners[row["file"]])
        told += [TWICE] * (row["exercise"] != "" and len(found[row["learner"], row["exercise"]]) > 1)
        row["note"] = "; ".join(told)


def _line(text):
    """Text from a learner's process, or the name of a file, as one line that can be written anywhere."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _kept(path, files):
    """{file: its rows} for what was graded and stands completely in a report, and has not changed since."""
    found = {}
    for row in class_report.read_sheet(path):
        if row.keys() == set(COLUMNS) and row["exercise"] in exercises() and row["file"] in files:
            found.setdefault(row["file"], []).append(row)
    return {file: rows for file, rows in found.items() if len(rows) == len(questions(rows[0]["exercise"]))
            and {row["fingerprint"] for row in rows} == {fingerprint(files[file])}}


class _Class:
    """Grades files with several fork servers at once; iterate for (rows, megabytes) of each as it is done."""

    def __init__(self, files, base, jobs, with_nbval, plain, limits):
        self.files, self.with_nbval, self.limits = files, with_nbval, limits
        jobs = max(1, min(jobs or os.cpu_count() or 1, len(files)))
        self.servers = [Server(slot, [base], plain) for slot in range(jobs)] if files else []
        self.todo, self.done = queue.SimpleQueue(), queue.SimpleQueue()
        for job in files.items():
            self.todo.put(job)

    def __enter__(self):
        for server in self.servers:
            threading.Thread(target=self._work, args=[server], daemon=True).start()
        return self

    def __exit__(self, *_):
        while not self.todo.empty():
            self.todo.get()
        for server in self.servers:
            server.close()

    def __iter__(self):
        for _ in self.files:
            done = self.done.get()
            yield self._rows(*done), done[-1]["megabytes"] if done[-1] else 0.0

    def _work(self, server):
        while True:
            try:
                file, path = self.todo.get_nowait()
            except queue.Empty:
                return
            exercise = plan = found = None
            known = {"file": file, "fingerprint": ""}
            try:
                if reason := not_a_notebook(path):
                    raise NotGraded(reason)
                if not path.is_file():
                    raise NotGraded("not a file")
                known["fingerprint"] = fingerprint(path)
                cells = read_cells(path)
                exercise = recognise(cells, path)
                plan = assemble(cells, exercise)
                job = {"exercise": exercise, "limits": self.limits}
                job |= {"notebook": as_notebook(plan)} if self.with_nbval else {"steps": plan.steps}
                found = server.run(job)
            except NotGraded as reason:
                plan = str(reason)
            except Exception as error:  # one odd file must not cost the others their marks
                plan = f"{type(error).__name__}: {error}"
            self.done.put((known, exercise, plan, found))

    def _rows(self, known, exercise, plan, found):
        known |= {"exercise": exercise or ""}
        if found is None:
            return [dict.fromkeys(COLUMNS, "") | known | {"result": "not graded", "note": _line(plan)}]
        verdicts = (_verdicts_of_nbval(exercise, plan, found) if self.with_nbval else _verdicts(exercise, found))
        named = [name for name in exercises() if name in Path(known["file"]).stem and name != exercise]
        rows = []
        for key, result, hint, words, note in rows_of(exercise, plan, verdicts, found):
            if named:
                note = "; ".join(filter(None, [f"the file is named {named[0]}, but holds {exercise}", note]))
            rows.append(known | {"learner": "", "question": key, "result": result, "hint": hint,
                                 "words": _line(words), "note": _line(note)})
        return rows


# -- the command


def main(arguments=None):
    """Returns the exit code: 0 when the class was graded, 2 for wrong use, 130 when it was interrupted."""
    parser = argparse.ArgumentParser(prog="grade", description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=Path, help="a folder of submitted notebooks, or one notebook")
    parser.add_argument("--out", type=Path, help="the report (default: report.csv; for one notebook, none)")
    parser.add_argument("--resume", action="store_true", help="keep what the report holds of files that did not change")
    parser.add_argument("--jobs", type=int, help="submissions at a time (default: one for each processor)")
    parser.add_argument("--with-nbval", action="store_true", help="run each through nbval: slower, the same marks")
    parser.add_argument("--plain", action="store_true", help="only limits, as on a system without namespaces")
    parser.add_argument("--seconds", type=float, default=0, help="most seconds for one submission")
    parser.add_argument("--cell-seconds", type=float, default=LIMITS["cell_seconds"], help="most seconds for a cell")
    parser.add_argument("--megabytes", type=int, default=LIMITS["megabytes"], help="most memory for one submission")
    chosen = parser.parse_args(arguments)
    limits = {"seconds": chosen.seconds or LIMITS["seconds"] * (3 if chosen.with_nbval else 1),
              "cell_seconds": chosen.cell_seconds, "megabytes": chosen.megabytes}
    folder = chosen.folder.expanduser()
    out = chosen.out.expanduser() if chosen.out else None if folder.is_file() else Path("report.csv")
    try:
        if out and not out.resolve().parent.is_dir():
            raise FileNotFoundError(f"{out}: there is no folder {out.parent} to write it into")
        with class_report.progress() as tell:
            outcome = grade(folder, out=out, jobs=chosen.jobs, resume=chosen.resume, with_nbval=chosen.with_nbval,
                            plain=chosen.plain, limits=limits, tell=tell)
    except (OSError, RuntimeError) as error:
        print(f"grade: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"grade: stopped. What was graded stands in {out}; --resume goes on from there." if out else
              "grade: stopped.", file=sys.stderr)
        return 130
    class_report.summary(outcome, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
