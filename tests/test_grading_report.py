"""Who is who in a folder of submissions, and what the report says: nothing is lost, nothing in it can be run."""

import csv
import os
import re
import shutil
import unicodedata
from pathlib import Path

import pytest
from common import ROOT
from submissions import cell, notebook, worked, write

import grading.__main__ as grading
from grading import report
from grading.learners import NO_NOTEBOOK, Owner, called, collect, visible, whose
from grading.submission import exercises, questions

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
        ("ben.ipynb", "ben", grading.TWICE), ("ben (1).ipynb", "ben", grading.TWICE),
        (f"{E1}.ipynb", E1, grading.NAMELESS)}


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
            assert f'<th scope="row">{name}</th><td></td><td>{words}</td>' in page
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


FORMULA = re.compile(r"""(^|[;,\t|])[\s"']*[=+\-@]""")


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
        cell(book, "q7-answer")["source"] = words
        write(folder / "class" / name.replace("/", "∕") / f"{E1}.ipynb", book)
    write(folder / "class" / "dora.ipynb", "{")
    stale = write(folder / "week_04_compared_with_what.png", "")
    outcome = grading.grade(folder / "class")
    report.write(outcome, folder / "week.csv")
    assert not stale.exists(), "a picture of an earlier run"
    return folder


def test_the_number_of_each_learner(written):
    assert [tuple(row.values()) for row in table(written / "week_learners.csv")][:-1] == [
        ("<script>alert(1)<∕script>", E1, "6", "6", f"<script>alert(1)<∕script>/{E1}.ipynb"),
        ("ada", E1, "6", "6", f"ada/{E1}.ipynb"), ("ben", E1, "4", "6", f"ben/{E1}.ipynb"),
        ("cem", E1, "6", "6", f"cem/{E1}.ipynb")]
    assert table(written / "week_learners.csv")[-1]["right"] == "not graded"
    page = (written / "week.html").read_text(encoding="utf-8")
    assert f'<th scope="row">ben</th><td>{E1}</td><td class=n>4</td><td class=n>6</td>' in page
    trouble = page.partition("What did not run to its end")[2].partition("<h2>")[0]
    for words in ("SyntaxError: invalid syntax (line 1)", "&lt;/td&gt;&lt;script&gt;", "it is not JSON"):
        assert words in trouble


def test_the_answers_in_words(written):
    words = (written / "week_words.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Who&lt;/b&gt;\n\nwas asked? {{ 7 * 7 }}" in words and "<b>" not in words and "<img" not in words
    assert words.count(">no answer<") == 2 and f"<p>cem/{E1}.ipynb</p>" in words and "Question 6" in words


def test_the_pages_are_accessible_and_run_nothing(written):
    for name, title in (("week.html", "Where the class stands"), ("week_words.html", "Answers in words")):
        page = (written / name).read_text(encoding="utf-8")
        assert page.startswith('<!DOCTYPE html>\n<html lang="en">') and f"<title>{title}</title>" in page
        assert "default-src 'none'" in page and "<script" not in page and not re.search("<[^>]*onerror", page)
        assert page.count("<h1>") == 1 and page.count("<table>") == page.count("<caption>")
        assert not re.search(r"""(?:src|href)=["'](?!data:)""", page), "the page needs nothing from elsewhere"
    page = (written / "week.html").read_text(encoding="utf-8")
    pictures = re.findall(r'<img alt="([^"]+)"[^>]*src="(data:[^"]{30})', page)
    assert len(pictures) == page.count("<img") == 1 and pictures[0][0].startswith("Bar chart: Exercise")
    assert '<th scope="col">' in page and page.count("The figure in words") == 1


def test_the_words_of_a_hint_are_those_that_the_learner_saw(tmp_path):
    book = notebook(E1, {"q1": "social_nervousness = 3", "q6": "ax = plt.gca()"})
    rows = {row["question"]: row["words"] for row in grading.grade(write(tmp_path / "a.ipynb", book)).rows}
    assert rows["q1"] == questions(E1)["q1"].judge({"social_nervousness": 3}).words
    assert rows["q2"].startswith("Not answered yet: put your answer")


def test_one_notebook_is_told_on_the_screen(tmp_path, capsys):
    path = write(tmp_path / "ada.ipynb", worked(E1, q2="="))
    assert grading.main([str(path)]) == 0
    told = capsys.readouterr().out
    assert "1 submission" in told and "Wrote" not in told and "SyntaxError" in told and "In words: " in told
    assert os.listdir(tmp_path) == ["ada.ipynb"]


def test_every_mistake_that_a_rule_knows_has_its_line():
    found = report.mistakes()
    assert len(found) == sum(len(question.mistakes) for name in exercises() for question in questions(name).values())
    assert all(exercise in exercises() and question[:2] in questions(exercise) and name and hint
               for exercise, question, name, hint in found)


def test_a_class_in_numbers():
    rows = [{"learner": name, "exercise": E1, "file": name, "question": "q1", "result": result, "hint": hint}
            for name, result, hint in (("a", "right", ""), ("b", "not yet", "half"), ("c", "not yet", "half"),
                                       ("d", "not answered", "missing"), ("e", "not graded", ""))]
    assert report.standing(rows) == {E1: {"q1": {("right", ""): 1, ("not yet", "half"): 2, ("not answered", ""): 1}}}
    (line,) = report._lines(E1, report.standing(rows)[E1])
    assert line == [f"q1 {questions(E1)['q1'].title}", 1, 2, 1, 0, "half (2)"]
    figure = report.draw(E1, report.standing(rows)[E1])
    assert "4 submissions" in figure.alt
