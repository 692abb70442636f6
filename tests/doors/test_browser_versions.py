"""Lessons and solutions give the same, output by output, on the versions that the browser edition carries."""

import sys

import doors
from common import ROOT, STORED


def test_every_stored_output_is_reproduced(tmp_path):
    """Strictly, as `make test` does it, in an environment of its own. What differs here would differ in the browser."""
    course, home = doors.copy_of_the_course(tmp_path / "course"), tmp_path / "env"
    uv = doors.BIN / "uv"
    doors.run(uv, "venv", "--quiet", "--python", sys.executable, home)
    doors.run(uv, "pip", "install", "--quiet", "--require-hashes", "--python", home / "bin" / "python",
              "-r", course / "web" / "requirements-browser.txt")
    python = home / "bin" / "python"
    code = "import pandas, matplotlib; print(pandas.__version__, matplotlib.__version__)"
    assert doors.run(python, "-c", code).split() == ["3.0.2", "3.10.8"]
    notebooks = [path.relative_to(ROOT) for path in STORED]
    doors.run(python, "-m", "pytest", "--nbval", *notebooks, cwd=course, env=doors.clean_environment())
