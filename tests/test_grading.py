"""A class is graded: every mark is right, and a submission that harms costs only itself."""

import csv
import json
import os
import platform
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from common import ROOT, copy_of_the_course
from submissions import (
    HARMLESS,
    HOSTILE,
    UNREADABLE,
    WAYS_OUT,
    a_class,
    agrees,
    all_right,
    cell,
    hostile,
    hostile_truth,
    ids_and_tags_lost,
    mixed,
    notebook,
    tries_every_way_out,
    worked,
    write,
)

import grading.__main__ as grading
from grading import judging, sandbox, submission
from grading.limits import Limits
from grading.sandbox import FORBIDDEN, Refused, Sandbox
from grading.submission import NotGraded, assemble, exercises, in_words, questions, read, recognise

EXERCISE = "01_sentence_to_row"
SHORT = Limits(cell_cpu=2, cell_wall=10, cpu=6, wall=120)


def marks(rows, **wanted):
    """{question: (result, hint)} of the rows in which the named columns have the wanted text."""
    return {row["question"]: (row["result"], row["hint"]) for row in rows
            if all(row[column] == text for column, text in wanted.items())}


def notes(rows, **wanted):
    return " | ".join(row["note"] for row in rows if all(row[column] == text for column, text in wanted.items()))


def cells(book):
    return read((book if isinstance(book, str) else json.dumps(book)).encode())


def command(*arguments, **others):
    return subprocess.run([sys.executable, "-m", "grading", *map(str, arguments)], capture_output=True, text=True,
                          **{"cwd": ROOT, "env": os.environ | {"COLUMNS": "120"}} | others)


# -- marks


def test_a_mixed_class_gets_the_marks_that_it_earned(tmp_path):
    truth = a_class(tmp_path, 12, seed=7, hostile_share=0)
    outcome = grading.grade(tmp_path)
    assert len(truth) == 12 and len(outcome.words) == 12
    for file, known in truth.items():
        assert agrees(marks(outcome.rows, file=file), known), file


@pytest.mark.parametrize("change", HARMLESS, ids=lambda change: change.__name__)
def test_what_happens_to_the_checks_does_not_matter(change):
    """A worked notebook is put together as it should be, whatever became of its checks, ids and given cells."""
    for exercise in exercises():
        book = worked(exercise)
        change(book, random.Random(3))
        assert recognise(cells(book)) == exercise
        plan = assemble(cells(book), exercise)
        assert {step[1] for step in plan.steps if step[0] == "look"} == set(questions(exercise)), exercise
        code = "\n".join(step[2] for step in plan.steps if step[0] == "run")
        assert "check(" not in code and "for_exercise(" in code


def test_where_a_question_is_judged():
    book = worked(EXERCISE)
    cell(book, "q4-answer")["source"] = "still_there = 1\nwithout_total_percent = 2"
    plan = assemble(cells(book), EXERCISE)
    order = [step[1] for step in plan.steps]
    assert order.index("q2") == order.index("q2-answer") + 1, "in its section, before the variable is used again"
    assert plan.looks("q2") == 2, "and where the learner gives another answer"
    blank = assemble(cells(notebook(EXERCISE)), EXERCISE)
    assert [step[1] for step in blank.steps if step[0] == "look"] == list(questions(EXERCISE))


@pytest.mark.parametrize(("source", "is_set"), [
    ("x = 1", True), ("x = ...", False), ("x = ...  # mine", False), ("x: int = 1", True), ("for x in []: pass", True),
    ("(x := 2)", True), ("import math as x", True), ("x.append(1)", False), ("def f():\n    x = 1", False),
    ("%matplotlib inline\nx = 1", True), ("!pip list\nx = 1", True), ("x == 1", False), ("x = = 1", False),
    ("[x for x in []]", False), ("x = [1,  # really?\n     2]", True), ("x?\nx = 1", True), ("%%time\nx = 1", True)])
def test_which_cell_answers(source, is_set):
    assert ("x" in submission.binds(source)) is is_set


