"""The engine of the exercises: every kind of answer, what is said to it, and how a notebook is listened to."""

import contextlib
import decimal
import fractions
import io
import json
import math
import os
import shutil
import subprocess
import sys

import checks.__main__ as own_report
import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from checks import checker, for_exercise, kinds
from checks.checker import Mistake, Question, Read, Reply, State, TablesBroken
from checks.kinds import Drawing, Letter, Names, Number, Numbers, Pairs
from common import ROOT
from IPython.core.interactiveshell import InteractiveShell

matplotlib.use("agg")

PERCENT = Number(decimals=1, unit="percent")
LIMITS = Numbers(("low", "high"), decimals=1, unit="points")
LETTER = Letter("abcd")
STUDIES = Names(among={"Levy 2006", "Storebø 2020", "Giesen-Bloo 2006", "Landes 2016"})
COLUMNS = Names(among=["events", "total", "percent"])
LETTERS = Names("abcdef", of="letters")
SIZES = Names(range(1, 101), of="numbers")
WORDS = Pairs([1, 2], {"supported", "no study found"})


def question(kind, expected, mistakes=(), **more):
    return Question("q1", "a title", "answer", kind, lambda: expected, recipe="The way.", praise="Yes.",
                    mistakes=list(mistakes), **more)


def reply(kind, expected, answer, mistakes=()):
    return question(kind, expected, mistakes).judge({"answer": answer})


def draw(code, show=True, **names):
    """The axes that a few lines draw on."""
    plt.close("all")
    names |= {"pd": pd, "plt": plt, "np": np}
    exec("fig, ax = plt.subplots()\n" + code, names)
    if show:
        kinds.SHOWN.add(names["ax"].figure)
    return names["ax"]


DRESS = '\nax.set(xlabel="percent", ylabel="percent", title="A title")'
BARS = {"Levy 2006": 20.0, "Storebø 2020": 45.5, "both": 61.04}
NAMES, VALUES = list(BARS), list(BARS.values())
DRAWING = Drawing("percent")


def drawing(code, expected=BARS, kind=DRAWING, dress=DRESS, **more):
    names = {"names": NAMES, "values": VALUES}
    return reply(kind, expected, draw(code + dress, **{**names, **more}))


# -- what is accepted

GOOD = [
    (PERCENT, 55.0, [55, 55.0, np.float64(55), np.int64(55), fractions.Fraction(55), decimal.Decimal("55.0"), 55.004,
                     33 / 60 * 100, pd.Series([55.0]), np.array(55), np.array([55.0]), pd.Series([55]).iloc[0]]),
    (Number(decimals=2), 0.344, [0.34, 0.344, 0.3441]),
    (Number(decimals=0), 32.4, [32, 32.4, 32.38]),
    (Number(within=0.15), -4.0, [-4.1, -3.9]),
    (Number(decimals=1), 100 / 7, [fractions.Fraction(100, 7), 14.3, 14.29]),
    (LIMITS, [-40.9, -2.2], [(-40.9, -2.2), [-40.9, -2.2], np.array([-40.9, -2.2]), pd.Series([-40.9, -2.2]),
                             {"low": -40.9, "high": -2.2}, {"High": -2.2, "Low": -40.9},
                             {"a": -40.9, "b": -2.2}.values(), pd.Index([-40.9, -2.2])]),
    (Numbers(("n", "of"), decimals=0), [32.2, 81.0], [[32, 81], (32.2, 81)]),
    (LETTER, "c", ["c", "C", " c) ", "(c)", "c.", "'c'", "ｃ", "\u200bc", np.str_("c"), pd.Series(["c"]), ["c"],
                   ("C",)]),
    (STUDIES, {"Levy 2006", "Storebø 2020"}, [
        ["Levy 2006", "Storebø 2020"], ("storebo 2020", "LEVY 2006"), {"Storebø 2020", "Levy  2006"},
        {"Levy 2006": 1, "Storebø 2020": 2}.keys(), pd.Series(["Levy 2006", "Storebø 2020", "Levy 2006"]),
        pd.Index(["Storebo\u0308 2020", "Levy 2006"]), np.array(["Levy\u00a02006", "Store\u200bbø 2020"]),
        {1: "Levy 2006", 2: "Storebø 2020"}.values()]),
    (LETTERS, {"a", "c"}, [["a", "c"], ["(A)", "c."], {"c", "a"}, list("ac"), pd.Index(["a", "c"])]),
    (SIZES, {3, 7}, [[3, 7], {7.0, 3}, range(3, 8, 4), np.array([3, 7]), pd.Series([7, 3, 3]), (np.int64(3), 7)]),
    (WORDS, {1: {"supported"}, 2: {"no study found", "supported"}}, [
        {1: "supported", 2: "no study found"}, {"1": "Supported ", 2: "No  study found"},
        pd.Series({1: "supported", 2: "supported"}), pd.Series(["supported", "supported"], index=[1, 2])]),
]
GOOD = [(kind, expected, answer) for kind, expected, answers in GOOD for answer in answers]


@pytest.mark.parametrize(("kind", "expected", "answer"), GOOD)
def test_right_whatever_it_is_made_of(kind, expected, answer):
    assert reply(kind, expected, answer).state is State.CORRECT


@pytest.mark.parametrize(("kind", "expected", "answer"), GOOD)
def test_what_is_read_is_plain_and_valid(kind, expected, answer):
    read = question(kind, expected).look({"answer": answer})
    travelled = json.loads(json.dumps(read.value, allow_nan=False))
    assert isinstance(read, Read) and travelled == read.value and kind.valid(travelled)
    assert question(kind, expected).verdict(travelled).state is State.CORRECT


