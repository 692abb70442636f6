"""The questions before and after: the forms are fair, the intervals right, and bad sheets are told."""

import html
import re
from collections import Counter

import numpy as np
import pytest
from common import LESSONS, ROOT
from scipy import stats

from tools import before_after
from tools.before_after import COLUMNS, ITEMS, KEY, QUESTIONS
from tools.sheets import LETTERS

FORMS = [(number, form, item[form]) for number, item in enumerate(ITEMS, 1) for form in "AB"]
HEADWORDS = re.findall(r"^- \*\*(.+?)\*\*", (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8"),
                       re.MULTILINE)


def words(item):
    return " ".join([item["question"], *(item[letter] for letter in LETTERS)])


def sheets(changes=(), people=12, gain=3):
    """The text of a file: everybody has three right before and three plus gain after, in forms by turns."""
    rows = []
    for person in range(people):
        for when, form, right in (("before", "AB"[person % 2], 3), ("after", "BA"[person % 2], 3 + gain + person % 2)):
            answers = [key if at < right else "e" for at, key in enumerate(KEY[form])]
            rows.append([f"p{person}", when, form, *answers])
    for row, column, value in changes:
        rows[row][COLUMNS.index(column)] = value
    return "\n".join([",".join(COLUMNS), *(",".join(row) for row in rows)]) + "\n"


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "class.csv"
        path.write_text(text, encoding=encoding)
        return path
    return write


# -- the questions


def test_one_pair_for_each_lesson():
    assert [item["lesson"] for item in ITEMS] == [path.name[:2] for path in LESSONS if not path.name.startswith("00")]
    assert len({words(item) for _, _, item in FORMS}) == 24


@pytest.mark.parametrize("form", "AB")
def test_each_letter_is_right_three_times(form):
    assert Counter(KEY[form]) == dict.fromkeys(LETTERS, 3)
    longest = [max(LETTERS, key=lambda letter: len(item[form][letter])) for item in ITEMS]
    assert sum(one == key for one, key in zip(longest, KEY[form], strict=True)) <= 4, "the longest is not the right one"


@pytest.mark.parametrize("item", ITEMS, ids=[item["idea"] for item in ITEMS])
def test_every_wrong_option_has_its_mistake(item):
    for form in "AB":
        wrong = [letter for letter in LETTERS if letter != item[form]["right"]]
        assert sorted(one[form] for one in item["mistakes"]) == wrong


@pytest.mark.parametrize(("number", "form", "item"), FORMS, ids=[f"{number}{form}" for number, form, _ in FORMS])
def test_no_word_of_the_course_and_no_hard_thing(number, form, item):
    assert [word for word in HEADWORDS if re.search(rf"\b{re.escape(word)}\b", words(item), re.IGNORECASE)] == []
    assert not re.search(r"suicid|self-harm|overdos|\bdea(d|th)|\bdie[ds]?\b|kill|abuse", words(item), re.IGNORECASE)
    assert len(words(item).split()) <= 90


def test_the_facts_behind_the_key():
    few, more = stats.binom(10, 0.4), stats.binom(15, 0.6)
    assert (round(100 * few.cdf(2)), round(100 * few.sf(5))) == (17, 17)
    assert (round(100 * more.cdf(7)), round(100 * more.sf(10))) == (21, 22)
    assert f"{100 * stats.binom(1000, 0.4).std() / 1000:.1f}" == "1.5"
    reach = ((8 - 2) ** 2 + (5 - 1) ** 2) ** 0.5 / 2
    assert f"{2 - reach:.1f} {2 + reach:.1f}" == "-1.6 5.6"
    assert 45 / 60 == 90 / 120 == 0.75


# -- a class


def test_means_and_intervals_of_the_same_people(file):
    before, after, said = before_after.paired(before_after.read(file(sheets())))
    assert before.shape == after.shape == (12, 12) and said == "0 were there only before, 0 only after: not drawn."
    gains = after.sum(axis=1) - before.sum(axis=1)
    assert sorted(gains) == 6 * [3] + 6 * [4]
    for count in (8, 22, 100):
        values = np.arange(count) % 5
        true = stats.t.interval(0.95, count - 1, values.mean(), values.std(ddof=1) / count**0.5)
        assert before_after.mean_interval(values)[1:] == pytest.approx(true, abs=0.005)


def test_the_interval_of_a_share_is_that_of_bonett_and_price():
    """By its definition: the interval of Wald with one more person of each kind of change."""
    before = np.repeat([True, True, False, False], [6, 2, 9, 5])
    after = np.repeat([True, False, True, False], [6, 2, 9, 5])
    up, down = (9 + 1) / 24, (2 + 1) / 24
    reach = stats.norm.ppf(0.975) * ((up + down - (up - down) ** 2) / 24) ** 0.5
    change, low, high = before_after.share_interval(before, after)
    assert change == pytest.approx(100 * 7 / 22)
    assert (low, high) == pytest.approx((100 * (up - down - reach), 100 * (up - down + reach)), abs=0.01)


def test_who_was_there_once_or_had_one_form_twice_is_counted_and_not_drawn(file):
    text = sheets([(0, "code", "x"), (2, "form", "A")])
    before, _, said = before_after.paired(before_after.read(file(text)))
    assert len(before) == 10
    assert said == "1 were there only before, 1 only after, 1 had one form twice: not drawn."


def test_no_answer_and_i_do_not_know_are_not_right(file):
    before, _, _ = before_after.paired(before_after.read(file(sheets([(0, "q1", ""), (0, "q2", "e")]))))
    assert not before.loc["p0", ["q1", "q2"]].any() and before.loc["p0", "q3"]


def test_a_table_of_a_spreadsheet_is_read(file):
    plain = before_after.read(file(sheets()))
    other = before_after.read(file(sheets().replace(",", ";").replace("before", " Before"), "utf-8-sig"))
    assert plain.equals(other)


def test_a_code_is_one_persons_in_capitals_or_not(file):
    before, _, said = before_after.paired(before_after.read(file(sheets([(0, "code", "P0")]))))
    assert len(before) == 12 and said.startswith("0 were there only before")
    with pytest.raises(ValueError, match=r"line 4: a second sheet of p0 before"):
        before_after.read(file(sheets([(2, "code", "P0")])))


@pytest.mark.parametrize(("changes", "words"), [
    ([(3, "q5", "f")], "line 5: q5 is 'f' and should be one of a, b, c, d, e"),
    ([(0, "form", "C")], "line 2: form is 'C' and should be one of A, B"),
    ([(1, "when", "later")], "line 3: when is 'later' and should be one of after, before"),
    ([(1, "code", "")], "line 3: no code"), ([(2, "code", "p0")], "line 4: a second sheet of p0 before the course")])
def test_bad_sheets_are_told_with_their_line(file, changes, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        before_after.read(file(sheets(changes)))


def test_no_file_no_column_and_too_few_people_are_told(file, tmp_path):
    with pytest.raises(ValueError, match=r"lions\.csv cannot be read"):
        before_after.read(tmp_path / "lions.csv")
    with pytest.raises(ValueError, match="has no column form, q12"):
        before_after.read(file(sheets().replace("form", "shape").replace("q12", "q13")))
    with pytest.raises(ValueError, match="7 people have a sheet before and one after"):
        before_after.paired(before_after.read(file(sheets(people=7))))


def test_figures_say_what_was_found(file):
    before, after, said = before_after.paired(before_after.read(file(sheets([(0, "code", "x")]))))
    people = before_after.people_figure(before, after, said).text()
    assert "After minus before: +3.5 of 12, from 3.2 to 3.9" in people
    assert "1 were there only before, 1 only after: not drawn" in people and "No control group" in people
    ideas = before_after.ideas_figure(before, after, ["04", "05", "06"]).text()
    assert "Taught minus not taught: +94 points, from 90 to 98" in ideas and "no control group" in ideas
    assert "04 One verdict here, another there, 0%, then 100% right" in " ".join(ideas.split())
    also = before_after.ideas_figure(before, after, ["03"]).text()
    assert "Taught minus not taught: −35 points" in also, "item 11 counts as taught with lesson 03"
    assert "03, 11 Who is counted, 0%, then 0% right" in " ".join(also.split())
    alone = before_after.ideas_figure(before, after, [item["lesson"] for item in ITEMS]).text()
    assert "One class says next to nothing about a single idea" in alone and "Taught minus" not in alone


def test_make_writes_the_figures_with_their_limits(file, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(before_after, "MADE", tmp_path)
    monkeypatch.setenv("SHEETS", str(file(sheets())))
    monkeypatch.setenv("TAUGHT", "01 02 03 04 12")
    before_after.main()
    page = (tmp_path / "before_after" / "class.html").read_text(encoding="utf-8")
    assert page.count("<figure>") == 2 and "no group went without" in page and "Nobody has answered these" in page
    monkeypatch.setenv("TAUGHT", "1 02")
    with pytest.raises(SystemExit, match="make before-after: TAUGHT names 1; there are 01, 02"):
        before_after.main()


def test_forms_hold_every_item_and_the_key_its_mistakes(tmp_path, monkeypatch):
    printed = {}
    monkeypatch.setattr(before_after, "pdf", lambda text, file: printed.update({file.name: text}))
    before_after.forms(tmp_path)
    for form in "AB":
        page = html.unescape(printed[f"form_{form}.pdf"])
        for item in ITEMS:
            assert all(item[form][part] in page for part in ("question", *LETTERS))
        assert not any(one["mistake"] in page for item in ITEMS for one in item["mistakes"])
    assert all(one["mistake"] in printed["key.pdf"] for item in ITEMS for one in item["mistakes"])
    assert (tmp_path / "questions.csv").read_text(encoding="utf-8").count("I do not know.") == 24
    assert before_after.read(tmp_path / "sheets.csv").empty and QUESTIONS[-1] == "q12"
