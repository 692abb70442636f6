"""The checks find what they should and leave the rest alone."""

import math
import re

import consistency
import pytest


@pytest.mark.parametrize("printed", ["40", "46.0", "7", "0", "100", "33.33", "99.5"])
@pytest.mark.parametrize("total", [1, 7, 12, 40, 49, 275, 1073])
def test_counts_are_those_that_trying_all_finds(printed, total):
    half = 0.5 * 10 ** -len(printed.partition(".")[2])
    tried = [k for k in range(total + 1) if abs(100 * k / total - float(printed)) <= half + 1e-9]
    assert consistency.counts_for(printed, total) == tried


def test_a_tie_may_be_rounded_either_way():
    assert consistency.counts_for("7", 40) == [3] and consistency.counts_for("23", 40) == [9]
    assert consistency.counts_for("22", 40) == [9]


def test_totals_behind_forty_percent():
    assert consistency.totals_for("40", 60) == [5, 10, 15, 20, 25, 30, 35, 40, 42, 43, 45, 47, 48, 50, 52, 53, 55,
                                                57, 58, 60]


@pytest.mark.parametrize(("estimate", "low", "high", "ratio", "off"), [
    ("-0.52", "-0.70", "-0.33", False, False),
    ("-0.07", "-0.43", "0.57", False, True),
    ("0.07", "-0.43", "0.57", False, False),
    ("2.66", "2.4", "18.07", True, True),
    ("1.22", "1.01", "1.44", True, False),
    ("0.91", "0.56", "1.48", True, False),
])
def test_middle_of_an_interval(estimate, low, high, ratio, off):
    assert consistency.off_middle(estimate, low, high, ratio) is off


@pytest.mark.parametrize(("printed", "z", "fits"), [
    ("0.05", 1.96, True), ("0.05", 3.0, False), ("<0.001", 3.5, True), ("<0.001", 2.5, False), ("0.30", 0.1, False)])
def test_p_and_z(printed, z, fits):
    assert consistency.p_agrees(printed, z, z) is fits


def test_p_is_the_normal_one():
    assert math.isclose(consistency.two_sided_p(1.959964), 0.05, abs_tol=1e-6)


@pytest.mark.parametrize(("p", "words"), [
    (0.6, "0.6"), (0.0144, "0.014"), (0.001, "0.001"), (0.00099, "below 0.001"), (3.4e-16, "below 0.001")])
def test_no_p_is_told_with_an_exponent(p, words):
    assert consistency.p_in_words(p) == words


def test_reasons_can_be_read_aloud():
    told = [failure["why"] for failure in consistency.failures()]
    assert [why for why in told if re.search(r"\de-\d", why)] == []
    assert any(why.endswith("it is below 0.001") for why in told)
