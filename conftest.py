"""nbval, made safe to teach with.

nbval 0.11 passes several things that it should fail: a cell whose magic does not exist, a marker that it does not
recognise, an output that was never stored, an exception that never came; it waits out the whole time limit when a
kernel has died, and is cut to pieces by pytest-xdist. The subclasses below close those gaps, and the small notebooks
in tests/nbval_gaps prove that each of them now goes red (tests/test_nbval_gaps.py).
"""

import os
import re
import tempfile
import time
from pathlib import Path
from queue import Empty

import nbval
import pytest
from nbval import kernel, plugin

from tools.course import regular

KNOWN = "0.11.0"
ROOT = Path(__file__).resolve().parent
SECONDS = 60
MARKER = re.compile(r"#\s*((?:NBVAL|PYTEST_VALIDATE)_\w+.*)$", re.MULTILINE | re.IGNORECASE)


def pytest_configure(config):
    if nbval.__version__ != KNOWN:
        pytest.exit(f"conftest.py knows nbval {KNOWN}, but {nbval.__version__} is installed. Read its changes, then"
                    " check every gap in tests/nbval_gaps before you raise the number.", returncode=3)
    option = config.option
    if not (option.nbval or option.nbval_lax):
        return
    spread = getattr(option, "numprocesses", None) and not hasattr(config, "workerinput")
    if spread and option.dist != "loadfile":
        pytest.exit("A notebook must not be cut up between processes: add --dist loadfile to -n.", returncode=3)
    if isinstance(option.nbval_cell_timeout, int):  # nbval's own limit; one that is given by hand is a float
        option.nbval_cell_timeout = SECONDS
    option.nbval_sanitize_with = option.nbval_sanitize_with or str(ROOT / "tests" / "sanitize.cfg")
    folder = tempfile.TemporaryDirectory(prefix="course-")
    config.add_cleanup(folder.cleanup)
    os.environ |= {"COURSE_CHECK": "raise", "IPYTHONDIR": folder.name, "MPLCONFIGDIR": folder.name}


def pytest_ignore_collect(collection_path, config):
    """In a folder the course's own notebooks are run; a copy or a learner's own is run where it is named itself."""
    if collection_path.suffix == ".ipynb" and collection_path.is_relative_to(ROOT):
        named = {(config.invocation_params.dir / arg.partition("::")[0]).resolve() for arg in config.args}
        if collection_path not in named and not regular(collection_path.relative_to(ROOT).as_posix()):
            return True
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    found = yield
    return [Notebook.from_parent(parent, path=file_path) if isinstance(one, plugin.IPyNbFile) else one
            for one in found]


class Notebook(plugin.IPyNbFile):
    """A notebook, run by the Python that runs the tests; each item is named by its cell's id."""

    def setup(self):
        self.kernel = Kernel(kernel.CURRENT_ENV_KERNEL_NAME, cwd=str(self.path.parent),
                             startup_timeout=self.config.option.nbval_kernel_startup_timeout)
        self.setup_sanitize_files()

    def collect(self):
        for item in super().collect():
            yield Cell.from_parent(self, name=item.cell.get("id", item.name), cell_num=item.cell_num, cell=item.cell,
                                   options=item.options)


class Kernel(kernel.RunningKernel):
    """A kernel whose death is seen within a second."""

    def await_reply(self, msg_id, timeout=None):
        end = time.monotonic() + (timeout if timeout is not None else 1e9)
        while True:
            try:
                return super().await_reply(msg_id, timeout=min(1, max(0.01, end - time.monotonic())))
            except Empty:
                if not self.is_alive():
                    raise RuntimeError("The kernel died while it ran this cell.") from None
                if time.monotonic() >= end:
                    raise


class Cell(plugin.IPyNbCell):
    """A cell whose checks cannot be passed by accident."""

    def reportinfo(self):
        return self.path, 0, f"{self.path.name}, cell {self.name}"

    def runtest(self):
        self.look_before()
        super().runtest()
        self.look_after()

    def look_before(self):
        for words in MARKER.findall(self.cell.source):
            if words.strip() not in plugin.comment_markers:
                self.raise_cell_error(f'The marker "{words.strip()}" is not seen by nbval. Nothing may follow it on its'
                                      " line, and it is written in capitals.")
        for tag in self.cell.metadata.get("tags", []):
            if tag not in plugin.metadata_tags and tag.lower().replace("_", "-") in plugin.metadata_tags:
                self.raise_cell_error(f'The tag "{tag}" is not seen by nbval. Write it in small letters.')
        compared = self.options["check"] and self.cell.source.strip()
        if compared and self.cell.execution_count is None:
            self.raise_cell_error("Nothing is stored to compare with: the outputs were cleared. Run: make build")
        if compared and not self.cell.outputs and "NBVAL_CHECK_OUTPUT" in self.cell.source:
            self.raise_cell_error("The cell asks to be compared, but no output is stored with it.")

    def look_after(self):
        for output in self.test_outputs:
            if output.output_type == "stream" and output.name == "stderr" and "UsageError" in output.text:
                self.raise_cell_error(f"The cell never ran: {output.text.strip()}")
        if self.options["check_exception"] and not any(out.output_type == "error" for out in self.test_outputs):
            self.raise_cell_error("The cell is said to raise an exception, and raised none.")

    def repr_failure(self, excinfo):
        """A wrong answer is reported in the checker's own words, without a traceback."""
        words = getattr(excinfo.value, "inner_traceback", None) or ""
        return words.strip() if "Not yet: question" in words else super().repr_failure(excinfo)