@pytest.mark.parametrize(("source", "kept"), [
    ('check("q1")', ""), ('# mine\ncheck("q1")', ""), ('x = 1\ncheck("q1")', "x = 1\n"),
    ('check.hint("q1")\ncheck.progress()', ""), ('check(\n    "q1"\n)\nx = 1', "\nx = 1"),
    ('x = "é"; check("q1")', 'x = "é"; check("q1")'), ('"é"; check("q1")  # ü', '"é"; check("q1")  # ü'),
    ('print(check("q1"))', 'print(check("q1"))'), ("x = = 1", "x = = 1")])
def test_the_learners_checks_are_taken_out(source, kept):
    assert submission.without_checks(source).lstrip("\n") == kept.lstrip("\n")


def test_cells_run_as_in_the_kernel(tmp_path):
    """Magics, display and figures that close at the end of a cell; a failed cell does not stop the next."""
    code = ("!echo hello\nx = %who_ls\ndisplay(1)\nfrom IPython.display import display\n"
            "display(plt.gcf())\nsocial_nervousness = 'c'\nsocial_nervousness")
    book = worked(EXERCISE, q1=code, q2="assert not plt.get_fignums()\nstill_there = 1 / 0",
                  q5="%matplotlib inline\nplt.gcf().savefig('mine.png')\nax = plt.gca()\nplt.bar(['a'], [1])")
    rows = grading.grade(write(tmp_path / "ada.ipynb", book)).rows
    assert marks(rows) == all_right(EXERCISE) | {"q2": ("not yet", "error"), "q5": ("not yet", "too few bars")}
    assert [row["note"] for row in rows if row["note"]] == ["q2-answer: ZeroDivisionError: division by zero"]


def test_an_answer_cell_turned_into_text_is_told(tmp_path):
    book = worked(EXERCISE)
    for name, fence in (("q2-answer", ""), ("q4-answer", "```python\n")):
        answer = cell(book, name)
        answer.update(cell_type="markdown", source=fence + "".join(answer["source"]) + ("\n```" if fence else ""))
    rows = grading.grade(write(tmp_path / "ada.ipynb", book)).rows
    assert marks(rows) == all_right(EXERCISE) | dict.fromkeys(["q2", "q4"], ("not answered", "missing"))
    assert [row["note"] for row in rows if row["note"]] == [
        f"q{number}-answer holds code, but is not a code cell: it was not run" for number in (2, 4)]


def test_which_exercise_it_is():
    """By what is in it, whatever its name."""
    second = "02_forty_percent_of_what"
    book = worked(second)
    assert recognise(cells(book)) == second
    book["cells"] = [cell for cell in book["cells"] if cell["id"] not in {"setup", "title"}]
    assert recognise(cells(book)) == second, "by its questions"
    book["cells"] = [cell for cell in worked(second)["cells"] if cell["cell_type"] == "code"]
    assert recognise(cells(book)) == second, "by its set-up cell"
    lesson = (ROOT / "notebooks" / "01_sentence_to_row.ipynb").read_text(encoding="utf-8")
    for other in (lesson, '{"cells": []}'):
        with pytest.raises(NotGraded, match="no exercise of this course"):
            recognise(cells(other))


@pytest.mark.parametrize("change", ["as a code cell", "below the question", "in a cell of its own", "ids lost"])
def test_answers_in_words_are_found(change):
    book = worked(EXERCISE)
    place, answer = next((n, one) for n, one in enumerate(book["cells"]) if one["id"] == "q6-answer")
    answer["source"] = "What I think."
    if change == "as a code cell":
        answer.update(cell_type="code", outputs=[], execution_count=None)
    elif change == "below the question":
        asked = cell(book, "q6-text")
        asked["source"] = "".join(asked["source"]) + "\n\nWhat I think."
        del book["cells"][place]
    elif change == "in a cell of its own":
        book["cells"].insert(place + 1, dict(answer, id="mine"))
        answer["source"] = ""
    else:
        ids_and_tags_lost(book, None)
    assert in_words(cells(book), EXERCISE) == "What I think."


# -- harm


