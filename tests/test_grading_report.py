"""Who is who in a folder of submissions, and what the report says: nothing is lost, nothing in it can be run."""

import csv
import html
import json
import os
import re
import shutil
import unicodedata
from pathlib import Path

import pytest
from common import LESSONS, ROOT
from submissions import cell, notebook, worked, write

import grading.__main__ as grading
from grading import report
from grading.learners import NO_NOTEBOOK, Owner, called, collect, visible, whose
from grading.submission import exercises, questions
from tools import course, sheets

E1, E2 = "01_sentence_to_row", "02_forty_percent_of_what"


def named(folder):
    """{file: name in the report} where each file holds the exercise that its name says, and {file: why not opened}."""
    found = collect(folder)
    exercise_of = {one.path: next((name for name in exercises() if name in one.path.name), "") for one in found}
    names = called(found, exercise_of)
    return ({one.shown: names[one.path] for one in found if not one.reason},
            {one.shown: one.reason for one in found if one.reason})


def put(folder, *names):
    for name in names:
        write(folder / name, "{}")
    return folder


# -- who is who


def test_moodle(tmp_path):
    put(tmp_path, f"Lea One_3101_assignsubmission_file/{E1}.ipynb", f"Lea One_4101_assignsubmission_file_/{E2}.ipynb",
        f"Zoë O'Two_3102_assignsubmission_file_{E1}.ipynb", "Kim Three_41_assignsubmission_onlinetext_/onlinetext.html",
        f"Kim Three_41_assignsubmission_file_/{E1}.ipynb")
    names, lost = named(tmp_path)
    assert sorted(names.values()) == ["Kim Three", "Lea One", "Lea One", "Zoë O'Two"] and lost == {}


@pytest.mark.parametrize("word", ["Participant", "Teilnehmer/in".replace("/", "-"), "Some word of another language"])
def test_moodle_with_hidden_names(tmp_path, word):
    put(tmp_path, *(f"{word}_{n}_assignsubmission_file/{E1}.ipynb" for n in (3101, 3102, 3103)))
    assert sorted(named(tmp_path)[0].values()) == [f"{word} ({n})" for n in (3101, 3102, 3103)]


def test_moodle_with_two_people_of_one_name(tmp_path):
    put(tmp_path, *(f"Same Name_{n}_assignsubmission_file/{E1}.ipynb" for n in (3201, 3202)),
        f"Other Name_3203_assignsubmission_file/{E1}.ipynb", f"Other Name_9999_assignsubmission_file/{E2}.ipynb")
    assert sorted(named(tmp_path)[0].values()) == ["Other Name", "Other Name", "Same Name (3201)", "Same Name (3202)"]


def test_canvas(tmp_path):
    put(tmp_path, f"onelea_12_900_{E1}.ipynb", f"onelea_LATE_12_901_{E2}.ipynb", f"twozoe_13_902_{E1}-1.ipynb",
        f"twozoe_14_903_{E1}.ipynb")
    assert sorted(named(tmp_path)[0].values()) == ["onelea", "onelea", "twozoe (13)", "twozoe (14)"]


@pytest.mark.parametrize("accounts", [("s1001", "s1002"), ("s_one", "t_two"), ("s1001",)])
def test_blackboard(tmp_path, accounts):
    for n, account in enumerate(accounts):
        before = f"Exercise 01_{account}_attempt_2026-11-20-10-11-1{n}"
        put(tmp_path, f"{before}_{E1}.ipynb", f"{before}.txt")
    names, lost = named(tmp_path)
    assert tuple(sorted(names.values())) == accounts and lost == {}, "its own text is no failure"


def test_ilias(tmp_path):
    put(tmp_path, f"Abgaben/One_Lea_lone_5123/20261120101112_{E1}.ipynb",
        f"Abgaben/Two_Zoë_ztwo_5124/20261120101513_{E1}.ipynb")
    assert sorted(named(tmp_path)[0].values()) == ["One Lea", "Two Zoë"]


def test_nbgrader(tmp_path):
    for name in ("ada", "ben"):
        put(tmp_path, f"submitted/{name}/{E1}/{E1}.ipynb", f"submitted/{name}/{E1}/timestamp.txt")
    names, lost = named(tmp_path)
    assert sorted(names.values()) == ["ada", "ben"] and lost == {}


