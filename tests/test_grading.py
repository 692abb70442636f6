"""A class is graded: every mark is right, and a submission that harms costs only itself."""

import contextlib
import csv
import hashlib
import json
import logging
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import checks.__main__ as own_report
import class_report
import grade
import psutil
import pytest
from common import ROOT
from grade import assemble, in_words, questions, read_cells, recognise, whose
from sandbox import COURSE_FILES, GUARDS, Server, decode, encode
from submissions import (
    HARMLESS,
    HOSTILE,
    a_class,
    agrees,
    all_right,
    cell,
    hostile,
    hostile_truth,
    ids_and_tags_lost,
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


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


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
    cell(book, "q4-answer")["source"] = "still_there = 1\nwithout_total_percent = 2"
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
    book = worked(EXERCISE, q1=code, q2="assert not plt.get_fignums()\nstill_there = 1 / 0",
                  q5="%matplotlib inline\nax = plt.gca()\nplt.bar(['a'], [1])")
    rows = grade.grade(write(tmp_path / "ada.ipynb", book)).rows
    assert marks(rows) == all_right(EXERCISE) | {"q2": ("not yet", "error"), "q5": ("not yet", "wrong")}
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
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr and "Warning" not in done.stderr, done.stderr
    assert done.stdout.endswith(f"{len(odd) + 4} files could not be graded: see {tmp_path / 'report.html'}\n")
    rows = table(tmp_path / "report.csv")

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
    if name == "many processes" and GUARDS["user"] not in outcome.missing:
        words = "BlockingIOError"  # run as a user of its own, whose processes the system counts
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
    report.write_text("".join(lines[:16])[:-40], encoding="utf-8")  # two are there, the third was cut short
    again = grade.grade(folder, out=report, resume=True)
    assert again.graded == 1 and again.rows == whole
    assert report.read_text(encoding="utf-8").splitlines(keepends=True) == lines
    assert grade.grade(folder, out=report, resume=True).graded == 0
    assert ",'@ben," not in "".join(lines) and "\n'@ben," in "".join(lines), "a spreadsheet would take it for a formula"


def test_only_what_is_here_and_unchanged_is_kept(tmp_path, capsys):
    first, second, report = tmp_path / "first", tmp_path / "second", tmp_path / "report.csv"
    for name in ("ada", "ben"):
        write(first / f"{name}.ipynb", worked(EXERCISE))
        write(second / f"{name}.ipynb", notebook(EXERCISE))
    (second / "ada.ipynb").write_bytes((first / "ada.ipynb").read_bytes())
    assert grade.main([str(first), "--out", str(report)]) == 0
    assert "Graded 2 submissions in " in capsys.readouterr().out
    assert grade.main([str(second), "--out", str(report), "--resume"]) == 0
    assert "Kept 1 from report.csv, graded 1 submission in " in capsys.readouterr().out
    assert marks(table(report), learner="ada") == all_right(EXERCISE)
    assert marks(table(report), learner="ben")["q1"] == ("not answered", "not answered")
    grade.main([str(second), "--out", str(report), "--resume"])
    assert "Kept 2 from report.csv, graded nothing." in capsys.readouterr().out


def test_nothing_handed_in_vanishes(tmp_path):
    folder, report = tmp_path / "class", tmp_path / "class" / "report.csv"
    for name in ("Otto_Rita.ipynb.txt", "Peters_Jan.IPYNB", "Zoe.ipynb.json", "Schäfer_Jörg.ipynb"):
        write(folder / name, worked(EXERCISE, q2="raise ValueError('\\udcff \\x1b[31m')"))
    said = {"Wolf_Max.py": "not a notebook (.ipynb)", "in/Neumann_Kim.html": "not a notebook (.ipynb)",
            "week.zip": "a zip: unpack it first"}
    for name in [*said, ".hidden.py", ".ipynb_checkpoints/Wolf_Max-checkpoint.ipynb", "__MACOSX/x.py"]:
        write(folder / name, "x")
    with contextlib.suppress(OSError):  # a name in another encoding, as a zip of Windows leaves it
        write(Path(os.fsdecode(os.fsencode(folder) + b"/M\xfcller.ipynb")), worked(EXERCISE))
        assert os.listdir(folder)
    for _ in range(2):  # the second time the report lies there too
        done = command(folder, "--out", report)
        assert done.returncode == 0, done.stderr
        rows, page = table(report), (folder / "report.html").read_text(encoding="utf-8")
        assert {row["file"]: row["note"] for row in rows if row["result"] == "not graded"} == said
        for name, words in said.items():
            assert f"not graded: {name}: {words}" in done.stdout and f">{name}</th>" in page
        assert done.stdout.endswith("3 files could not be graded: see " + str(folder / "report.html") + "\n")
        assert {row["learner"] for row in rows} >= {"Otto_Rita", "Peters_Jan", "Zoe", "Schäfer_Jörg"}
        assert notes(rows, "Zoe.ipynb.json") == r" | q2-answer: ValueError: \udcff \x1b[31m |  |  |  | "
    assert report.read_bytes().startswith(b"\xef\xbb\xbflearner,"), "a spreadsheet reads it as UTF-8 only then"


def test_what_stands_beside_the_report(tmp_path):
    """The number of each learner, the answers in words, what did not run, and no picture of an earlier run."""
    for name, said in {"ada": "<b>Who</b>\n\nwas asked?", "ben": "*Write your answer here.*", "cem": " "}.items():
        book = worked(EXERCISE, q2="=", q3="while True:\n    pass") if name == "ben" else worked(EXERCISE)
        cell(book, "q7-answer")["source"] = said
        write(tmp_path / "class" / f"{name}.ipynb", book)
    write(tmp_path / "class" / "dora.ipynb", "{")
    stale = write(tmp_path / "week_04_compared_with_what.png", "")
    done = command(tmp_path / "class", "--out", tmp_path / "week.csv", "--cell-seconds", 2)
    assert done.returncode == 0 and "1 file could not be graded" in done.stdout and not stale.exists()
    assert [tuple(row.values()) for row in table(tmp_path / "week_learners.csv")] == [
        ("ada", EXERCISE, "6", "6", "ada.ipynb"), ("ben", EXERCISE, "4", "6", "ben.ipynb"),
        ("cem", EXERCISE, "6", "6", "cem.ipynb"), ("dora", "", "not graded", "", "dora.ipynb")]
    page = (tmp_path / "week.html").read_text(encoding="utf-8")
    assert f'<th scope="row">ben</th><td>{EXERCISE}</td><td class=n>4</td><td class=n>6</td>' in page
    trouble = page.partition("What did not run to its end")[2].partition("<h2>")[0]
    for words in ("SyntaxError: invalid syntax (line 1)", "ran longer than 2 seconds", "it is not JSON"):
        assert words in trouble
    words = (tmp_path / "week_words.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Who&lt;/b&gt;\n\nwas asked?" in words and "<b>" not in words
    assert words.count(">no answer<") == 2 and "<p>cem.ipynb</p>" in words and "Question 6" in words
    hints = {row["hint"]: row["words"] for row in table(tmp_path / "week.csv")}
    assert hints == {"": "", "error": ""}


def test_the_words_of_a_hint_are_those_that_the_learner_saw(tmp_path):
    book = notebook(EXERCISE, {"q1": "social_nervousness = 3", "q5": "ax = plt.gca()\nax.bar(['a'], [1])"})
    rows = {row["question"]: row["words"] for row in grade.grade(write(tmp_path / "a.ipynb", book)).rows}
    assert rows["q1"].startswith("Answer with one letter in quotes: ")
    assert rows["q2"].startswith("Not answered yet: put your answer")
    assert rows["q5"].startswith("That is something else")


@pytest.mark.parametrize("change", ["as a code cell", "below the question", "in a cell of its own", "ids lost"])
def test_answers_in_words_are_found(change):
    book = worked(EXERCISE)
    place, answer = next((n, one) for n, one in enumerate(book["cells"]) if one["id"] == "q7-answer")
    answer["source"] = "What I think."
    if change == "as a code cell":
        answer.update(cell_type="code", outputs=[], execution_count=None)
    elif change == "below the question":
        asked = cell(book, "q7-text")
        asked["source"] = "".join(asked["source"]) + "\n\nWhat I think."
        del book["cells"][place]
    elif change == "in a cell of its own":
        book["cells"].insert(place + 1, dict(answer, id="mine"))
        answer["source"] = ""
    else:
        ids_and_tags_lost(book, None)
    assert in_words(_cells(book), EXERCISE) == "What I think."


def test_one_notebook_is_told_on_the_screen(tmp_path):
    path = write(tmp_path / "ada.ipynb", worked(EXERCISE, q2="="))
    before = list(ROOT.glob("report*"))
    done = command(path)
    assert done.returncode == 0 and "1 submission " in done.stdout and "Wrote" not in done.stdout
    assert re.search("q2 .*not yet +error +q2-answer: SyntaxError", done.stdout) and "In words: " in done.stdout
    assert list(ROOT.glob("report*")) == before and os.listdir(tmp_path) == ["ada.ipynb"]
    figure = class_report.draw(EXERCISE, class_report.standing(grade.grade(path).rows)[EXERCISE])
    assert "1 submission, " in figure.alt


def test_a_home_is_found(tmp_path, monkeypatch):
    write(tmp_path / "class" / "ada.ipynb", notebook(EXERCISE))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert command("~/class", "--out", "~/r.csv").returncode == 0 and (tmp_path / "r.csv").exists()


def test_where_nothing_can_be_run_one_line_says_so(tmp_path):
    """As on Windows, whose Python has neither fork nor the module resource; a report that is there stays."""
    report = write(tmp_path / "report.csv", "kept")
    write(tmp_path / "class" / "ada.ipynb", notebook(EXERCISE))
    code = ("import os, sys\nsys.modules['resource'] = None\ndel os.fork\nsys.path.insert(0, 'tools')\nimport grade\n"
            "sys.exit(grade.main(sys.argv[1:]))")
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "class", "--out", report], cwd=ROOT,
                          capture_output=True, text=True)
    assert done.returncode == 2 and report.read_text(encoding="utf-8") == "kept"
    assert done.stderr.startswith("grade: ") and "Windows Subsystem for Linux" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("path", "learner"), [
    ("ada.ipynb", "ada"), ("ada_01_sentence_to_row.ipynb", "ada"), ("01_sentence_to_row (ada).ipynb", "ada"),
    ("ada/01_sentence_to_row.ipynb", "ada"), ("submitted/ada/01_sentence_to_row/01_sentence_to_row.ipynb", "ada"),
    ("01/ada/x.ipynb", "ada"), ("week 1/ada/x.ipynb", "week 1/ada"), ("07.ipynb", ""), ("4711.ipynb", "4711"),
    ("ada.ipynb.txt", "ada"), ("ada_01_sentence_to_row (1).ipynb", "ada"), ("ada-Copy1.ipynb", "ada"),
    ("Ada B_4711_assignsubmission_file_01_sentence_to_row.ipynb", "Ada B"), ("Exercise 01 (ada) (2).ipynb", "ada"),
    ("Ada B_4711_assignsubmission_file_/01_sentence_to_row.ipynb", "Ada B"), ("Wolf_Max.py", "Wolf_Max"),
    ("exercise 02 (1).ipynb", ""), ("01_sentence_to_row.ipynb", "")])
