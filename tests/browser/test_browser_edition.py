"""The browser edition: everything opens, the kernel starts without asking anybody else, and it reads our tables.

The kernel's runtime is served from here: its core from the npm package, the Python packages that it needs to start
as PyPI has them, in the versions that the runtime's own list names. pandas and matplotlib for the browser lie on the
runtime's CDN alone; they have the versions of the course's own environment, in which everything is tested.
"""

import ast
import hashlib
import json
import re
import shutil
import sys
import tomllib

import helpers
import nbformat
import pytest
from common import LEARNERS, LESSONS, ROOT, SOLUTIONS, TABLES
from helpers import SITE

PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"
TO_START = ("micropip", "ipython", "jedi")


def runtime_list():
    """What the runtime of web/package.json carries: {package: entry}."""
    return json.loads((helpers.node_module("pyodide") / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]


def with_what_they_need(names):
    """The packages and all that they depend on."""
    packages, found, open_ = runtime_list(), set(), list(names)
    while open_:
        name = open_.pop().lower().replace("_", "-")
        if name not in found:
            found.add(name)
            open_ += packages[name]["depends"]
    return found


# -- without a browser


def test_kernel_and_runtime_belong_together():
    from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION

    package = json.loads((helpers.WEB / "package.json").read_text(encoding="utf-8"))
    assert package["devDependencies"]["pyodide"] == PYODIDE_VERSION


def test_the_course_has_the_versions_that_the_runtime_carries():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    course = dict(line.split("==") for line in groups["course"])
    for name in ("pandas", "matplotlib", "numpy", "pillow"):
        assert course[name] == runtime_list()[name]["version"], name


def test_the_whole_course_is_inside():
    files = SITE / "browser" / "files"
    for path in [*LESSONS, *LEARNERS, *SOLUTIONS, *TABLES, *ROOT.glob("exercises/checks/*.py"),
                 *ROOT.glob("notebooks/*.py")]:
        name = path.relative_to(ROOT)
        assert (files / name).read_bytes() == path.read_bytes(), name


def test_nothing_is_installed_from_an_index():
    settings = json.loads((SITE / "browser" / "jupyter-lite.json").read_text(encoding="utf-8"))
    plugin = settings["jupyter-config-data"]["litePluginSettings"][PLUGIN]
    assert plugin["disablePyPIFallback"] is True
    assert all(url.startswith("./") for url in plugin["pipliteUrls"])
    assert "comm" in json.loads((SITE / "browser" / "pypi" / "all.json").read_text(encoding="utf-8"))


def imported(source):
    """The top-level names of the modules that a piece of code imports."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("path", LESSONS + LEARNERS + SOLUTIONS, ids=lambda path: path.stem)
def test_no_cell_needs_pip(path):
    """The kernel loads what a cell imports by name; what our own modules import must be there by then."""
    packages = runtime_list()
    provider = {module: name for name, entry in packages.items() for module in entry["imports"]}
    ours = {file.stem: file for file in [*ROOT.glob("notebooks/*.py"), *ROOT.glob("exercises/checks/*.py")]}
    loaded = set()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        assert "%pip" not in cell.source and "piplite" not in cell.source
        names = imported(cell.source)
        loaded |= with_what_they_need({provider[name] for name in names if name in provider})
        for name in names & ({"checks"} | ours.keys()):
            files = [ours[name]] if name in ours else [file for file in ROOT.glob("exercises/checks/*.py")
                                                       if file.name != "__main__.py"]  # a command, for a terminal
            needed = set().union(*(imported(file.read_text(encoding="utf-8")) for file in files))
            outer = needed - sys.stdlib_module_names - ours.keys() - {"checks"}
            missing = {module for module in outer if provider.get(module) not in loaded | {"ipython"}}
            assert not missing, f"{cell.id} imports {name}, which needs {missing}"


# -- in the browser


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The edition with its runtime beside it, served from this machine; gives its address."""
    folder = tmp_path_factory.mktemp("edition") / "site"
    shutil.copytree(SITE / "browser", folder)
    runtime = folder / "static" / "pyodide"
    shutil.copytree(helpers.node_module("pyodide"), runtime)
    lock = json.loads((runtime / "pyodide-lock.json").read_text(encoding="utf-8"))
    wanted = [lock["packages"][name] for name in with_what_they_need(TO_START)]
    pins = [f"{entry['name']}=={entry['version']}" for entry in wanted]
    helpers.run(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
              "--python-version", "3.14", "--dest", runtime, *pins)
    for entry in wanted:  # the runtime's makers pack the same files anew, so the sums differ
        entry["sha256"] = hashlib.sha256((runtime / entry["file_name"]).read_bytes()).hexdigest()
    (runtime / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    settings = json.loads((folder / "jupyter-lite.json").read_text(encoding="utf-8"))
    settings["jupyter-config-data"]["litePluginSettings"][PLUGIN]["pyodideUrl"] = "./static/pyodide/pyodide.mjs"
    (folder / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
    with helpers.served(folder) as address:
        yield address


@pytest.fixture
def visitor(browser, edition):
    """A fresh visitor of the edition, and the list of what was asked of others on the way."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        notes = []
        context.on("request", lambda request: None if request.url.startswith((edition, "data:", "blob:"))
                   else notes.append(request.url))
        yield context.new_page(), notes


@pytest.mark.parametrize("path", LESSONS + LEARNERS, ids=lambda path: path.stem)
def test_every_lesson_and_exercise_opens(path, visitor, edition):
    """For a visitor who comes by its link, with nothing left over from another notebook."""
    page, notes = visitor
    page.goto(f"{edition}lab/index.html?path={path.relative_to(ROOT).as_posix()}")
    title = re.match(r"# (.+)", nbformat.read(path, as_version=4).cells[0].source)[1]
    page.locator(".jp-Notebook").get_by_role("heading", name=title).first.wait_for(timeout=120_000)
    assert notes == []


CELL = """import csv, sys
from pathlib import Path
with open("../data/proportions.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
here = Path("figures.py").exists()
print("read", len(rows), "rows in Python", sys.version.split()[0], "beside figures.py:", here)
"""


def test_kernel_starts_and_reads_a_table_without_the_network(visitor, edition):
    page, notes = visitor
    page.goto(f"{edition}lab/index.html?path=notebooks/00_start_here.ipynb")
    printed = helpers.run_in_first_cell(page, CELL, "rows in Python")
    with open(ROOT / "data" / "proportions.csv", encoding="utf-8") as file:
        rows = len(file.readlines()) - 1
    assert f"read {rows} rows in Python 3.14" in printed
    assert printed.strip().endswith("beside figures.py: True")
    assert notes == []


CHECK = """from checks import for_exercise
check = for_exercise("01_sentence_to_row", globals())
for social_nervousness in "ac":
    check("q1")
"""


def test_checker_works_there(visitor, edition):
    page, notes = visitor
    page.goto(f"{edition}lab/index.html?path=exercises/01_sentence_to_row.ipynb")
    printed = helpers.run_in_first_cell(page, CHECK, "Correct: question 1")
    assert "Not yet: question 1 (a spun word)" in printed
    assert notes == []
