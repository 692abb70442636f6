"""nbgrader takes the exercises as they are, and gives our marks; in an environment of its own (.venv-nbgrader)."""

import json
import os
import random
import subprocess

import nbformat
import pytest
from common import LEARNERS, ROOT
from submissions import mixed, notebook, worked, write

import grading.__main__ as grading
from grading import nbgrader_course
from grading.submission import exercises

BIN = ROOT / ".venv-nbgrader" / ("Scripts" if os.name == "nt" else "bin")
READ = """
import json, sys
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    print(json.dumps({f"{part.student.id}/{part.assignment.name}": {cell.name: cell.score
                                                                     for cell in part.notebooks[0].grades}
                      for name in sys.argv[1:] for part in book.assignment_submissions(name)}))
"""


def run(folder, *arguments):
    done = subprocess.run([BIN / arguments[0], *arguments[1:]], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nbgrader") / "course"
    assert nbgrader_course.main([str(folder)]) == 0
    for name in exercises():
        run(folder, "nbgrader", "generate_assignment", name)
    return folder


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda path: path.stem)
def test_what_nbgrader_releases_is_the_learners_notebook(course, learner):
    released = nbformat.read(course / "release" / learner.stem / learner.name, as_version=4)
    ours = nbformat.read(learner, as_version=4)
    assert [(cell.id, cell.source.rstrip()) for cell in released.cells] == \
           [(cell.id, cell.source.rstrip()) for cell in ours.cells]


def test_marks_and_feedback(course, tmp_path):
    """Every solution gets all points, a blank notebook none, and a mixed one what our own grading gives it."""
    chance, hinted = random.Random(2), {}
    for name in exercises():
        books = {"ada": worked(name), "ben": notebook(name), "cem": mixed(name, chance)[0]}
        for learner, book in books.items():
            write(course / "submitted" / learner / name / f"{name}.ipynb", book)
            write(tmp_path / learner / f"{name}.ipynb", book)
        run(course, "nbgrader", "autograde", name)
        run(course, "nbgrader", "generate_feedback", name)
        hinted[name] = (course / "feedback" / "ben" / name / f"{name}.html").read_text(encoding="utf-8")
    scores = json.loads(run(course, "python", "-c", READ, *exercises()))
    ours = {}
    for row in grading.grade(tmp_path).rows:
        known = ours.setdefault(f"{row['learner']}/{row['exercise']}", {})
        known[f"{row['question']}-check"] = row["result"] == "right"
    assert scores == ours
    for name in exercises():
        assert set(scores[f"ada/{name}"].values()) == {1} and set(scores[f"ben/{name}"].values()) == {0}
        assert "Not answered yet: put your answer in place of the three dots." in hinted[name]


def test_bad_input_is_told_in_one_line(course, capsys):
    for arguments, words in (([], "say which folder"), ([str(course)], "is not an empty folder")):
        assert nbgrader_course.main(arguments) == 2
        told = capsys.readouterr().err
        assert words in told and told.count("\n") == 1
