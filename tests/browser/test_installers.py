"""conda, uv, pip, Windows and macOS: what README.md says works as it is written."""

import json
import os
import re
import shlex
from pathlib import Path

import helpers
import pytest
import yaml
from common import ROOT, copy_of_the_course
from rattler import MatchSpec

README = (ROOT / "README.md").read_text(encoding="utf-8")
SYSTEMS = ["x86_64-pc-windows-msvc", "aarch64-apple-darwin", "x86_64-apple-darwin", "x86_64-unknown-linux-gnu"]


def commands(way):
    """The commands that the row of a way in, in README.md, tells one to type."""
    row = re.search(rf"^\| [^|]*{re.escape(way)}[^|]* \| (.+) \|$", README, re.MULTILINE)[1]
    return re.findall(r"`([^`]+)`", row)


def test_conda_lines_parse_strictly():
    """conda itself cannot be run without its channels; that each line means one thing to it can be tested."""
    asked = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    create, activate, start = commands("conda")
    assert (create, start) == ("conda env create -f environment.yml", "jupyter lab")
    assert activate == f"conda activate {asked['name']}"
    assert asked["channels"] == ["conda-forge", "nodefaults"]
    lines = [line for line in asked["dependencies"] if isinstance(line, str)]
    assert [str(MatchSpec(line, strict=True).name.normalized) for line in lines] == ["python", "pip"]
    pip = [line for line in asked["dependencies"] if not isinstance(line, str)]
    assert len(pip) == 1 and list(pip[0]) == ["pip"]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\d.]+", line) for line in pip[0]["pip"])


@pytest.mark.parametrize("way", ["[uv]", "only pip"])
def test_the_lines_of_the_readme_end_in_jupyterlab(way, tmp_path):
    """Typed one after the other in a fresh copy; the last one asks for the version in place of the window."""
    course = copy_of_the_course(tmp_path / "course")
    python = helpers.interpreter("3.12") or helpers.interpreter("3.11")
    if not python:
        pytest.skip("no Python 3.12 on this machine")
    env = helpers.clean_environment(PIP_DISABLE_PIP_VERSION_CHECK="1", UV_PYTHON_DOWNLOADS="never")
    env["PATH"] = f"{Path(python).parent}:{helpers.BIN}:{env['PATH']}"
    typed = commands(way)
    assert len(typed) == 3 and "--require-hashes" in typed[1]
    for line in typed[:-1]:
        helpers.run(*shlex.split(line), cwd=course, env=env)
    version = re.search(r"jupyterlab==([\d.]+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[1]
    assert helpers.run(*shlex.split(typed[-1]), "--version", cwd=course, env=env).strip() == version


def test_a_codespace_makes_the_environment_of_the_lock(tmp_path):
    """What its container runs when it is made, in a fresh copy, by the same Python where there is one."""
    course = copy_of_the_course(tmp_path / "course")
    asked = json.loads((course / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    python = helpers.interpreter(asked["image"].removeprefix("python:")) or helpers.interpreter("3.11")
    if not python:
        pytest.skip(f"no Python for {asked['image']} on this machine")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(python)
    env = helpers.clean_environment(PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    helpers.run(*shlex.split(asked["postCreateCommand"]), cwd=course, env=env)
    settings = asked["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"]
    inside = settings.replace("${containerWorkspaceFolder}", str(course))
    helpers.run(inside, "-c", "import pandas, ipykernel", cwd=course, env=env)
    opened = asked["customizations"]["codespaces"]["openFiles"]
    assert opened and all((course / name).exists() for name in opened)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_every_file_exists_for_every_system_and_python(system, python, tmp_path):
    """The lock holds one set of versions for all; uv looks whether each has a ready file for the system."""
    helpers.run(helpers.BIN / "uv", "pip", "install", "--dry-run", "--require-hashes", "--only-binary", ":all:",
              "--python-platform", system, "--python-version", python, "--target", tmp_path,
              "--python", helpers.BIN / "python", "-r", ROOT / "requirements.txt")


def test_windows_line_names_the_file_that_makes_the_environment():
    first, last = commands("Windows")
    assert first == r"py tools\setup_env.py" and (ROOT / "tools" / "setup_env.py").exists()
    assert last == r".venv\Scripts\jupyter lab"
