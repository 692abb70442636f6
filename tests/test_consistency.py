"""The checks find what they should, leave the rest alone, and never stop at what a page prints."""

import csv
import inspect
import itertools
import math
import re
import statistics
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import consistency as c
import known_cases
import pytest
from scipy import stats

CASES = Path(__file__).with_name("cases") / "number_checks.csv"
CHECKS = {name: check for name, check in vars(c).items() if inspect.isfunction(check) and hasattr(check, "reasons")}


@pytest.mark.parametrize("printed", ["40", "46.0", "7", "0", "100", "33.33", "99.5"])
@pytest.mark.parametrize("total", [1, 7, 12, 40, 49, 275, 1073])
def test_counts_are_those_that_trying_all_finds(printed, total):
    half = 0.5 * 10 ** -len(printed.partition(".")[2])
    tried = [k for k in range(total + 1) if abs(100 * k / total - float(printed)) <= half + 1e-9]
    assert c.counts_for(printed, total) == tried
    assert [k for k in c.sums_for(printed, total, 100) if 0 <= k <= total] == tried


def test_a_tie_may_be_rounded_either_way():
    assert c.counts_for("7", 40) == [3] and c.counts_for("23", 40) == [9]
    assert c.counts_for("22", 40) == [9]


def test_totals_behind_forty_percent():
    assert c.totals_for("40", 60) == [5, 10, 15, 20, 25, 30, 35, 40, 42, 43, 45, 47, 48, 50, 52, 53, 55, 57, 58, 60]


@pytest.mark.parametrize(("estimate", "low", "high", "ratio", "off"), [
    ("-0.52", "-0.70", "-0.33", False, False),
    ("-0.07", "-0.43", "0.57", False, True),
    ("0.07", "-0.43", "0.57", False, False),
    ("2.66", "2.4", "18.07", True, True),
    ("1.22", "1.01", "1.44", True, False),
    ("0.91", "0.56", "1.48", True, False),
])
def test_middle_of_an_interval(estimate, low, high, ratio, off):
    assert c.off_middle(estimate, low, high, ratio) is off
    assert c.estimate_in_interval(estimate, low, high, ratio).word == (c.ASK if off else c.FITS)


def test_p_is_the_normal_one():
    assert math.isclose(c.two_sided_p(1.959964), 0.05, abs_tol=1e-6)


@pytest.mark.parametrize(("p", "words"), [
    (0.6, "0.6"), (0.0144, "0.014"), (0.001, "0.001"), (0.00099, "below 0.001"), (3.4e-16, "below 0.001")])
def test_no_p_is_told_with_an_exponent(p, words):
    assert c.p_in_words(p) == words


def test_reasons_can_be_read_aloud():
    told = [failure["why"] for failure in c.failures()]
    assert [why for why in told if re.search(r"\de-\d|\{|None|  ", why)] == []
    assert any("p is below 0.001" in why for why in told)


# -- known answers


def test_reference_cases_come_out_as_published():
    with CASES.open(encoding="utf-8", newline="") as file:
        told = {(case["check"], case["inputs"]): known_cases.judge(case) for case in csv.DictReader(file)}
    assert len(told) == 56 and {word for word, _ in told.values()} == {"ok"}, [
        (case, words) for case, (word, words) in told.items() if word != "ok"]