@pytest.mark.parametrize(("path", "learner"), [
    ("ada.ipynb", "ada"), ("ada_01_sentence_to_row.ipynb", "ada"), ("01_sentence_to_row (ada).ipynb", "ada"),
    ("ada/01_sentence_to_row.ipynb", "ada"), ("submitted/ada/01_sentence_to_row/01_sentence_to_row.ipynb", "ada"),
    ("01/ada/x.ipynb", "ada"), ("week 1/ada/x.ipynb", "ada"), ("Übung 3/ada/x.ipynb", "ada"), ("07.ipynb", ""),
    ("group A/ada/x.ipynb", "group A/ada"), ("4711.ipynb", "4711"), ("_ada/x.ipynb", "ada"), (".ada/x.ipynb", "ada"),
    ("ada.ipynb.txt", "ada"), ("ada_01_sentence_to_row (1).ipynb", "ada"), ("ada-Copy1.ipynb", "ada"),
    ("Exercise 01 (ada) (2).ipynb", "ada"), ("Wolf_Max.py", "Wolf_Max"), ("exercise 02 (1).ipynb", ""),
    ("01_sentence_to_row.ipynb", ""), ("ada/forty-percent-secure-main/exercises/01_sentence_to_row.ipynb", "ada")])
def test_plain_folders_and_files(path, learner):
    files = [Path("class") / path, Path("class/ben.ipynb")]
    assert whose(files, Path("class"))[files[0]] == Owner(learner)


def test_one_learner_composed_and_decomposed(tmp_path):
    """As from Windows in one week and from a Mac in the next."""
    put(tmp_path, *(f"{unicodedata.normalize(form, 'Jörg Vier')}/{exercise}.ipynb" for form, exercise in
                    (("NFC", E1), ("NFD", E2))))
    names, _ = named(tmp_path)
    assert len(names) == 2 and set(names.values()) == {unicodedata.normalize("NFC", "Jörg Vier")}


@pytest.mark.parametrize("place", ["ada/forty-percent-secure-main", "ada", "."])
def test_a_whole_course_counts_as_its_exercises(tmp_path, place):
    """Never its solutions, its lessons, its tables or its programs."""
    for name in ("exercises", "notebooks", "data", "tools"):
        shutil.copytree(ROOT / name, tmp_path / "class" / place / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "README.md", tmp_path / "class" / place)
    put(tmp_path / "class" / place, f".ipynb_checkpoints/{E1}-checkpoint.ipynb", "exercises/my_progress.json")
    names, lost = named(tmp_path / "class")
    assert sorted(Path(name).stem for name in names) == exercises() and lost == {}
    assert set(names.values()) == {"ada" if "ada" in place else "class"}


def test_the_exercises_folder_alone_is_no_failure(tmp_path):
    shutil.copytree(ROOT / "exercises", tmp_path / "ada" / "mine", ignore=shutil.ignore_patterns("__pycache__"))
    names, lost = named(tmp_path)
    assert len(names) == len(exercises()) and lost == {}


def test_a_solution_alone_is_told(tmp_path):
    put(tmp_path, f"ada/{E1}_solution.ipynb", f"ben/{E1}_solution (1).ipynb", f"cem/{E1}.ipynb")
    names, lost = named(tmp_path)
    assert list(names.values()) == ["cem"]
    assert set(lost.values()) == {"named like a solution of the course"} and len(lost) == 2


def test_odd_names_are_noted(tmp_path):
    """A folder of one learner has its name; in a folder of many a file without a name, or two of one, are noted."""
    for name in (E1, E2):
        write(tmp_path / "ada" / f"{name}.ipynb", notebook(name))
    rows = grading.grade(tmp_path / "ada").rows
    assert {row["learner"] for row in rows} == {"ada"} and not any(row["note"] for row in rows)
    for name in ("ben", "ben (1)", E1):
        write(tmp_path / "many" / f"{name}.ipynb", notebook(E1))
    assert {(row["file"], row["learner"], row["note"]) for row in grading.grade(tmp_path / "many").rows} == {
        ("ben.ipynb", "ben", f"{grading.OLDER}ben (1).ipynb"), ("ben (1).ipynb", "ben", ""),
        (f"{E1}.ipynb", E1, grading.NAMELESS)}


