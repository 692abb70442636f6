"""A page of one's own: what is read, what the checks say of real abstracts, and that honest work is not sent back."""

import csv
import json
import os
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser

import consistency as c
import matplotlib
import own_page
import own_sheet
import pytest
from checks import checker, for_exercise
from checks.checker import Read, State
from checks.rules_13_your_own_page import Written
from common import DATA, ROOT, notebook
from IPython.core.interactiveshell import InteractiveShell
from submissions import cell, worked, write
from submissions import notebook as handed_in

import grading.__main__ as grading
from grading import report

matplotlib.use("agg")

EXERCISE = "13_your_own_page"
QUESTIONS = for_exercise(EXERCISE, {}).questions
PAGES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
         for path in sorted((ROOT / "tests" / "cases" / "pages").glob("*.toml"))}
HEAD = " | ".join(own_page.COLUMNS)


def source(key):
    """The worked answer to a question."""
    return "".join(cell(worked(EXERCISE), f"{key}-answer")["source"])


def twin():
    """What stands in the worked notebook, by name."""
    names = {}
    for key in QUESTIONS:
        exec(source(key), names)
    return {question.variable: names[question.variable] for question in QUESTIONS.values()}


HONEST = {name: page for name, page in PAGES.items() if "verdicts" in page} | {"the worked notebook": twin()}


def one(line):
    """The Reading of one row."""
    return own_page.read(f"{HEAD}\n{line}")


def number(typed, column="value", kind="MD"):
    """How one number is read: (as what, fault)."""
    row = dict.fromkeys(own_page.COLUMNS, "") | {"claim": "1", "group": "a", "outcome": "b", "kind": kind,
                                                 "value": "1", column: typed}
    reading = one(" | ".join(row[name] for name in own_page.COLUMNS))
    return reading.rows[0][column], " ".join(reading.faults)


# -- reading


@pytest.mark.parametrize(("typed", "column", "kind", "read"), [
    ("77.7%", "value", "share", "77.7"), ("77,7", "value", "share", "77.7"), ("18·3", "value", "MD", "18.3"),
    ("−2.6", "value", "MD", "-2.6"), ("\N{EN DASH}2.6", "value", "MD", "-2.6"), ("- 2.6", "value", "MD", "-2.6"),
    ("46.0", "value", "share", "46.0"), ("77.7 per cent", "value", "share", "77.7"), ("４０", "value", "share", "40"),
    ("n = 27", "of", "share", "27"), ("N=1,013", "of", "share", "1013"), ("1 013", "of", "people", "1013"),
    ("SD 6.9", "plus", "mean", "6.9"), ("(6.9)", "plus", "mean", "6.9"),
    ("[17.0", "low", "MD", "17.0"), ("±6.9", "plus", "mean", "6.9"), ("df=28", "plus", "t", "28"),
    ("2,28", "plus", "F", "2, 28"), ("2; 28", "plus", "F", "2, 28"), ("OR = 1.8", "value", "OR", "1.8"),
    ("p < .05", "p", "t", "<.05"), ("P=0,03", "p", "t", "0.03"),
    ("below 0.001", "p", "MD", "<0.001"), ("p less than .05", "p", "t", "<.05"),
    (">.05", "p", "t", ">.05"), ("n.s.", "p", "t", "n.s."),
    ("NS", "p", "t", "n.s."), ("–", "p", "t", ""), ("n/a", "low", "MD", ""), ("not printed", "of", "MD", "")])
def test_numbers_are_understood_and_what_was_mended_is_told(typed, column, kind, read):
    assert number(typed, column, kind) == (read, "")
    row = dict.fromkeys(own_page.COLUMNS, "") | {"group": "a", "kind": kind, "value": "1", column: typed}
    told = one(" | ".join(row[name] for name in own_page.COLUMNS)).mended
    assert bool(told) == (read not in ("", typed)), told


@pytest.mark.parametrize(("typed", "column", "kind", "words"), [
    ("50-60", "value", "MD", "Row 1, value: '50-60' is no plain number."),
    ("15/27", "value", "people", "'15/27' is no plain number. Two numbers take two cells: value, and of."),
    ("60–70%", "value", "share", "A range takes two rows, one for each end."),
    ("1/3", "value", "people", "Of 1 in 3 type the percentage, as a share."),
    ("1 in 3", "value", "share", "Of 1 in 3 type the percentage, as a share."),
    ("17.0 to 24.8", "low", "MD", "Two numbers take two cells: low, and high."),
    ("about 40", "value", "share", "'about 40' is no plain number."), ("=1+1", "value", "MD", "'=1+1' is no plain"),
    ("@SUM(A1)", "value", "MD", "no plain number"), ("1e9", "value", "MD", "no plain number"),
    ("9" * 40, "value", "MD", "no plain number"), ("half", "of", "share", "no plain number"),
    ("2.5", "of", "share", "no whole number of people"), ("0", "of", "share", "no whole number of people"),
    ("99999999", "of", "share", "no whole number of people up to ten million"),
    ("1.5", "plus", "share", "no whole number of people"), ("28", "plus", "F", "F has two df, such as 2, 28"),
    ("20000", "plus", "t", "a df lies between 0 and 10,000"), ("1.2", "p", "t", "no p such as"),
    ("high", "p", "t", "'high' is no p such as n.s., <.05 or .03."),
    ("24.8", "p", "MD", "or .03. Is there a stroke too many before it?"),
    ("<.001", "high", "MD", "It looks like a p: is a stroke missing before it?"),
    ("n.s.", "high", "MD", "It looks like a p: is a stroke missing before it?"),
    ("17.5", "of", "MD", "up to ten million. Is a stroke missing before it?")])
