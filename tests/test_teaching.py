"""The lecturer's page is short, its plans add up and say what lessons and sheets say; links of pages lead somewhere."""

import json
import re
import subprocess
import sys
import zipfile
from itertools import pairwise

import pytest
from common import LESSONS, ROOT

from tools import sheets

OWN_PAGE = ROOT / "exercises" / "13_your_own_page.ipynb"
PAGES = [ROOT / name for name in ("README.md", "TEACHING.md", "HOSTING.md", "CONTRIBUTING.md", "data/README.md")]
TEXT = (ROOT / "TEACHING.md").read_text(encoding="utf-8")


def test_the_page_is_short():
    assert len(TEXT.encode("utf-8")) <= 10_000, "what a lecturer needs before a session; the rest has other homes"


def title(path):
    """The first cell of a notebook."""
    return "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])


def test_the_map_has_the_needs_that_the_lessons_name():
    named = {path.name[:2]: re.findall(r"\[(\d\d) ", re.search(r"\*\*You need\*\*(.*?)\*\*Data", title(path))[1])
             for path in LESSONS}
    named["13"] = re.findall(r"\d\d", re.search(r"You need lessons ([\d, and]+)", title(OWN_PAGE))[1])
    drawn = re.search(r"What each needs:\n\n```\n(.*?)```", TEXT, re.DOTALL)[1]
    told = {line: re.findall(r"\b\d\d\b", needs)
            for line, needs in re.findall(r"(\d\d): (.*?)(?=\s\d\d:|\s*$)", drawn, re.DOTALL)}
    assert {"00": [], **told} == named


WEEKS = [[cell.strip() for cell in line.strip("| ").split("|")]
         for line in re.findall(r"^\| \d \|(?: [^|\n]+ \|){3}$", TEXT, re.MULTILINE)]


def test_each_of_the_six_weeks_has_90_minutes():
    assert [week for week, *_ in WEEKS] == list("123456")
    for week, _, plan, _ in WEEKS:
        assert sum(int(part.split()[-1]) for part in plan.split(", ")) == 90, f"week {week}"


@pytest.mark.parametrize(("week", "taught", "home"), [(week, taught, home) for week, taught, _, home in WEEKS])
def test_what_is_to_be_done_at_home_stands_in_the_decks(week, taught, home):
    lessons = re.findall(r"\d\d", taught)
    for lesson in (path for path in LESSONS if path.name[:2] in (lessons[-1:] if week == "1" else lessons)):
        said = [line.lower() for line in sheets.load(lesson)["home"]]
        for part in home.replace("its exercise", f"exercise {lesson.name[:2]}").split("; "):
            assert any(part.lower() in line for line in said), f"{lesson.name}: {part}"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a copy without its history has no git archive")
def test_what_is_handed_out_has_no_answers_and_checks_itself(tmp_path):
    command = re.search(r"`(git archive .*?)`\.", TEXT)[1].replace("-o forty", f"-o {tmp_path}/forty")
    subprocess.run(command, shell=True, cwd=ROOT, check=True)
    with zipfile.ZipFile(tmp_path / "forty-percent-secure.zip") as file:
        names = file.namelist()
        file.extractall(tmp_path)
    assert [name for name in names if re.search(r"_solution|/tests/|/teaching/", name)] == []
    done = subprocess.run([sys.executable, "-m", "checks", "03"], cwd=tmp_path / "forty-percent-secure" / "exercises",
                          capture_output=True, text=True)
    assert done.stdout.endswith("0 of 5 questions are right.\n"), done.stdout + done.stderr


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
