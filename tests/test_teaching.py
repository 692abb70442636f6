"""The lecturer's page is short, and the links of the pages lead somewhere."""

import re
from itertools import pairwise

import pytest
from common import ROOT

PAGES = [ROOT / name for name in ("README.md", "TEACHING.md", "HOSTING.md", "CONTRIBUTING.md", "data/README.md")]
TEXT = (ROOT / "TEACHING.md").read_text(encoding="utf-8")


def test_the_page_is_short():
    assert len(TEXT.encode("utf-8")) <= 10_000, "what a lecturer needs before a session; the rest has other homes"


def slug(heading):
    """The anchor of a heading, as Markdown viewers make it."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def without_code(path):
    return re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(ROOT)) for path in PAGES])
def test_links_of_the_pages_lead_somewhere(path):
    for words, target in re.findall(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)", without_code(path)):
        assert words.strip().lower() not in {"here", "link", "this"}, f"a link called {words!r}"
        name, _, anchor = target.partition("#")
        if re.match(r"https?:", target):
            continue
        file = (path.parent / name).resolve() if name else path
        assert file.exists() and file.is_relative_to(ROOT), f"{target} does not exist"
        if anchor and file.suffix == ".md":
            headings = re.findall(r"^#+ (.+)$", without_code(file), re.MULTILINE)
            assert anchor in map(slug, headings), f"{target}: no such heading"


@pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(ROOT)) for path in PAGES])
def test_pages_have_one_title_and_tables_with_heads(path):
    text = without_code(path)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels)), "a level is skipped"
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, f"a row with more or fewer cells: {table[:80]!r}"
        assert re.fullmatch(r"\|(?: ?:?-{3,}:? ?\|)+", table.splitlines()[1]), f"a table without a head: {table[:80]!r}"
