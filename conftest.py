"""nbval, made safe to teach with.

nbval 0.11 passes several things that it should fail: a cell whose magic does not exist, a marker that it does not
recognise, an output that was never stored, an exception that never came; it waits out the whole time limit when a
kernel has died, and is cut to pieces by pytest-xdist. This one file closes those holes, and the small notebooks in
tests/holes prove that each of them now goes red (tests/test_nbval_holes.py).
"""

import os
import re
import tempfile
import time
from pathlib import Path
from queue import Empty

import nbval
import pytest
from nbval import plugin
from nbval.kernel import RunningKernel

KNOWN = "0.11.0"
ROOT = Path(__file__).resolve().parent
MARKER = re.compile(r"#\s*((?:NBVAL|PYTEST_VALIDATE)_\w+.*)$", re.MULTILINE | re.IGNORECASE)


def pytest_configure(config):
    if nbval.__version__ != KNOWN:
        pytest.exit(f"conftest.py knows nbval {KNOWN}, but {nbval.__version__} is installed. Read its changes, then"
                    " check every hole in tests/holes before you raise the number.", returncode=3)
    option = config.option
    if not (option.nbval or option.nbval_lax):
        return
    spread = getattr(option, "numprocesses", None) and not hasattr(config, "workerinput")
    if spread and option.dist != "loadfile":
        pytest.exit("A notebook must not be cut up between processes: add --dist loadfile to -n.", returncode=3)
    option.nbval_current_env = True
    option.nbval_cell_timeout = min(option.nbval_cell_timeout, 60)
    option.nbval_sanitize_with = option.nbval_sanitize_with or str(ROOT / "tests" / "sanitize.cfg")
    folder = tempfile.TemporaryDirectory(prefix="course-")
    config.add_cleanup(folder.cleanup)
    os.environ |= {"COURSE_CHECK": "raise", "IPYTHONDIR": folder.name, "MPLCONFIGDIR": folder.name}


def _from_parent(parent, name, cell, **rest):
    """Name each item by its cell's id, so that a report says which cell it means."""
    return _nbval_from_parent(parent, name=cell.get("id", name), cell=cell, **rest)


def _reportinfo(item):
    return item.path, 0, f"{item.path.name}, cell {item.name}"


def _runtest(cell_item):
    """A cell whose checks cannot be passed by accident."""
    _look_before(cell_item, cell_item.cell)
    _nbval_runtest(cell_item)
    _look_after(cell_item, cell_item.test_outputs or [])


def _look_before(item, cell):
    for words in MARKER.findall(cell.source):
        if words.strip() not in plugin.comment_markers:
            item.raise_cell_error(f'The marker "{words.strip()}" is not seen by nbval. Nothing may follow it on its'
                                  " line, and it is written in capitals.")
    for tag in cell.metadata.get("tags", []):
        if tag not in plugin.metadata_tags and tag.lower().replace("_", "-") in plugin.metadata_tags:
            item.raise_cell_error(f'The tag "{tag}" is not seen by nbval. Write it in small letters.')
    compared = item.options["check"] and cell.source.strip()
    if compared and cell.execution_count is None:
        item.raise_cell_error("Nothing is stored to compare with: the outputs were cleared. Run: make notebooks")
    if compared and not cell.outputs and "NBVAL_CHECK_OUTPUT" in cell.source:
        item.raise_cell_error("The cell asks to be compared, but no output is stored with it.")


def _look_after(item, outputs):
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr" and "UsageError" in output.text:
            item.raise_cell_error(f"The cell never ran: {output.text.strip()}")
    if item.options["check_exception"] and not any(output.output_type == "error" for output in outputs):
        item.raise_cell_error("The cell is said to raise an exception, and raised none.")


def _repr_failure(item, excinfo):
    """A wrong answer is reported in the checker's own words, without a traceback."""
    words = getattr(excinfo.value, "inner_traceback", None) or ""
    return words.strip() if "Not yet: question" in words else _nbval_repr_failure(item, excinfo)


def _await_reply(self, msg_id, timeout=None):
    """As in nbval, but looks every second whether the kernel is still alive."""
    end = time.monotonic() + (timeout if timeout is not None else 1e9)
    while True:
        try:
            return _nbval_await_reply(self, msg_id, timeout=min(1, max(0.01, end - time.monotonic())))
        except Empty:
            if not self.is_alive():
                raise RuntimeError("The kernel died while it ran this cell.") from None
            if time.monotonic() >= end:
                raise


_nbval_from_parent, plugin.IPyNbCell.from_parent = plugin.IPyNbCell.from_parent, _from_parent
plugin.IPyNbCell.reportinfo = _reportinfo
_nbval_runtest, plugin.IPyNbCell.runtest = plugin.IPyNbCell.runtest, _runtest
_nbval_repr_failure, plugin.IPyNbCell.repr_failure = plugin.IPyNbCell.repr_failure, _repr_failure
_nbval_await_reply, RunningKernel.await_reply = RunningKernel.await_reply, _await_reply
