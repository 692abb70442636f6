"""A class is graded: every mark is right, and a submission that harms costs only itself."""

import contextlib
import csv
import hashlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest
from common import ROOT

sys.path.insert(0, str(ROOT / "tools"))

import grade
from grade import assemble, learner_of, questions, read_cells, recognise
from sandbox import Server, decode, encode
from submissions import (
    HARMLESS,
    HOSTILE,
    a_class,
    agrees,
    all_right,
    cell,
    hostile,
    hostile_truth,
    mixed,
    notebook,
    worked,
    write,
)

EXERCISE = "01_sentence_to_row"
FIRST = {"cell_seconds": 2, "seconds": 6}


def marks(rows, **wanted):
    """{question: (result, hint)} of the rows in which the named columns have the wanted text."""
    return {row["question"]: (row["result"], row["hint"]) for row in rows
            if all(row[column] == text for column, text in wanted.items())}


def notes(rows, file):
    return " | ".join(row["note"] for row in rows if row["file"] == file)


def outside():
    """A fingerprint of everything that a submission might want to change."""
    files = [path for folder in ("data", "exercises", "notebooks", "tools") for path in (ROOT / folder).rglob("*")]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)
            if path.is_file() and "__pycache__" not in path.parts}


def command(*arguments):
    return subprocess.run([sys.executable, "tools/grade.py", *map(str, arguments)], cwd=ROOT, capture_output=True,
                          text=True, env=os.environ | {"COLUMNS": "120"})


@pytest.fixture
def guarded():
    """Skip where the system has no namespaces: what a hostile submission may do there is said in a warning."""
    server = Server()
    server.close()
    if server.missing:
        pytest.skip(f"this system cannot {', '.join(server.missing)}")


# -- marks


def test_a_mixed_class_gets_the_marks_that_it_earned(tmp_path):
    truth = a_class(tmp_path, 20, seed=7, hostile_share=0)
    outcome = grade.grade(tmp_path, jobs=2)
    assert len(truth) == 20 and outcome.graded == 20
    for file, known in truth.items():
        assert agrees(marks(outcome.rows, file=file), known), file


@pytest.mark.parametrize("change", HARMLESS, ids=lambda change: change.__name__)
def test_what_happens_to_the_checks_does_not_matter(change):
    """A worked notebook stays right, whatever became of its checks, ids and given cells (run in one process here)."""
    for exercise in grade.exercises():
        book = worked(exercise)
        change(book, random.Random(3))
        plan = assemble(_cells(book), exercise)
        looks = [step[1] for step in plan.steps if step[0] == "look"]
        assert set(looks) == set(questions(exercise)), exercise
        code = "\n".join(step[2] for step in plan.steps if step[0] == "run")
        assert "check(" not in code and "for_exercise(" in code


def _cells(book, folder=None):
    text = json.dumps(book)
    path = Path(os.devnull) if folder is None else folder
    class Text:
        def stat(self):
            return path.stat()

        def read_text(self, encoding):
            return text
    return read_cells(Text())


def test_where_a_question_is_judged():
    book = worked(EXERCISE)
    cell(book, "q4-answer")["source"] = "second_interview_percent = 1\nwithout_total_percent = 2"
    steps = assemble(_cells(book), EXERCISE).steps
    order = [step[1] for step in steps]
    assert order.index("q2") == order.index("q2-answer") + 1, "in its section, before the variable is used again"
    assert steps.count(["look", "q2"]) == 2, "and where the learner gives another answer"
    blank = assemble(_cells(notebook(EXERCISE)), EXERCISE)
    assert [step[1] for step in blank.steps if step[0] == "look"] == list(questions(EXERCISE))


@pytest.mark.parametrize(("source", "is_set"), [
    ("x = 1", True), ("x = ...", False), ("x = ...  # mine", False), ("x: int = 1", True), ("for x in []: pass", True),
    ("(x := 2)", True), ("import math as x", True), ("x.append(1)", False), ("def f():\n    x = 1", False),
    ("%matplotlib inline\nx = 1", True), ("!pip list\nx = 1", True), ("x == 1", False), ("x = = 1", False),
    ("[x for x in []]", False), ("x = [1,  # really?\n     2]", True), ("x?\nx = 1", True), ("%%time\nx = 1", True)])
def test_which_cell_answers(source, is_set):
    assert grade._binds(source, "x") is is_set


@pytest.mark.parametrize(("source", "kept"), [
    ('check("q1")', ""), ('# mine\ncheck("q1")', ""), ('x = 1\ncheck("q1")', "x = 1\n"),
    ('check.hint("q1")\ncheck.progress()', ""), ('check(\n    "q1"\n)\nx = 1', "\nx = 1"),
    ('print(check("q1"))', 'print(check("q1"))'), ("x = = 1", "x = = 1")])