# -- what is not of the kind: the reply is true of what was typed

FILTERED = pd.DataFrame({"events": [3, 4], "total": [5, 6]}, index=["Levy 2006", "Storebø 2020"])
ONE, OTHER = pd.DataFrame({"percent": [40.0]}, index=[3]), pd.DataFrame({"percent": [20.0]}, index=[7])
TYPED = [
    (PERCENT, (55, 0), "You gave two numbers, 55 and 0. Was a decimal comma meant? Python takes a point."),
    (PERCENT, "55", "Your answer is a text."),
    (PERCENT, pd.Series(["55"]).item(), "a text that came out of a table becomes a number with float( )."),
    (PERCENT, ONE["percent"] - OTHER["percent"], "pandas pairs rows by their index"),
    (PERCENT, ONE, "You gave a table."),
    (PERCENT, pd.Series(dtype=float), "What you gave is empty: no row fits"),
    (PERCENT, pd.Series([1.0, 2.0]), "You gave a column of 2 values; one value is asked for."),
    (PERCENT, pd.Series([True, False]), "You gave a mask: True or False for each row."),
    (PERCENT, [55.0], "You gave a list of one value; one number is asked for."),
    (PERCENT, {55.0}, "You gave a set of one value"),
    (PERCENT, {"percent": 55.0}, "You gave a dictionary."),
    (PERCENT, True, "You gave True or False."),
    (PERCENT, None, "You gave None, that is, nothing."),
    (PERCENT, math.nan, "Your number is nan, that is, not known"),
    (PERCENT, math.inf, "Your number is infinite: something was divided by zero."),
    (PERCENT, 10**400, "Your number is infinite"),
    (PERCENT, round, "You gave a function (were the round brackets forgotten?)"),
    (PERCENT, (-2) ** 0.5, "You took the root of a number below zero. Look at what stands under the root."),
    (LIMITS, {-40.9, -2.2}, "You gave a set, in curly brackets, which has no order."),
    (LIMITS, [-40, 9, -2, 2], "You gave 4 numbers. Were decimal commas meant? Python takes a point."),
    (LIMITS, [1.5, 2, 3], "You gave 3 values; 2 numbers are asked for: low, high."),
    (LIMITS, [(1.5, 2), (3, 4)], "In place of a number stands a tuple of 2 values; 2 numbers are asked"),
    (LIMITS, 2.2, "You gave one number; 2 numbers are asked for: low, high."),
    (LIMITS, "1, 2", "You gave one text. Give a list of numbers, in square brackets, each by itself."),
    (LIMITS, {"from": 1, "to": 2}, "You gave a dictionary. Put the numbers into a list"),
    (LIMITS, zip([1], [2], strict=True), "You gave a zip, which has not been carried out yet. Put list( ) around it."),
    (LIMITS, [-40.9, ...], "Some of the three dots are left."),
    (LIMITS, ONE["percent"] - OTHER["percent"], "pandas pairs rows by their index"),
    (LETTER, 3, ". Answer with one letter in quotes: a, b, c, d."),
    (LETTER, "a and d", "You gave more than one letter. Answer with one letter"),
    (LETTER, "e", "None of the answers has that letter. Answer with one letter in quotes"),
    (LETTER, "Amato 2011a", "which of the answers do they belong to? Answer with one letter in quotes"),
    (LETTER, {"b": True}, "You gave a dictionary. Answer with one letter"),
    (LETTER, ["a", "b"], "You gave more than one letter. Answer with one letter in quotes: a, b, c, d."),
    (LETTER, "ab", "You gave more than one letter. Answer with one letter in quotes"),
    (LETTER, "", "Answer with one letter in quotes"),
    (STUDIES, "Levy 2006, Storebø 2020", "You gave one text. Give a list of names, in square brackets, each by"),
    (STUDIES, "Levy 2006", "You gave one text. A list of names, in square brackets, is asked for."),
    (STUDIES, {"Levy 2006": 1}, "You gave a dictionary. Put the names into a list"),
    (STUDIES, FILTERED, "You gave a whole table, with the names in its index. The index alone is asked for."),
    (STUDIES, FILTERED.reset_index(), "You gave a whole table. Pick the one column that is asked for."),
    (STUDIES, FILTERED["events"], "You gave the values of a column; the names stand in its index."),
    (STUDIES, FILTERED["events"] > 3, "You gave a mask: True or False for each row. The names of those rows are asked"),
    (STUDIES, [True, False], "You gave a mask"),
    (STUDIES, ["Levy 2006", math.nan], "There is a nan, that is, nothing known, among your names."),
    (STUDIES, map(str, [1]), "You gave a map, which has not been carried out yet."),
    (STUDIES, [1, 2], "Names are asked for, each in quotes."),
    (STUDIES, ["x" * 301], "That is a long text."),
    (STUDIES, ["x"] * 201, "You gave more than 200 names."),
    (SIZES, ["3", "7"], "Your numbers are texts. Whole numbers stand without quotes."),
    (SIZES, [3.5], "Whole numbers are asked for"),
    (SIZES, [math.nan], "Whole numbers are asked for"),
    (WORDS, ["supported"], "You gave a list. A dictionary is asked for: {1: ..., 2: ...}, and so on."),
    (WORDS, {1: "supported"}, "Your dictionary has no entry for 2."),
    (WORDS, {0: "supported", 1: "supported"}, "Your dictionary has no entry for 2, and one for 0, which is not asked"),
    (WORDS, {1: "supported", 2: 5}, "; a word in quotes is asked for."),
    (WORDS, {1: "supported", 2: "no trail found"}, "The entry for 2 is none of the words that are offered"),
    (Pairs([1], ["yes", "no"]), {1: "unclear"}, "none of the words that are offered: no, yes."),
    (Pairs([1], list("abcde")), {1: "f"}, "none of the words that are offered. Look at its spelling."),
    (WORDS, {1: "supported", 2: ...}, "The entry for 2 still has its three dots."),
    (DRAWING, plt.plot, "You gave a function (were the round brackets forgotten?). Give the axes"),
    (DRAWING, None, "You gave None, that is, nothing. Give the axes"),
]


