"""The readable edition: complete, without a dead link or an outer request, and readable by everyone."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

import consistency
import helpers
import pytest
from common import LEARNERS, SOLUTIONS, TABLES, cells, outputs, prose
from common import LESSONS as STORED_LESSONS
from helpers import SITE

import web.build
from grading.submission import questions
from tools import build, course

PAGES = sorted(str(path.relative_to(SITE)) for path in SITE.rglob("*.html")
               if path.relative_to(SITE).parts[0] not in {"_static", "browser", "slides"})
LESSONS = [row["lesson"].replace(".ipynb", ".html") for row in build.lessons() if row["lesson"]]
EXERCISES = [row["exercise"].replace(".ipynb", ".html") for row in build.lessons() if row["exercise"]]
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
#: Figures that are drawn from numbers of the text, by the cell that draws them.
FROM_NO_TABLE = {"01_sentence_to_row": {"chain"},
                 "02_forty_percent_of_what": {"sizes-move", "surprise", "coverage-move"},
                 "03_before_and_after": {"misread", "sd", "low", "noticed"},
                 "04_compared_with_what": {"moving"},
                 "05_is_secure_the_goal": {"move", "stories", "third-move"},
                 "06_modalities_side_by_side": {"people", "move"},
                 "08_one_number_from_many": {"funnel-slider"}}


#: Whatever ends beyond the right edge; code, tables and formulas scroll in boxes of their own.
RUNS_OFF = """[...document.querySelectorAll('main *, footer *')].filter(part => part.checkVisibility()
    && part.getBoundingClientRect().right > innerWidth + 1 && !part.closest('pre, table, .formula, [role=region]'))
    .map(part => part.outerHTML.slice(0, 100))"""


class Page(HTMLParser):
    """What a page links to, what it loads, and which anchors, tables and pictures it has."""

    def __init__(self, name):
        super().__init__()
        self.name, self.anchors, self.links, self.loads, self.pictures, self.tables = name, set(), [], [], [], []
        self.text = (SITE / name).read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors.add(found.get("id"))
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "img":
            self.pictures.append(found.get("alt"))
        elif tag == "table":
            self.tables.append([])
        elif tag in {"th", "caption"} and self.tables:
            self.tables[-1].append(tag)
        if tag in {"script", "img", "iframe", "source", "video"} and "src" in found:
            self.loads.append(found["src"])
        if tag == "link" and found.get("rel") not in {"canonical", "next", "prev", "search", "index"}:
            self.loads.append(found["href"])


@pytest.fixture(scope="module")
def parsed():
    return {name: Page(name) for name in PAGES}


# -- complete, and closed in itself


def test_every_lesson_exercise_solution_and_table_has_its_page():
    wanted = {*LESSONS, *EXERCISES, *(name.replace(".html", "_solution.html") for name in EXERCISES),
              *(f"data/{path.stem}.html" for path in TABLES),
              "index.html", "search.html", "data/README.html", "notebooks/glossary.html"}
    assert wanted <= set(PAGES)


def test_every_link_inside_the_site_leads_somewhere(parsed):
    dead = []
    for name, page in parsed.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link == "#":
                continue
            target = (SITE / name).parent / unquote(parts.path) if parts.path else SITE / name
            target = target.resolve()
            if not target.is_file():
                dead.append(f"{name}: {link}")
                continue
            if "browser" in target.relative_to(SITE).parts:
                file = SITE / "browser" / "files" / parse_qs(parts.query)["path"][0]
                dead += [] if file.is_file() else [f"{name}: {link}"]
            elif parts.fragment and unquote(parts.fragment) not in parsed[str(target.relative_to(SITE))].anchors:
                dead.append(f"{name}: {link}")
    assert dead == []


def test_no_page_loads_anything_from_elsewhere(parsed):
    for name, page in parsed.items():
        assert [load for load in page.loads if re.match(r"(https?:)?//", load)] == [], name
    for path in SITE.glob("_static/**/*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import[^;]*//", path.read_text(encoding="utf-8")), path.name


def test_every_picture_has_words_and_every_table_headers(parsed):
    for name, page in parsed.items():
        assert all(page.pictures), f"{name}: a picture without a text alternative"
        for table in page.tables:
            assert "th" in table, f"{name}: a table without headers"
            assert "caption" in table or not name.startswith("data/") or name == "data/README.html", name


def test_formulas_are_set_and_not_printed_as_source(parsed):
    formulas = sum(page.text.count("<math") for page in parsed.values())
    written = sum(len(re.findall(r"\$\$.+?\$\$", prose(path))) for path in (*STORED_LESSONS, *LEARNERS, *SOLUTIONS))
    assert formulas == written > 0
    for name, page in parsed.items():
        visible = re.sub(r"<(pre|code|script|style)\b.*?</\1>|data-tex=\"[^\"]*\"", "", page.text, flags=re.DOTALL)
        assert not re.search(r"\$\$|\\(frac|sqrt|kappa|pm)\b", visible), name


def test_start_page_maps_every_lesson_and_every_way_to_run_it(parsed):
    page = parsed["index.html"]
    for row in build.lessons():
        assert row["name"].replace("'", "’") in page.text
        assert (row["lesson"] or row["exercise"]).replace(".ipynb", ".html") in page.links
        assert (course.binder(row["lesson"] or row["exercise"]) in page.links) == course.published()
    assert any(name and "The same 40%" in name for name in page.pictures), "the best figure"
    for name in LESSONS + EXERCISES:
        found = parsed[name].links
        notebook = name.replace(".html", ".ipynb")
        assert (course.binder(notebook) in found) == course.published(), name
        assert f"../browser/lab/index.html?path={notebook}" in found, name


def test_solutions_are_not_in_the_sidebar(parsed):
    for name in ("exercises/index.html", EXERCISES[0]):
        sidebar = re.search(r'<div[^>]*class="bd-sidebar-primary.*?<main', parsed[name].text, re.DOTALL)[0]
        assert "_solution" not in sidebar and Path(EXERCISES[1]).name in sidebar, name


def test_a_solution_says_which_mistakes_its_replies_know(parsed):
    for path in LEARNERS:
        page = re.sub(r"<[^>]+>", "", html.unescape(parsed[f"exercises/{path.stem}_solution.html"].text))
        for question in questions(path.stem).values():
            for mistake in question.mistakes:
                start = re.split(r"[{`*'\"]", mistake.hint)[0]
                assert " ".join(start.split()) in " ".join(page.split()), f"{path.stem} {question.key}: {mistake.name}"


def test_every_figure_drawn_from_a_table_links_to_its_rows(parsed):
    """Every figure but those few that are drawn from no table, which are listed."""
    for path in STORED_LESSONS:
        figures = re.findall(r"<figure.*?</figure>", parsed[f"notebooks/{path.stem}.html"].text, re.DOTALL)
        drawn = [cell.id for cell, kind, text in outputs(path) if kind == "text/html" and text.startswith("<figure")]
        unlinked = {name for name, figure in zip(drawn, figures, strict=True)
                    if "Rows behind this figure" not in figure}
        assert unlinked == FROM_NO_TABLE.get(path.stem, set()), path.stem
    start = re.search(r"<figure>.*?</figure>", parsed["notebooks/00_start_here.html"].text, re.DOTALL)[0]
    assert 'href="../data/proportions.html#Fonagy-1995"' in start


def test_what_a_figure_was_drawn_from_is_followed_name_by_name():
    real = "rows = pd.read_csv('../data/proportions.csv').query(\"topic == 'who left'\")"

    def behind(*sources):
        return web.build.rows_behind([SimpleNamespace(cell_type="code", source=source) for source in sources],
                                     len(sources) - 1)

    assert "Linehan 1991" in behind(real, "figures.show(draw(rows))")["proportions"][0]
    assert behind(real, "rows['more'] = 1", "plot(rows)")["proportions"][1] == ["who left"]
    assert behind(real, "def draw():\n    return rows", "draw()")["proportions"][1] == ["who left"]
    assert behind(real, "rows = invented()", "plot(rows)") == {}, "the name was given another value"
    assert behind(real, "def draw():\n    rows = invented()\n    return rows", "draw()") == {}, "a name of its own"
    assert behind(real, "plot([rows for rows in invented()])") == {}, "a name of its own"
    assert behind(real, "pages.your_guess(my_guess, rows)\nplot(invented())") == {}, "an answer is no figure"
    two = "proportions, effects = (pd.read_csv(f'../data/{name}.csv') for name in ['proportions', 'effects'])"
    assert set(behind(two, "plot(effects)")) == {"effects"}


def test_many_studies_become_the_link_to_their_topic():
    studies = [f"Study {number}" for number in range(9)]
    few, many = (web.build._rows_in_words({"effects": (studies[:count], ["severity"])}) for count in (8, 9))
    assert few.count("<li>") == 8 and "effects.html#Study-0" in few
    assert many.count("<li>") == 1 and "topics.html#severity" in many


def test_only_lessons_are_presented(parsed):
    assert any("Present this lesson" in parsed[name].text for name in LESSONS)
    assert not any("Present this lesson" in parsed[name].text for name in EXERCISES)


def test_code_that_only_draws_is_folded(parsed):
    """A reader of the page meets the figure first, and opens its code; code that works something out stays open."""
    for path in STORED_LESSONS:
        sources = [cell.source for cell in cells(path, "code")]
        page = parsed[f"notebooks/{path.stem}.html"].text
        assert page.count("Show the code") == sum(any(part in source for part in build.DRAWS)
                                                  for source in sources) > 0, path.stem


# -- in a browser


@pytest.fixture(scope="module")
def axe():
    return (helpers.node_module("axe-core") / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_reflows_and_stays_at_home(name, page, site, axe):
    """axe-core finds nothing, wide and narrow, light and dark; nothing runs off a phone; nothing is asked of others.

    Of a long table the first 60 rows are looked at: all are made by the same line of code.
    """
    notes = helpers.watched(page, site)
    page.emulate_media(reduced_motion="reduce")  # colours change at once, so that none is measured on its way
    page.goto(site + name)
    page.evaluate("document.querySelectorAll('table.data tbody tr:nth-child(n + 61)').forEach(row => row.remove())")
    page.evaluate(axe)
    faults = []
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(400)  # the theme looks a moment later which blocks have become scrollable
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_selector(f"html[data-theme={scheme}]")
            found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags},"
                                  " resultTypes: ['violations']})", AXE)
            faults += [f"{width}, {scheme}: {fault['help']}: {node['html'][:200]}"
                       for fault in found["violations"] for node in fault["nodes"]]
    assert faults == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
    assert page.evaluate(RUNS_OFF) == [], "runs off the side at 320 pixels"
    assert notes == []


def test_every_lesson_is_reached_and_read_by_keyboard_alone(page, site):
    """From the start page by Tab and Enter; inside, Tab reaches the buttons and the words of a figure, Space opens."""
    for name in LESSONS:
        page.goto(site)
        page.evaluate("document.body.focus()")
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.getAttribute('href')") == name:
                break
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is unseen"
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{name}")
        seen = []
        for _ in range(120):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.textContent.trim()"))
            if seen[-1] == "Run this lesson":
                page.keyboard.press("Space")
            if seen[-1] == "The figure in words":
                break
        assert {"Run in this browser", "The figure in words"} <= set(seen), name
        assert ("Run on Binder" in seen) == course.published(), name
        page.keyboard.press("Space")
        assert page.evaluate("document.activeElement.parentElement.open")
        assert page.evaluate("document.activeElement.nextElementSibling.checkVisibility()")


def test_wide_code_and_tables_scroll_by_keyboard(page, site):
    page.set_viewport_size({"width": 375, "height": 800})
    for name in [*LESSONS, "data/README.html", "data/effects.html"]:
        page.goto(site + name)
        page.wait_for_timeout(300)
        stuck = page.evaluate("""[...document.querySelectorAll('article *')].filter(part =>
            part.scrollWidth > part.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(part).overflowX)
            && part.tabIndex < 0 && !part.querySelector('a, button, [tabindex="0"]')
            && part.checkVisibility()).map(part => part.outerHTML.slice(0, 100))""")
        assert stuck == [], name


def test_less_motion_when_less_is_asked_for(page, site):
    page.emulate_media(reduced_motion="reduce")
    page.goto(site + LESSONS[0])
    moving = page.evaluate("""[...document.querySelectorAll('*')].filter(part => {
        const look = getComputedStyle(part);
        return !/^0s(, 0s)*$/.test(look.transitionDuration) || look.animationName !== 'none'
            || look.scrollBehavior !== 'auto'}).map(part => part.outerHTML.slice(0, 80))""")
    assert moving == []


def test_figures_keep_their_white_ground_in_the_dark(page, site):
    page.emulate_media(color_scheme="dark")
    for name in ("index.html", LESSONS[0]):
        page.goto(site + name)
        looks = page.evaluate("""[...document.querySelectorAll('figure img')].map(part => {
            const look = getComputedStyle(part); return [look.backgroundColor, look.filter]})""")
        assert looks and all(look == ["rgb(255, 255, 255)", "none"] for look in looks)


def test_search_finds_a_word_of_a_lesson(page, site):
    page.goto(f"{site}search.html?q=regression")
    page.wait_for_selector("ul.search li a")
    assert any("03_before_and_after" in link.get_attribute("href") for link in page.locator("ul.search li a").all())


def test_from_a_figure_to_its_rows_and_back_to_all(page, site):
    rows = [row["study"] for row in consistency.table("proportions")]
    page.goto(site + "notebooks/00_start_here.html")
    page.get_by_text("Rows behind this figure").first.click()
    page.get_by_role("link", name="Fonagy 1995, shares").first.click()
    visible = page.locator("table.data tbody tr:visible")
    page.get_by_text(f"{rows.count('Fonagy 1995')} of {len(rows)} rows (Fonagy 1995)").wait_for()
    assert visible.count() == rows.count("Fonagy 1995")
    page.get_by_role("button", name="All rows").click()
    assert visible.count() == len(rows)
    page.get_by_label("Show rows that hold").fill("TFP dropped")
    texts = [text.lower() for text in visible.all_inner_texts()]
    assert 0 < len(texts) < len(rows) and all("tfp" in text and "dropped" in text for text in texts)


def test_tables_sort_by_number_and_leave_what_nobody_knows_at_the_end(page, site):
    page.goto(site + "data/proportions.html")
    column = page.locator("table.data thead th").all_inner_texts().index("percent")
    head = page.get_by_role("button", name="percent")
    for order, turned in (("ascending", False), ("descending", True)):
        head.click()
        assert page.locator("th[aria-sort]").get_attribute("aria-sort") == order
        cells = page.evaluate("c => [...document.querySelectorAll('table.data tbody tr')].map("
                              "row => row.cells[c].textContent)", column)
        filled = [float(cell) for cell in cells if cell]
        assert filled == sorted(filled, reverse=turned) and not any(cells[len(filled):])


def test_prints_the_lesson_and_nothing_around_it(page, site):
    page.emulate_media(media="print")
    page.goto(site + "notebooks/02_forty_percent_of_what.html")
    shown = page.evaluate("""selector => [...document.querySelectorAll(selector)].filter(part => part.checkVisibility()
        && part.getBoundingClientRect().height > 0).length""", ".doors, .bd-header, .bd-sidebar, .prev-next-area")
    assert shown == 0
    still, moving = "figure:not([data-moves]) img", "figure[data-moves]"
    assert page.locator(f"{still}:visible").count() == page.locator(still).count() > 1
    assert page.locator(f"{moving} img:visible").count() >= page.locator(moving).count() > 1
    page.goto(site + "data/proportions.html")
    box = page.evaluate("(() => {const box = document.querySelector('div.data'); return [box.scrollWidth,"
                        " box.clientWidth, box.scrollHeight, box.clientHeight]})()")
    assert box[2] <= box[3], "the printed table would end at the first page"


def test_site_names_no_machine_and_no_registry(parsed):
    for name, page in parsed.items():
        assert not re.search(r"/(root|home|work|tmp)/\w", page.text), name
