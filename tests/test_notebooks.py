"""Every lesson keeps to the same anatomy, shows what it ran, and prints no number that the data do not hold."""

import re
import statistics
import tomllib
from itertools import pairwise

import pytest
from common import LEARNERS, LESSONS, ROOT, STORED, STUDY, TABLES, cells, code, ids, notebook, outputs, prose
from consistency import table
from describe import minus

EXEMPT = tomllib.loads((ROOT / "tests" / "cases" / "prose_numbers.toml").read_text(encoding="utf-8"))
NUMBER = re.compile(r"(?<![\w.,])-?\d+(?:\.\d+)?(?![\w])")
EVERY = STORED + LEARNERS
MOVING = {"02": (1, 2), "03": (1, 3)} | {f"{number:02d}": (1, 2) for number in range(4, 12)}
ENTRIES = (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8").partition("\n- ")[2].splitlines()
GLOSSARY = {match[1].lower(): match[2] for match in
            (re.fullmatch(r"(?:- )?\*\*(.+?)\*\* \((.+?)\): .+\.", line) for line in ENTRIES)}


@pytest.mark.parametrize("path", STORED, ids=ids(STORED))
def test_every_code_cell_was_run_in_order(path):
    counts = [cell.execution_count for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1)), "run: make build"


@pytest.mark.parametrize("path", STORED, ids=ids(STORED))
def test_outputs_hold_no_warning_and_no_leaked_object(path):
    for cell, kind, text in outputs(path):
        assert kind != "stderr", f"{cell.id} prints a warning: {text}"
        leaked = re.match(r"(Text\(|<Axes|\[<matplotlib|<matplotlib|\(?array\()", text)
        assert not leaked, f"{cell.id} leaks {text[:40]}"


@pytest.mark.parametrize("path", STORED, ids=ids(STORED))
def test_every_picture_speaks(path):
    pictures = [cell for cell, kind, _ in outputs(path) if kind == "image/png"]
    for cell in pictures:
        faces = {kind: text for other, kind, text in outputs(path) if other is cell}
        alt = re.search(r'<img alt="([^"]{10,})"', faces.get("text/html", ""))
        assert alt, f"{cell.id} shows a picture without a text alternative: end the cell with figures.show(fig, ...)"
        assert faces["text/plain"].count("\n- ") >= 1, f"{cell.id} has no description in words"
    if path in LESSONS:
        assert pictures, "a lesson without a figure"


@pytest.mark.parametrize("path", EVERY, ids=ids(EVERY))
def test_cells_are_neither_empty_nor_long(path):
    for cell in notebook(path).cells:
        assert cell.source.strip(), f"{cell.id} is empty"
        if cell.cell_type == "code":
            lines = [line for line in cell.source.splitlines() if not line.startswith("#:")]  # a form to type into
            most = 12 if path in LESSONS else 15
            assert len(lines) <= most, f"{cell.id} has {len(lines)} lines; {most} are the most"
            assert max(map(len, cell.source.splitlines())) <= 100, f"{cell.id} has a line of more than 100 characters"


@pytest.mark.parametrize("path", EVERY, ids=ids(EVERY))
def test_headings_form_a_tree(path):
    text = re.sub(r"```.*?```", "", prose(path), flags=re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1 and levels.count(1) == 1, "one H1, at the top"
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels)), "a level is skipped"


@pytest.mark.parametrize("path", EVERY, ids=ids(EVERY))
def test_links_lead_somewhere_and_say_where(path):
    for words, target in re.findall(r"\[([^\]]+)\]\(([^)]+)\)", prose(path)):
        assert words.strip().lower() not in {"here", "link", "this"}, f"a link called {words!r}"
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve()
        assert file.exists(), f"{target} does not exist"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", prose(file), re.MULTILINE)
            assert anchor in {heading.strip().replace(" ", "-") for heading in headings}, f"no heading {anchor}"