@pytest.mark.parametrize(("kind", "answer", "words"), TYPED)
def test_a_reply_is_true_of_what_was_typed(kind, answer, words):
    found = question(kind, None).look({"answer": answer})
    assert found.state is State.TYPE and found.name == "type" and words in found.words
    assert len(checker.wrap(found.words)) <= 3


@pytest.mark.parametrize(("kind", "answer"), [
    (PERCENT, ...), (LIMITS, [..., ...]), (WORDS, {1: ..., 2: ...}), (DRAWING, ...), (DRAWING, plt.subplots()[1])])
def test_not_begun_is_not_answered(kind, answer):
    assert question(kind, None).look({"answer": answer}).state is State.NOT_ANSWERED
    assert question(kind, None).look({}).state is State.MISSING


class Hostile:
    """An object that does harm wherever it is touched."""

    def __getattr__(self, name):
        raise SystemError(name)

    def __len__(self):
        raise MemoryError

    __iter__ = __str__ = __repr__ = __float__ = __eq__ = __len__
    __hash__ = None


@pytest.mark.parametrize("kind", [PERCENT, LIMITS, LETTER, STUDIES, LETTERS, SIZES, WORDS, DRAWING])
@pytest.mark.parametrize("answer", [Hostile(), type("X" * 5000, (), {})(), b"x", 3 + 4j, [[1, 2], [3]], {}, set(), [],
                                    object(), range(10**9), np.zeros((2, 2)), pd.NA, pd.NaT, int, -1e308, "x" * 10**6,
                                    "\ud800", [["a"] * 300] * 300, pd.DataFrame()], ids=lambda x: type(x).__name__[:9])
def test_no_odd_object_stops_the_checker(kind, answer):
    asked = question(kind, {1: {"supported"}, 2: {"supported"}} if kind is WORDS else
                     BARS if kind is DRAWING else [1, 2] if kind is LIMITS else {1} if kind is SIZES else
                     1.0 if kind is PERCENT else {"a"})
    found = asked.look({"answer": answer})
    if isinstance(found, Read):
        assert kind.valid(json.loads(json.dumps(found.value, allow_nan=False)))
        found = asked.verdict(found.value)
    assert isinstance(found, Reply) and found.state is not State.CORRECT
    assert len(found.words) < 400


# -- untrusted values

DRAWN = {"bars": {"a": 1.0}, "faults": [], "label": "percent", "title": "A", "named": True, "shown": True}
FORGED = [None, True, 1, 10**400, "1", [], {}, [[]], math.nan, math.inf, -math.inf, 1e308, "a" * 10**6, ["a"] * 10**4,
          [1.0] * 10**5, [[[[1.0]]]], {"a": {"a": {}}}, [True, False], ["b", "a"], ["a", "a"], ["a", None], [2, 1],
          [1, 1], [10**12], ["x" * 301], ["a\u200b"], ["\ud800"], ["a\n"], [math.nan, 1.0], [1, 2.0],
          {"1": "supported"},
          {"1": "supported", "2": "other"}, {"1": "supported", "2": ["supported"]}, {1: "supported", 2: "supported"},
          {"1": "supported", "2": "supported", "3": "supported"}, {**DRAWN, "bars": {"a": 1}},
          {**DRAWN, "bars": {"a": math.nan}}, {**DRAWN, "bars": {"a" * 301: 1.0}},
          {**DRAWN, "bars": {str(n): 1.0 for n in range(201)}}, {**DRAWN, "bars": [["a", 1.0]]},
          {**DRAWN, "faults": ["other"]}, {**DRAWN, "faults": ["cut off", "no bars"]},
          {**DRAWN, "faults": [["cut off"]]}, {**DRAWN, "label": None}, {**DRAWN, "title": "x" * 301},
          {**DRAWN, "named": 1}, {**DRAWN, "more": 1},
          {key: DRAWN[key] for key in reversed(DRAWN)}]


@pytest.mark.parametrize("kind", [PERCENT, LIMITS, LETTER, STUDIES, LETTERS, SIZES, WORDS, DRAWING])
def test_a_forged_value_is_not_valid(kind):
    own = {PERCENT: [], LIMITS: [], LETTER: [], STUDIES: [[]], LETTERS: [[]], SIZES: [[]], WORDS: [], DRAWING: []}[kind]
    assert [value for value in FORGED if kind.valid(value)] == own
    assert kind is not DRAWING or kind.valid(DRAWN)


# -- near misses, known once