@pytest.mark.parametrize(("older", "newer"), [
    ("1_ada_attempt_2026-11-20-10-11-12_a.ipynb", "1_ada_attempt_2026-11-21-09-00-00_a.ipynb"),
    ("One_Ada_ada_51/20261120101112_b.ipynb", "One_Ada_ada_51/20261120101113_a.ipynb"),
    ("oneada_12_998_b.ipynb", "oneada_LATE_12_1001_a.ipynb"), ("oneada_12_90_a.ipynb", "oneada_12_90_a-1.ipynb"),
    ("ada (9).ipynb", "ada (10).ipynb"), ("ada.ipynb", "ada-Copy1.ipynb"), ("ada.ipynb", "ada (1).ipynb.txt")])
def test_the_newer_of_two_files_by_what_a_platform_or_a_browser_counts(tmp_path, older, newer):
    """Whatever the times of the files say, which an archive may have lost."""
    put(tmp_path, newer, older)
    os.utime(tmp_path / older, (2e9, 2e9))
    assert [one.shown for one in sorted(collect(tmp_path), key=lambda one: one.newness)] == [older, newer]


def test_the_newer_of_two_files_by_their_time(tmp_path):
    """One row a person; a file without a name is nobody's older one."""
    for name, answers in {"ada/a": {"q2": "="}, "ada/b": {}, f"week 1/{E1}": {}, f"week 2/{E1}": {}}.items():
        write(tmp_path / "class" / f"{name}.ipynb", worked(E1, **answers))
    os.utime(tmp_path / "class" / "ada" / "a.ipynb", (2e9, 2e9))
    outcome = grading.grade(tmp_path / "class")
    assert outcome.older == {"ada/b.ipynb": "ada/a.ipynb"}
    report.write(outcome, tmp_path / "r.csv")
    assert {row["note"] for row in table(tmp_path / "r.csv") if row["file"] == "ada/b.ipynb"} == {
        f"{grading.OLDER}ada/a.ipynb"}
    assert [(row["learner"], row["right"]) for row in table(tmp_path / "r_learners.csv")] == [
        ("ada", "4"), (f"week 1/{E1}", "5"), (f"week 2/{E1}", "5")]
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.count('<th scope="row">ada</th>') == 2, "in the grid, and what stopped in the file that counts"
    assert ('<th scope="row">ada/b.ipynb</th><td>exercise 01: 5 of 5 right</td><td>ada/a.ipynb</td>'
            '<td>exercise 01: 4 of 5 right</td>') in page
    assert (tmp_path / "r_words.html").read_text(encoding="utf-8").count("<h3>ada</h3>") == 1


def test_a_file_that_is_another_exercise_or_none_is_told(tmp_path):
    write(tmp_path / "ada" / f"{E2}.ipynb", worked(E1))
    lesson = (ROOT / "notebooks" / f"{E1}.ipynb").read_text(encoding="utf-8")
    write(tmp_path / "ben" / f"{E1}.ipynb", lesson)
    rows = grading.grade(tmp_path).rows
    of_ada = [row for row in rows if row["learner"] == "ada"]
    assert {(row["exercise"], row["result"], row["note"]) for row in of_ada} == {
        (E1, "right", f"the file is named {E2}, but holds {E1}")}
    assert [(row["exercise"], row["result"], row["note"]) for row in rows if row["learner"] == "ben"] == [
        ("", "not graded", "no exercise of this course was recognised in it")]