def outside():
    """What a submission might want to change: when each file of the course was written, and what the folders hold."""
    return {path: path.stat().st_mtime_ns for folder in ("data", "exercises", "notebooks", "grading")
            for path in sorted((ROOT / folder).rglob("*")) if "__pycache__" not in path.parts}


def test_a_hostile_class_costs_only_itself(tmp_path):
    """All that a submission may try, in one run beside innocent ones; the report says what became of each."""
    folder, truth, chance = tmp_path / "class", {}, random.Random(5)
    for name in HOSTILE:
        write(folder / name / f"{EXERCISE}.ipynb", hostile(EXERCISE, name))
    said = {}
    for harm in UNREADABLE:
        book, said[harm.__name__] = harm(EXERCISE)
        write(folder / harm.__name__ / f"{EXERCISE}.ipynb", book)
    for n, exercise in enumerate(exercises()):
        book, known = mixed(exercise, chance)
        truth[str(write(folder / f"innocent {n}" / f"{exercise}.ipynb", book).relative_to(folder))] = known
    large = worked(EXERCISE)
    cell(large, "q2-answer")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 20_000_000}]
    truth[f"20 MB/{EXERCISE}.ipynb"] = all_right(EXERCISE)
    write(folder / "20 MB" / f"{EXERCISE}.ipynb", large)
    before = outside()
    rows = grading.grade(folder, limits=SHORT).rows
    assert outside() == before
    for file, known in truth.items():
        assert marks(rows, file=file) == known, file
    for name in HOSTILE:
        assert agrees(marks(rows, learner=name), hostile_truth(EXERCISE, name)), (name, marks(rows, learner=name))
    said |= {"endless loop": "ran longer than 2 seconds of processor time", "80 GB list": "MemoryError",
             "sleeps for ever": "ran longer than 10 seconds", "huge file": "File too large", "exit": "with code 0",
             "many processes": "BlockingIOError", "crash": "ended by SIGSEGV", "many files": "No space left",
             "loop that cannot be stopped": "stopped after 6 seconds of processor time", "memory of many": "memory",
             "memory without an address": "not permitted", "segments of shared memory": "no segment",
             "flood of lines": "sent back more than answers", "builtins broken": "ended itself"}
    for name, words in said.items():
        assert words in notes(rows, learner=name), name


@pytest.mark.skipif(sys.platform != "linux", reason="only there memory is shared out by process")
def test_a_process_that_has_ended_takes_no_memory():
    ended = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
    assert 0 < sandbox._own_share(os.getpid(), 10**6) < 10**6
    ended.stdout.read()
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert sandbox._own_share(ended.pid, 500) == 0, "nobody has asked how it ended yet"
    ended.communicate()
    assert sandbox._own_share(ended.pid, 500) == 0


@contextmanager
def what_a_teacher_has(folder):
    """What is to be found on a teacher's machine, as the names in the ways out of tests/cases/hostile.toml."""
    os.chmod(folder, 0o755)
    secret, other = write(folder / "secret.txt", "x"), write(folder / "other.ipynb", "x")
    os.mkfifo(folder / "pipe")
    os.chmod(folder / "pipe", 0o666)
    reader = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    main, terminal = os.openpty()
    os.chmod(os.ttyname(terminal), 0o666)
    with socket.socket(socket.AF_UNIX) as local, socket.create_server(("127.0.0.1", 0)) as service:
        local.bind(str(folder / "socket"))
        os.chmod(folder / "socket", 0o666)
        local.listen()
        yield {"secret": str(secret), "other": str(other), "course": str(ROOT / "README.md"),
               "socket": str(folder / "socket"),
               "pipe": str(folder / "pipe"), "terminal": os.ttyname(terminal), "process": os.getpid(),
               "port": service.getsockname()[1], "add_key": 248 if platform.machine() == "x86_64" else 217}
    for number in (reader, main, terminal):
        os.close(number)


