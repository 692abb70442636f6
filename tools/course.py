"""What the course consists of, where it lies and where it is published: the one place that says so.

A folder in use holds more than the course: JupyterLab's checkpoints and copies, `Untitled.ipynb`, a learner's own
tables, environments. Tests, tools, site and grading look at the lists of this module, never at the folder.
Run with the word ``notebooks`` or ``code`` it prints the lessons and solutions, or these and all modules, for the
Makefile.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"

#: What the course names its files, for each folder; elsewhere in its folders anything but a copy is its own.
NAMES = {
    "": r"[A-Z]+\.(md|cff)|LICENSE|Makefile|postBuild|conftest\.py|pyproject\.toml|environment\.yml"
        r"|requirements(-\w+)?\.txt|\.git(ignore|attributes)",
    "notebooks": r"\d\d_[a-z_]+\.ipynb|[a-z_]+\.(py|md|mplstyle)",
    "exercises": r"\d\d_[a-z_]+\.ipynb",
    "exercises/checks": r"[a-z_0-9]+\.py",
    "data": r"[a-z_]+\.csv|datapackage\.json|README\.md",
}
FOLDERS = {".ci", ".devcontainer", ".github", "data", "exercises", "grading", "notebooks", "requirements", "teaching",
           "tests", "tools", "web"}
#: Folders that are made, inside the course's own ones.
MADE = {".git", ".ipynb_checkpoints", ".pytest_cache", ".ruff_cache", ".venv", "__pycache__", "_made", "_site",
        "node_modules"}


def regular(name):
    """Whether a path, written with slashes from the course's folder, is named as the course names its files."""
    *folders, file = name.split("/")
    if MADE.intersection(folders) or (folders and folders[0] not in FOLDERS):
        return False
    if folders and folders[0] not in NAMES:
        return not re.search(r"-Copy\d+\.|^Untitled|\.pyc$|^\.DS_Store$", file)
    return re.fullmatch(NAMES.get("/".join(folders), r"(?!)"), file) is not None


def _git(*words):
    """What git says here, or None without git, and where this folder is not a work tree of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        top, said = (subprocess.run(["git", "-C", str(ROOT), *command], capture_output=True, text=True,
                                    encoding="utf-8", errors="replace", check=True, env=env).stdout
                     for command in (("rev-parse", "--show-toplevel"), words))
    except (OSError, subprocess.CalledProcessError):
        return None
    return said if Path(top.rstrip("\n")).resolve() == ROOT else None


def files():
    """The paths of the course's files, as text with slashes from `ROOT`, sorted.

    By git where there is git: what it tracks, and what is new and named as the course names its files. Without it,
    as in an unpacked ZIP, by the names alone.
    """
    tracked = _git("ls-files", "-z")
    if tracked is None:
        tracked, new = "", []
        for place, folders, names in os.walk(ROOT):
            folders[:] = [name for name in folders if name not in MADE and (Path(place) != ROOT or name in FOLDERS)]
            new += [(Path(place) / name).relative_to(ROOT).as_posix() for name in names]
    else:
        new = (_git("ls-files", "-z", "--others", "--exclude-standard") or "").split("\0")
    return sorted(name for name in {*tracked.split("\0"), *filter(regular, new)} - {""} if (ROOT / name).is_file())


def changed(names):
    """Those of the files whose text is not the one of the last commit, or all of them without git."""
    said = _git("status", "--porcelain", "-z", "--no-renames", "--", *names)
    return list(names) if said is None else [entry[3:] for entry in said.split("\0") if entry]


def _regular(folder, pattern):
    return [path for path in sorted((ROOT / folder).glob(pattern)) if regular(f"{folder}/{path.name}")]


TABLES = _regular("data", "*.csv")
LESSONS = _regular("notebooks", "*.ipynb")
SOLUTIONS = [path for path in _regular("exercises", "*.ipynb") if path.stem.endswith("_solution")]
LEARNERS = [path.with_name(path.name.replace("_solution", "")) for path in SOLUTIONS]


_SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]


def address():
    """The repository's public address, from pyproject.toml."""
    return _SETTINGS["repository"]


def published():
    """Whether the course can be found at its public address, from pyproject.toml; until then nothing links to it."""
    return _SETTINGS["published"]


def site():
    """The address of the published site, which ends in a slash."""
    owner, name = urlsplit(address()).path.strip("/").split("/")
    return f"https://{owner.lower()}.github.io/{name}/"


def binder(path):
    """The address that opens a notebook on Binder, in JupyterLab."""
    return f"https://mybinder.org/v2/gh{urlsplit(address()).path}/HEAD?urlpath=lab/tree/{path}"


if __name__ == "__main__":
    code = [name for name in files() if name.endswith(".py")]
    stored = [path.relative_to(ROOT).as_posix() for path in LESSONS + SOLUTIONS]
    print(*{"notebooks": stored, "code": code + stored}[sys.argv[1]])
