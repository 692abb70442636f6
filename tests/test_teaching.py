"""The lecturer's page says what the lessons and the checker say, and the links of the pages lead somewhere."""

import importlib
import re
from itertools import pairwise

import pytest
from common import LEARNERS, LESSONS, ROOT, cells, code, ids, notebook, outputs, prose

PAGES = [ROOT / name for name in ("README.md", "TEACHING.md", "CONTRIBUTING.md", "data/README.md")]
TEXT = (ROOT / "TEACHING.md").read_text(encoding="utf-8")


def section(heading):
    return TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def all_rows(heading, columns):
    """The cells of each row of a lesson's number, or of a link to the lesson, in a section's tables of that width."""
    found = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in section(heading).splitlines()
             if re.match(r"\| \[?\d\d\b", line)]
    return [row for row in found if len(row) == columns]


def rows(heading, columns):
    """The one row of each lesson, by its number."""
    found = {re.search(r"\d\d", row[0])[0]: row for row in all_rows(heading, columns)}
    assert len(found) == len(all_rows(heading, columns)), f"{heading}: a lesson has two rows"
    return found


def of(number, paths):
    return [path for path in paths if path.name.startswith(number)]


def everything(path):
    return "\n".join([prose(path), code(path), *(text for _, _, text in outputs(path))])


@pytest.mark.parametrize("path", LEARNERS, ids=ids(LEARNERS))
def test_what_to_teach_again_names_mistakes_that_exist(path):
    title = notebook(path).cells[0].source.splitlines()[0].removeprefix("# ")
    part = TEXT.partition(f"### [{title}](exercises/{path.name})\n")[2].partition("\n### ")[0]
    words = part.partition("**Teach again.** ")[2].partition("\n\n")[0]
    questions = importlib.import_module(f"checks.rules_{path.stem}").QUESTIONS
    known = {name for question in questions
             for name in (*question.kind.words, *(mistake.name for mistake in question.mistakes))}
    named = [word.lower() for word in re.findall(r"\*([^*]+)\*", words)]
    lesson = everything(of(path.name[:2], LESSONS)[0]).lower()
    unknown = [word for word in named if word not in known and not (len(word.split()) > 3 and word in lesson)]
    assert named and not unknown, f"neither a mistake nor a figure of the lesson: {unknown}"


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_glance_agrees_with_the_lesson(path):
    row = rows("The course at a glance", 7)[path.name[:2]]
    first = notebook(path).cells[0].source
    assert f"(notebooks/{path.name})" in row[0]
    assert f"| {row[1]} |" in (ROOT / "README.md").read_text(encoding="utf-8"), "the question as README.md words it"
    minutes = re.search(r"\*\*Time\*\* (\d+) minutes", first)[1]
    assert row[3] == minutes, f'TEACHING.md, lesson, minutes, in "The course at a glance": the lesson says {minutes}'
    for learner in of(path.name[:2], LEARNERS):
        minutes = re.search(r"About (\d+) minutes", notebook(learner).cells[0].source)[1]
        assert row[4] == minutes, f'TEACHING.md, exercise, minutes, in "The course at a glance": it says {minutes}'
    needed = set(re.findall(r"\[(\d\d) ", re.search(r"\*\*You need\*\*(.*?)\*\*Data", first, re.DOTALL)[1]))
    assert set(re.findall(r"\d\d", row[6])) <= needed, "a lesson that it does not say it needs"


def titles(words):
    return re.findall(r"\*([^*]+)\*", words)


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_plans_name_figures_of_the_lesson(path):
    number, text = path.name[:2], everything(path)
    session, glance = rows("A session of 45 minutes", 4)[number], rows("The course at a glance", 7)[number]
    shown = [row[1] for row in all_rows("A session of 45 minutes", 3) if row[0] == number]
    assert len(shown) == 3
    live = [titles(words)[0] for words in shown]
    instead = [title for row in all_rows("Hard things in class", 4) if number in row[0] for title in titles(row[3])]
    rules = re.findall(rf"\b{number} question \d \(\*([^*]+)\*\)", TEXT)
    for title in [*live, *titles(session[3]), *titles(glance[5]), *instead, *rules]:
        assert title in text, f"lesson {number} has nothing called {title!r}"
    places = [min(i for i, cell in enumerate(cells(path, "code")) if figure in cell.source or any(
        figure in str(output) for output in cell.outputs)) for figure in live]
    assert places == sorted(places), "the three figures come in another order"


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_answers_to_a_class_are_short_and_their_numbers_the_lessons(path):
    text = everything(path).replace("\u2212", "-")
    for _, shown, answer in (row for row in all_rows("A session of 45 minutes", 3) if row[0] == path.name[:2]):
        assert len(answer.split()) <= 30, answer
        for number in re.findall(r"\d+(?:\.\d+)?", f"{shown} {answer}"):
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?!\.?\d)", text), f"{number} in: {answer}"


@pytest.mark.parametrize("path", LEARNERS, ids=ids(LEARNERS))
def test_questions_for_pairs_exist_and_count_nothing_hard(path):
    number = path.name[:2]
    asked = rows("A session of 45 minutes", 4)[number][2] + " " + rows("A session of 90 minutes", 3)[number][1]
    solution = path.with_name(f"{path.stem}_solution.ipynb")
    for question in re.findall(r"\d", asked):
        part = [cell for cell in notebook(solution).cells if cell.id.startswith(f"q{question}-")]
        assert part, f"exercise {number} has no question {question}"
        words = " ".join(cell.source + str(cell.get("outputs", "")) for cell in part)
        found = re.findall(r"suicid\w*|self-harm|self-injury|overdose|\bdeaths?\b|\bdied\b", words, re.IGNORECASE)
        assert not found, f"exercise {number}, question {question}: {found}"


def test_every_lesson_has_its_plans():
    numbers = {path.name[:2] for path in LESSONS}
    for heading, columns in (("The course at a glance", 7), ("A session of 45 minutes", 4),
                             ("A session of 90 minutes", 3)):
        assert set(rows(heading, columns)) == numbers, heading


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
