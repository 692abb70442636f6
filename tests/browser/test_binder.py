"""Binder: its own code, without Docker, makes of this repository what we expect, and our versions fit on its base."""

import json
import os
import re
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import helpers
import pytest
import repo2docker
from common import copy_of_the_course
from repo2docker.app import Repo2Docker
from repo2docker.buildpacks import CondaBuildPack

from tools import build

#: Binder's base by conda's names: those that are not Python packages, and those that are called otherwise on PyPI.
NOT_FROM_PYPI = {"pip", "cpython"}
OTHER_NAMES = {"python-fastjsonschema": "fastjsonschema", "jupyterhub-base": "jupyterhub",
               "nbconvert-core": "nbconvert", "brotli-python": "brotli"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return copy_of_the_course(tmp_path_factory.mktemp("binder") / "course")


@pytest.fixture(scope="module")
def rendered(course):
    """The buildpack that repo2docker chooses for the course, and the Dockerfile that it writes."""
    app, before = Repo2Docker(), os.getcwd()
    os.chdir(course)
    try:
        pack = next(pack for pack in (kind(app.base_image) for kind in app.buildpacks) if pack.detect())
        pack.platform = "linux/amd64"
        return pack, pack.python_version, pack.render()
    finally:
        os.chdir(before)


def test_buildpack_and_python_are_those_of_the_conda_file(rendered, course):
    pack, python, _ = rendered
    assert type(pack) is CondaBuildPack
    text = (course / "environment.yml").read_text(encoding="utf-8")
    assert python == re.search(r"^  - python=(3\.\d+)$", text, re.MULTILINE)[1]
    assert any(path.endswith(f"environment.py-{python}-linux-64.lock") for path in pack.get_build_script_files())


def test_environment_is_made_once_and_before_the_sources_are_copied(rendered):
    dockerfile = rendered[2]
    assert dockerfile.count("env update") == 1 and "pip install" not in dockerfile
    assert dockerfile.index("COPY --chown=1000:1000 src/environment.yml") < dockerfile.index("env update") < (
        dockerfile.index("COPY --chown=1000:1000 src/ ")) < dockerfile.index("./postBuild")


def test_every_link_starts_lab_with_a_notebook_that_is_there(course, monkeypatch):
    """As README.md would have them once the course is at its address; until then it has none."""
    monkeypatch.setattr(build.course, "published", lambda: True)
    text = build.ways_in() + build.how_to_get_it() + build.lesson_table()
    pages = re.findall(r"https://mybinder\.org/v2/[^)\s]+", text)
    for page in pages:
        start = parse_qs(urlsplit(page).query)["urlpath"][0]
        assert start.startswith("lab/tree/") and (course / start.removeprefix("lab/tree/")).exists(), page
    assert pages[0] == build.course.binder(build.START), "the badge opens lesson 00"
    wanted = {build.course.binder(row[kind]) for row in build.lessons() for kind in ("lesson", "exercise") if row[kind]}
    assert set(pages) == wanted


def base_packages(python):
    """The Python packages of Binder's base, as pip would name them, read off repo2docker's own lock file."""
    lock = Path(repo2docker.__file__).with_name("buildpacks") / "conda" / f"environment.py-{python}-linux-64.lock"
    pins = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if match := re.search(r"/(noarch|linux-64)/([^/]+)-([^-/]+)-([^-/]+)\.(?:conda|tar\.bz2)#", line):
            _, name, version, build = match.groups()
            if name not in NOT_FROM_PYPI and re.match(r"py", build):
                pins.append(f"{OTHER_NAMES.get(name, name)}=={version}")
    return pins


@pytest.fixture(scope="module")
def emulation(rendered, course, tmp_path_factory):
    """A virtual environment that holds Binder's base, then our pins over it by pip, then our postBuild."""
    python = helpers.interpreter(rendered[1])
    if not python:
        pytest.skip(f"no Python {rendered[1]} on this machine")
    folder = tmp_path_factory.mktemp("notebook")
    home, env = folder / "env", helpers.clean_environment(HOME=str(folder))
    helpers.run(python, "-m", "venv", home)
    base = base_packages(rendered[1])
    assert len(base) > 100
    uv = [helpers.BIN / "uv", "pip", "install", "--quiet", "--no-deps", "--python", home / "bin" / "python"]
    helpers.run(*uv, *base)
    pins = re.findall(r"^ +- ([a-z]+==[\d.]+)$", (course / "environment.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(pins) >= 6
    helpers.run(home / "bin" / "python", "-m", "pip", "install", "--quiet", *pins)
    helpers.run("./postBuild", cwd=course, env=env | {"NB_PYTHON_PREFIX": str(home)})
    return home, env


def test_our_versions_fit_on_binders_base(emulation):
    assert helpers.run(emulation[0] / "bin" / "python", "-m", "pip", "check").strip() == "No broken requirements found."


def test_lesson_00_runs_there(emulation, course):
    home, env = emulation
    helpers.run(home / "bin" / "python", "-m", "pytest", "--nbval", build.START, cwd=course, env=env)


def test_the_news_pop_up_is_off_there(emulation, course, tmp_path):
    home, env = emulation
    with helpers.jupyter(home / "bin" / "jupyter", "notebook", course, env) as address:
        plugin = "@jupyterlab/apputils-extension:notification"
        with urllib.request.urlopen(f"{address}lab/api/settings/{plugin}") as answer:
            defaults = json.load(answer)["schema"]["properties"]
        assert defaults["fetchNews"]["default"] == "false" and defaults["checkForUpdates"]["default"] is False
        assert urllib.request.urlopen(f"{address}lab/tree/{build.START}").status == 200
