"""Each known hole of nbval is closed: the notebooks in holes/ all go red, each for its own reason."""

import re
import subprocess
import sys

import pytest
from common import ROOT

HOLES = {
    "unknown_magic": "The cell never ran",
    "marker_without_output": "no output is stored",
    "marker_with_words_behind": "is not seen by nbval",
    "tag_in_capitals": "is not seen by nbval",
    "exception_that_never_comes": "raised none",
    "dead_kernel": "The kernel died",
    "cleared_outputs": "the outputs were cleared",
    "removed_outputs": "Cell outputs differ",
    "changed_number": "Cell outputs differ",
    "silent_wrong_answer": "Not yet: question 1",
}


@pytest.fixture(scope="module")
def report():
    command = [sys.executable, "-m", "pytest", "--nbval", "--color=no", "-o", "norecursedirs=", "tests/holes"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    parts = re.split(r"^_+ (\S+)\.ipynb, cell \S+ _+$", done.stdout, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)), done.stdout


def test_every_hole_has_its_notebook():
    assert {path.stem for path in (ROOT / "tests" / "holes").glob("*.ipynb")} == set(HOLES)


@pytest.mark.parametrize("name", HOLES)
def test_hole_is_closed(report, name):
    sections, output = report
    assert name in sections, f"{name} was not red:\n{output[-1500:]}"
    assert HOLES[name] in sections[name]


def test_a_notebook_is_not_cut_up():
    command = [sys.executable, "-m", "pytest", "-n", "2", "--nbval", "tests/holes/changed_number.ipynb"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 3 and "--dist loadfile" in done.stdout + done.stderr
