"""What takes longer to prove about grading: the marks are nbval's marks, and 300 submissions lose none."""

import json
import re
import subprocess
import sys

from common import copy_of_the_course
from submissions import a_class, agrees

import grading.__main__ as grading
from grading.limits import Limits
from grading.submission import assemble, questions, read, recognise


def marks(rows, file):
    return {row["question"]: (row["result"], row["hint"]) for row in rows if row["file"] == file}


def as_notebook(plan):
    """A plan as a notebook for nbval: a look is a cell that asks the check."""
    cells = [{"cell_type": "code", "id": f"{name}-look-{number}" if kind == "look" else f"run-{number}", "metadata": {},
              "outputs": [], "execution_count": None, "source": f'check("{name}")' if kind == "look" else source[0]}
             for number, (kind, name, *source) in enumerate(plan.steps)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_the_marks_are_those_of_nbval(tmp_path):
    """On 40 generated submissions, question by question."""
    handed_in, course = tmp_path / "class", copy_of_the_course(tmp_path / "course")
    truth = a_class(handed_in, 40, seed=11, hostile_share=0)
    for number, file in enumerate(truth):
        cells = read((handed_in / file).read_bytes())
        notebook = as_notebook(assemble(cells, recognise(cells)))
        (course / "exercises" / f"handed_in_{number:02d}.ipynb").write_text(notebook, encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "pytest", "-vv", "--color=no", "--nbval-lax",
                           *sorted(map(str, course.glob("exercises/handed_in_*.ipynb")))], cwd=course,
                          capture_output=True, text=True)
    rows = grading.grade(handed_in).rows
    for number, (file, known) in enumerate(truth.items()):
        found, passed = marks(rows, file), {}
        for key, state in re.findall(rf"{number:02d}\.ipynb::(q\d+)-look-\d+ (PASSED|FAILED)", done.stdout):
            passed[key] = passed.get(key, False) or state == "PASSED"
        assert found == known, file
        assert {key: mark[0] == "right" for key, mark in found.items()} == passed, (file, done.stdout[-2000:])
        assert passed.keys() == questions(next(row["exercise"] for row in rows if row["file"] == file)).keys()


def test_300_submissions_are_graded_without_loss(tmp_path):
    """Right, partly right, blank, changed and hostile ones in one run; the generator knows what is true of each."""
    truth = a_class(tmp_path, 300, seed=3)
    rows = grading.grade(tmp_path, limits=Limits(cell_cpu=2, cell_wall=30, cpu=6, wall=120)).rows
    wrong = [(file, marks(rows, file), known) for file, known in truth.items()
             if not agrees(marks(rows, file), known)]
    assert not wrong, wrong[:3]
    assert {row["file"] for row in rows} == truth.keys()