@pytest.fixture
def open_folder():
    """A folder that every user of this machine may look into."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o777)
        yield Path(name)


def ways_out(folder, *arguments, **others):
    """The ways that led out of a submission that tries them all, graded by the command beside an honest one."""
    with what_a_teacher_has(folder) as known:
        honest = worked(EXERCISE, q1="# horse-battery\n" * 2_000 + "social_nervousness = 'c'")
        write(folder / "class" / "ada.ipynb", honest)
        write(folder / "class" / "ben.ipynb", tries_every_way_out(EXERCISE, **known))
        report = folder / "out" / "report.csv"
        report.parent.mkdir()
        report.parent.chmod(0o777)
        done = command(folder / "class", "--out", report, "--jobs", 1, *arguments, **others)
    assert done.returncode == 0, done.stderr
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(questions(EXERCISE)) == [row["result"] for row in rows].count("right") + 1
    (note,) = {row["note"] for row in rows} - {""}
    return {[*WAYS_OUT][int(number)] for number in note.partition("RuntimeError: through")[2].strip(": ").split()}


def test_no_way_leads_out(open_folder):
    assert ways_out(open_folder) == set()


def test_no_way_leads_out_when_an_ordinary_user_grades(open_folder):
    """As root the containers belong to a number of their own; an ordinary user's are his own."""
    if os.getuid() != 0:
        pytest.skip("the test above was one of an ordinary user")
    if subprocess.run(["test", "-r", __file__, "-a", "-x", sys.executable], user=65_534, group=65_534).returncode:
        pytest.skip("this copy of the course, or this Python, is closed to other users")
    env = {"PATH": os.environ["PATH"], "HOME": str(open_folder)}
    assert ways_out(open_folder, user=65_534, group=65_534, extra_groups=[], env=env) == set()


def test_the_ways_out_are_ways_where_there_are_no_walls(open_folder):
    """So that the tests above can fail: without walls nearly all lead out, but none by being root."""
    if os.getuid() == 0 and subprocess.run(["test", "-x", sys.executable], user=65_534, group=65_534).returncode:
        pytest.skip("this Python is closed to other users")
    found = ways_out(open_folder, "--unprotected")
    assert not found - {*WAYS_OUT} and "root" not in found
    assert {"file", "other learner", "accounts", "course", "socket", "pipe", "network", "other socket", "segment",
            "unnamed memory", "memory file", "endless zeros"} <= found


def test_limits_are_told_when_there_are_no_walls(tmp_path):
    if os.getuid() == 0 and subprocess.run(["test", "-x", sys.executable], user=65_534, group=65_534).returncode:
        pytest.skip("this Python is closed to other users")
    path = write(tmp_path / "in" / f"{EXERCISE}.ipynb", hostile(EXERCISE, "endless loop"))
    rows = grading.grade(path, unprotected=True, limits=SHORT).rows
    assert agrees(marks(rows), hostile_truth(EXERCISE, "endless loop")) and "2 seconds of processor time" in notes(rows)


def test_memory_of_the_system_is_not_asked_for_where_its_numbers_are_not_known(monkeypatch):
    assert platform.machine() in FORBIDDEN
    monkeypatch.setattr(platform, "machine", lambda: "abacus")
    with pytest.raises(Refused, match=r"not known for this kind of processor \(abacus\)\. .*--unprotected"):
        Sandbox()


@pytest.mark.parametrize(("bwrap", "words"), [
    (None, "bubblewrap (bwrap) is not installed"),
    ("echo 'bwrap: No permissions to create new namespace' >&2; exit 1", "cannot be had: bwrap: No permissions to"),
    ("echo 'bwrap: Unknown option --disable-userns' >&2; exit 1", "Unknown option --disable-userns"),
    ("exit 0", "it did not start")])
def test_without_walls_it_refuses(tmp_path, bwrap, words):
    """It says why, what that means and how to go on; nothing is run, nothing is written."""
    run = tmp_path / "it was run"
    write(tmp_path / "class" / "ada.ipynb", worked(EXERCISE, q1=f"open({str(run)!r}, 'w')"))
    programs = tmp_path / "bin"
    programs.mkdir()
    if bwrap:
        write(programs / "bwrap", f"#!/bin/sh\n{bwrap}\n").chmod(0o755)
    done = command(tmp_path / "class", "--out", tmp_path / "r.csv", env=os.environ | {"PATH": str(programs)})
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
    assert "Install bubblewrap 0.8 or newer" in done.stderr and "add --unprotected. A submission then" in done.stderr
    assert not run.exists() and not (tmp_path / "r.csv").exists()


