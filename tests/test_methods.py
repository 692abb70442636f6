"""The sums that lessons write out give what scipy and statsmodels give, or what follows from a definition."""

import contextlib
import functools
import io
import os
import sys

import matplotlib
import numpy as np
import pytest
from common import ROOT, cells
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

matplotlib.use("agg")
sys.path.insert(0, str(ROOT / "notebooks"))

COUNTS = [(0, 5), (2, 5), (7, 12), (20, 52), (35, 52), (60, 60), (1, 1000)]


@functools.cache
def lesson(name):
    """The names that a lesson has defined when all its cells have run."""
    names = {"__name__": "__main__"}
    before = os.getcwd()
    os.chdir(ROOT / "notebooks")
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in cells(ROOT / "notebooks" / f"{name}.ipynb", "code"):
                exec(compile(cell.source, cell.id, "exec"), names)
    finally:
        os.chdir(before)
    return names


@pytest.mark.parametrize("name", ["02_forty_percent_of_what", "04_compared_with_what", "05_is_secure_the_goal"])
@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_wilson_interval(name, k, n):
    ours = lesson(name)["wilson"](k, n)
    assert ours == pytest.approx([100 * limit for limit in proportion_confint(k, n, method="wilson")], abs=0.01)


@pytest.mark.parametrize(("k1", "n1", "k2", "n2"), [(20, 52, 35, 52), (9, 52, 23, 52), (0, 10, 5, 12), (30, 30, 1, 9)])
def test_newcombes_interval_of_a_difference(k1, n1, k2, n2):
    d, low, high = lesson("04_compared_with_what")["difference"](k1, n1, k2, n2)
    library = confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff")
    assert d == pytest.approx(100 * (k1 / n1 - k2 / n2))
    assert (low, high) == pytest.approx([100 * limit for limit in library], abs=0.01)


def test_kappa_and_chance_agreement():
    """A table with the base rates as margins and 78% on the diagonal has the kappa that the lesson's formula gives."""
    names = lesson("03_before_and_after")
    table = np.array([[0, 0.06, 0.04], [0.06, 0, 0.01], [0.04, 0.01, 0]])  # the 22% that disagree
    table += np.diag((names["base"]["percent"] / 100).to_numpy() - table.sum(axis=1))
    assert np.trace(table) == pytest.approx(names["agreement"])
    expected = (names["agreement"] - names["from_base"]) / (1 - names["from_base"])
    assert cohens_kappa(table).kappa == pytest.approx(expected, abs=1e-6)
    assert names["chance"] == pytest.approx((0.78 - 0.63) / 0.37)


def test_error_alone():
    names = lesson("03_before_and_after")
    a = names["a"]
    assert a**2 + (1 - a) ** 2 == pytest.approx(names["agreement"])
    library = 100 * stats.binom.pmf(names["ks"], 20, names["share"])
    assert names["summed"] == pytest.approx(library)
    assert names["played"] == pytest.approx(library, abs=1.5)
    assert names["secure_again"].mean() / 20 == pytest.approx(names["share"], abs=0.002)


def test_regression_to_the_mean_is_half_when_half_is_passing():
    names = lesson("03_before_and_after")
    first, second, low = names["first"], names["second"], names["low"]
    assert second[low].mean() / first[low].mean() == pytest.approx(0.5, abs=0.05)


def test_cloud_has_the_correlation_it_claims():
    names = lesson("05_is_secure_the_goal")
    assert np.corrcoef(names["security"], names["good"])[0, 1] == pytest.approx(names["r"])


def test_from_r_to_d_and_to_overlap():
    """Two groups of one size, d apart, each with spread 1: the correlation of group and score is the lesson's r."""
    names = lesson("05_is_secure_the_goal")
    d, r = names["d"], names["r"]
    between, within = (d / 2) ** 2, 1
    assert (between / (between + within)) ** 0.5 == pytest.approx(r)
    assert names["overlap"] == pytest.approx(100 * 2 * stats.norm.cdf(-d / 2))


def test_from_d_to_r():
    chosen = lesson("05_is_secure_the_goal")["chosen"].set_index("outcome")
    assert chosen.loc["attachment security with outcome", "r"] == pytest.approx(0.37 / (0.37**2 + 4) ** 0.5)
    assert (chosen["r"] > 0).all(), "after turning, all point to: more security goes with better"