def test_whose_file_it_is(path, learner):
    files = [Path("class") / path, Path("class/ben.ipynb")]
    assert whose(files, Path("class"))[files[0]] == learner


def test_odd_names_are_noted(tmp_path):
    """A folder of one learner has its name; in a folder of many a file without a name, or two of one, are noted."""
    for name in ("01_sentence_to_row", "02_forty_percent_of_what"):
        write(tmp_path / "ada" / f"{name}.ipynb", notebook(name))
    rows = grade.grade(tmp_path / "ada").rows
    assert {row["learner"] for row in rows} == {"ada"} and not any(row["note"] for row in rows)
    for name in ("ben", "ben (1)", EXERCISE):
        write(tmp_path / "many" / f"{name}.ipynb", notebook(EXERCISE))
    report = tmp_path / "report.csv"
    for resume in (False, True):
        rows = grade.grade(tmp_path / "many", out=report, resume=resume).rows
        assert {(row["file"], row["learner"], row["note"]) for row in rows} == {
            ("ben.ipynb", "ben", grade.TWICE), ("ben (1).ipynb", "ben", grade.TWICE),
            (f"{EXERCISE}.ipynb", EXERCISE, grade.NAMELESS)}
    (tmp_path / "many" / "ben (1).ipynb").unlink()
    assert grade.TWICE not in notes(grade.grade(tmp_path / "many", out=report, resume=True).rows, "ben.ipynb")


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
                             ([write(tmp_path / "in" / "a.zip", "").parent], "only a.zip (a zip: unpack it first)"),
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


