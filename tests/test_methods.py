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
def lesson(name, folder="notebooks"):
    """The names that a notebook has defined when all its cells have run."""
    names = {"__name__": "__main__", "display": lambda shown: None}  # as IPython has it
    before = os.getcwd()
    os.chdir(ROOT / folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in cells(ROOT / folder / f"{name}.ipynb", "code"):
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
    assert people.query("first > 60")["second"].mean() == pytest.approx(50, abs=1.5)  # the highest fall as well
    halfway = 0.5 * people["first"] + 0.75**0.5 * people["chance"]
    assert np.corrcoef(people["first"], halfway)[0, 1] == pytest.approx(0.5, abs=0.05)


def test_reliable_change():
    """Two readings with SD 10 and r = 0.8 differ by more than the lesson's bound in one person of twenty, by chance."""
    wobble = lesson("03_before_and_after")["wobble"]
    variance = 10**2 + 10**2 - 2 * 0.8 * 10 * 10
    assert 2 * stats.norm.sf(wobble, scale=variance**0.5) == pytest.approx(0.05, abs=0.0001)


def words_of(fig):
    """All that is written on a figure, in one text."""
    written = [fig.get_suptitle(), *(ax.get_title(loc="left") for ax in fig.axes),
               *(text.get_text() for ax in fig.axes for text in ax.texts)]
    plt.close(fig)
    return " ".join(written)


@pytest.mark.parametrize("r", [-0.5, 0, 0.17, 0.71])
def test_what_a_correlation_means_in_people_and_in_overlap(r):
    """The quadrant of a bivariate normal distribution, and two groups whose membership has the correlation r."""
    names = lesson("05_is_secure_the_goal")
    both = stats.multivariate_normal(cov=[[1, r], [r, 1]]).cdf([0, 0])
    apart = next(d for d in np.linspace(0, 3, 30_001) if (d / 2) ** 2 / ((d / 2) ** 2 + 1) >= r**2)
    said = words_of(names["draw"](r))
    assert f"{200 * both:.0f} of 100 are above" in said
    assert f"{apart:.2f} SDs apart, {200 * stats.norm.cdf(-apart / 2):.0f}% overlap" in said


@pytest.mark.parametrize("r", [-0.9, 0, 0.17, 0.5, 0.71, 0.9])
def test_the_200_dots_agree_with_the_formula(r):
    """What is heard of the cloud, its correlation and its count, is what the lesson says of very many people."""
    names = lesson("05_is_secure_the_goal")
    security, alliance = names["security"], r * names["security"] + (1 - r**2) ** 0.5 * names["rest"]
    assert f"{np.corrcoef(security, alliance)[0, 1]:.2f}" == f"{r:.2f}"
    assert (alliance[security > 0] > 0).sum() == round(50 + 100 * np.arcsin(r) / np.pi)


def test_a_confounder_alone_brings_about_the_correlation():
    names = lesson("05_is_secure_the_goal")
    assert abs(np.corrcoef(names["security"], names["rest"])[0, 1]) < 0.002, "security does something"
    added = (4 * names["printed"] / (1 - names["printed"])) ** 0.5  # two groups of one size vary by added**2 / 4
    assert added**2 / 4 / (added**2 / 4 + 1) == pytest.approx(names["printed"])
    assert f"r of everybody is {names['printed']:.2f}" in words_of(names["draw_third"](added))
    x, y = (names[what] + 0.9 * names["much"] for what in ("security", "rest"))  # where the slider shows 0.17
    assert f"{np.corrcoef(x, y)[0, 1]:.2f}" == "0.17" and (y[x > np.median(x)] > np.median(y)).sum() == 55


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
    gain = 0.5 * 15**0.5  # in standard errors
    assert gain == pytest.approx(1.96, abs=0.03), "with 15 people the gain lies just at the line"


def test_the_printed_lead_of_the_riddle_would_have_a_far_smaller_p():
    """Exercise 04: 52 people in each arm, a d between them, and t = d / (1/52 + 1/52) ** 0.5."""
    row = next(row for row in table("effects") if row["topic"] == "riddle" and row["outcome"] == "BPD severity")
    errors = float(row["estimate"]) / (2 / 52) ** 0.5
    assert round(errors) == 8 and 2 * stats.t.sf(errors, 102) < float(row["p"]) / 1e6


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
         for other in ("DBT", "SPT") for r in (-0.5, 0, 0.3, 0.5) for gap, reach in [difference("TFP", other, r)]}
    assert all(found < 0.05 for (_, r), found in p.items() if r >= 0), "by the usual 95%, no r from 0 up moves it"
    assert p["DBT", -0.5] > 0.05, "a negative r would move it: the lesson does not say *whatever r*"
    assert p["DBT", 0.3] < 0.05 / 3 < p["DBT", 0] < 0.05
    gap, reach = difference("TFP", "SPT", 0)
    by_t = 2 * stats.t.sf(gap / (reach / stats.norm.ppf(0.975)), 22 + 23 - 2)
    assert p["SPT", 0] < 0.05 / 3 < by_t, "it stands on the edge: the one curve lets it pass, the other does not"
    printed = [float(row["estimate"]) for row in table("effects") if row["study"] == "Levy 2006"
               and row["measure"] == "t" and row["outcome"] == "reflective function"]
    first, second = (f"{2 * stats.t.sf(t, 54):.3f}" for t in printed)
    said = "*t* = {:.2f} and {:.2f} (gaps in standard errors), give {} and {};".format(*printed, first, second)
    assert said in prose(ROOT / "notebooks" / "04_compared_with_what.ipynb")