def test_where_nothing_can_be_run_one_line_says_so(tmp_path):
    """As on Windows, whose Python has neither the module resource nor what we ask of a system."""
    write(tmp_path / "class" / "ada.ipynb", notebook(EXERCISE))
    code = ("import os, sys\nsys.modules['resource'] = sys.modules['fcntl'] = None\nimport grading.__main__ as main\n"
            "del os.fork\nsys.exit(main.main(sys.argv[1:]))")
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "class", "--out", tmp_path / "r.csv"], cwd=ROOT,
                          capture_output=True, text=True)
    assert done.returncode == 2 and "Windows Subsystem for Linux" in done.stderr and "Traceback" not in done.stderr


def test_processor_time_counts_and_not_the_clock(tmp_path):
    """A machine that is busy with something else costs nobody an answer."""
    book = worked(EXERCISE, q1="import time\ntime.sleep(3)\nsocial_nervousness = 'c'")
    assert marks(grading.grade(write(tmp_path / "ada.ipynb", book), limits=SHORT).rows) == all_right(EXERCISE)


def test_what_ran_out_of_time_is_run_once_more_alone(tmp_path, monkeypatch):
    runs = []

    class Watched(Sandbox):
        def run(self, files, at_once):
            files = list(files)
            runs.append(([path.stem for _, path in files], at_once))
            return super().run(files, at_once)

    monkeypatch.setattr(grading, "Sandbox", Watched)
    write(tmp_path / "ada.ipynb", worked(EXERCISE))
    write(tmp_path / "ben.ipynb", worked(EXERCISE, q2="import time\ntime.sleep(60)"))
    rows = grading.grade(tmp_path, jobs=2, limits=Limits(cell_wall=2)).rows
    assert runs == [(["ada", "ben"], 2), (["ben"], 1), ([], 1)]
    assert marks(rows, learner="ben") == all_right(EXERCISE) | {"q2": ("not yet", "error")}
    assert "ran longer than 2 seconds" in notes(rows, learner="ben")


def test_a_container_that_does_not_end_is_ended(tmp_path, monkeypatch):
    """From outside, by the clock, whatever happens inside."""
    monkeypatch.setattr(sandbox, "GRACE", 1)
    path = write(tmp_path / "ada.ipynb", hostile(EXERCISE, "sleeps for ever"))
    code = ("import sys, time\nif sys.argv[1] != 'trial':\n    time.sleep(600)\n"
            "from grading import worker\nworker.main()\n")
    real = Sandbox._start

    def started(self, *arguments, **others):
        (self.course / "grading" / "__main__.py").unlink(missing_ok=True)
        write(self.course / "grading" / "slow.py", code)
        return real(self, *arguments, **others)

    monkeypatch.setattr(Sandbox, "_start", started)
    monkeypatch.setattr(sandbox, "WORKER", "grading.slow")
    rows = grading.grade(path, limits=Limits(wall=2)).rows
    assert [(row["result"], row["note"]) for row in rows] == [("not graded", "stopped after 3 seconds")]


# -- the reply


def answer(**changed):
    kept = {"exercise": EXERCISE, "ended": "", "late": False, "said": "", "errors": {}, "notes": {},
            "answers": {key: {"state": "missing", "words": ""} for key in questions(EXERCISE)}}
    return kept | changed