def test_the_learners_checks_are_taken_out(source, kept):
    assert grade._without_checks(source).lstrip("\n") == kept.lstrip("\n")


def test_cells_run_as_in_the_kernel(tmp_path):
    """Magics, display and figures that close at the end of a cell; a failed cell does not stop the next."""
    code = ("!echo hello\nx = %who_ls\ndisplay(1)\nfrom IPython.display import display\n"
            "display(plt.gcf())\nsocial_nervousness = 'c'\nsocial_nervousness")
    book = worked(EXERCISE, q1=code, q2="assert not plt.get_fignums()\nsecond_interview_percent = 1 / 0",
                  q6="%matplotlib inline\nax = plt.gca()\nplt.bar(['a'], [1])")
    rows = grade.grade(write(tmp_path / "ada.ipynb", book)).rows
    assert marks(rows) == all_right(EXERCISE) | {"q2": ("not answered", "missing"), "q6": ("not yet", "no label")}
    assert [row["note"] for row in rows if row["note"]] == ["q2-answer: ZeroDivisionError: division by zero"]


def test_values_travel_as_plain_values():
    value = {"bars": {"a": 1.5}, "names": {"x", "y"}, "limits": [0, None, True]}
    assert decode(json.loads(json.dumps(encode(value)))) == value
    with pytest.raises(TypeError, match="not a plain value"):
        encode(object())


# -- harm


def test_a_hostile_class_costs_only_itself(tmp_path, guarded):
    """All that a submission may try, in one run beside innocent ones; the report says what became of each."""
    folder, secret = tmp_path / "class", tmp_path / "secret"
    secret.mkdir()
    for name in HOSTILE:
        write(folder / name / f"{EXERCISE}.ipynb", hostile(EXERCISE, name))
    truth, chance = {}, random.Random(5)
    for n, exercise in enumerate(grade.exercises() * 2):
        book, known = mixed(exercise, chance)
        path = write(folder / f"innocent {n}" / f"{exercise}.ipynb", book)
        truth[str(path.relative_to(folder))] = known
    for change in HARMLESS:
        book = worked(EXERCISE)
        change(book, random.Random(1))
        write(folder / change.__name__ / f"{EXERCISE}.ipynb", book)
    victim = f"innocent 0/{EXERCISE}.ipynb"
    wanted = [str(secret / "new"), str(folder / victim), str(ROOT / "data/claims.csv"), "/tmp/by-a-learner"]
    write(folder / "writes elsewhere" / f"{EXERCISE}.ipynb", worked(EXERCISE, q2=(
        f"for path in {wanted!r}:\n"
        "    try:\n        open(path, 'a').write('x')\n    except OSError:\n        pass")))
    write(folder / "reads others" / f"{EXERCISE}.ipynb", worked(EXERCISE, q2=f"open({str(folder / victim)!r})"))
    write(folder / "kills others" / f"{EXERCISE}.ipynb", worked(EXERCISE, q2="import os\nos.kill(-1, 9)"))
    with socket.create_server(("127.0.0.1", 0)) as listener, _Listening(listener) as visitors:
        write(folder / "network" / f"{EXERCISE}.ipynb", worked(EXERCISE, q2=(
            f"import socket\nsocket.create_connection(('127.0.0.1', {listener.getsockname()[1]}), 2).sendall(b'x')")))
        large = worked(EXERCISE)
        cell(large, "q2-answer")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}]
        write(folder / "20 MB" / f"{EXERCISE}.ipynb", large)
        odd = {"not json": "{", "empty": " \n", "no cells": "[1]", "deep": "[" * 100_000,
               "lesson": json.loads((ROOT / "notebooks" / "01_sentence_to_row.ipynb").read_text(encoding="utf-8"))}
        for name, text in odd.items():
            write(folder / "odd" / f"{name}.ipynb", text)
        (folder / "odd" / "bytes.ipynb").write_bytes(b"\xff\xfe\x00")
        os.mkfifo(folder / "odd" / "pipe.ipynb")
        (folder / "odd" / "link.ipynb").symlink_to(ROOT / "exercises" / f"{EXERCISE}_solution.ipynb")
        (folder / "odd" / "way out").symlink_to(ROOT / "exercises")
        wrong = worked(EXERCISE)
        write(folder / "wrong name" / "04_compared_with_what.ipynb", wrong)
        before = outside()
        done = command(folder, "--out", tmp_path / "report.csv", "--cell-seconds", 2, "--seconds", 6, "--jobs", 2)
        assert not visitors, "a submission reached the network"
    assert outside() == before and not list(secret.iterdir())
    assert not os.path.exists("/tmp/by-a-learner")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr and "Warning" not in done.stderr, done.stderr
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    for file, known in truth.items():
        assert marks(rows, file=file) == known, file
    for change in HARMLESS:
        assert marks(rows, learner=change.__name__) == all_right(EXERCISE), change.__name__
    assert marks(rows, learner="20 MB") == marks(rows, learner="wrong name") == all_right(EXERCISE)
    named = notes(rows, "wrong name/04_compared_with_what.ipynb")
    assert "is named 04_compared_with_what, but holds 01_sentence_to_row" in named
    for name in [*odd, "bytes", "pipe", "link"]:
        assert marks(rows, file=f"odd/{name}.ipynb") == {"": ("not graded", "")}, name
    said = {"not json": "not JSON", "empty": "the file is empty", "no cells": "no cells", "deep": "not JSON",
            "lesson": "no exercise of this course", "bytes": "not text in UTF-8", "pipe": "not a file",
            "link": "a link, which is not followed"}
    for name, words in said.items():
        assert words in notes(rows, f"odd/{name}.ipynb"), name
    assert "a link" in notes(rows, "odd/way out")

    for name in HOSTILE:
        assert agrees(marks(rows, learner=name), hostile_truth(EXERCISE, name)), (name, marks(rows, learner=name))
    for name in ("network", "reads others", "writes elsewhere", "kills others"):
        assert agrees(marks(rows, learner=name), hostile_truth(EXERCISE, "endless loop")), name
    said = {"endless loop": "ran longer than 2 seconds", "80 GB list": "MemoryError", "huge file": "File too large",
            "endless print": "ran longer than 2 seconds", "network": "Error",
            "many processes": "BlockingIOError", "reads others": "Error", "crash": "ended by SIGSEGV",
            "loop that cannot be stopped": "stopped after 6 seconds", "exit": "ended itself with code 0",
            "flood of lines": "sent back more than answers", "builtins broken": "ended itself"}
    for name, words in said.items():
        assert words in notes(rows, f"{name}/{EXERCISE}.ipynb"), name
    _page_is_accessible(tmp_path / "report.html")