def test_what_is_no_number_is_told_in_one_line(typed, column, kind, words):
    read, fault = number(typed, column, kind)
    assert words in fault and "\n" not in fault and read == "" and len(fault) < 150


@pytest.mark.parametrize(("rows", "words"), [
    ("1 | a", "Row 1 has 2 cells, and 10 are asked for"), ("1, a, b", "Row 1 has 1 cell, and 10 are asked for, with | "
                                                            "between. Are strokes missing?"),
    ("1 | a | b | MD | 20.8 | 27 | | | 17.0 | 24.8 | <.001 | d = 2.64",
     "Row 1 has 12 cells, and 10 are asked for, with | between. Its p is '24.8', and after it stands '<.001', 'd"),
    ("1 | a | b | MD | 20.8 | 27 | 17.0 | 24.8", "an end of the interval is missing. Is a stroke missing before 17.0?"),
    ("1 | a | b | percentile | 4", "Row 1, kind: 'percentile' is none of people, share"),
    ("1 | a | b | I2 | 46", "A number of another kind is left out."),
    ("1 | a | b | | 46", "Count the strokes: is a cell shifted?"),
    ("1 | a | share | 46 | 20", "Count the strokes: is a cell shifted?"),
    (f"1 | {'a' * 121} | b | d | 1", "Row 1, group: more than 120 letters."),
    ("1|a|b|d|1\n" * 61, "There are 61 rows, and 60 find room."), ("1|a|b|d|1\n" * 10_000, "8,000 find room"),
    (["1"], "one text between triple quotes"), (7, "Texts in quotes are asked for")])
def test_rows_that_cannot_be_read_are_told(rows, words):
    reading = own_page.read(rows)
    assert words in reading.faults[0] and len(reading.faults) == 1


@pytest.mark.parametrize("text", [
    "1 | a | b | share | 40 | 20\n2 | a | c | d | 0.5", "\n| 1 | a | b | share | 40 | 20 |\n|---|---|\n|2|a|c|d|0.5|",
    "1\ta\tb\tshare\t40\t20\n2\ta\tc\td\t0.5", f"{HEAD}\n1 | a | b | SHARE | 40 | 20 | | | |\n\n2 | a | c | g | 0.5 |"])
def test_strokes_tabs_and_tables_are_one(text):
    reading = own_page.read(text)
    assert not reading.faults and [row["kind"] for row in reading.rows] == ["share", "d"]
    assert [row["value"] for row in reading.rows] == ["40", "0.5"] and reading.rows[0]["of"] == "20"


def test_a_kind_in_the_words_of_the_page_is_understood():
    for words, kind in (("mean difference", "MD"), ("Odds ratio", "OR"), ("percent", "share")):
        assert one(f"1 | a | b | {words} | 1.5").rows[0]["kind"] == kind


def test_numbers_of_a_text_in_every_dress():
    text = "Twenty-seven of 1,423 (77·7%; p<.05), 1 013 in 12/27, −18,3 and 2–4, none at 3.50."
    found = own_page.numbers_in(text)
    assert {27, 1423, 1013, 12, 2, 4, 0} <= {*found} and {float(n) for n in found} >= {77.7, 0.05, 18.3, 3.5}
    rows = one("1 | a | b | share | 77.7 | 27 | 21 | | | <.05").rows
    assert own_page.not_in_text(rows, text) == [(1, "plus")]
    assert set(own_page.not_in_rows(rows, "77.7 of 27; 95% CI 3 to 5, in 2010")) == {"3", "5"}


def test_one_in_three_is_a_percentage():
    text = "Nearly 1 in 3 of those treated, and one in\n four of the others, got well; 15 in 2010."
    rows = "\n".join(f"1 | a | b | {cells}" for cells in
                     ("share | 33", "share | 33.3", "share | 25", "share | 34", "mean | 33", "share | | 33"))
    assert own_page.not_in_text(own_page.read(rows).rows, text) == [(4, "value"), (5, "value"), (6, "of")]
    assert own_page.not_in_rows(own_page.read("1 | a | b | share | 33.3").rows, text) == ["15"]


@pytest.mark.parametrize(("row", "text", "asked"), [
    ("people | 1 | 3", "Nearly 1 in 3 got well.", True), ("people | 1 | 3", "One in three got well.", True),
    ("people | 1 | 3", "1 of 3 got well.", False), ("share | 33", "1 in 3 got well.", False)])