def test_ratios_turned_to_one_side():
    """statsmodels, given the counts with the arms swapped, prints what the lesson makes of a printed ratio."""
    names = lesson("10_support_around_treatment")
    printed, swapped = Table2x2([[30, 70], [45, 65]]), Table2x2([[45, 65], [30, 70]])
    low, high = printed.riskratio_confint()
    wanted = 1 / printed.riskratio, 1 / high, 1 / low
    assert (swapped.riskratio, *swapped.riskratio_confint()) == pytest.approx(wanted)
    for (_, row), turned in zip(names["staying"].iterrows(), names["limits"].to_numpy(), strict=True):
        as_printed = row[["estimate", "ci_low", "ci_high"]].astype(float)
        wanted = 1 / as_printed[["estimate", "ci_high", "ci_low"]] if row["better"] == "below_1" else as_printed
        assert turned == pytest.approx(wanted.to_numpy())


def test_standard_deviations_in_people():
    """Of 100 people so many do better than the middle of the others, by the normal curve, with both ends."""
    names = lesson("10_support_around_treatment")
    assert names["ahead"].to_numpy() == pytest.approx((100 * stats.norm.cdf(names["prizes"])).round())
    assert names["ahead"]["estimate"].tolist() == [68, 63, 46] and names["ahead"].iloc[-1].tolist() == [46, 39, 54]


def test_chain_of_steps_gives_the_printed_total():
    """Nobody leaves: the product rule, the printed 67. Nobody who left became well: remissions over all who began."""
    names = lesson("11_when_treatment_does_not_work")
    rate, began = names["rate"].to_numpy() / 100, names["began"].to_numpy()
    assert names["multiplied"] == pytest.approx(100 * (1 - np.prod(1 - rate)))
    assert round(names["multiplied"]) == 67, "Rush 2006 prints 67"
    assert names["counted"] == pytest.approx(100 * (rate * began).sum() / 3671) == pytest.approx(50.6, abs=0.05)
    left = began[:-1] * (1 - rate[:-1]) - began[1:]
    assert names["gone"] == pytest.approx(100 * left.sum() / 3671)


