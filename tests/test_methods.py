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
from statsmodels.stats.meta_analysis import combine_effects, effectsize_2proportions
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


@pytest.mark.parametrize("name", ["02_forty_percent_of_what", "04_compared_with_what", "05_is_secure_the_goal",
                                  "06_modalities_side_by_side"])
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


def test_pooling_by_hand():
    """Risk ratios, inverse variance and DerSimonian-Laird as in statsmodels."""
    names = lesson("06_modalities_side_by_side")
    counts = [names[name] for name in ("k1", "n1", "k2", "n2")]
    log_ratio, variance = effectsize_2proportions(*map(np.asarray, counts), statistic="risk-ratio")
    assert list(names["log_ratio"]) == pytest.approx(log_ratio)
    assert list(names["variance"]) == pytest.approx(variance)
    library = combine_effects(log_ratio, variance, method_re="dl")
    assert (names["fixed"], names["fixed_error"]) == pytest.approx((library.mean_effect_fe, library.sd_eff_w_fe))
    assert (names["pooled"], names["pooled_error"]) == pytest.approx((library.mean_effect_re, library.sd_eff_w_re))
    assert names["q"] == pytest.approx(library.q)
    assert names["tau2"] == pytest.approx(library.tau2)
    assert names["i2"] == pytest.approx(100 * library.i2)


def test_indirect_comparison():
    """The variance of a difference of two independent estimates is the sum of theirs."""
    names = lesson("06_modalities_side_by_side")
    errors = [(1.05 - 0.14) / 3.92, (0.99 - 0.32) / 3.92]
    assert names["lead"] == pytest.approx(0.65 - 0.60)
    assert sorted(names["errors"]) == pytest.approx(sorted(errors))
    # The expected range of five standard normal values is 2.326 (order statistics).
    assert names["gap"] == pytest.approx(2.326 * np.mean(errors), rel=0.02)


def test_ratios_of_the_two_teams_follow_from_their_counts():
    rows = lesson("06_modalities_side_by_side")["pair"].set_index("study_id")
    for study, counts in {"bateman2009": (2, 71, 16, 63), "carlyle2020": (19, 38, 18, 34)}.items():
        log_ratio, variance = effectsize_2proportions(*counts, statistic="risk-ratio")
        limits = np.exp([log_ratio, log_ratio - 1.96 * variance**0.5, log_ratio + 1.96 * variance**0.5])
        assert rows.loc[study, ["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx(limits, abs=0.006)