def test_one_in_three_need_not_be_three_people(row, text, asked, capsys):
    own_page.reading(f"1 | a | b | {row}", {"text": text})
    assert ("Were there 3 people, or is it a share?" in capsys.readouterr().out) == asked


def test_a_number_in_any_cell_stands_in_the_text_or_follows_from_it():
    text = "18 of 42 and 11 of 41; a difference of 4.8 ± 5.2 (p = .03), SD 2.5; another of 14.6 (2.6 to 26.7)."
    good = "1|a|b|people|18|42\n1|c|b|people|11|41\n1|all|b|MD|4.8|83||-0.4|10.0|.03"
    assert own_page.not_printed(own_page.read(good).rows, text) == []
    for cells, cell_named in (("14.6 | 99 | | 2.6 | 26.7", "of"), ("14.6 | 42 | | 14.1 | 26.7", "low"),
                              ("14.6 | 42 | | 2.6 | 27.6", "high"), ("14.6 | 42 | | 2.6 | 26.7 | .3", "p"),
                              ("16.4 | 42 | | 2.6 | 26.7", "value")):
        assert own_page.not_printed(one(f"1 | a | b | MD | {cells}").rows, text) == [(1, cell_named)]
    assert own_page.not_printed(one("1 | a | b | mean | 14.6 | 42 | 9.9").rows, text) == [(1, "plus")]


def test_a_lost_minus_is_asked_about_and_not_refused(capsys):
    text = "A fall of 14.6 (2.6 to 26.7), in the other arm −3.5 (−5.0 to .4); 8-9 of 10; 7–.5\n- 77 of all"
    rows = ("1 | a | b | MD | -14.6 | | | 2.6 | 26.7\n1 | c | b | MD | 3.5 | | | −5.0 | .4\n"
            "1 | d | b | MD | −9 | | | .5 | 9\n1|e|b|MD|77\n1|e|b|MD|−77")
    assert own_page.other_sign(own_page.read(rows).rows, text) == [(1, "value", "without"), (2, "value", "with")]
    own_page.reading(rows, {"text": text})
    told = capsys.readouterr().out
    assert "Row 1, value: the text prints it without a minus. Was one added?" in told
    assert "Row 2, value: the text prints it with a minus. Was one lost?" in told
    assert own_page.not_printed(own_page.read(rows).rows, text) == []


# -- what the checks say


@pytest.mark.parametrize("name", PAGES)
def test_what_the_checks_say_of_real_abstracts(name):
    """Facts of public abstracts; each row that is asked about carries a word on whether the question is a true one."""
    page = PAGES[name]
    reading = own_page.read(page["rows"])
    assert not reading.faults
    assert {str(found.row["row"]): found.word for found in own_page.checked(reading.rows)} == page["says"]
    assert {*page["true"]} == {row for row, word in page["says"].items() if word == c.ASK}


def test_the_pages_are_ten_and_none_is_a_source_of_the_course():
    with open(DATA / "sources.csv", encoding="utf-8", newline="") as file:
        known = {row["study"].lower().replace(" ", "_") for row in csv.DictReader(file)}
    assert len(PAGES) >= 10 and not known & {*PAGES}
    assert all(page["source"] and page["read_at"] for page in PAGES.values())
    fitting = [name for name, page in PAGES.items() if c.ASK not in page["says"].values() and
               c.FITS in page["says"].values()]
    assert len(fitting) >= 3


@pytest.mark.parametrize(("rows", "word", "words"), [
    ("1 | a | b | people | 30 | 27", "ask", "30 of 27 is more than all"),
    ("1 | a | b | whole mean | 5.19 | 28", "ask", "No whole-number scores of 28 people have the mean 5.19"),
    ("1 | a | b | mean | 5.19 | 28", "cannot be checked", "whether the scores are whole numbers is not marked"),
    ("1 | a | b | whole mean | 3.44 | 18 | 2.47", "ask", "the SD 2.47"),
    ("1 | a | b | share | 40 | 20 | | 50 | 60", "ask", "40 is not between 50 and 60"),
    ("1 | a | b | r | .22 | 30 | | | | .26", "ask", "By the other numbers p is"),
    ("1 | a | b | t | 2.20 | | | | | .03", "cannot be checked", "The df is not printed"),
    ("1 | a | b | HR | 0.5 | | | 0.4 | 0.6 | .5", "ask", "By the interval p is"),
    ("1 | a | b | RR | 0.5", "cannot be checked", "No interval is printed"),
    ("1 | a | b | share | 41 | 224 | 92 | | | .9\n1 | c | b | share | 16 | 224 | 36", "ask", "give a p"),
    ("1 | a | b | mean | 20 | 30 | 4 | | | .9\n1 | c | b | mean | 30 | 30 | 2", "ask", "The means and SDs give a p"),
    ("1 | a | b | OR | 9\n1 | a | b | share | 43\n1 | c | b | share | 22", "ask", "give an odds ratio of"),
    ("1 | a | b | OR | 2.7\n1 | c | b | share | 22\n1 | a | b | share | 43", "fits", "give an odds ratio of"),
    ("1 | all | b | people | 26\n1 | a | b | people | 15\n1 | c | b | people | 11", "fits", "15 + 11 is 26")])