@pytest.mark.parametrize(("kind", "expected", "answer", "name"), [
    (PERCENT, 55.0, 0.55, "fraction"),
    (PERCENT, 54.8, 0.548, "fraction"),
    (PERCENT, 27.3, 72.7, "complement"),
    (PERCENT, 54.8, 55, "rounded too far"),
    (PERCENT, 54.8, 54, "cut short"), (PERCENT, 54.8, 56, "wrong"), (Number(decimals=2), -1.58, -1.5, "cut short"),
    (PERCENT, 54.8, -54.8, "sign turned"),
    (PERCENT, 47.4286, 47.4838, "rounded on the way"),
    (PERCENT, 47.4286, 47.5, "rounded on the way"),
    (PERCENT, 55.0, 48.0, "wrong"),
    (Number(decimals=0, unit="people"), 86, 85, "wrong"),
    (Number(decimals=0, unit="people"), 86, 86.1, "rounded on the way"),
    (Number(decimals=0), 86, 85, "rounded on the way"),
    (Numbers(["article", "pre-print"], decimals=0, unit="people"), [86, 70], [86, 71], "off: pre-print"),
    (Number(decimals=1, unit="points"), -22.7, -0.227, "fraction of points"),
    (Number(decimals=1, unit="points"), -22.7, -0.23, "fraction of points"),
    (Number(decimals=1, unit="percent"), 100 * 13 / 72, 0.18, "fraction"),
    (Number(decimals=1, unit="percent"), 100 * 13 / 72, 0.2, "wrong"),
    (Number(decimals=2, unit="share"), 0.344, 34.4, "percent given"),
    (Number(decimals=2), 0.344, 0.3, "rounded too far"),
    (LIMITS, [-40.9, -2.2], [-2.2, -40.9], "wrong order"),
    (LIMITS, [-40.9, -2.2], [-0.409, -0.022], "fraction of points"),
    (LIMITS, [-40.9, -2.2], [2.2, 40.9], "sign turned"),
    (LIMITS, [-40.9, -2.2], [40.9, 2.2], "sign turned"),
    (LIMITS, [-40.9, -2.2], [-41, -2], "rounded too far"),
    (LIMITS, [-40.9, -2.2], [-40.9, 5], "off: high"),
    (LIMITS, [-40.9, -2.2], [-30, -2.2], "off: low"),
    (LIMITS, [-40.9, -2.2], [-30, 5], "wrong"),
    (Numbers(["all"], decimals=0), [7], [70], "wrong"),
    (STUDIES, {"Levy 2006", "Storebø 2020"}, [], "none"),
    (STUDIES, {"Levy 2006", "Storebø 2020"}, ["Levy 2006, Storebø 2020"], "one text"),
    (STUDIES, {"Levy 2006", "Storebø 2020"}, ["Levy 2005"], "unknown"),
    (STUDIES, {"Levy 2006", "Storebø 2020"}, ["Giesen-Bloo 2006", "Landes 2016"], "turned round"),
    (STUDIES, {"Levy 2006", "Storebø 2020"}, STUDIES.among, "everything"),
    (STUDIES, {"Levy 2006", "Storebø 2020"}, {"levy 2006"}, "not all"),
    (STUDIES, {"Levy 2006"}, {"Levy 2006", "Landes 2016"}, "too many"),
    (STUDIES, {"Levy 2006", "Storebø 2020"}, {"Levy 2006", "Landes 2016"}, "wrong"),
    (COLUMNS, {"events"}, ["Total"], "wrong"),
    (SIZES, {3, 7}, [3], "not all"),
])
def test_a_near_miss_is_known(kind, expected, answer, name):
    found = reply(kind, expected, answer)
    assert found.name == name and found.state is (State.WRONG if name == "wrong" else State.NEARLY)
    assert name == "wrong" or found.words == kind.words[name]


def test_a_number_with_more_decimals_must_be_nearer():
    """47.48 is the middle of Wilson's interval, not the share; 7.3846 was rounded at the first step."""
    for expected, answer in ((100 * 83 / 175, 47.4838), (47.7 / 6.5, 48 / 6.5)):
        assert reply(Number(decimals=1), expected, answer).name == "rounded on the way"
        assert reply(Number(decimals=1), expected, round(expected, 1)).state is State.CORRECT
        assert reply(Number(decimals=1), expected, expected).state is State.CORRECT


def test_a_number_needs_one_measure_of_right():
    for how in ({}, {"decimals": 1, "within": 0.1}):
        with pytest.raises(ValueError, match="give one of the two"):
            Number(**how)


# -- mistakes


def test_a_mistake_gives_a_value_of_the_kind():
    halved = [Mistake("halved", "Half.", gives=lambda: 27.5), Mistake("others", "Others.", gives=[12.5, 10.0])]
    assert reply(PERCENT, 55.0, 27.5, halved) == Reply(State.MISTAKE, "halved", "Half.")
    assert reply(PERCENT, 55.0, 10, halved).name == "others" and reply(PERCENT, 55.0, 27.7, halved).name == "wrong"
    pair = [Mistake("one", "One.", gives=lambda: [1, 2]), Mistake("two", "Two.", gives=lambda: [[3, 4], (5, 6)])]
    assert reply(LIMITS, [8, 9], [1, 2], pair).name == "one" and reply(LIMITS, [8, 9], [5, 6], pair).name == "two"
    others = [Mistake("other", "Other.", gives={"Landes 2016", "Levy 2006"})]
    assert reply(STUDIES, {"Levy 2006"}, ["levy 2006", "LANDES 2016"], others).name == "other"
    assert reply(LETTER, "c", "a", [Mistake("literal", "Literal.", gives="a")]).name == "literal"
    counts = [Mistake("people", "People.", gives=lambda: {"a": 3, "b": 4})]
    assert drawing("ax.bar(['a', 'b'], [3, 4])", {"a": 30, "b": 40}) .name == "wrong"
    assert reply(DRAWING, {"a": 30, "b": 40}, draw("ax.bar(['a', 'b'], [3, 4])" + DRESS), counts).name == "people"


