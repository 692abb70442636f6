"""A figure that moves: by keyboard on a page and in JupyterLab; a list of frames where no script runs; in print."""

import helpers
import nbformat
import pytest
from common import ROOT

GALLERY = ROOT / "tests" / "gallery.ipynb"
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
VALUES = ["5", "10", "20", "30", "40", "60", "90", "120", "160", "200", "240"]
DRAWN_LIVE = """import matplotlib.pyplot as plt, figures
def draw(value):
    fig, ax = plt.subplots()
    ax.bar(['a', 'b'], [1, value], label='people')
    ax.set(ylim=(0, 9), ylabel='people', title='Drawn just now')
    return fig
figures.slider(draw, 'people in b', [1, 2, 3])"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The address of a page with two moving figures of the gallery, as any page may hold their HTML."""
    folder = tmp_path_factory.mktemp("plain")
    cells = {cell.id: cell for cell in nbformat.read(GALLERY, as_version=4).cells}
    figures = "".join(cells[name].outputs[0].data["text/html"] for name in ("groups", "samples"))
    (folder / "index.html").write_text(f"<!doctype html><html lang='en'><title>Moving</title><meta charset='utf-8'>"
                                       f"<main><h1>Moving</h1>{figures}</main></html>", encoding="utf-8")
    with helpers.served(folder) as address:
        yield address


def seen(figure):
    """(value said, pictures that are seen, the first words of the headline that is read out)."""
    pictures = [picture.get_attribute("alt") for picture in figure.locator("img:visible").all()]
    return figure.locator("input").get_attribute("aria-valuetext"), pictures, figure.locator("[aria-live]").inner_text()


def test_moves_by_keyboard_and_says_what_it_shows(page, plain):
    notes = helpers.watched(page, plain)
    page.goto(plain)
    figure = page.locator("figure").first
    control = page.get_by_role("slider", name="people in the group")
    assert control.count() == 1 and page.get_by_role("slider").count() == 2
    assert figure.evaluate("part => [...part.children].slice(0, 3).map(child => child.tagName)") == [
        "FIGCAPTION", "DIV", "DETAILS"], "the caption holds the key: it comes first, then the control"
    value, (picture,), headline = seen(figure)
    assert value == "5" and "2 of 5" in picture and headline == "", "nothing is read out before something moves"
    page.keyboard.press("Tab")
    assert control.evaluate("part => part === document.activeElement")
    for key, place in [("ArrowRight", 1), ("ArrowUp", 2), ("ArrowLeft", 1), ("ArrowDown", 0), ("ArrowLeft", 0),
                       ("PageUp", 3), ("End", 10), ("ArrowRight", 10), ("PageDown", 7), ("Home", 0), ("ArrowRight", 1)]:
        page.keyboard.press(key)
        value, pictures, headline = seen(figure)
        assert value == VALUES[place] and len(pictures) == 1, key
        assert f"of {value} are 40%" in headline and pictures == [f"{headline} (Icon array and dots with intervals in"
                                                                  " 2 panels.)"], "the headline alone is read out"
        assert f"people in the group: {value}" in figure.inner_text()
    assert seen(page.locator("figure").nth(1))[0] == "100", "the other one moved too"
    assert figure.locator("summary:visible").all_inner_texts() == ["The figure in words"]
    figure.locator("summary:visible").click()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")
    assert "secure: 8 of 20." in figure.locator("li:visible").all_inner_texts(), "the words stay open on the way"
    control.fill("10")  # as a pointer sets it
    assert seen(figure)[0] == "240"
    assert notes == []


def test_is_accessible_and_fits_a_phone(page, plain):
    page.goto(plain)
    page.evaluate((helpers.node_module("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE)
        assert [fault["help"] for fault in found["violations"]] == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_is_a_list_of_frames_where_no_script_runs(browser, plain):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(plain)
        figure = page.locator("figure").first
        frames = figure.locator("> details")
        assert frames.locator("> summary").all_inner_texts() == [f"people in the group: {value}" for value in VALUES]
        assert [picture.get_attribute("alt")[:6] for picture in figure.locator("img:visible").all()
                ] == ["2 of 5"]
        frames.nth(3).locator("> summary").focus()
        page.keyboard.press("Enter")
        picture = frames.nth(3).locator("img")
        assert picture.is_visible() and "12 of 30" in picture.get_attribute("alt")
        assert page.locator("figure").nth(1).locator("> details[open]").get_attribute("data-value") == "100"


def test_prints_the_frame_that_is_shown_and_its_value(page, plain):
    page.goto(plain)
    page.get_by_role("slider").first.press("End")
    page.emulate_media(media="print")
    figure = page.locator("figure").first
    assert not figure.locator("input").is_visible() and figure.locator("img:visible").count() == 1
    assert "people in the group: 240" in figure.inner_text() and figure.locator("figcaption").is_visible()


def test_moves_on_a_page_made_of_the_notebook(page, tmp_path):
    helpers.run(ROOT / ".venv" / "bin" / "jupyter", "nbconvert", "--to", "html", "--output-dir", tmp_path, GALLERY)
    with helpers.served(tmp_path) as address:
        page.goto(f"{address}gallery.html", wait_until="domcontentloaded")
        control = page.get_by_role("slider", name="people in the group")
        control.press("ArrowRight")
        assert control.get_attribute("aria-valuetext") == "10"


def test_moves_in_jupyterlab_after_running(page, lab):
    page.goto(f"{lab}lab/workspaces/moving/tree/notebooks/00_start_here.ipynb")
    helpers.run_in_first_cell(page, DRAWN_LIVE, "people in b")
    figure = page.locator(".jp-RenderedHTML figure[data-moves]").first
    figure.get_by_role("slider").focus()
    for key, value in [("ArrowRight", "2"), ("ArrowUp", "3"), ("ArrowLeft", "2")]:
        page.keyboard.press(key)
        assert seen(figure)[0] == value, "JupyterLab took the key"
    assert figure.locator("img:visible").count() == 1
    assert figure.get_by_role("slider").evaluate("part => part === document.activeElement"), "the cell took the focus"


def test_is_a_list_of_frames_in_a_notebook_that_is_not_trusted(page, lab):
    page.goto(f"{lab}lab/workspaces/untrusted/tree/tests/gallery.ipynb")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    frames = page.locator(".jp-RenderedHTML figure > details:has(> summary)", has_text="people in the group: 240")
    for _ in range(100):  # the notebook keeps only what is near the window on the page
        if frames.count():
            break
        page.locator(".jp-WindowedPanel-outer").first.evaluate("panel => panel.scrollBy(0, 600)")
        page.wait_for_timeout(100)
    assert page.get_by_role("slider").count() == 0
    frames.locator("> summary").click()
    assert "96 of 240" in frames.locator("img").get_attribute("alt")
    assert frames.locator("img").is_visible()