def test_each_kind_is_held_against_what_stands_beside_it(rows, word, words):
    found = own_page.checked(own_page.read(rows).rows)[0]
    assert found.word == word and any(words in told for told in found.told), found


@pytest.mark.parametrize(("rows", "words"), [
    ("1|a|b|people|21|39||||.048\n1|c|b|people|12|38", [("fits", "give a p"), ("fits", "Checked together with row 1")]),
    ("1|a|b|people|21|39\n1|c|b|people|12|38||||.9", [(c.OPEN, "Asked about together with row 2"), ("ask", "give a")]),
    ("1|a|b|people|21|39\n1|c|b|people|12|38", [(c.OPEN, "Two groups are there; a p would let")] * 2),
    ("1|all|b|people|26\n1|a|b|people|15\n1|c|b|people|11", [("fits", "15 + 11"), *[("fits", "with row 1.")] * 2]),
    ("1|a|b|people|21|39\n2|c|b|people|12|38", [(c.OPEN, own_page.BARE)] * 2),
    ("1|a|b|share||39||60|70\n1|a|d|t||20", [(c.OPEN, "No value is typed.")] * 2)])
def test_rows_held_together_say_so(rows, words):
    found = own_page.checked(own_page.read(rows).rows)
    for row, (word, told) in zip(found, words, strict=True):
        assert row.word == word and len(row.told) == 1 and told in row.told[0], row


@pytest.mark.parametrize(("row", "told", "reasons"), [
    ("share | 77.7 | 21 | 27", '27 of 21 is more than all. Are "of" and "plus" exchanged?', None),
    ("share | 77.7 | 26 | 21", "21 of 26 is 80.77%, not 77.7%.", "a slip in typing, people who left, it was"),
    ("share | 40 | 23", "40% is no whole number of 23 people;", "a slip in typing, people who left, it was"),
    ("share | 77.7 | 27 | 21", "would fit if it was cut off.", "people who left, the figure was cut off and not"),
    ("share | 77.7 | 27", "21 of 27 is 77.78: cut off", "people who left, the figure was cut off and not"),
    ("share | 140 | 23", "lies between 0 and 100%", "a slip in typing, a change in percent, which is no share?"),
    ("whole mean | 5.19 | 28", "have the mean 5.19;", "a slip in typing, scores that are averages of")])
def test_only_reasons_that_fit_are_offered(row, told, reasons, capsys):
    own_page.checks(f"1 | a | b | {row}")
    printed = " ".join(capsys.readouterr().out.split())
    assert told in printed and (f"Could it be: {reasons}" in printed if reasons else "Could it be" not in printed)


def test_turned_ends_have_reasons_of_their_own(capsys):
    own_page.checks("1 | a | b | MD | -1.2 | 77 | | -0.1 | -2.3 | .029")
    told = " ".join(capsys.readouterr().out.split())
    assert "Could it be: the two ends are printed the other way round, a minus sign lost in copying, cells" in told


def test_rows_of_another_claim_or_one_group_are_not_held_together():
    rows = "1 | a | b | mean | 20 | 30 | 4 | | | .9\n{} | {} | b | mean | 30 | 30 | 2"
    for claim, group, word in (("1", "c", "ask"), ("2", "c", c.OPEN), ("1", "a", c.OPEN)):
        assert own_page.checked(own_page.read(rows.format(claim, group)).rows)[0].word == word


@pytest.mark.parametrize("name", PAGES)
def test_what_is_printed_in_the_notebook(name, capsys):
    page = PAGES[name]
    own_page.reading(page["rows"], page.get("page", ""))
    assert own_page.checks(page["rows"]) == (sum(word != c.OPEN for word in page["says"].values()), len(page["says"]))
    printed = capsys.readouterr().out
    asked = ", ".join(f"{row}: ..." for row in page["true"])
    assert f"To answer:  asked = {{{asked}}}" in printed and max(map(len, printed.splitlines())) < 400


# -- honest work, and what is sent back


@pytest.mark.parametrize("name", HONEST)
def test_honest_pages_in_different_hands_pass(name):
    assert len(HONEST) >= 12
    for question in QUESTIONS.values():
        read = question.look(HONEST[name])
        travelled = json.loads(json.dumps(read.value))
        assert question.kind.valid(travelled)
        reply = question.verdict(travelled)
        assert reply.state is State.CORRECT, f"{question.key} {reply.name}: {reply.words}"


