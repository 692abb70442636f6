"""The sums that lessons write out give what scipy and statsmodels give, or what follows from a definition."""

import contextlib
import functools
import io
import os

import matplotlib
import matplotlib.pyplot as plt
import methods
import numpy as np
import pandas as pd
import pytest
from common import ROOT, cells, prose
from consistency import table
from scipy import optimize, stats
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.meta_analysis import combine_effects, effectsize_2proportions
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

matplotlib.use("agg")
COUNTS = [(0, 5), (2, 5), (7, 12), (20, 52), (35, 52), (60, 60), (1, 1000)]


@functools.cache
def lesson(name):
    """The names that a lesson has defined when all its cells have run."""
    names = {"__name__": "__main__", "display": lambda shown: None}  # as IPython has it
    before = os.getcwd()
    os.chdir(ROOT / "notebooks")
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in cells(ROOT / "notebooks" / f"{name}.ipynb", "code"):
                exec(compile(cell.source, cell.id, "exec"), names)
    finally:
        os.chdir(before)
    return names


@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_wilson_interval(k, n):
    ours = methods.wilson(k, n)
    assert ours == pytest.approx([100 * limit for limit in proportion_confint(k, n, method="wilson")], abs=0.01)


@pytest.mark.parametrize(("k1", "n1", "k2", "n2"), [(20, 52, 35, 52), (9, 52, 23, 52), (0, 10, 5, 12), (30, 30, 1, 9)])
def test_newcombes_interval_of_a_difference(k1, n1, k2, n2):
    d, low, high = methods.risk_difference(k1, n1, k2, n2)
    library = confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff")
    assert d == pytest.approx(100 * (k1 / n1 - k2 / n2))
    assert (low, high) == pytest.approx([100 * limit for limit in library], abs=0.01)


def test_kappa():
    """1 and 0 are the codes of ten things, coded twice; the library has it from the table of the pairs."""
    first, second = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0], [1, 1, 1, 0, 1, 0, 0, 1, 0, 0]
    table = np.histogram2d(first, second, bins=2)[0]
    assert methods.kappa(first, second) == pytest.approx(cohens_kappa(table).kappa)


def test_error_alone():
    groups = lesson("03_before_and_after")["groups"]
    assert groups == pytest.approx(1000 * stats.binom.pmf(range(21), 20, 0.15))


def test_a_second_reading_that_knows_nothing_of_the_first_finds_the_lowest_at_the_mean():
    """The last frame of the lesson has r = 0; with r = 0.5 the two readings have that correlation, within chance."""
    people = lesson("03_before_and_after")["people"]
    assert people.query("first < 40")["second"].mean() == pytest.approx(50, abs=0.2)
    halfway = 0.5 * people["first"] + 0.75**0.5 * people["chance"]
    assert np.corrcoef(people["first"], halfway)[0, 1] == pytest.approx(0.5, abs=0.05)


def test_reliable_change():
    """Two readings with SD 10 and r = 0.8 differ by more than the lesson's bound in one person of twenty, by chance."""
    wobble = lesson("03_before_and_after")["wobble"]
    variance = 10**2 + 10**2 - 2 * 0.8 * 10 * 10
    assert 2 * stats.norm.sf(wobble, scale=variance**0.5) == pytest.approx(0.05, abs=0.0001)


def words_of(fig):
    """All that is written on a figure, in one text."""
    written = [fig.get_suptitle(), *(text.get_text() for ax in fig.axes for text in ax.texts)]
    plt.close(fig)
    return " ".join(written)


@pytest.mark.parametrize("r", [-0.5, 0, 0.17, 0.71])
def test_what_a_correlation_means_in_people_and_in_overlap(r):
    """The quadrant of a bivariate normal distribution, and two groups whose membership has the correlation r."""
    names = lesson("05_is_secure_the_goal")
    both = stats.multivariate_normal(cov=[[1, r], [r, 1]]).cdf([0, 0])
    apart = next(d for d in np.linspace(0, 3, 30_001) if (d / 2) ** 2 / ((d / 2) ** 2 + 1) >= r**2)
    said = words_of(names["draw"](r))
    assert f"Of 100 more secure people, {200 * both:.0f} are above" in said
    assert f"{apart:.2f} apart" in said and f"{200 * stats.norm.cdf(-apart / 2):.0f}% shared" in said