def test_other_submissions_are_hidden(guarded):
    """Even files that anybody on this machine may read."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        other = write(Path(folder) / "other.ipynb", "{}")
        steps = [["run", "a", f"open({str(other)!r})"]]
        seen, hidden = Server(), Server(hide=[folder])
        assert seen.run({"exercise": EXERCISE, "limits": {}, "steps": steps})["errors"] == []
        (_, error), = hidden.run({"exercise": EXERCISE, "limits": {}, "steps": steps})["errors"]
        assert error.startswith("FileNotFoundError")
        seen.close()
        hidden.close()


class _Listening:
    """Counts who connects."""

    def __init__(self, listener):
        self.listener, self.visitors = listener, []

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self.visitors

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                self.visitors.append(self.listener.accept())

    def __exit__(self, *_):
        pass


def _page_is_accessible(path):
    page = path.read_text(encoding="utf-8")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">') and "<title>Where the class stands</title>" in page
    assert page.count("<h1>") == 1 and len(re.findall("<h2>", page)) >= 2 and "<h3" not in page
    assert page.count("<table>") == page.count("<caption>") and '<th scope="col">' in page
    pictures = re.findall(r'<img alt="([^"]+)"[^>]*src="(data:[^"]{30})', page)
    assert len(pictures) == page.count("<img") and all(alt.startswith("Bar chart: Exercise") for alt, _ in pictures)
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", page), "the page needs nothing from elsewhere"
    assert page.count("The figure in words") == len(pictures)


@pytest.mark.parametrize(("name", "words"), [("endless loop", "ran longer"), ("exit", "ended itself"),
                                             ("80 GB list", "MemoryError"), ("many processes", "64 processes")])
def test_limits_hold_without_namespaces(tmp_path, name, words):
    path = write(tmp_path / f"{EXERCISE}.ipynb", hostile(EXERCISE, name))
    outcome = grade.grade(path, plain=True, limits=FIRST)
    assert "cut off the network" in outcome.missing
    assert marks(outcome.rows)["q1"] == ("right", "") and words in notes(outcome.rows, path.name)


def test_nothing_lives_on_without_namespaces(tmp_path):
    """A process that has left its group and its parent is ended too."""
    late = tmp_path / "late"
    code = HOSTILE["process that hides"].replace("time.sleep(20)", f"time.sleep(2); open({str(late)!r}, 'w')")
    grade.grade(write(tmp_path / f"{EXERCISE}.ipynb", worked(EXERCISE, q2=code)), plain=True, limits=FIRST)
    time.sleep(2.5)
    assert not late.exists()


def test_the_warning_is_one_line(tmp_path):
    path = write(tmp_path / "in" / f"{EXERCISE}.ipynb", notebook(EXERCISE))
    done = command(path.parent, "--out", tmp_path / "report.csv", "--plain")
    assert done.returncode == 0
    assert len(re.findall("^Warning: this system does not let us cut off the network", done.stderr, re.MULTILINE)) == 1


# -- the command


def test_it_goes_on_after_an_interruption(tmp_path):
    folder, report = tmp_path / "class", tmp_path / "report.csv"
    for name in ("ada", "@ben", "cem"):
        write(folder / name / f"{EXERCISE}.ipynb", worked(EXERCISE))
    whole = grade.grade(folder, out=report).rows
    lines = report.read_text(encoding="utf-8").splitlines(keepends=True)
    report.write_text("".join(lines[:16])[:-9], encoding="utf-8")  # two are there, the third was cut short
    again = grade.grade(folder, out=report, resume=True)
    assert again.graded == 1 and again.rows == whole
    assert report.read_text(encoding="utf-8").splitlines(keepends=True) == lines
    assert grade.grade(folder, out=report, resume=True).graded == 0
    assert ",'@ben," not in "".join(lines) and "\n'@ben," in "".join(lines), "a spreadsheet would take it for a formula"


@pytest.mark.parametrize(("path", "learner"), [
    ("ada.ipynb", "ada"), ("ada_01_sentence_to_row.ipynb", "ada"), ("01_sentence_to_row (ada).ipynb", "ada"),
    ("ada/01_sentence_to_row.ipynb", "ada"), ("submitted/ada/01_sentence_to_row/01_sentence_to_row.ipynb", "ada"),
    ("01/ada/x.ipynb", "ada"), ("week 1/ada/x.ipynb", "week 1/ada"), ("01_sentence_to_row.ipynb", EXERCISE)])
def test_whose_file_it_is(path, learner):
    assert learner_of(Path("class") / path, Path("class")) == learner


def test_which_exercise_it_is():
    book = worked("02_forty_percent_of_what")
    name = Path("x.ipynb")
    assert recognise(_cells(book), name) == "02_forty_percent_of_what"
    book["cells"] = [cell for cell in book["cells"] if cell["id"] != "setup"]
    assert recognise(_cells(book), name) == "02_forty_percent_of_what", "by its title"
    book["cells"] = [cell for cell in book["cells"] if cell["id"] != "title"]
    assert recognise(_cells(book), Path("ada_02_forty_percent_of_what.ipynb")) == "02_forty_percent_of_what"
    with pytest.raises(grade.NotGraded, match="no exercise of this course"):
        recognise(_cells(book), name)


def test_bad_input_is_told_in_one_line(tmp_path):
    for arguments, words in (([tmp_path / "none"], "there is no such folder"),
                             ([tmp_path], "no notebook (.ipynb) was found"),
                             ([tmp_path, "--out", tmp_path / "a" / "b.csv"], "there is no folder")):
        done = command("--out", tmp_path / "r.csv", *arguments)
        assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_server_that_dies_is_started_again():
    server = Server()
    server.process.kill()
    server.process.wait()
    job = {"exercise": EXERCISE, "limits": {}, "steps": [["run", "a", "social_nervousness = 'c'"], ["look", "q1"]]}
    assert "own process" in server.run(job)["ended"]
    assert server.run(job)["looks"] == [["q1", ["read", "c"]]]
    server.close()
    assert not server.runs.exists()


def test_it_can_be_interrupted(tmp_path):
    """It stops at once, says how to go on, and leaves no process behind."""
    for n in range(9):
        write(tmp_path / "class" / f"{n}" / f"{EXERCISE}.ipynb", hostile(EXERCISE, "endless loop"))
    write(tmp_path / "class" / "0" / f"{EXERCISE}.ipynb", worked(EXERCISE))
    report = tmp_path / "report.csv"
    process = subprocess.Popen([sys.executable, "tools/grade.py", tmp_path / "class", "--out", report, "--jobs", "1"],
                               cwd=ROOT, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 30
    while not report.exists() or report.read_text(encoding="utf-8").count("\n") < 7:
        assert time.monotonic() < end and process.poll() is None
        time.sleep(0.1)
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=10)
    assert process.returncode == 130 and "--resume goes on from there" in told and "Traceback" not in told
    assert family and not [one for one in psutil.wait_procs(family, timeout=3)[1] if one.is_running()]


def test_a_learners_own_report(tmp_path):
    command = [sys.executable, "-m", "checks"]
    done = subprocess.run([*command, "01"], cwd=ROOT / "exercises", capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout.startswith(" 1  not yet    a spun word\n    Not answered yet: put your answer in place of the")
    assert done.stdout.endswith("0 of 6 questions are right.\n") and done.stdout.count("\n") == 13
    done = subprocess.run([*command, "99"], cwd=ROOT / "exercises", capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.startswith("checks: say which exercise: 01, ")