def test_split_results_of_two_tests():
    names = lesson("04_compared_with_what")
    for w, mixed in zip(names["power"], names["mixed"], strict=True):
        assert mixed / 100 == pytest.approx(stats.binom.pmf(1, 2, w))


def test_odds_ratio():
    names = lesson("05_is_secure_the_goal")
    odds = names["odds"]
    assert odds["CBT"] / odds["PPT"] == pytest.approx(stats.contingency.odds_ratio([[15, 21], [2, 32]],
                                                                                  kind="sample").statistic)


@pytest.mark.parametrize("n", [28, 276])
def test_winners_curse(n):
    """Power and the mean of the significant trials are those of a normal curve cut off at the limit."""
    names = lesson("07_pills_and_talk")
    true, error = names["true"], 2 / n**0.5  # two arms of n/2 people, spread 1
    cut = stats.norm.ppf(0.975) - true / error
    assert names["limit"][n] == pytest.approx(stats.norm.ppf(0.975) * error, abs=1e-4)
    assert names["found"][n].mean() == pytest.approx(true, abs=0.01)
    assert names["found"][n].std() == pytest.approx(error, rel=0.02)
    assert names["power"][n] == pytest.approx(stats.norm.sf(cut), abs=0.015)
    significant = stats.truncnorm.mean(cut, np.inf, loc=true, scale=error)
    assert names["printed"][n] == pytest.approx(significant, rel=0.015)


@pytest.mark.parametrize(("n", "share"), [(28, 0.12), (276, 0.70)])
def test_power_of_the_t_test_is_near_that_of_the_simulation(n, share):
    """The lesson takes the spread as known; a t test, which estimates it, has nearly the same power."""
    edge, shift = stats.t.ppf(0.975, n - 2), 0.3 * n**0.5 / 2
    assert stats.nct.sf(edge, n - 2, shift) == pytest.approx(share, abs=0.02)
    assert lesson("07_pills_and_talk")["power"][n] == pytest.approx(share, abs=0.015)


def test_absolute_and_relative_risk_and_number_needed_to_treat():
    compare = lesson("07_pills_and_talk")["compare"]
    for with_treatment, without in [(27, 64), (10, 26), (22, 23)]:
        library = stats.contingency.relative_risk(with_treatment, 100, without, 100)
        reduction, ratio, needed = compare(without, with_treatment)
        assert ratio == pytest.approx(library.relative_risk)
        gap = confint_proportions_2indep(without, 100, with_treatment, 100, method="newcomb", compare="diff")
        assert gap[0] < reduction / 100 < gap[1]
        assert needed * reduction == pytest.approx(100)
    assert round(compare(64, 27)[2]) == 3, "printed in leucht2012"
    assert round(compare(43, 0.71 * 43)[2]) == 8, "printed in pharoah2006, whose risk without is then 43%"


def test_risks_behind_a_printed_ratio_and_number_needed():
    names = lesson("07_pills_and_talk")
    base, rr, nnt = names["base"], names["rr"], names["nnt"]
    assert 1 / (base / 100 - rr * base / 100) == pytest.approx(nnt)
    assert round(names["compare"](base, 0.6 * base)[2]) == 8, "printed as one limit of the interval of the NNT"
    assert round(names["compare"](base, 0.5 * base)[2]) == 6, "and as the other"


def test_hazard_ratio_becomes_a_risk():
    """With a constant hazard the share that relapses is 1 - exp(-hazard): the lesson's power rule in other words."""
    names = lesson("07_pills_and_talk")
    hazard = -np.log(1 - names["risk"] / 100)
    assert names["with_mbct"] / 100 == pytest.approx(stats.expon.cdf(0.69 * hazard))


def test_two_treatments_that_work_independently():
    """People who respond to the drug, to the therapy or without either, each by a coin of its own."""
    names = lesson("07_pills_and_talk")
    neither, drug, talk = 0.15, names["drug"] / 100, names["talk"] / 100
    by_drug, by_talk = ((share - neither) / (1 - neither) for share in (drug, talk))
    none = stats.binom.pmf(0, 1, neither) * stats.binom.pmf(0, 1, by_drug) * stats.binom.pmf(0, 1, by_talk)
    assert names["independent"][15] / 100 == pytest.approx(1 - none)
    assert names["added"][15] / 100 == pytest.approx(neither + (drug - neither) + (talk - neither))