@pytest.mark.parametrize("path", EVERY, ids=ids(EVERY))
def test_formulas_have_single_backslashes(path):
    for formula in re.findall(r"\$\$.+?\$\$|\$[^$\n]+\$", prose(path), re.DOTALL):
        assert not re.search(r"\\\\[a-z]", formula), f"a doubled backslash would be printed: {formula}"


@pytest.mark.parametrize("path", EVERY, ids=ids(EVERY))
def test_metadata_is_minimal_and_ids_are_names(path):
    assert set(notebook(path).metadata) == {"kernelspec", "language_info"}
    names = [cell.id for cell in notebook(path).cells]
    assert len(set(names)) == len(names)
    for cell in notebook(path).cells:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", cell.id), cell.id
        assert set(cell.metadata) <= {"nbgrader", "tags"}, cell.id


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_lesson_opens_and_closes_as_all_do(path):
    first, text = notebook(path).cells[0].source, prose(path)
    for part in ("**The question.**", "**One idea.**", "<details>", "**Time**", "**You need**", "**Data used**"):
        assert part in first, f"the first cell lacks {part}"
    assert first.index("**One idea.**") < first.index("<details>") < first.index("**Time**")
    assert re.search(r"^my_\w+ = \.\.\.$", code(path), re.MULTILINE), "a prediction that is empty until typed"
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings.index("What this does not show") < headings.index("Recap")
    for part in ("**Words defined here:**", "**Now you:**", "**Next lesson:**"):
        assert part in text.rpartition("## Recap")[2], f"the recap lacks {part}"
    points = re.findall(r"^- ", text.rpartition("## Recap")[2].partition("**Words")[0], re.MULTILINE)
    assert 1 <= len(points) <= 4, f"the recap has one to four points, this one {len(points)}"
    assert "pages.closing(" in notebook(path).cells[-1].source, "the last cell folds claims and sources"


def measures(path):
    """What the bounds of a lesson are about: {name: (value, at least, at most)}."""
    sizes = [len([line for line in cell.source.splitlines() if line.strip()]) for cell in cells(path, "code")]
    figures = [cell for cell in cells(path, "code") if re.search(r"figures\.(show|slider)\(", cell.source)]
    moving = sum("figures.slider(" in cell.source for cell in figures)
    further = [box for box in re.findall(r"<details>.*?</details>", prose(path), re.DOTALL) if "Further" in box[:60]]
    return {"cells": (len(notebook(path).cells), 10, 36), "words": (len(prose(path).split()), 0, 1800),
            "lines of code": (sum(sizes), 0, 90), "lines in the median": (statistics.median(sizes), 0, 4),
            "figures": (len(figures), 1, 5), "that move": (moving, *MOVING.get(path.name[:2], (0, 2))),
            "studies named": (len(set(STUDY.findall(prose(path)))), 0, 8), "Further boxes": (len(further), 0, 2),
            "words of the longest": (max([0, *(len(box.split()) for box in further)]), 0, 155)}


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_lesson_keeps_its_bounds(path):
    """pytest -s -k bounds prints them as a table."""
    found = measures(path)
    print(path.stem, *(f"{name}: {value}" for name, (value, _, _) in found.items()), sep=" | ")
    over = {name: f"{value}, {least} to {most}" for name, (value, least, most) in found.items()
            if not least <= value <= most}
    assert not over, f"outside the bounds: {over} (pytest -s -k bounds prints all)"


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_the_answer_to_a_figure_is_folded(path):
    """The question stands below the figure, and what it shows behind a summary that a reader opens."""
    for cell, following in pairwise(notebook(path).cells):
        if cell.cell_type == "code" and re.search(r"figures\.(show|slider)\(", cell.source):
            before, _, folded = following.source.partition("<details>")
            for part in ("It shows", "It does not show"):
                assert part in folded and part not in before, f"{cell.id}: fold {part} away in the next cell"
            assert "?" in before, f"{cell.id} asks nothing"


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_the_forty_percent_comes_back(path):
    assert re.search(r"\b40( of every 100|%)", prose(path)), "the thread of the course is lost here"