def test_a_confounder_alone_brings_about_the_correlation():
    names = lesson("05_is_secure_the_goal")
    assert abs(np.corrcoef(names["security"], names["rest"])[0, 1]) < 0.02, "security does something"
    added = (4 * names["printed"] / (1 - names["printed"])) ** 0.5  # two groups of one size vary by added**2 / 4
    assert added**2 / 4 / (added**2 / 4 + 1) == pytest.approx(names["printed"])
    assert f"everybody: r = {names['printed']:.2f}" in words_of(names["draw_third"](added))


def test_from_d_to_r():
    turned = lesson("05_is_secure_the_goal")["links"].set_index(["study", "outcome"])["turned"]
    d = {"security": 0.37, "anxiety": 0.46, "avoidance": 0.014}
    for what, size in d.items():
        assert turned["Levy 2011", f"attachment {what} with outcome"] == pytest.approx(
            np.sin(np.arctan(size / 2)), abs=0.0006)
    assert (turned > 0).all(), "after turning, all point to: more security goes with better"


@pytest.mark.parametrize("people", [5, 15, 60])
def test_two_tests_of_equal_arms(people):
    """Both, one or none of two tests that know nothing of each other: a binomial distribution of two draws."""
    power, both, split, neither = lesson("04_compared_with_what")["hundred_trials"](people)
    assert power == pytest.approx(stats.norm.sf(1.96, loc=0.5 * people**0.5))
    assert [neither, split, both] == pytest.approx(100 * stats.binom.pmf(range(3), 2, power), abs=1)


def test_how_many_people_disagree_most_often():
    """A coin's throw each is the most that two can disagree: the lesson names all numbers of people that print so."""
    names = lesson("04_compared_with_what")
    power = {people: stats.norm.sf(1.96, loc=0.5 * people**0.5) for people in range(5, 61)}
    assert max(power, key=lambda people: 2 * power[people] * (1 - power[people])) in names["most"].index
    assert list(names["most"].index) == list(range(15, 18)) and set(names["most"]) == {50}


def test_the_printed_lead_of_the_riddle_would_have_a_far_smaller_p():
    """Exercise 04: 52 people in each arm, a d between them, and t = d / (1/52 + 1/52) ** 0.5."""
    row = next(row for row in table("effects") if row["topic"] == "riddle" and row["outcome"] == "BPD severity")
    assert 2 * stats.t.sf(float(row["estimate"]) / (2 / 52) ** 0.5, 102) < float(row["p"]) / 1e6


def test_difference_of_changes():
    """As the variance of a difference of two means of changes says, each with its own people."""
    names = lesson("04_compared_with_what")
    gap, reach = names["difference"]("TFP", "DBT", 0.5)
    parts = [(sd**2 + later**2 - sd * later) / n for n, sd, later in ((22, 1.16, 1.38), (15, 0.95, 1.15))]
    assert (gap, reach) == pytest.approx((1.18, stats.norm.ppf(0.975) * sum(parts) ** 0.5), abs=0.001)


def test_p_of_the_lesson_and_of_the_printed_tests():
    """As the normal distribution and Student's t have it; the strict reader's line falls where the prose says."""
    difference = lesson("04_compared_with_what")["difference"]
    p = {(other, r): 2 * stats.norm.sf(gap / (reach / stats.norm.ppf(0.975)))
         for other in ("DBT", "SPT") for r in (0, 0.5) for gap, reach in [difference("TFP", other, r)]}
    assert all(found < 0.05 for found in p.values()), "by the usual 95%, no r moves the verdict"
    assert p["SPT", 0] < 0.05 / 3 < p["DBT", 0] < 0.05
    printed = [float(row["estimate"]) for row in table("effects") if row["study"] == "Levy 2006"
               and row["measure"] == "t" and row["outcome"] == "reflective function"]
    first, second = (f"{2 * stats.t.sf(t, 54):.3f}" for t in printed)
    assert "t(54) = {:.2f} and {:.2f}, give {} and {};".format(*printed, first, second) in prose(
        ROOT / "notebooks" / "04_compared_with_what.ipynb")