# -- nothing is lost


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_nothing_handed_in_vanishes(tmp_path):
    folder, out = tmp_path / "class", tmp_path / "class" / "report.csv"
    for name in ("Otto_Rita.ipynb.txt", "Peters_Jan.IPYNB", "Zoe.ipynb.json", "Schäfer_Jörg.ipynb", ".Mia/a.ipynb",
                 "__Ole/a.ipynb"):
        write(folder / name, worked(E1, q2="raise ValueError('\\udcff \\x1b[31m' + 'x' * 400)"))
    said = {"Wolf_Max.py": NO_NOTEBOOK, "in/Neumann_Kim.html": NO_NOTEBOOK, "week.zip": "a zip: unpack it first",
            "empty.ipynb": "the file is empty", "a folder.ipynb": "a folder, not a notebook",
            "pipe.ipynb": "not a file", "link.ipynb": "a link, which is not followed",
            "way out": "a link, which is not followed",
            "bytes.ipynb": "not a notebook: it is not text in UTF-8", "list.ipynb": "not a notebook: it has no cells"}
    for name in ("Wolf_Max.py", "in/Neumann_Kim.html", "week.zip", ".ipynb_checkpoints/Wolf_Max-checkpoint.ipynb",
                 "__MACOSX/x.py", ".DS_Store", "._Zoe.ipynb", "Zoe.png"):
        write(folder / name, "x")
    write(folder / "empty.ipynb", "")
    write(folder / "list.ipynb", "[1]")
    (folder / "bytes.ipynb").write_bytes(b"{\xff\x00")
    (folder / "a folder.ipynb").mkdir()
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "link.ipynb").symlink_to(ROOT / "exercises" / f"{E1}_solution.ipynb")
    (folder / "way out").symlink_to(ROOT / "exercises")
    for _ in range(2):  # the second time the report lies there too
        outcome = grading.grade(folder, out=out)
        report.write(outcome, out)
        rows, page = table(out), (folder / "report.html").read_text(encoding="utf-8")
        assert {row["file"]: row["note"] for row in rows if row["result"] == "not graded"} == said
        for name, words in said.items():
            assert f'<td>{name}</td><td>{words}</td></tr>' in page.partition("Files that stand in no grid")[2]
        assert {row["learner"] for row in rows} >= {"Otto_Rita", "Peters_Jan", "Zoe", "Schäfer_Jörg", "Mia", "Ole"}
        note, = {row["note"] for row in rows if row["learner"] == "Zoe"} - {""}
        assert note.startswith(r"q2-answer: ValueError: \udcff \x1b[31mxxx") and len(note) <= 300
    assert out.read_bytes().startswith(b"\xef\xbb\xbf\"learner\","), "a spreadsheet reads it as UTF-8 only then"


def test_files_whose_names_differ_in_a_sign_that_cannot_be_seen_are_two(tmp_path):
    names = ["ada", "ada\t", "ada\x1b[2J", "ada\\t"]
    for name in names:
        write(tmp_path / f"{name}.ipynb", notebook(E1))
    found = collect(tmp_path)
    assert len({one.shown for one in found}) == len(names)
    assert all(one.shown.isprintable() for one in found)
    assert {visible(one.owner.name) for one in found} >= {"ada", "ada\\x1b[2J"}


def test_a_name_in_another_encoding(tmp_path):
    """As a zip of Windows leaves it."""
    try:
        write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/M\xfcnf.ipynb")), notebook(E1))
    except OSError:
        pytest.skip("this file system takes no such name")
    outcome = grading.grade(tmp_path)
    report.write(outcome, tmp_path / "r.csv")
    assert {row["learner"] for row in table(tmp_path / "r.csv")} == {r"M\udcfcnf"}


# -- nothing can be run




@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "a;=1+1", "a,=1", 'a";"=1', "a; -1", "＝1", "a|@b",
                                  '"=1', "a\n=1"])
