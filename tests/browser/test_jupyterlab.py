"""JupyterLab as `make lab` starts it: opens at lesson 00 without a pop-up, and its figures speak on the live page."""

import html
import re

import helpers
import nbformat
import pytest
from common import LESSONS


def test_starts_with_lesson_00_and_without_a_pop_up(page, lab):
    notes = helpers.watched(page, lab)
    page.goto(lab)
    page.get_by_role("heading", name=re.compile("Start here")).first.wait_for(timeout=60_000)
    page.wait_for_timeout(1500)
    assert page.locator(".Toastify__toast").count() == 0
    assert [note for note in notes if note.startswith("http")] == []


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_figures_and_tables_are_heard_on_the_live_page(path, page, lab):
    """As Jupyter's sanitizer leaves them: a picture with words and caption, a table with caption and headers."""
    stored = ["".join(output.data["text/html"]) for cell in nbformat.read(path, as_version=4).cells
              for output in cell.get("outputs", []) if "text/html" in output.get("data", {})]
    alts = {html.unescape(re.search(r'alt="([^"]+)"', text)[1]) for text in stored if text.startswith("<figure")}
    captions = {html.unescape(re.search("<caption>(.+?)</caption>", text)[1]) for text in stored if "<table" in text}
    page.goto(f"{lab}lab/workspaces/{path.stem}/tree/notebooks/{path.name}")  # a desk of its own
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    figures, tables = {}, {}
    for _ in range(200):  # the notebook keeps only what is near the window on the page
        for figure in page.locator(".jp-RenderedHTML figure").all():
            alt, words, caption = figure.evaluate("""figure => [figure.querySelector('img').alt,
                figure.querySelectorAll('details li').length, figure.querySelector('figcaption').textContent]""")
            figures[alt] = (words, caption)
        for table in page.locator(".jp-RenderedHTML table:has(caption)").all():
            caption, columns, rows = table.evaluate("""table => [table.querySelector('caption').textContent,
                table.querySelectorAll('th[scope=col]').length, table.querySelectorAll('th[scope=row]').length]""")
            tables[caption] = min(columns, rows)
        if len(figures) >= len(alts) and len(tables) >= len(captions):
            break
        page.locator(".jp-WindowedPanel-outer").first.evaluate("panel => panel.scrollBy(0, 500)")
        page.wait_for_timeout(100)
    assert figures.keys() == alts and tables.keys() == captions
    assert all(words >= 1 and caption for words, caption in figures.values()) and 0 not in tables.values()


def test_figure_drawn_live_speaks(page, lab):
    page.goto(f"{lab}lab/workspaces/live/tree/notebooks/00_start_here.ipynb")
    source = ("import matplotlib.pyplot as plt, figures\nfig, ax = plt.subplots()\n"
              "ax.bar(['a', 'b'], [1, 3], label='people'); ax.set(ylabel='people'); ax.set_title('Drawn just now')\n"
              "figures.show(fig, 'A test.')")
    helpers.run_in_first_cell(page, source, "The figure in words")
    figure = page.locator(".jp-RenderedHTML figure", has_text="A test.").first
    assert figure.locator("img").get_attribute("alt") == "Drawn just now. (Bar chart.)"
    figure.locator("summary").click()
    assert "Bars, people: a: 1; b: 3." in figure.locator("li").all_inner_texts()
