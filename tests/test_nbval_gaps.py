"""Each known gap of nbval is closed: the notebooks in nbval_gaps/ all go red, each for its own reason."""

import re
import subprocess
import sys

import pytest
from common import ROOT

GAPS = {
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
    command = [sys.executable, "-m", "pytest", "--nbval", "--color=no", "-o", "norecursedirs=", "tests/nbval_gaps"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    parts = re.split(r"^_+ (\S+)\.ipynb, cell \S+ _+$", done.stdout, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True)), done.stdout


def test_every_gap_has_its_notebook():
    assert {path.stem for path in (ROOT / "tests" / "nbval_gaps").glob("*.ipynb")} == set(GAPS)


@pytest.mark.parametrize("name", GAPS)
def test_gap_is_closed(report, name):
    sections, output = report
    assert name in sections, f"{name} was not red:\n{output[-1500:]}"
    assert GAPS[name] in sections[name]


def test_a_notebook_is_not_cut_up():
    command = [sys.executable, "-m", "pytest", "-n", "2", "--nbval", "tests/nbval_gaps/changed_number.ipynb"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 3 and "--dist loadfile" in done.stdout + done.stderr


ASKED = """
import nbval, pytest, sys
class Ask:
    def pytest_collection_finish(self, session):
        print("limit:", session.config.option.nbval_cell_timeout)
nbval.__version__ = {version!r}
sys.exit(pytest.main(["--nbval", "--collect-only", "tests/nbval_gaps/changed_number.ipynb", *{options!r}], [Ask()]))
"""


def asked(version="0.11.0", options=()):
    command = [sys.executable, "-c", ASKED.format(version=version, options=options)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(("options", "seconds"), [((), 60), (("--nbval-cell-timeout=180",), 180),
                                                  (("--nbval-cell-timeout=2000",), 2000)])
def test_a_limit_given_by_hand_is_kept(options, seconds):
    assert float(re.search(r"limit: (\S+)", asked(options=options).stdout)[1]) == seconds


def test_an_unknown_nbval_is_refused():
    done = asked(version="0.12.0")
    assert done.returncode == 3 and "knows nbval 0.11.0, but 0.12.0 is installed" in done.stdout + done.stderr