HOSTILE = ["<script>alert(1)</script>", "=HYPERLINK(\"http://x.example\")", "@SUM(1)", "{{7*7}}", "${7*7}", "%s%n",
           "\0", "\ud800", "\u202e", "a\x1b[31m", "x" * 10**6, "9" * 10**5, "1|a|b|d|1\n" * 10_000, "|" * 5_000,
           "row " * 1_900, "rows 1" + ", 1" * 2_000, "1 | a | b | share | 1e999 | -1 | nan | inf",
           ["x"] * 10**5, {n: "x" for n in range(10**4)}, {"a": {"b": "c"}}, [["a", ["b"]]], b"x", 1e308, len]


@pytest.mark.parametrize("key", QUESTIONS)
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_answer_earns_one_short_line(key, number):
    question, names = QUESTIONS[key], twin()
    variable = question.variable
    for hostile in (HOSTILE[number], {1: HOSTILE[number]}, {name: HOSTILE[number] for name in names["page"]}):
        found = question.look(names | {variable: hostile})
        if isinstance(found, Read):
            assert question.kind.valid(json.loads(json.dumps(found.value)))
            found = question.verdict(found.value)
        assert found.state is not State.CORRECT and len(checker.wrap(found.words)) <= 4
        assert found.words.isprintable() and report.harmless(found.words)[0] != "'"


@pytest.mark.parametrize("key", QUESTIONS)
def test_hostile_neighbours_cost_no_more_than_the_answer(key):
    for other in set(QUESTIONS[key].beside):
        for hostile in (*HOSTILE, None, ...):
            reply = QUESTIONS[key].judge(twin() | {other: hostile})
            assert len(checker.wrap(reply.words)) <= 4


def test_a_question_without_a_check_has_a_hint_that_says_so(capsys):
    check = for_exercise(EXERCISE, {})
    check.hint("q7")
    assert capsys.readouterr().out == "Question 7 is not checked.\n"
    with pytest.raises(KeyError, match="There is no question 'q9' here"):
        check.hint("q9")


def test_a_rule_that_stumbles_lets_nothing_through(monkeypatch):
    def stumbles(value):
        raise LookupError
    monkeypatch.setattr(QUESTIONS["q2"].mistakes[0], "when", stumbles)
    assert QUESTIONS["q2"].judge(twin()).state is State.WRONG


FORGED = [None, "x", [], {}, {"rows": "x"}, {"rows": "x", "page": {}, "claims": []},
          {"rows": 1, "page": {}, "claims": {}},
          {"page": {}, "rows": "x", "claims": {}}, {"rows": "x\0", "page": {}, "claims": {}},
          {"rows": " x", "page": {}, "claims": {}}, {"rows": "x" * 8_001, "page": {}, "claims": {}},
          {"rows": "x", "page": {"a": 1}, "claims": {}}, {"rows": "x", "page": {"a": {"b": "c"}}, "claims": {}},
          {"rows": "x", "page": {"a" * 121: "b"}, "claims": {}}, {"rows": "x", "page": {}, "claims": {}, "more": ""},
          {"rows": "x", "page": {str(n): "" for n in range(61)}, "claims": {}}]


def test_a_forged_value_is_not_valid():
    kind = Written("rows", "page", "claims")
    assert not any(map(kind.valid, FORGED)) and kind.valid({"rows": "x", "page": {}, "claims": {}})


@pytest.mark.parametrize(("claim", "asked"), [
    ("Tide therapy makes people secure and eases their symptoms.", 'Claim 1 has "and": one claim, or two?'),
    ("It makes people secure; it eases their symptoms.", 'Claim 1 has ";": one claim, or two?'),
    ("It makes people secure. It eases their symptoms.", 'Claim 1 has ".": one claim, or two?'),
    ("It makes people in standard therapy secure vs. usual care.", "")])
def test_two_claims_in_one_line_are_asked_about_and_not_refused(claim, asked):
    names = twin()
    reply = QUESTIONS["q2"].judge(names | {"claims": names["claims"] | {1: claim}})
    assert reply.state is State.CORRECT and reply.words == f"{QUESTIONS['q2'].praise} {asked}".strip()


def test_rows_without_people_are_not_praised_for_them():
    names = twin()
    praise = QUESTIONS["q3"].judge(names | {"rows": re.sub(r"\| +2[34]\b", "| ", names["rows"])}).words
    assert "Every number has its people" not in praise and "where you found them" in praise


def test_the_first_words_that_do_not_stand_in_the_text_are_told():
    text = "People were randomly allocated; the raters -- all nurses -- knew."
    for words, missing in (("Randomly allocated", ""), ("people ... nurses", ""), ("the raters, all nurses", ""),
                           ("randomly allocated (single arm)", "(single arm)"), ("raters … none knew", "none knew")):
        assert own_sheet.not_quoted(words, text) == missing
    names = twin()
    reply = QUESTIONS["q5"].judge(names | {"bias": names["bias"] | {
        "who measured": "no: The therapists themselves rated how people were (single arm)"}})
    assert reply.words.startswith("Who measured: the words from '(single arm)' on do not stand in the text of")


@pytest.mark.parametrize("slip", ['"allocation": "no: "in one group" it says",',
                                  '"allocation": "no: by lot"\n"x": "y",'])