def test_swapping_the_groups_of_a_risk_ratio():
    """statsmodels, given the counts with the groups swapped, prints what the lesson makes of the printed ratio."""
    printed = Table2x2([[30, 70], [45, 65]])
    row = {"estimate": printed.riskratio, "ci_low": printed.riskratio_confint()[0],
           "ci_high": printed.riskratio_confint()[1], "outcome": "use"}
    rows = pd.DataFrame([row | {"better": "below_1"}, row | {"better": "above_1"}])
    values, words = lesson("10_support_around_treatment")["pointing_right"](rows)
    swapped = Table2x2([[45, 65], [30, 70]])
    assert values[:, 0] == pytest.approx([swapped.riskratio, *swapped.riskratio_confint()])
    assert values[:, 1] == pytest.approx([printed.riskratio, *printed.riskratio_confint()])
    assert list(words) == ["use (swapped)", "use"]


def test_risk_ratio_of_the_other_outcome():
    """Of 1000 people in each arm, 60% use without support: the risk ratio of not using, from whole counts."""
    ratio = lesson("10_support_around_treatment")["ratio"]
    using = [round(1000 * 0.6 * ratio), 600]
    other = Table2x2([[1000 - using[0], using[0]], [1000 - using[1], using[1]]]).riskratio
    assert other == pytest.approx((100 - ratio * 60) / (100 - 60))
    assert other != pytest.approx(1 / ratio, abs=0.01)


def test_chain_of_steps_gives_the_printed_total():
    """Nobody leaves: the product rule, the printed 67. Nobody who left became well: remissions over all who began."""
    names = lesson("11_when_treatment_does_not_work")
    assert names["by_step"](1) == pytest.approx(100 * (1 - np.cumprod(1 - names["rate"])))
    assert round(names["by_step"](1)[-1]) == 67, "Rush 2006 prints 67"
    assert names["by_step"](0)[-1] == pytest.approx(100 * (names["rate"] * names["entered"]).sum() / 3671)
    assert names["by_step"](0)[-1] == pytest.approx(50.6, abs=0.05)
    assert (np.diff([names["by_step"](share)[-1] for share in np.linspace(0, 1, 11)]) > 0).all()


def test_chain_of_steps_against_people_one_by_one():
    """A simulation of people who climb, leave and become well agrees with the lesson's sum."""
    names, rng = lesson("11_when_treatment_does_not_work"), np.random.default_rng(5)
    people, leavers = 400_000, 0.5
    well, gone = np.zeros(people, bool), np.zeros(people, bool)
    for step, (r, n) in enumerate(zip(names["rate"], names["entered"], strict=True)):
        here = np.flatnonzero(~well & ~gone)
        expected = people if step == 0 else round(people * n / 3671)
        gone[rng.permutation(here)[expected:]] = True
        well |= rng.random(people) < np.where(gone, leavers * r, r)
    assert 100 * well.mean() == pytest.approx(names["by_step"](leavers)[-1], abs=0.4)


def test_third_total_keeps_all_remissions():
    """Those left out and those kept add up to all remissions, however well those left out did."""
    names = lesson("11_when_treatment_does_not_work")
    out = names["levels"]["events"].to_numpy()
    kept = names["entered"] - out
    for times in [0, 1, 2, 3]:
        share = names["rate"] * names["entered"] / (kept + times * out)
        assert share * kept + times * share * out == pytest.approx(names["remitted"])
        assert names["third"](1, times) == pytest.approx(100 * (share * kept).sum() / kept[0])


