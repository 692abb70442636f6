"""Slides in a real browser: in their frame, large enough, asking nobody, accessible; what is printed has its pages."""

import re
from collections import Counter

import helpers
import pytest
from common import ids
from helpers import SITE, node_module

from tools import sheets

DECKS = [sheets.MADE / "slides" / f"{lesson.stem}.html" for lesson in sheets.written()]
DECK = next(path for path in DECKS if path.stem == "04_compared_with_what")
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
#: What of the slide that is shown leaves the frame, is smaller than 32 px of 1080, or lies under the slide's number.
FAULTS = """() => {
  const found = [], slide = Reveal.getCurrentSlide(), told = part => part.outerHTML.slice(0, 90);
  const number = document.querySelector('.slide-number').getBoundingClientRect();
  if (slide.scrollHeight > 1080 || slide.scrollWidth > 1920) found.push(`runs over: ${slide.scrollHeight}`);
  for (const part of slide.querySelectorAll(':scope *:not(aside, aside *)')) if (part.checkVisibility()) {
    const box = part.getBoundingClientRect();
    if (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)
      found.push(`outside: ${told(part)}`);
    for (const text of part.childNodes) if (text.nodeType === 3 && text.textContent.trim()) {
      if (parseFloat(getComputedStyle(part).fontSize) < 32) found.push(`small: ${told(part)}`);
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const line of range.getClientRects())
        if (line.right > number.left && line.bottom > number.top + 4) found.push(`under the number: ${told(part)}`);
    }
    if (part.localName === 'img' && (!part.naturalWidth || part.offsetWidth < part.naturalWidth))
      found.push(`picture shrunk: ${part.alt.slice(0, 60)}`);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def address():
    with helpers.served(sheets.MADE / "slides") as address:
        yield address


def slides(page):
    """Show the slides of an open deck one after the other; gives the number of each."""
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate("number => Reveal.slide(number)", number)
        yield number


def to(page, kind):
    """Go to the first slide of a kind that moves, or of a kind."""
    page.evaluate("""kind => Reveal.slide(Reveal.getSlides().findIndex(slide => slide.matches(kind)))""", kind)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)], ids=["1920x1080", "1280x720"])
@pytest.mark.parametrize("deck", DECKS, ids=ids(DECKS))
def test_everything_is_in_the_frame_and_large_and_nobody_is_asked(browser, deck, address, size):
    with browser.new_context(viewport=dict(zip(("width", "height"), size, strict=True))) as context:
        page = context.new_page()
        notes = helpers.watched(page, address)
        page.goto(f"{address}{deck.name}")
        found = {number + 1: faults for number in slides(page) if (faults := page.evaluate(FAULTS))}
        assert found == {} and page.url.startswith(address) and notes == []
        assert page.evaluate("Reveal.getScale()") == pytest.approx(size[0] / 1920, abs=0.01)


@pytest.mark.parametrize("deck", DECKS, ids=ids(DECKS))
def test_every_slide_is_accessible(page, deck, address):
    page.goto(f"{address}{deck.name}")
    page.evaluate((node_module("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    found, kinds = {}, Counter()
    for number in slides(page):
        kind = page.evaluate("Reveal.getCurrentSlide().className.replace(/ ?(present|past|future)/, '')")
        kinds[kind] += 1
        if kinds[kind] == 1 or page.evaluate("Boolean(Reveal.getCurrentSlide().querySelector('input'))"):
            told = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE)
            found[number + 1] = [(fault["help"], fault["nodes"][0]["html"][:90]) for fault in told["violations"]]
    assert not any(found.values()), found
    assert len(kinds) > 6


def test_opens_as_a_file_and_moves(page):
    made = DECK.read_text(encoding="utf-8")
    assert "Hakim El Hattab" in made and "Permission is hereby granted" in made, "reveal.js comes with its licence"
    notes = helpers.watched(page, "file:")
    page.goto(DECK.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == 1
    to(page, ".bare:has(input)")
    here = page.evaluate("Reveal.getIndices().h")
    control = page.locator(".present input")
    assert not control.is_visible(), "the question stands alone"
    page.keyboard.press("ArrowRight")
    control.wait_for(state="visible")
    control.focus()
    page.keyboard.press("ArrowRight")
    assert control.get_attribute("aria-valuetext") == "10" and page.evaluate("Reveal.getIndices().h") == here
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == here + 1, "the keys belong to the slides again"
    headline = page.locator(".present h2:visible")
    assert page.locator(".present input").get_attribute("aria-valuetext") == "10", "where it was left"
    assert "seem to have a winner" in headline.inner_text() and "32 seem" not in headline.inner_text()
    box = page.locator(".present input").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert page.locator(".present input").get_attribute("aria-valuetext") == "60"
    assert headline.count() == 1 and "5 seem to have a winner" in headline.inner_text()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == here + 2, "after a click as well"
    assert notes == []


def test_the_question_comes_alone_and_then_its_picture(page, address):
    page.goto(f"{address}{DECK.name}")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    to(page, ".bare:has(.fragment)")
    here, picture = page.evaluate("Reveal.getIndices().h"), page.locator(".present .fragment img")
    assert page.locator(".present h2").is_visible() and not picture.is_visible()
    page.keyboard.press("ArrowRight")
    picture.wait_for(state="visible")
    assert page.evaluate("Reveal.getIndices().h") == here
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == here + 1
    page.goto(f"{address}{DECK.name}?print-pdf")
    page.locator(".pdf-page").nth(here).wait_for(state="attached")
    assert page.locator(".bare .fragment img").first.is_visible()


def test_the_presenter_has_notes_and_the_class_has_not(page, address):
    page.goto(f"{address}{DECK.name}")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    to(page, ".ask")
    assert "Right: B" not in page.locator("main").inner_text()
    with page.expect_popup() as opened:
        page.keyboard.press("s")
    view = opened.value
    view.get_by_text("Right: B").wait_for(timeout=20_000)
    assert "How far could two groups drift apart" in view.locator("body").inner_text()


@pytest.mark.parametrize("deck", DECKS, ids=ids(DECKS))
def test_prints_one_page_for_each_slide(page, deck, address):
    page.goto(f"{address}{deck.name}")
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    count = page.evaluate("Reveal.getTotalSlides()")
    page.goto(f"{address}{deck.name}?print-pdf")
    page.locator(".pdf-page").nth(count - 1).wait_for(state="attached")
    assert pages(page.pdf(prefer_css_page_size=True, print_background=True)) == count * [(1440, 810)]


def pages(pdf):
    """Width and height of each page of a PDF by Chromium, in points."""
    found = re.findall(rb"/Type /Page\b(?!s).*?/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf, re.DOTALL)
    assert len(found) == len(re.findall(rb"/Type /Page\b(?!s)", pdf))
    return [tuple(round(float(side)) for side in size) for size in found]


@pytest.mark.parametrize("part", ["", "_key"])
@pytest.mark.parametrize("lesson", sheets.written(), ids=ids(sheets.written()))
def test_a_handout_is_a_page_with_what_is_copied_on_its_back_and_its_key_a_page(lesson, part):
    count = 1 + bool(sheets.load(lesson)["copied"] and not part)
    assert pages((sheets.MADE / "handouts" / f"{lesson.stem}{part}.pdf").read_bytes()) == count * [(595, 842)]


def test_a_form_is_one_sheet_of_paper():
    for form in "AB":
        assert pages((sheets.MADE / "before_after" / f"form_{form}.pdf").read_bytes()) == 2 * [(595, 842)]


def test_a_lesson_leads_to_its_slides(page, site):
    page.goto(f"{site}notebooks/{DECK.name}")
    page.get_by_role("link", name="Present this lesson").click()
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    assert page.title() == "04 Compared with what?: slides"
    assert sorted(path.name for path in (SITE / "slides").iterdir()) == sorted(path.name for path in DECKS)