def test_number_needed_to_treat_with_its_interval():
    """The ends that the solution prints are those of Newcombe's interval, turned over."""
    names = lesson("11_when_treatment_does_not_work_solution", "exercises")
    low, high = confint_proportions_2indep(375, 505, 319, 511, method="newcomb", compare="diff")
    assert names["needed"] == pytest.approx(1 / (375 / 505 - 319 / 511))
    assert [100 / names["high"], 100 / names["low"]] == pytest.approx([1 / high, 1 / low], rel=1e-3)


def test_chance_agreement_and_claims_with_a_part_without_rows():
    names = lesson("12_appraise_a_page")
    first, second, n = names["first"], names["second"], len(names["claims"])
    pairs = sum(one == other for one in first for other in second)  # every slip of one with every slip of the other
    assert names["chance"] == pytest.approx(pairs / n**2)
    claims = names["claims"]
    unread = {claim.claim_id for claim in claims.itertuples() if claim.verdict == "supported" and "no row" in claim.why}
    assert unread == {"bpd-improves", "spun-therapy-first", "res-augment-switch"} and names["unread"] == len(unread)


@pytest.mark.parametrize("share", [0, 35, 100])
def test_what_became_of_those_who_left_moves_the_total(share):
    """People one by one: they climb, leave and become well; of those who left, so many of a hundred."""
    names, rng = lesson("11_when_treatment_does_not_work"), np.random.default_rng(5)
    began, rate, people = names["began"].to_numpy(), names["rate"].to_numpy() / 100, 367_100
    well, gone = np.zeros(people, bool), np.zeros(people, bool)
    for step in range(4):
        here = rng.permutation(np.flatnonzero(~well & ~gone))
        gone[here[round(100 * began[step]):]] = True
        well[rng.permutation(np.flatnonzero(~well & ~gone))[:round(100 * began[step] * rate[step])]] = True
    well |= gone & (rng.random(people) < share / 100)
    assert 100 * well.mean() == pytest.approx(names["counted"] + names["gone"] * share / 100, abs=0.3)
    assert f"well: {100 * well.mean():.0f}%." in names["draw"](share).axes[0].get_title("left")


@pytest.mark.parametrize("people", [28, 276])
def test_winners_curse(people):
    """Power and the mean of the significant trials are those of a normal curve cut off at the limit."""
    names = lesson("09_pills_and_talk_solution", "exercises")
    truth, error = names["truth"], 2 / people**0.5  # two arms of people / 2, spread 1
    cut = stats.norm.ppf(0.975) - truth / error
    _, line, power, mean = names["significant"](people)
    assert line == pytest.approx(stats.norm.ppf(0.975) * error, abs=1e-4)
    assert power == pytest.approx(stats.norm.sf(cut), abs=1e-4)
    assert mean == pytest.approx(stats.truncnorm.mean(cut, np.inf, loc=truth, scale=error), abs=1e-3)
    edge, shift = stats.t.ppf(0.975, people - 2), truth / error  # a t test, which estimates the spread
    assert power == pytest.approx(stats.nct.sf(edge, people - 2, shift), abs=0.02)


def test_absolute_and_relative_risk_and_number_needed_to_treat():
    risks = lesson("09_pills_and_talk")["risks"]
    for _, row in risks.iterrows():
        treated, without = int(row["antipsychotic"]), int(row["placebo"])
        assert row["ratio"] == pytest.approx(stats.contingency.relative_risk(treated, 100, without, 100).relative_risk)
        gap = confint_proportions_2indep(without, 100, treated, 100, method="newcomb", compare="diff")
        assert gap[0] < row["points fewer"] / 100 < gap[1]
        assert row["number needed"] * row["points fewer"] == pytest.approx(100)
    assert round(risks.loc["relapse", "number needed"]) == 3, "printed in Leucht 2012"


def test_risks_behind_a_printed_ratio_and_number_needed():
    """The risk without treatment gives the printed number needed back, within the rounding to whole percent."""
    for _, row in lesson("09_pills_and_talk")["pairs"].iterrows():
        needed = [100 / (risk * (1 - row["RR"])) for risk in (row["risk without"] - 0.5, row["risk without"] + 0.5)]
        assert needed[1] <= row["NNT"] <= needed[0]