def known(tmp_path, *lines):
    path = tmp_path / "cases.csv"
    path.write_text("check,inputs,expected,where\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return subprocess.run([sys.executable, known_cases.__file__, path], capture_output=True, text=True, check=False)


def test_known_cases_tells_each_line_and_a_total(tmp_path):
    run = known(tmp_path, "GRIM,mean=5.19; n=28,consistent,nowhere", "GRIM,mean=5.18; n=28,consistent,nowhere",
                "tasting,tea=3,consistent,nowhere", "GRIM,tea=3,consistent,nowhere")
    assert run.returncode == 1 and [line[:8].strip() for line in run.stdout.splitlines() if line[0] != " "] == [
        "differs", "ok", "no check", "no check", "1 ok, 1"]
    assert "found: does not fit: No whole-number scores of 28 people have the mean 5.19" in run.stdout
    assert run.stdout.splitlines()[-1] == "1 ok, 1 differs, 2 no check of 4"


@pytest.mark.parametrize(("inputs", "expected", "word"), [
    ("mean=4.2; n=5; scale=1 to 7", "sd from 0.45 to 3.03", "ok"),
    ("mean=4.2; n=5; scale=1 to 7", "sd from 0.45 to 3.06", "differs"),
    ("mean=4.2; n=5; scale=1 to 7", "sd from 0.45", "differs"),
    ("mean=4.2; n=5; scale=1 to 7", "a large sd", "differs"),
    ("mean=4.2; n=5; scale=1", "sd from 0.45 to 3.03", "no check"),
    ("mean=4.2; n=none; scale=1 to 7", "consistent", "differs"),
])
def test_known_cases_compares_numbers(inputs, expected, word):
    assert known_cases.judge({"check": "SD limits", "inputs": inputs, "expected": expected})[0] == word


def test_known_cases_says_what_is_wrong_with_a_file(tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("check,inputs\n", encoding="utf-8")
    for file, words in ((path, "expected"), (tmp_path / "none.csv", "cannot be read")):
        run = subprocess.run([sys.executable, known_cases.__file__, file], capture_output=True, text=True, check=False)
        assert run.returncode == 2 and str(file) in run.stderr and words in run.stderr
        assert "Traceback" not in run.stderr and run.stderr.count("\n") == 1


@pytest.mark.parametrize(("mine", "scipys", "largest"), [
    (lambda t, df, _: c.p_of_t(t, df), lambda t, df, _: 2 * stats.t.sf(t, df), 40),
    (c.p_of_f, stats.f.sf, 40),
    (lambda x, df, _: c.p_of_chi2(x * df, df), lambda x, df, _: stats.chi2.sf(x * df, df), 3),
    (lambda r, df, _: c.p_of_r(r, df), lambda r, df, _: 2 * stats.t.sf(r * math.sqrt(df / (1 - r * r)), df), 0.999),
    (lambda z, *_: c.two_sided_p(z), lambda z, *_: 2 * stats.norm.sf(z), 8)], ids=["t", "F", "chi2", "r", "z"])
def test_p_is_that_of_scipy(mine, scipys, largest):
    freedom = (1, 2, 3, 7, 28, 101, 999, 10000)
    for size, df, other in itertools.product((0, 0.001, 0.3, 0.95, 1.0, 1.02, 2.2, 7, 40), freedom, freedom):
        size = size if size <= 2.2 < largest else largest * size / 40
        assert mine(size, df, other) == pytest.approx(scipys(size, df, other), abs=1e-8), (size, df, other)


def test_t_and_interval_turn_p_round():
    for df in (1, 4, 24, 500):
        assert c.t_of_p("0.05", df) == pytest.approx(stats.t.ppf(0.975, df), rel=1e-9)
    assert c.t_of_p("0.00001") == pytest.approx(stats.norm.isf(0.000005), rel=1e-9)
    assert c.widths_of_interval("25") == pytest.approx(4.1278, abs=1e-4)
    assert c.sd_of_interval("30.0", "34.2", "25") == pytest.approx(5 * 4.2 / 4.1278, abs=1e-3)
    assert c.interval_of_p("17", "0.032") == pytest.approx((1.46, 32.54), abs=0.01)
    assert c.interval_of_p("0.30", "0.034", ratio=True) == pytest.approx((0.099, 0.913), abs=0.001)
    for bad in ("0", "<0.05", "", "1"):
        with pytest.raises(c.Unclear):
            c.t_of_p(bad)


def test_p_of_counts_spans_the_four_usual_tests():
    for a, n, b, m in [(6, 52, 14, 49), (41, 224, 16, 224), (2, 27, 8, 31), (0, 12, 5, 14), (0, 6, 3, 11)]:
        table = [[a, n - a], [b, m - b]]
        usual = [stats.fisher_exact(table)[1], stats.chi2_contingency(table, correction=False)[1],
                 stats.chi2_contingency(table, correction=True)[1]]
        low, high = c.p_of_counts(str(a), str(n), str(b), str(m), "0.5").would_fit
        assert low <= min(usual) + 1e-9 and high == pytest.approx(max(usual), abs=1e-9)


def test_p_of_means_spans_student_and_welch():
    for arms in [("20.00", "4.00", "30", "21.00", "2.00", "30"), ("3.1000", "1.2000", "12", "2.2000", "0.4000", "40")]:
        m1, s1, n1, m2, s2, n2 = map(float, arms)
        low, high = c.p_of_means(*arms, "0.5").would_fit
        for equal in (True, False):
            assert low <= stats.ttest_ind_from_stats(m1, s1, n1, m2, s2, n2, equal).pvalue <= high


# -- whole scores, against trying everything


def all_scores(n, lowest, highest):
    return itertools.combinations_with_replacement(range(lowest, highest + 1), n)


def prints(value, printed):
    return abs(Fraction(value) - Fraction(printed)) <= Fraction(1, 2 * 10 ** c.decimals(printed))


def test_means_and_sds_of_whole_scores_are_those_that_trying_all_finds():
    n, spreads = 5, {}
    for scores in all_scores(5, -2, 8):
        total, squares = sum(scores), sum(score * score for score in scores)
        spreads.setdefault(Fraction(total, n), set()).add(Fraction(n * squares - total * total, n * (n - 1)))
    for mean in ("2.20", "2.25", "2.40", "2.5"):
        variances = set().union(*(found for value, found in spreads.items() if prints(value, mean)))
        assert (c.mean_of_whole(mean, n).word != c.NOT) is bool(variances)
        for sd in (f"{k / 20:.2f}" for k in range(0, 60)):
            low, high = (max(0, end) ** 2 for end in c.reach(sd, "SD"))
            reached = any(low <= variance <= high for variance in variances)
            assert (c.sd_of_whole(mean, sd, n).word in {c.FITS, c.OPEN}) is reached, (mean, sd)


def test_limits_of_an_sd_are_those_that_trying_all_finds():
    for n, (low, high) in ((4, (1, 5)), (5, (0, 3)), (6, (-1, 2)), (7, (0, 1))):
        for mean in {f"{sum(s) / n:.{places}f}" for s in all_scores(n, low, high) for places in (0, 1)}:
            sds = [statistics.stdev(s) for s in all_scores(n, low, high) if prints(Fraction(sum(s), n), mean)]
            assert c.sd_on_scale(mean, "", n, low, high).would_fit == pytest.approx((min(sds), max(sds))), (n, mean)


@pytest.mark.parametrize(("told", "words"), [
    (c.mean_of_whole("91.93", "16"), "No whole-number scores of 16 people have the mean 91.93; 91.88 and 91.94 would"
                                     " fit, or 15 people."),
    (c.sd_on_scale("4.2", "", "5", "1", "7"), "On a scale of 1 to 7 the SD lies between 0.45 and 3.03."),
    (c.sd_on_scale("4.0", "0.3", "20", "1", "7"), ""),
    (c.sd_on_scale("4.2", "9.0", "10", "1", "7"), "A tenth of it, 0.90, would fit."),
    (c.sd_on_scale("42", "1.0", "10", "1", "7"), "outside the scale, 1 to 7. A tenth of it, 4.2, would fit."),
    (c.percent_of_people("67.4", "150"), "67.3 and 68.0 would fit, or 144 people."),
    (c.percent_of_people("31", "40", "15"), "15 of 40 is 37.5%, not 31%."),
    (c.percent_of_people("73", "40", "15"), "With two digits turned, 37 would fit."),
    (c.p_of_statistic("F", "7.3", "1, 92", ".004"), "p is 0.008 to 0.0084. Half of it would fit: one-sided?"),
    (c.p_of_statistic("t", "2.20", "28", ".36"), "A tenth of it, 0.036, would fit."),
    (c.p_of_statistic("t", "2.20", "28", ">.05"), "They stand on different sides of 0.05."),
    (c.p_of_statistic("t", "1.20", "28", "<.01"), "They stand on different sides of 0.05."),
    (c.p_of_statistic("t", "22.2", "28", ".000"), "A p is never zero; a program that prints .000 means one below"),
    (c.p_of_counts("41", "224", "16", "224", "0.3"), "41 of 224 and 16 of 224 give a p below 0.001."),
    (c.p_of_means("10.0", "0.4", "50", "12.0", "0.4", "50", "<0.01"), ""),
    (c.p_of_means("10.0", "0.4", "50", "11.0", "0.4", "50", "0.08"), "If the SDs are standard errors, it would fit."),
    (c.d_of_means("10.0", "4.0", "50", "12.1", "4.0", "50", "5.3"), "A tenth of it, 0.53, would fit."),
    (c.se_of_sd("9.5", "0.95", "100"), "The other way round they would fit."),
    (c.se_of_interval("1.36", "4.65", "1.00"), "A 90% interval would fit."),
    (c.se_of_interval("0.51", "2.65", "0.25", ratio=True), "The interval reaches 3"),
    (c.estimate_in_interval("-0.07", "-0.43", "0.57"), "Estimate -0.07: Without the minus, 0.07 would fit."),
    (c.estimate_in_interval("2.07", "2.31", "3.25", ratio=True), "Lower limit 2.31: With two digits turned, 1.32"),
    (c.estimate_in_interval("-0.52", "0.70", "-0.33"), "Lower limit 0.70: With a minus, -0.70 would fit."),
    (c.estimate_in_interval("25", "20", "3"), "Upper limit 3: Ten times it, 30, would fit."),
    (c.estimate_in_interval("1.2", "0.9", "1.5", ratio=False), "1.2 lies inside 0.9 to 1.5, near the middle."),
    (c.ratio_of_shares("OR", "43", "22", "3.26"), "43% and 22% give an odds ratio of 2.55 to 2.81."),
    (c.ratio_of_shares("OR", "43", "22", "0.37"), "The other way round it would fit."),
    (c.ratio_of_shares("RR", "60", "30", "0.02"), ""),
    (c.parts_and_whole(["15", "11"], "16"), "15 + 11 is 26, not 16."),
    (c.parts_and_whole(["40", "63"], "13"), "13: With a lost zero, 103 would fit."),
    (c.parts_and_whole(["54", "21"], "66"), "54: With two digits turned, 45 would fit."),
    (c.mean_of_parts([("30", "6.2"), ("11", "7.4")], "7.3"), "The mean of all 41 people is 6.47 to 6.57, not 7.3."),
])
def test_a_check_says_what_would_fit(told, words):
    assert words in told.why


@pytest.mark.parametrize(("told", "word"), [
    (c.p_of_interval("1.60", "0.62", "2.58", ".0025", n="24"), c.FITS),
    (c.p_of_interval("1.60", "0.62", "2.58", ".0025"), c.ASK),
    (c.parts_and_whole(["33", "33", "33"], "100", shares=True), c.FITS),
    (c.parts_and_whole(["33", "33", "33"], "100"), c.ASK),
    (c.p_of_statistic("t", "-2.00", "", "0.05"), c.OPEN), (c.p_of_statistic("t", "2.00", "", "0.01"), c.NOT),
    (c.p_of_statistic("F", "4.0", "1", "0.05"), c.OPEN), (c.p_of_statistic("F", "4.0", "2", "0.005"), c.NOT),
    (c.d_of_means("10.00", "4.00", "8", "14.00", "4.00", "8", "0.95"), c.FITS),
    (c.d_of_means("10.00", "4.00", "8", "14.00", "4.00", "8", "0.90"), c.ASK),
    (c.d_of_means("10.00", "4.00", "8", "14.00", "4.00", "8", "1.06"), c.ASK),
    (c.percent_of_people("70.6", "276", "195"), c.ASK), (c.percent_of_people("70.6", "276", "196"), c.NOT),
    (c.percent_of_people("40", "150"), c.OPEN), (c.percent_of_people("140", "150"), c.NOT),
    (c.percent_of_people("40", "15", "16"), c.NOT), (c.sd_of_whole("5.18", "-1", "28"), c.NOT),
])
def test_a_check_chooses_its_word(told, word):
    assert told.word == word, str(told)


def test_slips_are_those_of_the_pen():
    found = {wanted: c.slip("1.5", lambda tried, wanted=wanted: tried == wanted)
             for wanted in ("-1.5", "0.15", "15", "5.1", "1.05", "1.50", "2.5")}
    assert {wanted for wanted, words in found.items() if words} == {"-1.5", "0.15", "15", "5.1", "1.05"}
    assert c.slip("5", lambda tried: tried == "50").startswith("Ten times") and c.slip("7", lambda tried: False) == ""


# -- false alarms that are known: silence, or a question

FALSE_ALARMS = {
    "percent_of_people": [
        ("a tie, rounded down", ("22", "40")), ("many people", ("33.3", "1200")),
        ("cut off, not rounded", ("70.6", "276", "195"))],
    "mean_of_whole": [
        ("an average of three items", ("5.71", "40", "3")), ("too many people to tell", ("2.5", "200")),
        ("cut off, not rounded", ("3.81", "33")), ("a tie, rounded down", ("0.12", "8"))],
    "sd_of_whole": [
        ("flagged by older versions", ("2.57", "2.57", "30")), ("all gave one answer", ("3.00", "0.00", "12")),
        ("an average of two items", ("2.75", "0.35", "2", "2"))],
    "sd_on_scale": [
        ("half at each end", ("4", "3.1", "20", "1", "7")), ("everybody the same", ("7.0", "0.0", "9", "1", "7")),
        ("a mean rounded to the end", ("1.0", "0.2", "30", "1", "7"))],
    "p_of_statistic": [
        ("no decimals in t", ("t", "2", "28", ".02")), ("t may be as high as 2.049", ("t", "2.0", "28", "<.05")),
        ("a minus", ("z", "-2.42", "", "0.016")), ("a one-sided test", ("t", "2.20", "28", ".018")),
        ("no df printed", ("t", "-2.00", "", "0.05")), ("Welch's df", ("t", "2.20", "24.3", ".038"))],
    "p_of_interval": [
        ("a p of t in a small study", ("1.60", "0.62", "2.58", ".0025", False, "24")),
        ("a ratio in few decimals", ("1.9", "0.53", "6.5", "0.33", True)),
        ("an adjusted test", ("0.50", "0.10", "0.90", "0.03"))],
    "p_of_counts": [
        ("Fisher's exact test", ("2", "27", "8", "31", "0.09")), ("chi-square", ("2", "27", "8", "31", "0.06")),
        ("an analysis of survival", ("6", "52", "14", "49", "<0.001")), ("nobody", ("0", "52", "0", "49", "1.0"))],
    "p_of_means": [
        ("rounding reaches far", ("20", "4", "30", "21", "2", "30", ".02")),
        ("adjusted for the start", ("10.0", "4.0", "50", "11.0", "4.0", "50", "0.02")),
        ("Welch's test", ("10.00", "8.00", "40", "13.00", "1.00", "10", "0.03"))],
    "d_of_means": [
        ("g, corrected for few people", ("10.00", "4.00", "8", "14.00", "4.00", "8", "0.95")),
        ("the SD at the start", ("10.0", "4.0", "50", "12.0", "4.0", "50", "0.8")),
        ("coded the other way round", ("10.0", "4.0", "50", "12.0", "4.0", "50", "-0.50"))],
    "estimate_in_interval": [
        ("a ratio is no difference", ("2.00", "1.00", "4.00", True)),
        ("a bootstrap interval", ("0.12", "-0.02", "0.36")),
        ("a limit that rounds to zero", ("0.02", "0.00", "0.4", True))],
    "se_of_sd": [
        ("rounded to one digit", ("0.9", "9.2", "100")), ("a standard error of a model", ("0.60", "9.2", "100"))],
    "se_of_interval": [
        ("few people", ("7.9", "12.1", "1.0", False, "20")), ("a 90% interval", ("1.36", "4.65", "1.00"))],
    "ratio_of_shares": [
        ("shares without decimals", ("OR", "43", "22", "2.8")), ("adjusted", ("OR", "46", "22", "3.26")),
        ("nobody", ("RR", "12", "0", "35")), ("turned round", ("RR", "22", "43", "1.95")),
        ("a difference as a share", ("RD", "43", "22", "0.21"))],
    "parts_and_whole": [
        ("thirds, rounded", (["33", "33", "33"], "100", True)), ("two answers allowed", (["60", "70"], "100")),
        ("rounded means of time", (["1.5", "2.5"], "4.1")), ("people who left", (["40", "41"], "88"))],
    "mean_of_parts": [
        ("rounded", ([("30", "6.2"), ("11", "7.4")], "6.5")),
        ("adjusted means", ([("30", "6.2"), ("11", "7.4")], "6.9"))],
}


@pytest.mark.parametrize(("name", "words", "cells"), [
    (name, words, cells) for name, alarms in FALSE_ALARMS.items() for words, cells in alarms])
def test_what_is_no_error_is_left_alone_or_asked(name, words, cells):
    told = CHECKS[name](*cells)
    assert told.word in {c.FITS, c.OPEN} or (told.word == c.ASK and str(told).endswith("?")), (words, str(told))


def test_each_check_knows_two_false_alarms():
    names = {name for name in CHECKS if not name.startswith("_")}
    assert set(FALSE_ALARMS) == names and all(len(alarms) >= 2 for alarms in FALSE_ALARMS.values())
    assert all(len(check.reasons) >= 2 for check in CHECKS.values())


#: What each check of FALSE_ALARMS must not let pass: without these a check that never speaks would look good.
ERRORS = {
    "percent_of_people": ("67.4", "150"), "mean_of_whole": ("5.19", "28"), "sd_of_whole": ("5.23", "2.55", "35"),
    "sd_on_scale": ("4", "5", "20", "1", "7"), "p_of_statistic": ("t", "2.20", "28", ".03"),
    "p_of_interval": ("0.50", "0.10", "0.90", "0.30"), "p_of_counts": ("41", "224", "16", "224", "0.3"),
    "p_of_means": ("10.0", "4.0", "50", "11.0", "4.0", "50", "0.001"),
    "d_of_means": ("10.0", "4.0", "50", "12.0", "4.0", "50", "0.9"),
    "estimate_in_interval": ("0.95", "0.10", "0.90"), "se_of_sd": ("2.5", "9.5", "100"),
    "se_of_interval": ("1.0", "9.0", "1.0"), "ratio_of_shares": ("OR", "43", "22", "3.26"),
    "parts_and_whole": (["15", "11"], "16"), "mean_of_parts": ([("30", "6.2"), ("11", "7.4")], "7.3")}


@pytest.mark.parametrize("name", FALSE_ALARMS)
def test_each_check_speaks_up(name):
    told = CHECKS[name](*ERRORS[name])
    assert told.word in {c.ASK, c.NOT} and str(told).startswith(told.word)


# -- printed numbers


@pytest.mark.parametrize(("p", "low", "high"), [
    (".03", 0.025, 0.035), ("=.03", 0.025, 0.035), ("p = .030", 0.0295, 0.0305), ("<.05", 0, 0.05),
    ("p < .05", 0, 0.05), ("≤0.05", 0, 0.05), (">.05", 0.05, 1), ("n.s.", 0.05, 1),
    ("ns", 0.05, 1), ("NS", 0.05, 1), ("1.00", 0.995, 1)])
def test_a_printed_p_is_read(p, low, high):
    assert tuple(map(float, c.p_reach(p))) == (low, high)


@pytest.mark.parametrize("cell", [
    "", " ", "fast", "50-60", "n.s.", "<", ">.05", "NaN", "inf", "1e9", "٣", "-", ".", "0", "-1", "00", "1/0", "=1+1",
    "9" * 400, "0.000000000001", "999999999999", "−2.5", "1,5"])
@pytest.mark.parametrize("name", FALSE_ALARMS)
def test_no_cell_stops_a_check(name, cell):
    cells = ERRORS[name]
    for at in range(len(cells)):
        other = cell
        if isinstance(cells[at], list):
            other = [(cell, "6.2"), ("11", cell)] if isinstance(cells[at][0], tuple) else [cell, "11"]
        told = CHECKS[name](*cells[:at], other, *cells[at + 1:])
        assert told.word in {c.FITS, c.ASK, c.OPEN, c.NOT} and len(str(told)) < 1500
        assert not re.search(r"\bnan\b|None\b(?! is)|Traceback", told.why), told.why


def test_what_is_missing_is_named():
    assert c.mean_of_whole("", "28").why == "The mean is missing."
    assert c.mean_of_whole("5.19", "about 28").why == "The number of people, 'about 28', is no plain number."
    assert c.p_of_statistic("F", "2.2", "", ".15").why == "The df of F is missing."
    assert c.p_of_statistic("b", "2.2", "", ".15").why.endswith("not b.")


def test_a_true_minus_is_read():
    assert c.p_of_statistic("t", "\N{MINUS SIGN}2.20", "28", ".036").word == c.FITS


# -- the table at the top of the module, and the tables of the course


def test_the_table_at_the_top_lists_every_check_as_it_is_called():
    listed = dict(re.findall(r"^\| (\w+)(\(.*?\)) \|", c.__doc__, re.MULTILINE))
    assert listed == {name: str(inspect.signature(check)).replace("'", '"') for name, check in CHECKS.items()
                      if not name.startswith("_")}


def test_the_checks_import_nothing_but_the_standard_library():
    code = "import sys; before = set(sys.modules); import consistency; print(*set(sys.modules) - before)"
    run = subprocess.run([sys.executable, "-S", "-c", code], cwd=Path(c.__file__).parent, capture_output=True,
                         text=True, check=True)
    new = {name.partition(".")[0] for name in run.stdout.split()} - {"consistency"}
    assert new and new <= set(sys.stdlib_module_names)


def score(**cells):
    return dict.fromkeys(("study_id", "group", "outcome", "instrument", "statistic", "time", "n", "mean", "sd",
                          "range_low", "range_high", "range_kind", "derived", "where"), "") | cells


@pytest.mark.parametrize(("cells", "flagged"), [
    ({"mean": "5.19", "n": "28", "whole": "yes"}, True), ({"mean": "5.19", "n": "28", "whole": ""}, False),
    ({"mean": "5.19", "n": "28"}, False), ({"mean": "5.18", "n": "28", "whole": "yes"}, False),
    ({"mean": "5.23", "sd": "2.55", "n": "35", "whole": "yes"}, True),
    ({"mean": "5.19", "n": "", "whole": "yes"}, False), ({"mean": "5.2", "n": "28", "whole": "yes"}, False)])
def test_only_scores_marked_as_whole_are_checked(cells, flagged):
    assert [flag for _, flag, _ in c._scores([score(**cells)])] == ["not_sum_of_n"] * flagged


def effect(**cells):
    return dict.fromkeys(c.table("effects")[0], "") | {"contrast": "between"} | cells


INTERVAL = effect(study_id="a", outcome="mood", measure="MD", estimate="3.3", ci_low="-0.6", ci_high="7.2", p="0.094")


@pytest.mark.parametrize(("cells", "others", "flagged"), [
    ({"measure": "F", "estimate": "7.3", "p": "0.004"}, [], True),
    ({"measure": "F", "estimate": "7.3", "p": "0.008", "df": "1, 92"}, [], False),
    ({"measure": "F", "estimate": "4.3", "p": "0.04", "df": "1, 8"}, [], True),
    ({"measure": "t", "estimate": "-2.00", "p": "0.05"}, [], False),
    ({"measure": "t", "estimate": "2.00", "p": ">.05", "df": "28"}, [], False),
    ({"measure": "t", "estimate": "4.00", "p": "ns", "df": "28"}, [], True),
    ({"measure": "Q", "estimate": "6.10", "p": "0.99", "df": "16"}, [], False),
    ({"measure": "d", "estimate": "1.6", "p": "0.094", "n": "104"}, [], True),
    ({"measure": "d", "estimate": "1.6", "p": "0.094", "n": "104"}, [INTERVAL], False),
    ({"measure": "d", "estimate": "1.6", "p": "0.094", "n": "104"},
     [INTERVAL | {"measure": "RR", "ci_low": "1.5"}], True),
    ({"measure": "d", "estimate": "1.6", "p": "0.094", "n": "104", "contrast": "within"}, [], False),
    ({"measure": "MD", "estimate": "3.32", "ci_low": "-0.58", "ci_high": "7.22", "p": "0.094", "n": "164"}, [], False),
    ({"measure": "MD", "estimate": "3.32", "ci_low": "-0.58", "ci_high": "7.22", "p": "0.07", "n": "164"}, [], True),
    ({"measure": "MD", "estimate": "3.32", "ci_low": "-0.58", "ci_high": "7.22", "p": ">.05"}, [], False),
    ({"measure": "MD", "estimate": "3.32", "ci_low": "0.58", "ci_high": "6.06", "p": "0.000"}, [], True),
])
def test_p_of_a_row_is_judged_by_its_own_numbers(cells, others, flagged):
    rows = [effect(study_id="a", outcome="mood", **cells), *others]
    assert [flag for index, flag, _ in c._effects(rows) if index == 0 and flag == "p_disagrees"] == [
        "p_disagrees"] * flagged


@pytest.mark.parametrize(("whole", "outcome", "flagged"), [("31", "analysed", True), ("32", "analysed", False),
                                                           ("30", "randomised", True)])
def test_arms_of_any_outcome_add_up(whole, outcome, flagged):
    rows = [dict.fromkeys(c.table("proportions")[0], "") | {"study_id": "a", "outcome": outcome, "group": role,
                                                            "role": role, "events": events}
            for role, events in (("treatment", "15"), ("comparison", "17"), ("all", whole))]
    assert {flag for _, flag, _ in c._proportions(rows)} == ({"arms_do_not_add_up"} if flagged else set())
