"""A learner's own report, python -m checks 01, says the same as the checks."""

import logging
import re
import shutil
import subprocess
import sys

import checks.__main__ as own_report
import pytest
from common import ROOT
from submissions import hostile, ids_and_tags_lost, notebook, worked, write

from grading.submission import questions

EXERCISE = "01_sentence_to_row"
COURSE_FILES = ("data/*.csv", "notebooks/*.py", "notebooks/*.mplstyle", "exercises/checks/*.py")


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
    assert "The cell above stopped with SyntaxError: invalid syntax" in printed
    assert "Stopped here: a cell ran longer than 2 seconds.\n" in printed
    assert "The cell above stopped with NameError: name 'nobody' is not defined." in printed
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