def test_nothing_becomes_a_formula(tmp_path, name):
    """However a spreadsheet cuts the lines: at commas, as they are meant, or at semicolons or tabs."""
    report.write_sheet(tmp_path / "r.csv", ["learner", "note"], [{"learner": visible(name), "note": "=2"}])
    text = (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    assert text.count("\n") == 2 and re.fullmatch(r'("([^"]|"")*",)*"([^"]|"")*"', text.split("\n")[1])
    for sign in ",;\t|":
        for field in text.split("\n")[1].split(sign):
            assert not re.match(r"""[\s"]*[=+\-@＝]""", field), field


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The files beside the report of a small class, some of whom wrote what a browser might run."""
    folder = tmp_path_factory.mktemp("report")
    said = {"ada": "<b>Who</b>\n\nwas asked? {{ 7 * 7 }}", "ben": "*Write your answer here.*", "cem": " ",
            "<script>alert(1)</script>": "<img src=x onerror=alert(1)>"}
    for name, words in said.items():
        book = worked(E1, q2="=", q3="raise ValueError('</td><script>')") if name == "ben" else worked(E1)
        cell(book, "q6-answer")["source"] = words
        write(folder / "class" / name.replace("/", "∕") / f"{E1}.ipynb", book)
    for name in ("eli", "fay"):
        write(folder / "class" / f"{name}.ipynb", notebook(E1, {"q2": "still_there = 17"}))
    write(folder / "class" / "dora.ipynb", "{")
    write(folder / "class" / "gil" / f"{E1}.ipynb", worked(E2))
    report.write(grading.grade(folder / "class"), folder / "week.csv")
    return folder


def text_of(page):
    """What a reader sees of a page, as one line."""
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page.partition("<body>")[2])).split())


def test_the_number_of_each_learner(written):
    assert [tuple(row.values()) for row in table(written / "week_learners.csv")] == [
        ("<script>alert(1)<∕script>", E1, "5", "5", f"<script>alert(1)<∕script>/{E1}.ipynb"),
        ("ada", E1, "5", "5", f"ada/{E1}.ipynb"), ("ben", E1, "3", "5", f"ben/{E1}.ipynb"),
        ("cem", E1, "5", "5", f"cem/{E1}.ipynb"), ("dora", "", "not graded", "", "dora.ipynb"),
        ("eli", E1, "0", "5", "eli.ipynb"), ("fay", E1, "0", "5", "fay.ipynb"),
        ("gil", E2, "5", "5", f"gil/{E1}.ipynb")]


def test_the_grid_says_by_a_word_who_stands_where(written):
    page = (written / "week.html").read_text(encoding="utf-8")
    grid = page.partition("<table class=grid>")[2].partition("</table>")[0]
    rows = {name: re.findall(r'<td class="([a-z-]+)"><span aria-hidden="true">(.)</span>'
                             r"<span class=hidden>([a-z ]+)</span>", cells)
            for name, cells in re.findall(r'<th scope="row">([^<]+)</th>(.*)</tr>', grid)}
    right, not_yet, empty = ("right", "✓", "right"), ("not-yet", "✗", "not yet"), ("not-answered", "–", "not answered")
    assert rows.pop("right") == [] and list(rows) == ["&lt;script&gt;alert(1)&lt;∕script&gt;", "ada", "ben", "cem",
                                                      "eli", "fay"]
    error = ("stopped-with-an-error", "!", "stopped with an error")
    assert rows["ada"] == [right] * 5 and rows["ben"] == [right, error, error, right, right]
    assert rows["eli"] == [empty, not_yet, empty, empty, empty]
    assert f'<th scope="col">1<small>{questions(E1)["q1"].title}</small></th>' in grid
    totals = "".join(f"<td>{right} of 6</td>" for right in (4, 3, 3, 4, 4))
    assert f'<tfoot><tr><th scope="row">right</th>{totals}' in grid


def test_each_mistake_with_its_words_its_names_and_what_to_teach_again(written):
    told = text_of((written / "week.html").read_text(encoding="utf-8"))
    question = questions(E1)["q2"]
    hint = question.judge({"still_there": 17}).words
    assert (f"Question 2, {question.title}: right for 3 of 6 {hint} 2 people: eli, fay {report.TOLD['error']} 1 person:"
            " ben Teach again from lesson 01 From sentence to row, the section “Five moves” The way to the answer: "
            f"{question.recipe}") in told
    vote = next(poll for poll in sheets.load(LESSONS[1])["polls"] if "q4" in poll.get("again", []))["question"]
    assert f"the section “Missing is not zero”, with a vote and the figure after it: “{vote}” The way to the" in told
    assert told.index("Question 2, ") < told.index("Question 3, ") < told.index("Question 1, "), "the weakest first"
    assert "Not answered. 2 people: eli, fay" in told and "Handed in another exercise, but not this one: gil." in told


@pytest.mark.parametrize("exercise", [name for name in exercises() if name < "13"])
def test_a_vote_to_take_again_belongs_to_a_question(exercise):
    lesson = next(lesson for lesson in LESSONS if lesson.stem[:2] == exercise[:2])
    named = {key: poll["question"] for poll in sheets.load(lesson)["polls"] for key in poll.get("again", [])}
    assert named and named.keys() <= questions(exercise).keys()
    votes, sections = report.again(exercise)
    assert {key: found[-1] for key, found in votes.items()} == named
    assert sections and sections.keys() <= questions(exercise).keys()


def test_no_question_sends_to_a_vote_on_something_else():
    votes, sections = report.again("03_before_and_after")
    assert votes.keys() == {"q3"} and sections["q2"] == "A change that one person's scores can show"


def test_a_sheet_with_faults_stops_no_report(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "FOLDER", tmp_path)
    (tmp_path / f"{LESSONS[1].stem}.toml").write_text("home = []", encoding="utf-8")
    assert report.again(E1) == ({}, {})


def test_what_is_not_of_the_class_stands_last(written):
    page = (written / "week.html").read_text(encoding="utf-8")
    trouble, _, last = page.partition("What did not run to its end")[2].partition("Files that stand in no grid")
    for words in ("SyntaxError: invalid syntax (line 1)", "&lt;/td&gt;&lt;script&gt;"):
        assert words in trouble
    assert "gil" not in trouble and re.findall(r'<th scope="row">(\w+)</th><td>([^<]+)</td><td>([^<]+)', last) == [
        ("gil", f"gil/{E1}.ipynb", f"exercise 02: 5 of 5 right; the file is named {E1}, but holds {E2}"),
        ("dora", "dora.ipynb", "not a notebook: it is not JSON")]


def test_the_answers_in_words_beside_the_model_answer(written):
    words = (written / "week_words.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Who&lt;/b&gt;\n\nwas asked? {{ 7 * 7 }}" in words and "<b>" not in words and "<img" not in words
    asked, _, answers = text_of(words).partition("A model answer.")
    assert "Exercise 01 Question 6: in your own words" in asked
    assert "Without an answer in words 4 people: ben, cem, eli, fay" in answers
    model = "".join(cell(worked(E1), "q6-answer")["source"]).replace("*", "")
    assert answers.startswith(model.removeprefix("A model answer."))


def test_the_pages_are_accessible_and_run_nothing(written):
    for name, title in (("week.html", "Where the class stands"), ("week_words.html", "Answers in words")):
        page = (written / name).read_text(encoding="utf-8")
        assert page.startswith('<!DOCTYPE html>\n<html lang="en">') and f"<title>{title}</title>" in page
        assert "default-src 'none'" in page and "<script" not in page and not re.search("<[^>]*onerror", page)
        assert page.count("<h1>") == 1 and page.count("<table") == page.count("<caption>")
        assert re.findall(r"""(?:src|href)=(\S+?)>""", page) == ['"week_words.html"'] * (name == "week.html")
        labels = re.findall('aria-label="([^"]+)"', page)
        assert len({*labels}) == len(labels) > 0


@pytest.mark.parametrize("exercise", exercises())
def test_every_exercise_has_its_lesson_and_its_model_answer(exercise):
    rows = [{"learner": "a", "exercise": exercise, "question": key, "result": "right"} for key in questions(exercise)]
    (part,) = report.parts(rows)
    titles = [json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"] for path in course.LESSONS]
    assert part["lesson"] in {"".join(title).partition("\n")[0].removeprefix("# ") for title in titles}
    assert part["title"].startswith(f"Exercise {exercise[:2]}: ") and len(part["asked"]) == len(questions(exercise))
    number, asked, model = report._open(exercise)
    assert number == exercise[:2] and "<h3>Question " in asked and "<strong>A model answer.</strong>" in model
    assert "href" not in asked + model, "the report lies elsewhere"


def test_the_words_of_a_hint_are_those_that_the_learner_saw(tmp_path):
    book = notebook(E1, {"q1": "social_nervousness = 3", "q5": "ax = plt.gca()"})
    rows = {row["question"]: row["words"] for row in grading.grade(write(tmp_path / "a.ipynb", book)).rows}
    assert rows["q1"] == questions(E1)["q1"].judge({"social_nervousness": 3}).words
    assert rows["q2"].startswith("Not answered yet: put your answer")


def test_one_notebook_is_told_on_the_screen(tmp_path, capsys):
    path = write(tmp_path / "ada.ipynb", worked(E1, q2="="))
    assert grading.main([str(path)]) == 0
    told = capsys.readouterr().out
    assert "1 submission" in told and "Wrote" not in told and "SyntaxError" in told and "In words: " in told
    assert "Exercise 01: from sentence to row" in told and f"q2 {questions(E1)['q2'].title[:5]}" in told
    assert os.listdir(tmp_path) == ["ada.ipynb"]


def some(exercise, **results):
    """Rows of question 1: {learner: hint, or a result}."""
    return [{"learner": name, "exercise": exercise, "file": name, "question": "q1", "words": hint, "hint": hint,
             "note": "", "result": hint if hint in {*report.SIGNS, "not graded"} else "not yet"}
            for name, hint in results.items()]


def test_the_first_sentence():
    half = next(mistake.hint for mistake in questions(E1)["q1"].mistakes if mistake.name == "half")
    rows = some(E1, a="right", b="half", c="half", d="not answered", e="not answered", f="not answered", g="literal")
    title = questions(E1)["q1"].title
    end = (f"weakest is question 1 ({title}), right for 1 of 7; the commonest mistake, met by 2 people at question"
           f" 1, got the reply “{half}”")
    assert report.sentence(rows) == ("7 people handed in exercise 01; who is missing cannot be seen from one exercise;"
                                     f" {end}")
    others = some(E2, h="right") + some("", i="not graded", a="not graded")
    assert report.sentence(rows + others) == (
        "7 people handed in exercise 01; missing: h, who handed in another one (whoever handed in nothing is not"
        f" known); nothing could be graded of i; {end}")
    told = report.sentence(rows + some(E2, h="right", a="right"))
    assert told.startswith("8 people handed in exercises 01 and 02; ")
    assert "missing from one or more: b, c, d, e, f, g and 1 more, who" in told
    assert "weakest is question 1 of exercise 01 (" in told and "met by 2 people at question 1 of exercise" in told
    assert report.sentence(some(E1, a="right") + some(E2, a="right")) == (
        "1 person handed in exercises 01 and 02; nobody is missing from one of them; every question is right for"
        " everybody; no mistake was met by two people.")
    assert report.sentence(some("", a="not graded")) == "Nothing could be graded." == report.sentence([])


def test_the_weakest_question_is_that_with_the_smallest_share():
    """Where two are alike, the one that more have tried."""
    rows = some(E1, a="right", b="not answered") + some(E2, a="right", b="half", c="half", d="half")
    assert "weakest is question 1 of exercise 02 (" in report.sentence(rows)
    rows = [row | {"question": key} for key, hint in (("q1", "not answered"), ("q2", "rows"), ("q3", "right"))
            for row in some(E1, a=hint)]
    assert "weakest is question 2 (" in report.sentence(rows)


def test_answers_to_another_exercise_than_the_class_s_stand_last(tmp_path):
    rows = some(E2, b="right", c="right", d="right", e="right", f="right") + some(E1, a="right")
    words = [{"learner": row["learner"], "exercise": row["exercise"], "file": row["file"], "said": "x"} for row in rows]
    report.write(report.Outcome(rows, words, {}, 0, 0), tmp_path / "r.csv")
    page = (tmp_path / "r_words.html").read_text(encoding="utf-8")
    assert re.findall("<h2>(.+)</h2>", page) == ["Exercise 02", "Exercise 01"]


def test_what_is_no_known_mistake_is_never_the_commonest():
    for hint in ("wrong", "error", "not answered", "not run"):
        assert report.sentence(some(E1, a=hint, b=hint, c="right")).endswith("no mistake was met by two people.")


def test_a_mistake_that_quotes_the_learner_is_one_for_all():
    name, key, mistake = next((name, key, mistake) for name in exercises() for key, question in questions(name).items()
                              for mistake in question.mistakes if "{}" in mistake.hint)
    rows = [row | {"question": key, "words": row["learner"]} for row in some(name, a=mistake.name, b=mistake.name)]
    ((words, names, known),) = report.parts(rows)[0]["asked"][0]["met"]
    assert words == mistake.hint.replace("{}", "…") and names == ["a", "b"] and known


def test_the_screen_begins_with_the_sentence(tmp_path, capsys):
    """Whatever a learner is called: nothing is markup of the terminal's library."""
    write(tmp_path / "class" / "[red]x :smile:.ipynb", "{")
    write(tmp_path / "class" / "ada.ipynb", worked(E1))
    assert grading.main([str(tmp_path / "class"), "--out", str(tmp_path / "r.csv")]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("1 person handed in exercise 01; who is missing cannot be seen from one exercise; nothing"
                           " could be graded of [red]x :smile:; every question is right for everybody; no mistake")
    assert sorted(os.listdir(tmp_path)) == ["class", "r.csv", "r.html", "r_learners.csv", "r_words.html"]