def test_a_small_number_is_not_taken_for_another_small_one():
    gain = [Mistake("gain", "The gain.", gives=0.23)]
    assert reply(Number(decimals=1), 4.4, 0.23, gain).name == "gain"
    assert [reply(Number(decimals=1), 4.4, other, gain).name for other in (0.3, 0.2401)] == ["wrong", "wrong"]


def test_in_a_list_a_number_near_zero_is_known_by_the_decimals():
    limits = [Mistake("limits", "Limits.", gives=[0.84, -0.0087, 1.689])]
    several = Numbers(("value", "low", "high"), decimals=2)
    assert reply(several, [700, 800, 900], [0.84, -0.01, 1.69], limits).name == "limits"
    assert reply(several, [700, 800, 900], [0.84, -0.02, 1.69], limits).name == "wrong"


@pytest.mark.parametrize("given, typed, others", [
    (0.074, 0.07, [0.08, 0.0, 0.071, 0.1]),  # as asked, with two decimals
    (0.104, 0.1, [0.12, 0.2]),  # 0.10 is 0.1 to Python
    (18.4, 18, [19, 18.43, 20]), (-18.4, -18, [18, -19]),  # fewer decimals, and at least two digits
    (0.344, 0.34, [0.3, 0.36, 0.347]),  # one digit says too little
])
def test_what_a_mistake_gives_is_known_as_it_is_typed(given, typed, others):
    mistakes = [Mistake("known", "Known.", gives=given)]
    assert reply(Number(decimals=2), 700, typed, mistakes).name == "known"
    assert [reply(Number(decimals=2), 700, other, mistakes).name for other in others] == ["wrong"] * len(others)
    several = Numbers(("a", "b"), decimals=2)
    assert reply(several, [700, 800], [typed, 55.123], [Mistake("known", "K.", gives=[given, 55.123])]).name == "known"
    assert reply(several, [700, 800], [typed, 54.9], [Mistake("known", "K.", gives=[given, 55.123])]).name == "wrong"


def test_no_other_reply_gives_way_to_a_rounded_mistake():
    """0.1 is a right answer, and 0.2 one that is rounded too far, whatever a mistake gives near them."""
    mistakes = [Mistake("known", "Known.", gives=[0.104, 0.2045])]
    assert reply(Number(decimals=2), 0.1, 0.1, mistakes).state is State.CORRECT
    assert reply(Number(decimals=2), 0.24, 0.2, mistakes).name == "rounded too far"
    one = Mistake("one", "One.", gives=[[8, 0.1045]])
    several = Numbers(("a", "b"), decimals=2)
    assert [reply(several, [8, 9], [8, b], [one]).name for b in (0.1, 0.3)] == ["one", "off: b"]
    exact = [*mistakes, Mistake("exact", "Exact.", gives=0.1), Mistake("last", "Last.", when=lambda x: x > 0.15)]
    assert reply(Number(decimals=2), 700, 0.1, exact).name == "exact"
    assert reply(Number(decimals=2), 700, 0.2, exact).name == "last"


def test_a_right_answer_is_taken_by_no_mistake_and_a_broken_rule_stops_nothing():
    mistakes = [Mistake("broken", "Broken.", gives=lambda: 1 / 0), Mistake("always", "All.", when=lambda value: True)]
    assert reply(PERCENT, 40, 40, mistakes).state is State.CORRECT
    assert reply(PERCENT, 40, 41, mistakes).name == "always"
    with pytest.raises(ValueError, match="needs either gives= or when="):
        Mistake("neither", "Neither.")


# -- drawings


@pytest.mark.parametrize("code", [
    "ax.bar(names, values, label='people')",
    "ax.barh(names, values, label='people', align='edge')",
    "ax.bar(names, values, label='people', align='edge')",
    "ax.barh(names[::-1], values[::-1], label='people'); ax.invert_yaxis()",
    "for name, value in zip(names, values): ax.barh(name, value, label=name)",
    "ax.bar(names, values, label=names)",
    "ax.bar(names, [round(value, 1) for value in values], label='people')",
    "ax.bar(names, values, yerr=[[1, 2, 3], [3, 2, 1]], label='people')",
    "ax.barh(names, values, xerr=2, label='people')",
    "ax.bar(names, values, label='people'); ax.errorbar(names, values, yerr=3, fmt='none')",
    "ax.barh(names, values, label='people'); ax.axvline(50, label='half'); ax.text(1, 1, 'x')",
    "ax = pd.Series(values, index=names).plot.bar(label='people')",
    "ax = pd.DataFrame({'share': values}, index=names).plot.barh()",
    "ax.bar([name.replace(' ', '\\n') for name in names], values, label='people')",
    "ax.bar(['LEVY 2006', 'storebo 2020', 'Both'], values, label='people')",
    "ax.bar(names, values, label='people'); ax.set_ylim(0, 61.04)",
    "ax.bar([1, 2, 3], values, label='people'); ax.set_xticks([1, 2, 3], names)",
])
def test_right_bars_are_right_in_any_clothes(code):
    found = drawing(code)
    assert found.state is State.CORRECT, found.words


@pytest.mark.parametrize("title", ["ax.set_title('A', loc='right')", "ax.set_title('A', loc='left')",
                                   "ax.set_title('A')", "fig.suptitle('A')"])
def test_a_title_may_stand_on_any_side(title):
    bars = "ax.bar(names, values, label='x'); ax.set_ylabel('percent')\n"
    assert drawing(bars + title, dress="").state is State.CORRECT
    assert drawing(bars, dress="").name == "no title"


