"""What is generated follows from its sources: learner files, pages, and the site before and after it is public."""

import re
import warnings

import pytest
from common import cells, handed_out

from tools import build, course
from tools.course import LEARNERS, LESSONS, ROOT, SOLUTIONS
from web import build as site

PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in build.blocks()}


def addresses(text):
    """The repositories that a text leads to: on Binder, on the published site, or where the sources lie."""
    return {*re.findall(r"mybinder\.org/v2/gh/([^/\s]+/[^/\s]+)/", text),
            *re.findall(r"https://github\.com/([\w-]+/[\w-]+)", text),
            *("/".join(parts) for parts in re.findall(r"https://([\w-]+)\.github\.io/([\w-]+)", text))}


def test_every_generated_file_is_up_to_date():
    """An exercise that holds its user's answers is no fault: the blank one is looked at in its place."""
    old = set(build.outdated())
    answered = sorted(old & {*course.changed([path.relative_to(ROOT).as_posix() for path in LEARNERS])})
    if answered:
        warnings.warn(f"{', '.join(answered)}: changed since the course was handed out, so the blank one is tested. To"
                      f" get it back: git checkout {' '.join(answered)} (or make build ONLY=pages)", stacklevel=1)
    old -= {*answered}
    assert not old, f"{', '.join(sorted(old))}: run make build ONLY=pages"


def test_a_page_that_was_changed_by_hand_is_found_and_mended():
    """In each block of each page; the words around it stay."""
    for page, parts in build.blocks().items():
        for name, part in parts.items():
            if part:
                spoiled = PAGES[page].replace(part, "By hand.\n")
                assert spoiled != PAGES[page], f"{page}: {name}"
                assert build.renewed(page, spoiled, parts) == PAGES[page], f"{page}: {name}"


def test_marks_that_are_lost_or_left_over_are_told_in_one_line():
    for text in ("no marks\n", "<!-- end a -->\n<!-- begin a -->\n", 2 * "<!-- begin a -->\n<!-- end a -->\n"):
        with pytest.raises(ValueError, match=r"^P\.md needs one line <!-- begin a --> and below it one line"):
            build.renewed("P.md", text, {"a": "text\n"})
    with pytest.raises(ValueError, match=r"^P\.md has marks of a block that nothing writes: old$"):
        build.renewed("P.md", "<!-- begin old -->\n<!-- end old -->\n", {})


def test_the_table_of_lessons_holds_every_lesson_and_exercise():
    rows = build.lessons()
    assert [row["number"] for row in rows] == [f"{number:02d}" for number in range(len(rows))]
    assert {ROOT / row[kind] for row in rows for kind in ("lesson", "exercise") if row[kind]} == {*LESSONS, *LEARNERS}
    with pytest.raises(ValueError, match="a row for lesson 77, but there is no notebooks/77_"):
        build.lessons("| 77 A lesson to come | What then? |\n")
    with pytest.raises(ValueError, match=r"has no row for 01_sentence_to_row\.ipynb"):
        build.lessons("| 00 Start here | What can one percentage tell me? |\n")


def test_a_mistake_with_a_bar_in_its_hint_stays_one_cell():
    assert build.markdown(["a"], [["x | y"]]) == "| a |\n| --- |\n| x \\| y |\n"


def test_notebooks_are_chosen_by_path_or_by_how_their_names_begin(monkeypatch):
    monkeypatch.chdir(ROOT)
    names = [path.name for path in build.chosen(["09", "notebooks/00_start_here.ipynb"])]
    assert names == ["00_start_here.ipynb", "09_pills_and_talk.ipynb",
                     "09_pills_and_talk_solution.ipynb"]
    assert build.chosen([]) == LESSONS + SOLUTIONS
    with pytest.raises(ValueError, match="9 is no lesson and no solution"):
        build.chosen(["09", "9"])


# -- the public address


@pytest.mark.parametrize("published", [False, True])
def test_only_a_published_course_links_to_its_address(published, monkeypatch, tmp_path):
    """In every page that is generated, and in the site; a fork changes one line of pyproject.toml."""
    monkeypatch.setattr(course, "published", lambda: published)
    monkeypatch.setattr(course, "address", lambda: "https://github.com/Someone/attachment-course")
    made = {name: content.decode() for name, content in build.generated().items() if name in PAGES}
    site.stage(tmp_path)
    made |= {path.relative_to(tmp_path).as_posix(): path.read_text(encoding="utf-8")
             for path in tmp_path.rglob("*") if path.suffix in {".md", ".ipynb"}}
    linked = {name for name, text in made.items() if addresses(text)}
    assert {part.lower() for text in made.values() for part in addresses(text)} == (
        {"someone/attachment-course"} if published else set())
    if published:
        names = {path.relative_to(ROOT).as_posix() for path in LESSONS + LEARNERS}
        assert linked == {"README.md", "CITATION.cff", "index.md", *names}
        assert "git clone https://github.com/Someone/attachment-course\ncd attachment-course\n" in made["README.md"]
        assert all(course.binder(name) in made["README.md"] for name in names)


def test_every_public_address_in_the_course_is_its_own_and_true():
    ours = {course.address().removeprefix("https://github.com/")}
    for name in course.files():
        if name.endswith((".md", ".cff", ".yml", ".ipynb", ".html", ".json")):
            found = addresses(handed_out(ROOT / name))
            assert found <= (ours if course.published() else set()), name


@pytest.mark.parametrize("path", LESSONS[:-1], ids=lambda path: path.stem)  # 12 has its squares: it asks of agreement
def test_the_picture_on_top_of_a_lesson_does_not_answer_its_prediction(path):
    drawn = []
    for cell in cells(path, "code"):
        drawn.append(cell.id)
        if "your_guess(my_guess" in cell.source:
            assert build.KEY_FIGURES[path.name[:2]] not in drawn[-2:], "take another one for the first screen"
            return
    raise AssertionError("the lesson never comes back to its prediction")