@pytest.fixture
def own(tmp_path, monkeypatch, capsys):
    """A function that puts a notebook into a course of its own and gives (code, printed, told) of its report."""
    for pattern in COURSE_FILES:
        for path in ROOT.glob(pattern):
            (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, tmp_path / path.relative_to(ROOT))
    monkeypatch.setattr(own_report, "FOLDER", tmp_path / "exercises")
    monkeypatch.setattr(own_report, "SECONDS", 2)
    monkeypatch.setenv("COURSE_CHECK", "")

    def run(book, exercise=EXERCISE):
        write(tmp_path / "exercises" / f"{exercise}.ipynb", book)
        return (own_report.main([exercise[:2]]), *capsys.readouterr())
    yield run
    logging.disable(logging.NOTSET)


def test_a_copy_beside_the_exercise_does_not_matter(own, tmp_path):
    write(tmp_path / "exercises" / f"{EXERCISE}-Copy1.ipynb", "{")
    book = worked(EXERCISE)
    ids_and_tags_lost(book, None)
    assert own(book)[:2] == (0, "".join(f" {key[1]}  correct    {question.title}\n" for key, question in
                                        questions(EXERCISE).items()) + "6 of 6 questions are right.\n")


def test_a_cell_that_stops_is_named_and_the_rest_judged(own):
    code, printed, told = own(worked(EXERCISE, q2="= =", q3="=zzz", q4="while True:\n    pass",
                                     q5="catchable = nobody"))
    states = re.findall(r"^ (\d)  (correct|not yet|not run) ", printed, re.MULTILINE)
    assert states == list(zip("123456", ["correct", *["not yet"] * 4, "correct"], strict=True)) and code == 1
    assert "The answer cell stopped with: SyntaxError: invalid syntax" in printed
    assert "Stopped here: a cell ran longer than 2 seconds.\n" in printed
    assert "The answer cell stopped with: NameError: name 'nobody' is not defined\n" in printed
    assert "There is no variable" not in printed and told == ""


@pytest.mark.parametrize(("name", "words"), [("exit", "a cell ended the kernel"),
                                             ("loop that cannot be stopped", "could not be interrupted")])
def test_where_it_stops_the_rest_is_named(own, name, words):
    code, printed, _ = own(hostile(EXERCISE, name))
    assert code == 1 and words in printed and "1  correct" in printed and printed.count("not run") == 4


def test_a_report_without_the_packages_says_which_python(own, monkeypatch):
    monkeypatch.setattr(own_report, "NEEDED", ("pandas", "no_such_package"))
    code, _, told = own(notebook(EXERCISE))
    assert code == 2 and told.count("\n") == 1
    assert "no no_such_package. " in told and told.endswith("../.venv/bin/python -m checks 01\n")


def test_what_cannot_be_run_is_told_in_one_line(own):
    code, _, told = own("{")
    assert code == 2 and told.startswith(f"checks: {EXERCISE}.ipynb could not be run.") and told.count("\n") == 1
