"""Every door opens the same environment, and nothing in the repository points outside."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires

import pytest
from common import handed_out

from tools import course
from tools.course import LESSONS, ROOT, SOLUTIONS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
COURSE = dict(line.split("==") for line in PROJECT["dependency-groups"]["course"])
LOCKS = {"course": "requirements.txt"} | {group: f"requirements/{group}.txt" for group in ("test", "nbgrader", "web")}


def locked(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(r"^([a-z0-9_.-]+)(?:\[.+?\])?==([^ ;\\]+)(?: ; ([^\\]+?))? \\$", text, re.MULTILINE)


def test_conda_file_names_the_same_versions():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert dict(re.findall(r"^ +- ([a-z]+)==([\d.]+)$", text, re.MULTILINE)) == COURSE
    assert re.search(r"^  - python=3\.\d+$", text, re.MULTILINE), "exactly one Python, or Binder takes another"


def test_lock_holds_the_direct_dependencies_and_only_hashed_pins():
    versions = {name: version for name, version, _ in locked("requirements.txt")}
    assert versions.items() >= COURSE.items()
    for name in LOCKS.values():
        text = (ROOT / name).read_text(encoding="utf-8")
        blocks = re.split(r"\n(?=[a-z])", text.strip())
        assert all("--hash=sha256:" in block and "==" in block for block in blocks), name
        assert "://" not in text


@pytest.mark.parametrize("file", [LOCKS[group] for group in ("test", "nbgrader", "web")])
def test_locks_agree(file):
    course = {(name, marker): version for name, version, marker in locked("requirements.txt")}
    for name, version, marker in locked(file):
        assert course.get((name, marker), version) == version, name


@pytest.mark.parametrize(("group", "file"), LOCKS.items(), ids=LOCKS.values())
def test_each_lock_holds_what_is_asked_for(group, file):
    versions = {name: version for name, version, _ in locked(file)}
    asked = dict(line.split("==") for line in PROJECT["dependency-groups"][group])
    assert versions.items() >= asked.items(), "run: make lock"


def test_installed_versions_are_the_locked_ones():
    from importlib.metadata import version
    assert {name: version(name) for name in COURSE} == COURSE


def test_what_a_package_asks_for_with_an_extra_is_locked_with_it():
    """Else pip looks for the newest release, does not find its hash and refuses the lock."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    held = {name: set(filter(None, (extras or "").split(",")))
            for name, extras in re.findall(r"^([a-z0-9_.-]+)(?:\[(.+?)\])?==", text, re.MULTILINE)}

    def needs(package):
        try:
            return [line for line in requires(package) or () if "extra ==" not in line]
        except PackageNotFoundError:  # a package for another system
            return []
    asked = {(name.lower(), extra) for package in held for line in needs(package)
             for name, extras in re.findall(r"^([\w.-]+)\[(.+?)\]", line) for extra in extras.split(",")}
    assert ("bleach", "css") in asked
    assert {(name, extra) for name, extra in asked if extra not in held.get(name, {extra})} == set()


def test_no_file_names_a_package_registry_or_a_path_of_a_machine():
    hosts = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js", "conda" + ".anaconda.org",
             "deb" + ".debian.org"]
    for name in course.files():
        path = ROOT / name
        if path.suffix == ".png":
            continue
        text = handed_out(path)
        assert [host for host in hosts if host in text] == [], name
        assert not re.search(r"(?<![\w}])/(root|home|work)/", text), name  # a path in a folder that is named is none


def test_no_code_reaches_the_network():
    """No module names an address to read from; a link to a publication is for people."""
    for name in course.files():
        if name.startswith(("notebooks/", "exercises/")) and name.endswith(".py"):
            text = (ROOT / name).read_text(encoding="utf-8")
            assert not re.search(r"https?://(?!doi\.org/)|import (requests|urllib|socket|http)", text), name


RUNNER = """
import os, pathlib, sys, traceback
import json, matplotlib.pyplot, pandas  # once; each notebook then runs in a process of its own
def refuse(event, args):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}:
        raise OSError(f"the network was asked for: {event} {args[1:]}")
sys.addaudithook(refuse)
sys.path.insert(0, ".")
def run(path):
    os.chdir(path.parent)
    names = {"__name__": "__main__", "display": lambda shown: None}  # as IPython has it
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
failed = []
for path in map(pathlib.Path, sys.argv[1:]):
    child = os.fork()
    if not child:
        try:
            run(path)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        failed.append(path.stem)
print("\\nfailed:", *failed)
"""


@pytest.fixture(scope="module")
def without_a_network(tmp_path_factory):
    """Run notebooks with an audit hook that refuses every connection, and in an empty network where that can be had.

    Returns (the names of those that failed, what was said).
    """
    command = [sys.executable, "-c", RUNNER, *map(str, LESSONS + SOLUTIONS)]
    empty = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") and subprocess.run([*empty, "true"], capture_output=True).returncode == 0:
        command = empty + command
    done = subprocess.run(command, capture_output=True, text=True,
                          env=os.environ | {"MPLBACKEND": "agg", "COURSE_CHECK": "raise",
                                            "MPLCONFIGDIR": str(tmp_path_factory.mktemp("fonts"))})
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.rpartition("failed:")[2].split(), done.stderr


@pytest.mark.parametrize("path", LESSONS + SOLUTIONS, ids=lambda path: path.stem)
def test_runs_without_a_network(path, without_a_network):
    failed, said = without_a_network
    assert path.stem not in failed, said[-2000:]


# -- the commands say what is wrong, in one line


@pytest.mark.parametrize(("lack", "words"), [("sys.version_info = (3, 9, 2, 'final', 0)", "too old"),
                                             ("sys.modules['ensurepip'] = None", "python3-venv")])
def test_setup_says_what_is_missing(tmp_path, lack, words):
    """Run in an empty copy of the house, on a machine that lacks something."""
    (tmp_path / "tools").mkdir()
    for name in ("tools/setup_env.py", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    done = subprocess.run([sys.executable, "-c", f"import shutil, sys; {lack}; shutil.which = lambda name: None\n"
                           "import setup_env; setup_env.main([])"], cwd=tmp_path / "tools", capture_output=True,
                          text=True)
    assert done.returncode != 0
    assert words in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_make_says_when_there_is_no_python(tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("make", "sh", "test", "echo"):
        if shutil.which(name):
            (tools / name).symlink_to(shutil.which(name))
    done = subprocess.run([shutil.which("make"), "-C", ROOT, "lab"], capture_output=True, text=True,
                          env={"PATH": str(tools)})
    assert done.returncode != 0 and "Install Python 3.11 or newer" in done.stderr
