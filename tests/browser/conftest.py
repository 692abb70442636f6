"""One browser and one server of the site for all end-to-end tests."""

import helpers
import pytest
from common import ROOT, copy_of_the_course
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=helpers.chromium_path(), args=helpers.CHROMIUM)
        yield started
        started.close()


@pytest.fixture(scope="session")
def site():
    """The address of the site that `make web` has built."""
    assert (helpers.SITE / "index.html").exists(), "run: make web"
    with helpers.served(helpers.SITE) as address:
        yield address


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The learner's JupyterLab on a copy of the course; gives its address."""
    course = copy_of_the_course(tmp_path_factory.mktemp("lab") / "course")
    env = helpers.clean_environment(JUPYTER_CONFIG_PATH=str(course / "tools" / "jupyter"),
                                  HOME=str(course.parent), IPYTHONDIR=str(course.parent / "ipython"))
    with helpers.jupyter(ROOT / ".venv" / "bin" / "jupyter", "lab", course, env) as address:
        yield address


@pytest.fixture
def page(browser):
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()