def test_after_a_syntax_error_no_older_answer_is_judged(slip, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(checker, "TALLY", tmp_path / "tally.json")
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    shell.push(twin())
    shell.run_cell(f"from checks import for_exercise\ncheck = for_exercise({EXERCISE!r}, globals())")
    shell.run_cell('check("q5")')
    assert "Correct" in capsys.readouterr().out
    shell.run_cell(f"bias = {{\n{slip}\n}}")
    capsys.readouterr()
    shell.run_cell('check("q5")')
    told = " ".join(capsys.readouterr().out.split())
    assert "Correct" not in told and "The cell above stopped with SyntaxError: invalid syntax" in told


def test_the_example_rows_are_invented_and_fit():
    text = "".join(cell(worked(EXERCISE), "q3-text")["source"])
    reading = own_page.read(text.split("```")[1])
    assert not reading.faults and [one.word for one in own_page.checked(reading.rows)] == [c.FITS, c.FITS]
    assert "that we invented" in text and not own_page.not_printed(reading.rows, text.split("```")[0])
    example = {row[name] for row in reading.rows for name in own_page.NUMBERS[:-1]} - {""}
    assert not any(example & {row[name] for row in own_page.read(page["rows"]).rows for name in own_page.NUMBERS}
                   for page in PAGES.values())


# -- the figure and the sheet


@pytest.mark.parametrize("name", HONEST)
def test_the_figure_speaks_of_every_row_that_it_can_draw(name):
    page = HONEST[name]
    figure = own_sheet.draw(page["rows"], page["page"])
    words = figure.text()
    for row in own_page.read(page["rows"]).rows:
        drawn = row["kind"] in {"share", "RR", "OR", "HR", "d", "MD"} or (row["kind"] == "people" and row["of"])
        assert (f"{row['row']}: " in words) >= bool(drawn)
    assert ("n not printed" in words) == any(row["kind"] == "share" and not row["of"]
                                             for row in own_page.read(page["rows"]).rows)


def test_a_page_of_means_only_is_told_so(capsys):
    assert own_sheet.draw("1 | a | b | mean | 4 | 20 | 1", {}) is None
    assert "only percentages, ratios and differences" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["$x^$ $$", "\\alpha_{", "<b>", "W" * 120, "深" * 120, "a\\nb", "%", "{x}"])
def test_odd_words_do_not_stop_the_figure(text, capsys):
    rows = "".join(f"1 | {text} | {text} | {kind} | 0.5 | 90000 | | 0.1 | 1000\n" for kind in ("share", "OR", "d"))
    figure = own_sheet.draw(rows * 2, {"title": text})
    assert figure or "cannot be shown" in capsys.readouterr().out


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.words, self.style = set(), set(), [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}

        self.style = tag == "style"

    def handle_data(self, data):
        self.words += [] if self.style else [data]


def sheet_of(page, picture=None):
    return own_sheet.sheet(*(page[name] for name in ("page", "claims", "rows", "asked", "bias", "verdicts")), picture)


def test_the_sheet_holds_the_appraisal():
    page = twin()
    text = sheet_of(page, own_sheet.draw(page["rows"], page["page"]))
    words = " ".join(" ".join(Tags(text).words).split())
    assert page["page"]["title"] in words and all(claim in words for claim in page["claims"].values())
    assert "2 fit, 2 asked about, 1 cannot be checked" in words
    assert "Perhaps: three people were perhaps not seen again" in words
    assert 'src="data:image/png;base64,' in text
    assert text.count('<th scope="col">') == text.count("<th") == 5
    assert "What we ask the authors first: Which of 0.81, 0.12, 0.62 is misprinted" in words
    assert re.search(r"The figure in words.*tide therapy secure afterwards, n = 23: 40", words)


@pytest.mark.parametrize("text", [text for text in HOSTILE if isinstance(text, str)])
def test_nothing_on_the_sheet_can_be_run(text):
    page = twin()
    every = {"page": dict.fromkeys(page["page"], text), "claims": {1: text, 2: text}, "asked": {1: text},
             "rows": page["rows"].replace("tide therapy", text[:100].replace("|", "").replace("\n", "")),
             "bias": dict.fromkeys(own_sheet.BIAS, f"yes: {text}"), "verdicts": {1: f"partly: {text}", 2: text}}
    page = Tags(sheet_of(every))
    assert not page.tags & {"script", "a", "iframe", "object", "form", "link", "base"}
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "class", "style", "src", "alt", "scope"}
    assert not any(words.strip()[:1] in tuple("=+@") for words in page.words)


def many(claims, rows, **other):
    """The worked appraisal with so many claims and rows, and the words of its sheet."""
    page = twin() | {"claims": {n: f"Claim number {n} of the page" for n in range(1, claims + 1)},
                     "rows": "\n".join(f"1 | a | b | share | 40 | {20 if n < rows else 23}"
                                       for n in range(1, rows + 1)),
                     "verdicts": {n: f"partly: row {n} says so" for n in range(1, claims + 1)}, "asked": {}} | other
    figure = own_sheet.draw(page["rows"], page["page"])
    return " ".join(" ".join(Tags(sheet_of(page, figure)).words).split()), sheet_of(page, figure), page, figure