@pytest.mark.parametrize(("code", "name"), [
    ("ax.plot(names, values, 'o')", "no bars"),
    ("ax.pie(values, labels=names)", "no bars"),
    ("ax.errorbar(names, values, yerr=3, fmt='none')", "no bars"),
    ("ax.barh(names, list(map(str, values)))", "text"),
    ("ax.barh(values, names)", "turned"),
    ("ax.bar(names, [20, float('nan'), 3])", "no value"),
    ("ax.bar(names, values); ax.set_yscale('log')", "no zero"),
    ("ax.bar(names, values, bottom=np.cumsum([0, *values[:-1]]))", "floating"),
    ("ax.bar(names, values); ax.bar(names, values, bottom=values)", "floating"),
    ("ax.barh(names, [230, 340, 41]); ax.barh(names, values)", "two sets"),
    ("ax.barh(names, values); ax.barh(names, [1, 2, 3])", "two sets"),
    ("ax.barh(names, values); ax.set_xlim(5, 70)", "not from zero"),
    ("ax.barh(names, values); ax.set_xlim(0, 50)", "cut off"),
    ("ax.barh(names, values); ax.set_xlim(60, 0)", "cut off"),
    ("ax.barh(names, values); ax.set_ylim(0.6, 3)", "cut off"),
    ("ax.bar(names, [value / 100 for value in values])", "fractions"),
    ("ax.bar(names, sorted(values, reverse=True))", "other places"),
    ("ax.bar(['a', 'b', 'c'], values)", "names of the bars"),
    ("ax.bar(names, [20, 46, 61])", "rounded bars"),
    ("ax.bar(names[:2], values[:2])", "missing bars"),
    ("ax.bar([*names, 'd'], [*values, 1])", "more bars"),
    ("ax.bar(names, [*values[:2], 1])", "one bar"),
    ("ax.bar(names, [values[0], 2, 1])", "wrong"),
    ("ax.bar(names, [1, 2, 3])", "wrong"),
    ("ax.bar(['all'], [50])", "too few bars"),
    ("ax.bar(names, [50, 50, 50])", "one length"),
    ("ax.bar(names, values, label='x'); ax.set_title('A')", "no label"),
    ("ax.bar(names, values); ax.set_title('A'); ax.set_ylabel('percent')", "no name"),
    ("for at in zip(names, values): ax.bar(*at, label=None)\nax.set(title='A', ylabel='%')", "no name"),
])
def test_a_fault_of_a_drawing_has_its_own_line(code, name):
    dress = "" if name in {"no label", "no name"} else DRESS
    found = drawing(code, dress=dress)
    assert found.name == name, found.words


@pytest.mark.parametrize(("code", "name"), [
    ("ax.bar(names, [-value for value in values]); ax.set_ylim(0, 100)", "a minus"),
    ("ax.bar(names, [value / 100 for value in values]); ax.set_ylim(0, 0.5)", "fractions"),
    ("ax.bar(names, sorted(values, reverse=True)); ax.set_ylim(0, 50)", "other places"),
    ("ax.bar(names, [1, 2, 3]); ax.set_ylim(0, 2)", "cut off"),
    ("ax.bar(names, values); ax.set_ylim(0, 50)", "cut off"),
    ("ax.bar(names, [-value for value in values], bottom=1); ax.set_ylim(0, 50)", "floating"),
])
def test_a_wrong_value_is_told_before_the_end_of_an_axis(code, name):
    minus = Mistake("a minus", "Minus.", when=lambda drawn: any(value < 0 for value in drawn["bars"].values()))
    assert reply(DRAWING, BARS, draw(code + DRESS, names=NAMES, values=VALUES), [minus]).name == name


def test_counts_are_not_called_percent():
    kind = Drawing("claims")
    for label, name in (("number of claims", "correct"), ("percent of the claims", "other unit"),
                        ("claims, %", "other unit"), ("people", "no label")):
        code = f"ax.bar(['a'], [3], label='x'); ax.set(ylabel={label!r}, title='A')"
        assert drawing(code, {"a": 3}, kind, dress="").name == name


def test_figures_show_must_be_called_where_it_is_asked_for():
    code = "ax.bar(names, values, label='x')" + DRESS
    ax = draw(code, show=False, names=NAMES, values=VALUES)
    assert reply(DRAWING, BARS, ax).name == "not shown"
    assert reply(Drawing("percent", shown=False), BARS, ax).state is State.CORRECT
    assert reply(Drawing("percent", shown=False, named=False), BARS, ax.figure).state is State.CORRECT


def test_what_is_no_axes_is_told():
    fig, (one, two) = plt.subplots(1, 2)
    bars = one.bar(["a"], [1])
    for answer, words in ((fig, "Your figure has 2 sets of axes"), (bars, "You gave the bars. Give the axes"),
                          (FILTERED, "You gave a table, and that is no figure. Give the axes"),
                          (FILTERED["events"], "You gave a column, and that is no figure. Give the axes"),
                          ([one, two], "You gave a list. Give the axes")):
        assert words in question(DRAWING, BARS).look({"answer": answer}).words


class Figures:
    """Stands for the module: a figure without a title is refused."""

    __name__, __doc__, COLOURS = "figures", "", {"secure": "green"}

    def show(self, fig, caption=""):
        if not fig.axes[0].get_title() + fig.axes[0].get_title(loc="left"):
            raise ValueError("The figure has no title. Give it one: ax.set_title('what it shows').")
        return "shown"