def test_number_needed_to_treat_as_people_per_hundred():
    """Turned back, people per hundred give the numbers needed that Vazquez 2021 prints, limits in order."""
    per_100 = lesson("11_when_treatment_does_not_work")["per_100"]
    assert 100 / per_100.loc["NNT"].to_numpy() == pytest.approx([11, 15, 9])
    assert 100 / per_100.loc["NNH"].to_numpy() == pytest.approx([5, 6, 4])


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.95])
def test_from_odds_ratio_to_share(share):
    """A table with the share that the lesson works out has the odds ratio that went in."""
    ratio = 1.43
    given = lesson("11_when_treatment_does_not_work")["with_odds_ratio"](share, ratio)
    assert Table2x2(np.array([[given, 1 - given], [share, 1 - share]])).oddsratio == pytest.approx(ratio)


@pytest.mark.parametrize("n", [28, 276])
def test_winners_curse(n):
    """Power and the mean of the significant trials are those of a normal curve cut off at the limit."""
    names = lesson("09_pills_and_talk")
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
    assert lesson("09_pills_and_talk")["power"][n] == pytest.approx(share, abs=0.015)


def test_absolute_and_relative_risk_and_number_needed_to_treat():
    compare = lesson("09_pills_and_talk")["compare"]
    for with_treatment, without in [(27, 64), (10, 26), (22, 23)]:
        library = stats.contingency.relative_risk(with_treatment, 100, without, 100)
        reduction, ratio, needed = compare(without, with_treatment)
        assert ratio == pytest.approx(library.relative_risk)
        gap = confint_proportions_2indep(without, 100, with_treatment, 100, method="newcomb", compare="diff")
        assert gap[0] < reduction / 100 < gap[1]
        assert needed * reduction == pytest.approx(100)
    assert round(compare(64, 27)[2]) == 3, "printed in Leucht 2012"
    assert round(compare(43, 0.71 * 43)[2]) == 8, "printed in Pharoah 2006, whose risk without is then 43%"


def test_risks_behind_a_printed_ratio_and_number_needed():
    names = lesson("09_pills_and_talk")
    base, rr, nnt = names["base"], names["rr"], names["nnt"]
    assert 1 / (base / 100 - rr * base / 100) == pytest.approx(nnt)
    assert round(names["compare"](base, 0.6 * base)[2]) == 8, "printed as one limit of the interval of the NNT"
    assert round(names["compare"](base, 0.5 * base)[2]) == 6, "and as the other"


def test_hazard_ratio_becomes_a_risk():
    """With a constant hazard the share that relapses is 1 - exp(-hazard): the lesson's power rule in other words."""
    names = lesson("09_pills_and_talk")
    hazard = -np.log(1 - names["risk"] / 100)
    assert names["with_mbct"] / 100 == pytest.approx(stats.expon.cdf(0.69 * hazard))


def test_two_treatments_that_work_independently():
    """People who respond to the drug, to the therapy or without either, each by a coin of its own."""
    names = lesson("09_pills_and_talk")
    neither, drug, talk = 0.15, names["drug"] / 100, names["talk"] / 100
    by_drug, by_talk = ((share - neither) / (1 - neither) for share in (drug, talk))
    none = stats.binom.pmf(0, 1, neither) * stats.binom.pmf(0, 1, by_drug) * stats.binom.pmf(0, 1, by_talk)
    sums = names["sums"].loc[15]
    assert sums["independent"] / 100 == pytest.approx(1 - none)
    assert sums["points added up"] / 100 == pytest.approx(neither + (drug - neither) + (talk - neither))


def test_indirect_comparison():
    """The variance of a difference of two independent estimates is the sum of theirs."""
    names = lesson("06_modalities_side_by_side")
    errors = [(1.05 - 0.14) / 3.92, (0.99 - 0.32) / 3.92]
    assert names["lead"] == pytest.approx(0.65 - 0.60)
    assert names["reach"] == pytest.approx(1.96 * sum(error**2 for error in errors) ** 0.5)