def test_claims_and_rows_have_room_before_the_figure():
    for claims, rows, drawn in ((4, 5, True), (10, 20, False)):
        words, text, *_ = many(claims, rows)
        assert all(f"{n}. Claim number {n}" in words and f"row {n} says so" in words for n in range(1, claims + 1))
        assert all(f"<tr><td>{n}</td>" in text for n in range(1, rows + 1))
        assert ("<img" in text) == ("95% intervals: of percentages worked out from n (Wilson)" in words) == drawn
        assert words.count("found no room on this sheet") == words.count("The figure found no room") == (not drawn)


def test_what_finds_no_room_is_told_at_its_place_and_in_the_notebook(tmp_path, capsys):
    words, text, page, figure = many(14, 40)
    assert "Claims 11 to 14 found no room on this sheet. Its numbers, checked" in words
    rows = own_sheet.layout({"1": "a claim"}, {"1": "row 39"}, own_page.checked(own_page.read(page["rows"]).rows)).rows
    assert {39, 40} <= {*rows} and "<tr><td>40</td>" in text  # what a verdict names, and what is asked about
    assert re.search(r"Rows \d+ to 39 found no room on this sheet\. The figure", words)
    capsys.readouterr()
    own = [page[name] for name in ("page", "claims", "rows", "asked", "bias", "verdicts")]
    own_sheet.appraisal(*own, figure, tmp_path)
    told = capsys.readouterr().out
    shown = text.count("<tr><td>")
    assert f"The sheet has room for 10 claims and {shown} rows." in told and "no room for the figure" in told
    assert 8 <= shown < 40


def test_a_half_done_appraisal_says_so():
    assert "Claims 1 to 4 have no verdict yet." in many(4, 4, verdicts={})[0]
    assert "Claims 1 and 3 have no verdict yet." in many(3, 4, verdicts={1: "...", 2: "partly: row 2"})[0]
    words = many(3, 4, bias={"allocation": "...", "people lost": "not said"})[0]
    assert "no verdict" not in words and "…" not in words and "first: ____" in words
    assert "the next person's arm? – not answered" in words and "accounted for? – not said" in words


def test_a_long_text_is_cut_with_dots_and_a_label_keeps_its_end():
    assert own_sheet._p("word " * 300).count("…") == 1
    assert own_sheet.both_ends("health-related quality of life after 12 weeks", 32) == "health-related…after 12 weeks"
    assert own_sheet.both_ends("W" * 120, 32) == "W" * 16 + "…" + "W" * 16
    assert "after 12 weeks" in own_sheet.draw("1|a|health-related quality of life after 12 weeks|d|.5", {}).text()


@pytest.mark.parametrize(("read_as", "words"), [("Full text", "Square marks"), ("abstract", "Round marks"),
                                                ("leaflet", "Open marks")])
def test_the_caption_says_what_the_marks_are(read_as, words):
    assert words in own_sheet.caption({"read_as": read_as})


def test_a_formula_gets_its_apostrophe_and_a_number_below_zero_does_not():
    assert own_sheet.harmless("=1+1") == "'=1+1" and own_sheet.harmless(" @SUM(1)") == " '@SUM(1)"
    assert own_sheet.harmless("-2.6") == "-2.6" and own_sheet.harmless("-2+3") == "'-2+3"


def test_the_sheet_is_written_or_its_absence_is_told(tmp_path, capsys):
    page = twin()
    own = [page[name] for name in ("page", "claims", "rows", "asked", "bias", "verdicts")]
    own_sheet.appraisal(*own, folder=tmp_path)
    assert (tmp_path / own_sheet.SHEET).read_text(encoding="utf-8") == sheet_of(page)
    own_sheet.appraisal(*own, folder=tmp_path / "nowhere")
    own_sheet.appraisal(..., ..., ..., ..., ..., ...)
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("Wrote my_appraisal.html") and told[1].startswith("my_appraisal.html cannot be written:")
    assert told[2] == "The sheet is made when the page has a title."


@pytest.mark.parametrize(("reason", "rows"), [
    ("R3 and lines 4 to 6", {3, 4, 5, 6}), ("R2 = 0.3 and r = .22", set()), ("line three", {3}),
    ("rows 3 to 6, 21 of 39 against 12 of 38", {3, 4, 5, 6}), ("rows 1 and 2, 54 against 29", {1, 2}),
    ("so says row 2.", {2}), ("rows 4 and 5.", {4, 5}), ("rows 3 and 4 of the page", {3, 4}), ("rows 1, 40%", {1}),
    ("see row 2", {2}), ("rows 1, 3 and 4 say so", {1, 3, 4}), ("Rows 2 to 4", {2, 3, 4}), ("row two alone", {2}),
    ("row 3, 12 people", {3}), ("rows 4 and 5, two arms, p = 0.02", {4, 5}), ("no row at all", set()),
    ("arrow 2", set())])