def test_what_figures_show_refuses_is_told_in_two_lines():
    module = type(sys)("figures")
    module.__dict__.update(show=Figures().show, COLOURS=Figures.COLOURS)
    names = {"figures": module}
    for_exercise("01_sentence_to_row", names)
    for_exercise("01_sentence_to_row", names)  # run again, it is told once all the same
    told, (fig, ax) = io.StringIO(), plt.subplots()
    with contextlib.redirect_stdout(told):
        assert names["figures"].show(fig, "x") is None
    assert "There is nothing on the axes. Put your values in place of the three dots." in told.getvalue()
    told = io.StringIO()
    ax.bar(["a"], [1])
    with contextlib.redirect_stdout(told):
        assert names["figures"].show(fig, "x") is None and names["figures"].show(ax) is None
    assert told.getvalue().splitlines() == [
        "figures.show does not show this yet:", "The figure has no title. Give it one: ax.set_title('what it shows').",
        "figures.show does not show this yet:", "It takes the figure: figures.show(fig, '...')."]
    ax.set_title("A title")
    assert names["figures"].show(fig) == "shown" and fig in kinds.SHOWN and names["figures"].COLOURS == Figures.COLOURS
    assert module.show is not names["figures"].show


# -- tables


def spreadsheet(text):
    """A table as a spreadsheet saves it where the comma is the decimal sign."""
    return "\r\n".join(";".join(cell.replace(".", ",") if cell.replace(".", "").isdigit() else cell
                                for cell in line.split(",")) for line in text.split("\n"))


@pytest.mark.parametrize("made", [
    lambda text: ("\ufeff" + text).encode(), lambda text: text.replace("\n", "\r\n").encode(),
    lambda text: spreadsheet(text).encode("utf-8-sig"), lambda text: (text + "\n\n").encode()])
def test_a_table_that_a_spreadsheet_saved_is_read(made, tmp_path, monkeypatch):
    monkeypatch.setattr(checker, "DATA", tmp_path)
    (tmp_path / "small.csv").write_bytes(made("study,percent\nLevy 2006,40.5\nLandes 2016,7"))
    assert checker.table("small") == ({"study": "Levy 2006", "percent": "40.5"},
                                      {"study": "Landes 2016", "percent": "7"})


@pytest.mark.parametrize(("content", "words"), [
    ("study,note\nä,x".encode("utf-16"), "data/small.csv is not in UTF-8."),
    ("study,note\nStorebø,x".encode("cp1252"), "data/small.csv is not in UTF-8."),
    (b"study,percent\nLevy 2006,40,5\n", "data/small.csv: row 2 has 3 cells, and the first row names 2 columns."),
    (None, "data/small.csv cannot be read: No such file"),
    (b"", "cannot be worked out from the tables in data: IndexError"),
    (b"name\nLevy 2006", "cannot be worked out from the tables in data: KeyError('study')"),
])
def test_a_broken_table_is_nobodys_mistake(content, words, tmp_path, monkeypatch):
    monkeypatch.setattr(checker, "DATA", tmp_path)
    if content is not None:
        (tmp_path / "small.csv").write_bytes(content)
    def names():
        return {checker.table("small")[0]["study"]}
    for kind, expected, answer in ((STUDIES, names, ["Levy 2006"]),
                                   (Names(names), lambda: {"Levy 2006"}, ["Levy 2006"]),
                                   (Pairs([1], names), lambda: {1: {"Levy 2006"}}, {1: "Levy 2006"})):
        asked = question(kind, None)
        asked.expected = expected
        with pytest.raises(TablesBroken, match=words.replace("(", r"\(").replace(")", r"\)")) as broken:
            asked.judge({"answer": answer})
        assert "\n" not in str(broken.value) and broken.value._render_traceback_() == [str(broken.value)]