def test_the_interval_that_slipped_fits_a_number_needed():
    """The printed limits, turned over, lie about the gap of the printed shares (Panos 2014) as far as Wald's do."""
    tables = {name: pd.read_csv(ROOT / "data" / f"{name}.csv").query("study == 'Linehan 2006'")
              for name in ("effects", "proportions")}
    low, high = (100 / tables["effects"].query("measure == 'HR'")[end].dropna().item() for end in ("ci_low", "ci_high"))
    shares = tables["proportions"].query("outcome == 'suicide attempt'").dropna(subset="percent").set_index("role")
    one, other = shares.loc[["treatment", "comparison"], "percent"]
    reach = 1.96 * (one * (100 - one) / 52 + other * (100 - other) / 49) ** 0.5
    said = prose(ROOT / "notebooks" / "09_pills_and_talk.ipynb")
    assert f"{other - one:.1f} points, {reach:.0f} to either side. So the width fits, the middle nearly" in said
    assert reach == pytest.approx((low - high) / 2, abs=0.05) and other - one == pytest.approx((low + high) / 2, abs=1)
    assert f"an NNT of {200 / (low + high):.2f}, and {(low - high) / 2:.0f} to either side" in said
    assert f"{one}% of 52 and {other}% of 49 (no count fits that)" in said
    assert other not in [round(100 * events / 49, 1) for events in range(50)]
    assert one in [round(100 * events / 52, 1) for events in range(53)]


def test_two_treatments_that_work_independently():
    """People who respond to the drug, to the therapy or without either, each by a coin of its own."""
    names = lesson("09_pills_and_talk")
    neither, drug, talk, both = 0.15, *names["shares"]
    by_drug, by_talk = ((share - neither) / (1 - neither) for share in (drug, talk))
    none = stats.binom.pmf(0, 1, neither) * stats.binom.pmf(0, 1, by_drug) * stats.binom.pmf(0, 1, by_talk)
    assert names["gaps"]["chances"][:, 15].mean() == pytest.approx(100 * (both - (1 - none)), abs=0.2)
    assert names["gaps"]["points"][:, 15].mean() == pytest.approx(100 * (both - drug - talk + neither), abs=0.2)


def test_indirect_comparison():
    """The variance of a difference of two independent estimates is the sum of theirs."""
    names = lesson("06_modalities_side_by_side")
    errors = [(1.05 - 0.14) / 3.92, (0.99 - 0.32) / 3.92]
    assert names["lead"] == pytest.approx(0.65 - 0.60)
    assert names["reach"] == pytest.approx(1.96 * sum(error**2 for error in errors) ** 0.5)


def test_a_standardised_difference_that_we_worked_out():
    """By the pooled SD, with the large-sample variance of Hedges and Olkin (1985), from the means of both arms."""
    rows = lesson("06_modalities_side_by_side")["rows"].set_index("study")
    scores = pd.read_csv(ROOT / "data" / "scores.csv").query("study == 'Giesen-Bloo 2006'")
    ends = scores.query("time == 'after treatment'").set_index("group")
    (n, mean, sd), (m, other, other_sd) = ends.loc[["SFT", "TFP"], ["n", "mean", "sd"]].to_numpy()
    d = (mean - other) / (((n - 1) * sd**2 + (m - 1) * other_sd**2) / (n + m - 2)) ** 0.5
    reach = 1.96 * ((n + m) / (n * m) + d**2 / (2 * (n + m))) ** 0.5
    assert rows.loc["Giesen-Bloo 2006", ["estimate", "ci_low", "ci_high", "n"]].tolist() == pytest.approx(
        [round(d, 2), round(d - reach, 2), round(d + reach, 2), n + m])