def links_after(words, path):
    """Where the links behind **words:** lead, in a lesson's recap or at the end of an exercise."""
    line = re.search(rf"\*\*{words}:\*\* ?(.*)", prose(path))[1]
    return [(path.parent / target).resolve() for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", line)]


def test_the_course_can_be_walked_by_its_links_alone():
    """From 00, each lesson leads to its exercise, the exercise and the lesson to the next lesson, up to the last, which
    leads to the exercise that goes with no lesson too."""
    walked, tried, path = [], [], LESSONS[0]
    while path not in walked:
        walked.append(path)
        following = links_after("Next lesson", path)
        if path != LESSONS[0]:
            exercise = links_after("Now you", path)
            assert exercise[0] == ROOT / "exercises" / path.name
            tried += exercise
            back = re.findall(r"\]\((\.\./notebooks/[^)#]+)\)", notebook(exercise[0]).cells[0].source)
            assert f"../notebooks/{path.name}" in back, "an exercise that does not name its lesson"
            if path != LESSONS[-1]:
                assert links_after("Next", exercise[0]) == following
        path = following[0]
    assert tried == LEARNERS
    assert walked == LESSONS and path == LESSONS[0], "the last lesson leads back to the map"
    linked = re.findall(r"\]\((\d\d_[a-z_]+\.ipynb)\)", prose(LESSONS[0]).partition("## The way through")[2])
    assert {LESSONS[0].name, *linked} == {path.name for path in LESSONS}, "the map in lesson 00 is not complete"


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_data_used_are_those_that_are_read(path):
    named = set(re.findall(r"`(\w+)\.csv`", re.search(r"\*\*Data used\*\*(.*)", notebook(path).cells[0].source)[1]))
    loaded = set(re.findall(r"\.\./data/(\w+)\.csv", code(path)))
    for names in re.findall(r"for name in \[([^\]]+)\]", code(path)):
        loaded |= set(re.findall(r'"(\w+)"', names)) & {file.stem for file in TABLES}
    named -= {"claims", "sources"}  # they are folded at the end of every lesson
    loaded -= {"claims", "sources"}
    assert named == loaded


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_each_code_cell_is_announced(path):
    all_cells = notebook(path).cells
    for before, cell in pairwise(all_cells):
        if cell.cell_type == "code" and before.cell_type == "code":
            raise AssertionError(f"{cell.id} follows another code cell without a sentence that says why")


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_words_of_the_recap_are_defined_in_bold(path):
    body, _, end = prose(path).rpartition("## Recap")
    bold = {words.lower().strip(".") for words in re.findall(r"\*\*([^*]+)\*\*", body)}
    words = re.search(r"\*\*Words defined here:\*\* (.+)\.", end)[1].split(", ")
    assert [word for word in words if word.lower() not in bold] == []


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_words_of_the_recap_are_in_the_glossary(path):
    end = prose(path).rpartition("## Recap")[2]
    assert "[glossary](glossary.md)" in end
    for word in re.search(r"\*\*Words defined here:\*\* (.+)\.", end)[1].split(", "):
        assert word.lower() in GLOSSARY, f"{word} is not in notebooks/glossary.md"
        assert path.name in GLOSSARY[word.lower()], f"the glossary does not send a reader of {word} to {path.name}"


def test_glossary_is_in_order_and_holds_nothing_else():
    assert list(GLOSSARY) == sorted(GLOSSARY), "the words are not in alphabetical order"
    ends = {path.name: prose(path).rpartition("**Words defined here:** ")[2].lower() for path in LESSONS}
    for word, entry in GLOSSARY.items():
        for lesson in re.findall(r"\(([^)]+\.ipynb)\)", entry):
            assert re.search(rf"\b{re.escape(word)}\b", ends[lesson]), f"{lesson} does not define {word}"


@pytest.mark.parametrize("path", LESSONS, ids=ids(LESSONS))
def test_lesson_judges_its_claims(path):
    shown = "\n".join(text for cell, kind, text in outputs(path) if kind == "text/markdown")
    claims = [row for row in table("claims") if int(row["lesson"]) == int(path.name[:2])]
    for claim in claims:
        assert f"**{claim['verdict']}**: {claim['claim']}. Why: {minus(claim['why'])} (`{claim['claim_id']}`)" in shown
    assert len(claims) == len(re.findall(r"\. Why: .+ \(`[a-z0-9-]+`\)$", shown, re.MULTILINE))


@pytest.mark.parametrize("path", EVERY, ids=ids(EVERY))
def test_every_study_named_has_a_source(path):
    known = {row["study"] for row in table("sources")}
    named = set(STUDY.findall(prose(path) + code(path)))
    assert named <= known, f"not in sources.csv: {named - known}"
    if path in LESSONS:
        listed = " ".join(text for _, kind, text in outputs(path) if kind == "text/markdown")
        assert named <= set(STUDY.findall(listed)), "named in the lesson and not listed under Sources"


def numbers_of_prose(path):
    """The numbers that a reader of the prose meets, without links, formulas, code and names."""
    text = re.sub(r"```.*?```|\$\$.*?\$\$|`[^`]*`", " ", prose(path), flags=re.DOTALL)
    text = re.sub(r"\[(\d\d )?([^\]]*)\]\([^)]*\)", r"\2", text)
    text = re.sub(r"^# \d\d .*$|^\| \d\d .*$|^## Question \d:"
                  r"|\b([Ll]esson|[Ee]xercise)s?:?(\*\*)? \d\d( (to|and) \d\d)?", " ", text, flags=re.MULTILINE)
    text = STUDY.sub(" ", text)
    return {number.lstrip("+") for number in NUMBER.findall(text.replace("\u2212", "-"))}


@pytest.mark.parametrize("path", EVERY, ids=ids(EVERY))
def test_a_number_below_zero_has_a_minus_and_no_hyphen(path):
    """A screen reader skips a hyphen, and -0.46 would be heard as 0.46."""
    text = re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$\n]+\$|`[^`]*`|\]\([^)]*\)", " ", prose(path), flags=re.DOTALL)
    assert re.findall(r"(?<![\w.)\]-])-\d\S*", text) == []
    for cell, kind, words in outputs(path) if path in LESSONS else ():  # printed, without links
        words = re.sub(r"\]\([^)]*\)|<[^>]*>", " ", words)
        read = kind in {"stdout", "text/markdown", "text/html"}
        assert not read or re.findall(r"(?<![\w.)\]-])-\d\S*", words) == [], f"{cell.id}: print it with pages.say"


@pytest.mark.parametrize("path", STORED, ids=ids(STORED))
def test_no_output_speaks_of_dtypes(path):
    """pandas ends a Series with its type, which is heard too: a table has a caption in its place."""
    assert [cell.id for cell, _, text in outputs(path) if re.search(r"^(Name: .*)?dtype: ", text, re.MULTILINE)] == []


@pytest.mark.parametrize("path", STORED, ids=ids(STORED))
def test_every_number_in_prose_is_in_the_data_or_in_an_output(path):
    named = set(STUDY.findall(prose(path) + code(path)))
    known = set()
    for file in TABLES:
        for row in table(file.stem):
            if row.get("study") in named:
                known |= {match for cell in row.values() for match in NUMBER.findall(cell)}
    for _, kind, text in outputs(path):
        if kind in {"stdout", "text/plain"}:
            known |= set(NUMBER.findall(text.replace("\u2212", "-")))
    exempt = EXEMPT.get(path.stem, {})
    unknown = numbers_of_prose(path) - known - exempt.keys()
    assert not unknown, (f"numbers without a home: {sorted(unknown)}. Print them in an output, name the study whose row"
                         " holds them, or see tests/cases/prose_numbers.toml")
    idle = exempt.keys() - numbers_of_prose(path)
    assert not idle, f"in tests/cases/prose_numbers.toml, [{path.stem}]: not needed any more: {sorted(idle)}"


def test_exemptions_stand_in_order_of_the_notebooks():
    assert list(EXEMPT) == [path.stem for path in STORED if path.stem in EXEMPT]