# -- a notebook that is listened to


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A function that runs a cell as a notebook does and gives what is printed."""
    monkeypatch.setattr(checker, "TALLY", tmp_path / "my_progress.json")
    monkeypatch.delenv("COURSE_CHECK", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.chdir(ROOT / "exercises")
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    given = json.loads((ROOT / "exercises" / "03_before_and_after.ipynb").read_text(encoding="utf-8"))["cells"]
    cells = {cell["id"]: "".join(cell["source"]) for cell in given}

    def run(source):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            shell.run_cell(cells.get(source, source), store_history=False)
        return printed.getvalue()
    run("setup")
    run("given")
    yield run
    InteractiveShell.clear_instance()


def test_a_cell_that_stopped_is_told_and_its_old_answer_is_not_judged(notebook):
    notebook("reliable_points = 1.02")
    assert notebook("check('q2')").startswith("Correct")
    notebook("reliable_points = nothing_of_the_kind")
    notebook("x = 1")
    assert "The cell above stopped with NameError: name 'nothing_of_the_kind' is not" in notebook("check('q2')")
    notebook("reliable_points = b")
    told = " ".join(notebook("check('q2')").split())
    assert "name 'b' is not defined. A letter is a text and stands in quotes: reliable_points = \"b\"." in told
    assert notebook("reliable_points = 1.02\ncheck('q2')").startswith("Correct")


@pytest.mark.parametrize(("source", "words"), [
    ("reliable_points = 5 \u2212 3", "A minus that was copied out of a text is another character: type it anew."),
    ("reliable_points = 5\u200b", "A character was copied that Python does not know: type the line anew."),
    ("reliable_points = 67,5 +", "The cell above stopped with SyntaxError: invalid syntax"),
    ("page = {'title': 'it's'}", "or is a quotation mark inside quotation marks?"),
    ("nonsense(", "The cell above stopped with SyntaxError"),
    ("reliable_points = 1\nreliable_points = 1 / 0", "The cell above stopped with ZeroDivisionError: division by zero"),
])
def test_what_stopped_a_cell_is_said_in_plain_words(notebook, source, words):
    notebook(source)
    assert words in " ".join(notebook("check('q2')").split())


def test_a_stop_elsewhere_does_not_matter(notebook):
    notebook("reliable_points = 1")
    notebook("something = else_where")
    assert "stopped" not in notebook("check('q2')")
    notebook("check('q99')")
    assert "There is no variable called bounds yet." in notebook("check('q3')")


def test_a_name_that_came_with_the_exercise_and_was_taken_away_is_told(notebook):
    notebook("reliable_points = 1; effects = effects[:3]; scores = scores[:2]")
    told = " ".join(notebook("check('q2')").split())
    assert "Note: " in told and "scores" in told and "effects" in told and "now stand for something of your own" in told
    notebook("given")
    assert "Note: " not in notebook("check('q2')")
    notebook("effects['new'] = 1; row = 3")
    assert "Note: " not in notebook("check('q2')")
    assert "check is the name of the checker, and was given back to it." in notebook("check = 'c'")
    assert notebook("check('q2')").startswith("Not yet")


def test_the_set_up_cell_run_again_is_heard_once(notebook):
    notebook("setup")
    assert notebook("check = 1").count("given back") == 1


def test_a_check_before_its_answer_leaves_the_tally_as_it_is(notebook):
    notebook("reliable_points = 1.02\ncheck('q2')")
    for nothing_there in ("del reliable_points", "reliable_points = ..."):
        notebook("setup")
        notebook(nothing_there)
        assert "Not yet" in notebook("check('q2')")
        assert "1 of 5 questions are right." in notebook("check.progress()")
    notebook("reliable_points = 1.5\ncheck('q2')")
    assert "0 of 5 questions are right." in notebook("check.progress()")


def test_a_broken_table_is_told_and_not_counted(notebook, tmp_path, monkeypatch):
    monkeypatch.setattr(checker, "DATA", tmp_path)
    assert notebook("reliable_points = 1\ncheck('q2')").startswith("Not judged: data/scores.csv cannot be read")
    assert " 2  not tried " in notebook("check.progress()")


# -- the surroundings of an exercise


def course(folder):
    for name in ("data", "exercises", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.json"))
    return folder / "exercises"


def test_an_exercise_elsewhere_says_where_it_belongs(tmp_path):
    shutil.copy(ROOT / "exercises" / "01_sentence_to_row.ipynb", tmp_path / "01.ipynb")
    source = nbformat.read(tmp_path / "01.ipynb", as_version=4)
    setup = next(cell.source for cell in source.cells if cell.id == "setup")
    code = ("from IPython.core.interactiveshell import InteractiveShell\n"
            f"assert not InteractiveShell.instance().run_cell({setup!r}).success")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    told = done.stdout + done.stderr
    assert told == "UsageError: This exercise belongs in the folder exercises of the course. Move it there.\n"


def test_modules_of_the_same_name_do_not_matter(tmp_path):
    """A random.py beside the exercise, a figures.py on PYTHONPATH."""
    exercises = course(tmp_path)
    (tmp_path / "foreign").mkdir()
    for path in (exercises / "random.py", exercises / "csv.py", tmp_path / "foreign" / "figures.py"):
        path.write_text("raise SystemExit('the wrong module')", encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "checks", "01"], cwd=exercises, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(tmp_path / "foreign")})
    assert done.stderr == "" and done.stdout.endswith("0 of 5 questions are right.\n")
    assert done.stdout.count("Not answered yet") == 5


# -- python -m checks


def report(tmp_path, capsys, monkeypatch, cells):
    monkeypatch.setattr(own_report, "FOLDER", tmp_path)
    monkeypatch.setattr(own_report, "SECONDS", 5)
    setup = "from checks import for_exercise\ncheck = for_exercise('01_sentence_to_row', globals())"
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(setup), *cells])
    for cell in made.cells:
        cell.pop("id")
    made.nbformat_minor = 0
    (tmp_path / "01_sentence_to_row.ipynb").write_text(json.dumps(made), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "exercises"))
    return own_report.main(["01"]), capsys.readouterr().out


def test_a_report_on_a_notebook_without_ids(tmp_path, capsys, monkeypatch):
    code, markdown = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    done, printed = report(tmp_path, capsys, monkeypatch, [
        code("social_nervousness = c"), code("check('q1')"),
        markdown("still_there = 55"), code("check('q2')"),
        code("print(unknown)"), code("wrong_columns = []"), code("check('q3')"),
        code("without_total_percent = 5"), code("check('q99')\ncheck('q4')"),
        code("while True:\n    pass"), code("check('q5')")])
    told = " ".join(printed.split())
    assert done == 1
    assert "stopped with NameError: name 'c' is not defined. A letter is a text" in told
    assert "The answer stands in a text cell (Markdown), so it was not run. Make a code cell of it." in told
    assert "A cell above the check stopped with NameError: name 'unknown' is not defined. An empty list says" in told
    assert "The cell of the check could not be run: KeyError" in told
    assert "Stopped here: a cell ran longer than 5 seconds." in told
    assert "Traceback" not in printed


def test_words_of_a_kind_are_two_lines_at_most():
    for kind in (PERCENT, LIMITS, LETTER, STUDIES, WORDS, DRAWING):
        for name, words in kind.words.items():
            assert len(checker.wrap(words)) <= 2, name


def test_what_is_said_of_nothing_known_is_no_recipe():
    assert question(PERCENT, 1.0).wrong == 'That is something else. check.hint("q1") says how to go about it.'
    assert question(PERCENT, 1.0, wrong="Of whom?").judge({"answer": 50}).words == "Of whom?"