def test_what_exercise_06_says_of_two_changes():
    """An interval of the lead in change from the printed standard errors, which are independent."""
    rows = pd.read_csv(ROOT / "data" / "scores.csv").query("topic == 'unequal start' and statistic == 'change'")
    with_group, without = rows.set_index("group").loc[["group ST + TAU", "TAU"], ["mean", "se"]].to_numpy()
    low, high = stats.norm.interval(0.95, with_group[0] - without[0], np.hypot(with_group[1], without[1]))
    assert f"(\u2212{-low:.1f} to {high:.1f} by" in prose(ROOT / "exercises/06_modalities_side_by_side_solution.ipynb")


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
    """Hartung-Knapp, with 8 of 30 and 9 of 31 for Linehan 1991 too, and the range for a new setting by t with 2 degrees
    of freedom; the interval of I2 by the profile of Q (Viechtbauer, Stat Med 2007), from 0 to 99%."""
    said, t = prose(ROOT / "notebooks" / "08_one_number_from_many.ipynb"), stats.t.ppf(0.975, 2)

    def library(counts):
        return combine_effects(*effectsize_2proportions(*counts[:, [2, 3, 0, 1]].T, statistic="risk-ratio"),
                               method_re="dl")

    def told(pool, reach):
        low, high = np.exp([pool.mean_effect_re - reach, pool.mean_effect_re + reach])
        return f"{low:.2f} to {high:.2f}"

    first, second = library(LEFT), library(np.vstack([[8, 30, 9, 31], LEFT[1:]]))
    assert f"{t:.3f} for 2 degrees of freedom" in said
    assert f"in place of 1.96: {told(first, t * first.sd_eff_w_re_hksj)}." in said
    assert f"away again ({told(second, t * second.sd_eff_w_re_hksj)})" in said
    assert f"runs from {told(first, t * (first.tau2 + first.sd_eff_w_re**2) ** 0.5)} with the same t" in said
    names, log_ratio, variance = lesson("08_one_number_from_many"), first.eff, first.var_eff
    assert names["q"] == pytest.approx(first.q)
    assert np.exp(-first.q / 2) == pytest.approx(stats.chi2.sf(first.q, 2))
    weight = 1 / variance
    typical = 2 * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())

    def beyond(tau2):
        mean, _ = methods.pooled(log_ratio, variance**0.5, tau2)
        return ((log_ratio - mean) ** 2 / (variance + tau2)).sum() - stats.chi2.ppf(0.025, 2)

    highest = optimize.brentq(beyond, 0, 1000)
    assert first.q < stats.chi2.ppf(0.975, 2), "the lower end is zero"
    assert round(100 * highest / (highest + typical)) == 99


def test_a_full_drawer_with_other_seeds():
    """Where 95 of 100 seeds end, by lesson 08, and its own among them."""
    names, said = lesson("08_one_number_from_many"), prose(ROOT / "notebooks" / "08_one_number_from_many.ipynb")
    error, pools = names["trials"]["error"].to_numpy(), []
    for seed in range(3000):
        found = np.random.default_rng(seed).normal(0.2, error)
        kept = found >= 1.96 * error
        pools.append(methods.pooled(found[kept], error[kept])[0])
    low, high = np.percentile(pools, [2.5, 97.5])
    assert f"a full drawer mostly gives {low:.2f} to {high:.2f}" in said
    shown = names["trials"].drop(names["nulls"])
    assert low < methods.pooled(shown["found"], shown["error"])[0] < high


def test_what_exercise_08_says_of_random_effects():
    counts = np.array([[2, 71, 16, 63], [19, 38, 18, 34]])  # Bateman 2009, Carlyle 2020
    library = combine_effects(*effectsize_2proportions(*counts.T, statistic="risk-ratio"), method_re="dl")
    ends = stats.norm.interval(0.95, library.mean_effect_re, library.sd_eff_w_re)
    middle, low, high = np.exp([library.mean_effect_re, *ends])
    said = prose(ROOT / "exercises" / "08_one_number_from_many_solution.ipynb")
    assert f"{middle:.2f} ({low:.2f} to {high:.2f}), I\u00b2 {100 * (1 - 1 / library.q):.0f}%" in said