def test_the_rows_that_a_reason_names(reason, rows):
    assert own_sheet.rows_named(reason) == rows


# -- in the shell


def shell(*arguments):
    return subprocess.run([sys.executable, "-m", "own_page", *map(str, arguments)], cwd=ROOT / "notebooks",
                          capture_output=True, text=True)


@pytest.mark.parametrize(("text", "code", "words"), [
    ("1 | a | b | share | 40 | 20 | 8", 0, "8 of 20 is 40.0%."), ("1 | a | b | share | 40 | 23", 1, "ask"),
    ("1 | a | b | share | forty | 23", 2, "'forty' is no plain number."), ("", 2, "No row is typed yet."),
    ("1|a|b|d|1\n" * 10_000, 2, "8,000 find room")])
def test_a_file_of_rows_is_checked_in_the_shell(tmp_path, text, code, words):
    (tmp_path / "rows.txt").write_text(text, encoding="utf-8-sig")
    done = shell(tmp_path / "rows.txt")
    assert (done.returncode, done.stderr) == (code, "") and words in done.stdout


def test_a_file_that_cannot_be_read_is_told_in_one_line(tmp_path):
    (tmp_path / "rows.bin").write_bytes(b"\xff\xfe\x00")
    for arguments, words in (([], "say which file"), ([tmp_path / "none"], "cannot be read"),
                             ([tmp_path / "rows.bin"], "cannot be read")):
        done = shell(*arguments)
        assert done.returncode == 2 and words in done.stderr and done.stderr.count("\n") == 1


# -- validated and graded


def test_validated_it_fails_at_exactly_what_is_missing(tmp_path):
    """Page, claims and rows are answered; the rest is as it was handed out."""
    answers = {key: source(key) for key in ("q1", "q2", "q3")}
    path = write(tmp_path / f"{EXERCISE}.ipynb", handed_in(EXERCISE, answers))
    done = subprocess.run([sys.executable, "-m", "pytest", "--nbval-lax", "--color=no", "-c", ROOT / "pyproject.toml",
                           f"--rootdir={ROOT}", "-p", "conftest", path], cwd=ROOT, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "exercises")])})
    failed = {line.rpartition("::")[2].split()[0] for line in done.stdout.splitlines() if line.startswith("FAILED")}
    assert failed == {"q4-check", "q5-check", "q6-check"}, done.stdout[-2000:]


def test_graded_beside_the_others(tmp_path):
    """The worked notebook earns all, the blank one nothing, and a hostile one costs itself and says so in a line."""
    odd = "class T(str):\n    def __str__(self): raise SystemExit\nverdicts = {1: T('x')}"
    books = {"all": worked(EXERCISE), "nothing": handed_in(EXERCISE),
             "formulas": worked(EXERCISE, q3=source("q3").replace("0.81", "=1+1")),
             "many": worked(EXERCISE, q3="rows = '1|a|b|d|1\\n' * 10_000"),
             "long": worked(EXERCISE, q5="bias = dict.fromkeys(own_sheet.BIAS, 'no: ' + '\\u6df1' * 1_900)"),
             "class": worked(EXERCISE, q6=odd)}
    for name, book in books.items():
        write(tmp_path / "class" / name / f"{EXERCISE}.ipynb", book)
    outcome = grading.grade(tmp_path / "class")
    found = {}
    for row in outcome.rows:
        found.setdefault(row["learner"], {})[row["question"]] = row
    results = {name: {key: row["result"] for key, row in rows.items()} for name, rows in found.items()}
    assert set(results["all"].values()) == {"right"} and set(results["nothing"].values()) == {"not answered"}
    assert results["formulas"]["q3"] == "not yet" and "'=1+1' is no plain number" in found["formulas"]["q3"]["words"]
    assert found["many"]["q3"]["hint"] == "type" and results["many"]["q1"] == "right"
    assert results["long"]["q5"] != "right" and results["long"]["q6"] == "right"
    assert results["class"]["q6"] != "right" and results["class"]["q5"] == "right"
    assert all("\n" not in row["words"] and len(row["words"]) < 300 for row in outcome.rows)


def test_the_notebook_says_the_five_questions_and_seven_words_as_the_sheet_does():
    text = "\n".join(part.source for part in notebook(ROOT / "exercises" / f"{EXERCISE}.ipynb").cells)
    assert all(f"| {name} |" in text for name in own_sheet.BIAS)
    assert all(f"**{verdict}**" in text for verdict in own_sheet.VERDICTS)
    with open(DATA / "claims.csv", encoding="utf-8", newline="") as file:
        assert {row["verdict"] for row in csv.DictReader(file)} == {*own_sheet.VERDICTS}
    with open(DATA / "bias.csv", encoding="utf-8", newline="") as file:
        assert {row["domain"] for row in csv.DictReader(file)} == {*own_sheet.BIAS}