@pytest.mark.parametrize("reply", [
    b"", b"{", b"[]", b"[" * 900_000, b"\xff", b" " * 2_000_000, b"5", b"NaN", b"1" * 500_000,
    {}, {"refused": ""}, {"refused": 5}, {"refused": "x" * 301}, {"refused": "x", "more": 1},
    answer(more=1), answer(exercise="11_more"), answer(exercise=[]), answer(late=1), answer(ended=None),
    answer(said="x" * 20_001), answer(errors={"q9": "x"}), answer(errors={"q1": 5}), answer(notes=[]),
    answer(answers={}), answer(answers=answer()["answers"] | {"q9": {"read": 1}}),
    *(answer(answers=answer()["answers"] | {"q2": entry}) for entry in (
        5, [], {}, {"read": 1, "more": 1}, {"state": "correct", "words": ""}, {"state": "right"}, {"state": ["missing"],
        "words": ""}, {"state": "missing", "words": "x" * 301}, {"state": "missing"}, [{"read": 1}, {"read": 2}]))])
def test_what_has_not_the_form_of_a_reply_is_none(reply):
    assert judging.parse(reply if isinstance(reply, bytes) else json.dumps(reply).encode()) is None


@pytest.mark.parametrize("value", [None, [], {}, "x" * 100_000, [[]] * 20_000, {"set": 3}, {"a": 1, "b": 2}, 10**300,
                                   float("inf"), float("nan"), True, {"dict": [[1, 2]] * 9}, [1, [2, [3]]]])
def test_a_value_that_is_no_answer_is_none(value):
    """Whatever came back, judging ends, and with no mark for it."""
    every = {key: {"read": value} for key in questions(EXERCISE)}
    found = judging.rows(judging.parse(json.dumps(answer(answers=every)).encode()))
    assert not {row["result"] for row in found} & {"right", "not run"} and len(found) == len(every)


def test_the_right_form_is_judged():
    told = answer(answers=answer()["answers"] | {"q1": {"read": "c"}, "q2": {"state": "not run"}}, ended="stopped",
                  errors={"q3": "q3-answer: NameError", "q1": "q1-answer: NameError"}, notes={"q4": "odd"})
    found = {row["question"]: row for row in judging.rows(judging.parse(json.dumps(told).encode()))}
    assert [(found[key]["result"], found[key]["note"]) for key in ("q1", "q2", "q3", "q4", "q5")] == [
        ("right", ""), ("not run", "stopped"), ("not yet", "q3-answer: NameError"), ("not answered", "odd"),
        ("not answered", "")]


def test_judging_has_a_limit_of_time(monkeypatch):
    def stuck(_):
        while True:
            with suppress(ValueError):
                time.sleep(0)

    monkeypatch.setattr(judging, "SECONDS", 0.2)
    monkeypatch.setattr(questions(EXERCISE)["q1"], "verdict", stuck, raising=False)
    told = answer(answers=answer()["answers"] | {"q1": {"read": "c"}})
    assert judging.rows(judging.parse(json.dumps(told).encode()))[0]["hint"] == "no answer"


# -- the tables


@pytest.fixture(scope="module")
def course_copy(tmp_path_factory):
    return copy_of_the_course(tmp_path_factory.mktemp("course"))


@pytest.mark.parametrize(("spoil", "stops"), [
    (lambda text: "\ufeff" + text, False), (lambda text: text.replace("\n", "\r\n"), False),
    (lambda text: text.replace(",", ";"), True), (lambda text: text[:2000], True), (lambda text: "", True)],
    ids=["byte order mark", "line ends of Windows", "semicolons", "cut off", "empty"])
def test_a_table_that_a_spreadsheet_saved(course_copy, tmp_path, spoil, stops):
    """It is read as before, or grading stops and says so: nobody is marked by spoilt tables."""
    write(tmp_path / "class" / "ada.ipynb", worked(EXERCISE))
    table = course_copy / "data" / "proportions.csv"
    text = (ROOT / "data" / "proportions.csv").read_text(encoding="utf-8")
    table.write_bytes(spoil(text).encode())
    try:
        done = command(tmp_path / "class", "--out", tmp_path / "r.csv", cwd=course_copy)
    finally:
        table.write_text(text, encoding="utf-8", newline="")
    if stops:
        assert done.returncode == 2 and "Nobody was marked" in done.stderr and "Traceback" not in done.stderr
        assert not (tmp_path / "r.csv").exists()
    else:
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "r.csv").read_text(encoding="utf-8").count('"right"') == len(questions(EXERCISE))