def test_first_and_last_of_five_equals():
    """The expected range of five standard normal values is 2.326 (order statistics)."""
    assert lesson("06_modalities_side_by_side")["gap"].mean() == pytest.approx(2.326 * 0.2, rel=0.01)


LEFT = np.array([[10, 22, 9, 22], [10, 27, 24, 31], [6, 52, 14, 49]])  # Linehan 1991, Verheul 2003, Linehan 2006


def test_pooling_is_that_of_statsmodels():
    log_ratio, error = methods.log_risk_ratio(*LEFT.T)
    theirs, variance = effectsize_2proportions(*LEFT.T, statistic="risk-ratio")
    assert log_ratio == pytest.approx(theirs) and error**2 == pytest.approx(variance)
    library = combine_effects(theirs, variance, method_re="dl")
    q, tau2 = methods.between_trials(log_ratio, error)
    assert (q, tau2) == pytest.approx((library.q, library.tau2))
    assert methods.pooled(log_ratio, error) == pytest.approx((library.mean_effect_fe, library.sd_eff_w_fe))
    assert methods.pooled(log_ratio, error, tau2) == pytest.approx((library.mean_effect_re, library.sd_eff_w_re))
    assert methods.hartung_knapp(log_ratio, error) == pytest.approx(library.sd_eff_w_re_hksj)


def test_trials_that_agree_have_no_variance_between_them():
    alike = np.array([4, 10, 6]), np.array([24, 27, 52]), np.array([14, 24, 14]), np.array([24, 31, 49])
    assert methods.between_trials(*methods.log_risk_ratio(*alike))[1] == 0
    assert methods.pooled([0.3, 0.3], [0.1, 0.2]) == pytest.approx((0.3, (1 / 125) ** 0.5))


@pytest.mark.parametrize("counts", [(0, 10, 5, 10), (5, 10, 0, 10), (11, 10, 5, 10), ([1, 0], [9, 9], [1, 1], [9, 9])])
def test_no_risk_ratio_without_events(counts):
    with pytest.raises(ValueError, match="0 < k <= n"):
        methods.log_risk_ratio(*counts)


@pytest.mark.parametrize(("estimates", "errors"), [([], []), ([1], [0]), ([1, 2], [1]), ([1], [float("nan")])])
def test_nothing_to_pool(estimates, errors):
    with pytest.raises(ValueError, match="pooling needs"):
        methods.pooled(estimates, errors)


def test_one_trial_does_not_differ_from_others():
    with pytest.raises(ValueError, match="one estimate alone"):
        methods.between_trials([1], [1])


def test_what_lesson_08_says_of_three_trials():
    """Hartung-Knapp and the range for a new setting by t with 2 degrees of freedom, and the interval of I2 by the
    profile of Q (Viechtbauer, Stat Med 2007), from 0 to 99%."""
    log_ratio, variance = effectsize_2proportions(*LEFT[:, [2, 3, 0, 1]].T, statistic="risk-ratio")
    library = combine_effects(log_ratio, variance, method_re="dl")
    names, t = lesson("08_one_number_from_many"), stats.t.ppf(0.975, 2)
    assert names["mean"] == pytest.approx(library.mean_effect_re)
    assert names["reach"].to_dict() == pytest.approx({
        "usual": 1.96 * library.sd_eff_w_re, "Hartung-Knapp": t * library.sd_eff_w_re_hksj,
        "new setting": t * (library.tau2 + library.sd_eff_w_re**2) ** 0.5}, rel=1e-3)
    assert np.exp(-library.q / 2) == pytest.approx(stats.chi2.sf(library.q, 2))
    weight = 1 / variance
    typical = 2 * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())

    def beyond(tau2):
        mean, _ = methods.pooled(log_ratio, variance**0.5, tau2)
        return ((log_ratio - mean) ** 2 / (variance + tau2)).sum() - stats.chi2.ppf(0.025, 2)

    highest = optimize.brentq(beyond, 0, 1000)
    assert library.q < stats.chi2.ppf(0.975, 2), "the lower end is zero"
    assert round(100 * highest / (highest + typical)) == 99