def test_where_nobody_is_right_our_own_solution_is_asked(tmp_path, monkeypatch):
    """A question that the course's own solution gets wrong is our failure, and not the class's."""
    folder = tmp_path / "class"
    for name in ("ada", "ben", "cem"):
        write(folder / f"{name}.ipynb", worked(EXERCISE, q2="still_there = 0"))
    assert marks(grading.grade(folder).rows)["q2"][0] == "not yet"
    monkeypatch.setattr(questions(EXERCISE)["q2"], "expected", lambda: 1.0)
    with pytest.raises(grading.Stopped, match=r"own solution of 01_sentence_to_row is not right here: q2 \("):
        grading.grade(folder)


# -- the command


def test_bad_input_is_told_in_one_line(tmp_path):
    for arguments, words in (([], "say which folder"),
                             ([tmp_path / "none"], "there is no such folder"),
                             ([tmp_path], "no notebook (.ipynb) was found"),
                             ([write(tmp_path / "in" / "a.zip", "").parent], "only a.zip (a zip: unpack it first)"),
                             ([tmp_path, "--out", tmp_path / "a" / "b.csv"], "there is no folder")):
        done = command("--out", tmp_path / "r.csv", *arguments)
        assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_home_is_found(tmp_path):
    write(tmp_path / "class" / "ada.ipynb", notebook(EXERCISE))
    done = command("~/class", "--out", "~/r.csv", env=os.environ | {"HOME": str(tmp_path)})
    assert done.returncode == 0 and (tmp_path / "r.csv").exists(), done.stderr


@pytest.mark.parametrize("name", ["week 3", "a $b $(c) $$", "a `touch x` \"b\" 'c'", "-x; #"])
def test_make_takes_the_name_of_a_folder_literally(tmp_path, name):
    """It goes through the environment, and neither make nor the shell reads it."""
    write(tmp_path / "python", '#!/bin/sh\nprintf "%s" "$SUBMISSIONS" > "$0.told"\n').chmod(0o755)
    done = subprocess.run(["make", "--no-print-directory", "grade", f"SUBMISSIONS={name}", f"BIN={tmp_path}",
                           "PYTHON=true"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "python.told").read_text(encoding="utf-8") == name and not (ROOT / "x").exists()


def test_make_without_a_folder_says_so():
    done = subprocess.run(["make", "grade", "PYTHON=true"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "make grade SUBMISSIONS=FOLDER" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_interrupted(tmp_path, number):
    """It ends everything at once, and leaves no process, no folder and no report behind."""
    for n in range(3):
        write(tmp_path / "class" / f"{n}.ipynb", hostile(EXERCISE, "sleeps for ever"))
    own = tmp_path / "tmp"
    own.mkdir()
    process = subprocess.Popen([sys.executable, "-m", "grading", tmp_path / "class", "--out", tmp_path / "r.csv"],
                               cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ | {"TMPDIR": str(own)})
    watch, family = psutil.Process(process.pid), set()
    while not any(len(one.children(recursive=True)) >= 3 for one in watch.children()):  # a submission is being run
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.1)
    family = watch.children(recursive=True)
    process.send_signal(number)
    _, told = process.communicate(timeout=300)
    assert process.returncode == 130 and "stopped. Nothing was written." in told and "Traceback" not in told
    assert len(family) > 3 and not psutil.wait_procs(family, timeout=300)[1]
    assert os.listdir(own) == [] and not (tmp_path / "r.csv").exists()


def test_nothing_is_left_when_a_container_fails(tmp_path, monkeypatch):
    """Neither folder nor process, whatever stops it in the middle."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    for n in range(3):
        write(tmp_path / "class" / f"{n}.ipynb", hostile(EXERCISE, "sleeps for ever"))
    before = threading.active_count()

    def broken(done, total):
        if total:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        grading.grade(tmp_path / "class", tell=broken)
    assert os.listdir(tmp_path / "own") == [] and threading.active_count() == before
