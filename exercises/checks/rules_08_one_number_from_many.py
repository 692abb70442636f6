"""What is right in exercise 08, and which mistakes we know."""

import itertools
import math

from .checker import Mistake, Question, row
from .kinds import Drawing, Letter, Number

TRIALS = ("Bateman 2009", "Carlyle 2020", "Doering 2010", "Verheul 2003")
MBT = TRIALS[:2]


def _counts(study):
    """Events and total with the treatment, events and total without."""
    lines = [row("proportions", topic="attempts", study=study, role=role) for role in ("treatment", "comparison")]
    return tuple(int(line[what]) for line in lines for what in ("events", "total"))


def _ratio(study="Verheul 2003"):
    k1, n1, k2, n2 = _counts(study)
    return k1 * n2 / (n1 * k2)


def _odds_ratio(study="Verheul 2003"):
    k1, n1, k2, n2 = _counts(study)
    return k1 * (n2 - k2) / ((n1 - k1) * k2)


def _counts_only(study="Verheul 2003"):
    k1, _, k2, _ = _counts(study)
    return k1 / k2


def _difference(percent=1):
    k1, n1, k2, n2 = _counts("Verheul 2003")
    return percent * (k1 / n1 - k2 / n2)


def _without():
    k1, n1, k2, n2 = _counts("Verheul 2003")
    return (n1 - k1) * n2 / (n1 * (n2 - k2))


def _left():
    """The ratio of those lost or left, the lesson's outcome."""
    lines = [row("proportions", topic="who left", study="Verheul 2003", outcome="dropped out", role=role)
             for role in ("treatment", "comparison")]
    dbt, usual = (int(line["events"]) / int(line["total"]) for line in lines)
    return dbt / usual


def _variance(study):
    k1, n1, k2, n2 = _counts(study)
    return (n1 - k1) / (k1 * n1) + (n2 - k2) / (k2 * n2)


def _all(of):
    return {study: of(study) for study in TRIALS}


def _percent(parts):
    whole = sum(parts.values())
    return {name: 100 * part / whole for name, part in parts.items()}


def _weights():
    return _percent(_all(lambda study: 1 / _variance(study)))


def _people(study):
    _, n1, _, n2 = _counts(study)
    return n1 + n2


def _events(study):
    k1, _, k2, _ = _counts(study)
    return k1 + k2


def _of_odds(study):
    """The weight of a log odds ratio."""
    k1, n1, k2, n2 = _counts(study)
    return 1 / (1 / k1 + 1 / (n1 - k1) + 1 / k2 + 1 / (n2 - k2))


def _without_totals(study):
    """The weight by a variance that leaves out the people of the arms."""
    k1, _, k2, _ = _counts(study)
    return 1 / (1 / k1 + 1 / k2)


def _all_added(study):
    """The weight by a variance in which every part is added, none taken away."""
    return 1 / sum(1 / count for count in _counts(study))


def _to_the(power):
    return _all(lambda study: _variance(study) ** power)


def _in_proportion(drawn):
    """Whether the bars stand to each other as the weights do, and are no fractions of one."""
    bars, weights = drawn["bars"], _weights()
    return bars.keys() == weights.keys() and sum(bars.values()) > 1.1 and all(
        math.isclose(bars[study] * weights[TRIALS[1]], weights[study] * bars[TRIALS[1]], rel_tol=0.01)
        for study in TRIALS)


def _mean_log(trials=MBT, weight=lambda study: 1 / _variance(study), log=math.log):
    """The weighted mean of the logs as the log of a product of powers: another road than the solution's."""
    weights = _percent({study: weight(study) for study in trials})
    return log(math.prod(_ratio(study) ** (weights[study] / 100) for study in trials))


def _pooled(**how):
    return math.exp(_mean_log(**how))


def _part_of_mbt():
    """The share of the weight of all four trials that the two of MBT have."""
    return sum(_weights()[study] for study in MBT) / 100


def _mean_of_logs(of, weight):
    """The ratio that comes of a weighted mean of the logs of another measure, for the two trials of MBT."""
    weights = _percent({study: weight(study) for study in MBT})
    return math.prod(of(study) ** (weights[study] / 100) for study in MBT)


def _random_effects():
    """Both trials with the variance between them added to each, by DerSimonian and Laird."""
    weights = [1 / _variance(study) for study in MBT]
    logs = [math.log(_ratio(study)) for study in MBT]
    q = weights[0] * weights[1] / sum(weights) * (logs[0] - logs[1]) ** 2
    between = (q - 1) / (sum(weights) - sum(weight**2 for weight in weights) / sum(weights))
    return _pooled(weight=lambda study: 1 / (_variance(study) + between))


def _mean_of_ratios(trials=MBT, weight=lambda study: 1 / _variance(study)):
    weights = _percent({study: weight(study) for study in trials})
    return sum(weights[study] * _ratio(study) for study in trials) / 100


def _mean_difference():
    """The weighted mean of the differences of two risks, for the two trials of MBT."""
    weights = _percent({study: 1 / _variance(study) for study in MBT})
    return sum(weights[study] * (k1 / n1 - k2 / n2) for study in MBT for k1, n1, k2, n2 in [_counts(study)]) / 100


def _one_large_trial():
    k1, n1, k2, n2 = (sum(column) for column in zip(*map(_counts, MBT), strict=True))
    return k1 * n2 / (n1 * k2)


def _added_events():
    (a, _, b, _), (c, _, d, _) = map(_counts, MBT)
    return (a + c) / (b + d)


def _added_arms():
    columns = [sum(column) for column in zip(*map(_counts, MBT), strict=True)]
    return columns[0] / columns[1], columns[2] / columns[3]


def _driessen():
    """(g of the published, of the unpublished, of both; trials unpublished, trials in all)."""
    values = [float(row("effects", topic="unpublished", population=f"people with depression, {which}")["estimate"])
              for which in ("published trials", "unpublished trials", "published and unpublished trials together")]
    line = row("proportions", topic="drawer", study="Driessen 2015")
    return *values, int(line["events"]), int(line["total"])


def _alike(weigh):
    """The mean of the two g, with the numbers of published and unpublished trials that ``weigh`` makes of the row."""
    published, unpublished, _, away, total = _driessen()
    many, few = weigh(away, total)
    return published + (unpublished - published) * few / (many + few)


def _with_both():
    """Means in which the value for all trials is one of the parts."""
    g, other, both, away, total = _driessen()
    shares = (total - away) / total, away / total
    return [g * shares[0] + both * shares[1], both * shares[0] + other * shares[1], both * shares[0],
            (g + other + both) / 3, (g + both) / 2, (other + both) / 2]


QUESTIONS = [
    Question(
        "q1", "one risk ratio", "attempt_ratio", Number(decimals=2), _ratio,
        recipe="A risk is a share: events divided by total, arm by arm. The row of each arm is singled out by study "
               "and role. The ratio is the risk with DBT divided by the risk with usual care.",
        wrong="Which two shares did you compare, and which of them stands on top?",
        praise="Less than a third of the risk, in a trial of 58 people: the interval, 0.07 to 1.24, includes 1.",
        mistakes=[
            Mistake("turned", "That is the ratio turned round. Whose risk stands on top?",
                    gives=lambda: 1 / _ratio()),
            Mistake("people", "Those are people divided by people. Are the two arms equally large?",
                    gives=lambda: [_counts_only(), 1 / _counts_only()]),
            Mistake("difference", "That is one risk less the other. A ratio is asked for.",
                    gives=lambda: [_difference(), -_difference(), _difference(100), -_difference(100)]),
            Mistake("odds", "Those are odds, or their ratio. By all people, or by those without an attempt?",
                    gives=lambda: [_odds_ratio(), 1 / _odds_ratio()] + [
                        k / (n - k) for k, n in (_counts("Verheul 2003")[:2], _counts("Verheul 2003")[2:])]),
            Mistake("one arm", "That is the risk in one arm. With what is it compared?",
                    gives=lambda: [k / n * scale for k, n in (_counts("Verheul 2003")[:2], _counts("Verheul 2003")[2:])
                                   for scale in (1, 100)]),
            Mistake("another trial", "That is the ratio of another trial. Which one is asked for?",
                    gives=lambda: [_ratio(study) for study in TRIALS if study != "Verheul 2003"]),
            Mistake("without", "Is that a logarithm, or the ratio of those without an attempt? Neither is asked for.",
                    gives=lambda: [_without(), 1 / _without(), -math.log(_ratio())]),
            Mistake("totals crossed", "Which total belongs to which arm?",
                    gives=lambda: [share for k1, n1, k2, n2 in [_counts("Verheul 2003")]
                                   for share in (k1 * n1 / (n2 * k2), n2 * k2 / (k1 * n1))]),
            Mistake("arm sizes", "Those are the sizes of the arms, one by the other. Who attempted?",
                    gives=lambda: [share for _, n1, _, n2 in [_counts("Verheul 2003")]
                                   for share in (n1 / n2, n2 / n1)]),
            Mistake("of all", "Of whom is that a share? Each arm has people of its own.",
                    gives=lambda: [part / whole for k1, n1, k2, n2 in [_counts("Verheul 2003")] for part, whole in (
                        (k1, k1 + k2), (k2, k1 + k2), (k1, n1 + n2), (k2, n1 + n2), (k1 + k2, n1 + n2))]),
            Mistake("in percent", "That is a ratio in percent. It is asked for as it is, not times 100.",
                    gives=lambda: 100 * _ratio()),
            Mistake("another outcome", "Those are the people lost or left, as in the lesson. What is counted here?",
                    gives=lambda: [_left(), 1 / _left()]),
            Mistake("how much less", "That is by how much the risk is lower. The ratio itself is asked for.",
                    gives=lambda: [1 - _ratio(), _ratio() - 1, 100 - 100 * _ratio()]),
            Mistake("brackets", "Python divides from left to right. Which of your numbers belong together?",
                    gives=lambda: [k1 / n1 / k2 / n2 for k1, n1, k2, n2 in [_counts("Verheul 2003")]]),
            Mistake("log", "That is the logarithm of the ratio. The ratio itself is asked for.",
                    gives=lambda: math.log(_ratio())),
        ]),
    Question(
        "q2", "draw the weights", "ax", Drawing("percent"), _weights,
        recipe="variance is a column, so one line works out the weights of all four trials. In percent: each is "
               "divided by the sum of all, times 100. Bars: ax.barh(weight.index, ..., label=...).",
        wrong="What should make a trial count: its people, its events, its variance?",
        praise="Most say has the trial with most events in each arm, and it is the second smallest by people.",
        mistakes=[
            Mistake("raw weights", "Those are weights, and the axis says percent. Percent of what?",
                    gives=lambda: _all(lambda study: 1 / _variance(study))),
            Mistake("variances", "You drew the variances. Should the least exact trial have most say?",
                    gives=lambda: [_percent(_all(_variance)), _all(_variance)]),
            Mistake("standard errors", "Is the weight one over the standard error, or over its square?",
                    gives=lambda: [of(_to_the(power)) for power in (-0.5, 0.5) for of in (dict, _percent)]),
            Mistake("squared once more", "The variance is a square already. Of what is the weight one over?",
                    gives=lambda: _percent(_to_the(-2))),
            Mistake("people", "Those are the shares of the people. Do people alone make a ratio exact?",
                    gives=lambda: [_percent(_all(_people)), _all(_people), _percent(_all(
                        lambda study: 1 / (1 / _counts(study)[1] + 1 / _counts(study)[3])))]),
            Mistake("all alike", "Your bars are all of one length. Does each trial tell as much as the others?",
                    when=lambda drawn: len(drawn["bars"]) > 1 == len(set(drawn["bars"].values()))),
            Mistake("events", "Those are the shares of the events. Does the formula know nothing else?",
                    gives=lambda: [_percent(_all(_events)), _all(_events)]),
            Mistake("one arm", "Your bars know one arm only. Is there a ratio in one arm?", gives=lambda: [
                _percent(_all(of)) for place in (0, 2) for of in (
                    lambda study, at=place: _counts(study)[at], lambda study, at=place: _counts(study)[at + 1])]),
            Mistake("risks", "Those are risks, or their ratios. How much say they have is asked for.", gives=lambda: [
                _all(lambda study: 100 * _ratio(study)), _all(_ratio), _percent(_all(_ratio)),
                _all(lambda study: math.log(_ratio(study))),
                *(_all(lambda study, at=at: 100 * _counts(study)[at] / _counts(study)[at + 1]) for at in (0, 2))]),
            Mistake("of the largest", "Your longest bar is 100. Are the parts in percent of the largest, or of all?",
                    gives=lambda: _all(lambda study: 100 * min(map(_variance, TRIALS)) / _variance(study))),
            Mistake("the rest", "Those are what is missing: to all weight, or from 1. Whose weight is drawn?",
                    gives=lambda: [of(_all(what)) for of in (dict, _percent) for what in (
                        lambda study: 100 - _weights()[study], lambda study: 1 - _variance(study))]),
            Mistake("two only", "Those are percent of two trials. How many are pooled here?",
                    gives=lambda: _percent({study: 1 / _variance(study) for study in MBT})),
            Mistake("another variance", "Do all four parts of the variance stand in yours, each with its own sign?",
                    gives=lambda: [_percent(_all(of)) for of in (_without_totals, _all_added, _of_odds)]),
            Mistake("as printed", "Near. Did you type the variances as printed? The column holds more decimals.",
                    gives=lambda: _percent(_all(lambda study: 1 / round(_variance(study), 3)))),
            Mistake("percent of what", "Your bars stand to each other as they should. Of what are they percent?",
                    when=_in_proportion),
        ]),
    Question(
        "q3", "two trials of one therapy", "mbt_ratio", Number(decimals=2), _pooled,
        recipe="What has each of the two trials, on the log scale, and with which weight? Add up weight times log, and "
               "ask by what a weighted mean is divided. At the end: is what you have a ratio?",
        wrong="Which trials are in your mean, with which weights, and is it still a logarithm?",
        praise="A ratio that neither of the two trials found. Whom does it describe?",
        mistakes=[
            Mistake("all four", "That is the pooled ratio of all four. Which two are asked for?",
                    gives=lambda: _pooled(trials=TRIALS)),
            Mistake("one of the two", "That is the ratio of one of the two trials.",
                    gives=lambda: [_ratio(study) for study in MBT]),
            Mistake("another trial", "That is the ratio of one trial, and of another therapy.",
                    gives=lambda: [_ratio(study) for study in TRIALS[2:]]),
            Mistake("ratios averaged", "You averaged the ratios. On which scale are they pooled?",
                    gives=lambda: [_mean_of_ratios(), math.exp(_mean_of_ratios())]),
            Mistake("another pair", "Those are two trials, and not both of MBT.",
                    gives=lambda: [_pooled(trials=pair) for pair in itertools.combinations(TRIALS, 2) if pair != MBT]),
            Mistake("still a log", "That is the mean of the logarithms. How does it become a ratio again?",
                    gives=lambda: [_mean_log(), -_mean_log(), _mean_log(log=math.log10),
                                   _mean_log(weight=lambda study: 1)]),
            Mistake("random effects", "That adds a variance between the trials. Which analysis is asked for?",
                    gives=_random_effects),
            Mistake("another measure", "You pooled odds ratios, or counts without their totals. What is pooled here?",
                    gives=lambda: [_mean_of_logs(of, weight) for of, weight in (
                        (_odds_ratio, _of_odds), (_odds_ratio, lambda study: 1 / _variance(study)),
                        (_counts_only, lambda study: 1 / _variance(study)))]),
            Mistake("differences", "Those are differences of two risks. What is pooled here, and on which scale?",
                    gives=lambda: [of(_mean_difference()) for of in (float, math.exp)]),
            Mistake("percent or less", "Is that a ratio, or a ratio in percent, or how far it lies below 1?",
                    gives=lambda: [1 - _pooled(), 100 * _pooled(), 100 - 100 * _pooled()]),
            Mistake("base ten", "Which logarithm did you take, and does np.exp undo it?",
                    gives=lambda: [10 ** _mean_log(), math.exp(_mean_log(log=math.log10))]),
            Mistake("plain mean", "In your mean both trials count alike. Should they?",
                    gives=lambda: [*(how(weight=lambda study: 1) for how in (_pooled, _mean_of_ratios)),
                                   sum(round(_ratio(study), 2) for study in MBT) / 2]),
            Mistake("people or events", "Your weights are people or events. From what does the weight follow?",
                    gives=lambda: [how(weight=what) for how in (_pooled, _mean_of_ratios)
                                   for what in (_people, _events)]),
            Mistake("standard errors", "Is the weight one over the standard error, or over its square?",
                    gives=lambda: [_pooled(weight=lambda study: _variance(study) ** -0.5),
                                   _pooled(weight=lambda study: _variance(study) ** 0.5)]),
            Mistake("squared once more", "The variance is a square already. Of what is the weight one over?",
                    gives=lambda: _pooled(weight=lambda study: _variance(study) ** -2)),
            Mistake("variances", "Your weights are the variances: now the least exact trial has most say.",
                    gives=lambda: _pooled(weight=_variance)),
            Mistake("one large trial", "You added the people up as if it had been one trial. Was it?",
                    gives=lambda: [_one_large_trial(), _added_events(), *_added_arms()]),
            Mistake("weights of all", "Did you add up the logs of the same trials whose weights you divided by?",
                    gives=lambda: [math.exp(_mean_log() * _part_of_mbt()),
                                   math.exp(_mean_log(trials=TRIALS) / _part_of_mbt())]),
            Mistake("turned", "That is the ratio turned round. Whose risk stands on top?",
                    gives=lambda: [1 / _pooled(), 1 / _pooled(weight=lambda study: 1),
                                   1 / _mean_of_ratios(weight=lambda study: 1)]),
            Mistake("sum of logs", "You added ratios or logs, with weights or without. By what is a mean divided?",
                    gives=lambda: [sum(_ratio(study) for study in MBT),
                                   math.prod(_ratio(study) ** (1 / _variance(study) / 2) for study in MBT),
                                   sum(math.log(_ratio(study)) / _variance(study) for study in MBT),
                                   math.prod(_ratio(study) for study in MBT),
                                   math.prod(_ratio(study) for study in MBT) / 2,
                                   math.prod(_ratio(study) ** (1 / _variance(study)) for study in MBT),
                                   sum(math.log(_ratio(study)) for study in MBT)]),
        ]),
    Question(
        "q4", "if all trials counted alike", "alike", Number(decimals=2),
        lambda: _alike(lambda away, total: (total - away, away)),
        recipe="A weighted mean: each g times its number of trials, added up, divided by the number of all trials. How "
               "many trials were published is the total less those that were not.",
        wrong="Which two g are in the mean, and how many trials speak for each?",
        praise="Above the printed value for all: it was reckoned in another way.",
        mistakes=[
            Mistake("halves", "Each g has the same say in your mean. Do as many trials stand behind both?",
                    gives=lambda: _alike(lambda away, total: (1, 1))),
            Mistake("crosswise", "Which g belongs to which number of trials?",
                    gives=lambda: _alike(lambda away, total: (away, total - away))),
            Mistake("all as published", "Were all trials of that row published?",
                    gives=lambda: [_alike(lambda away, total: (total, away)), _alike(lambda away, total: (away, total)),
                                   _alike(lambda away, total: (total, total - away))]),
            Mistake("taken away", "You took a part away. How do the parts of a mean come together?",
                    gives=lambda: [g - other * away / total for g, other, _, away, total in [_driessen()]]),
            Mistake("nothing or too short", "Did the unpublished trials count as zero, or is a decimal missing?",
                    gives=lambda: [g * (total - away) / total for g, _, _, away, total in [_driessen()]]),
            Mistake("printed", "That is what the authors print for all trials. Here each trial is to count alike.",
                    gives=lambda: _driessen()[2]),
            Mistake("one of the two", "That is one of the two values, not a mean of them.",
                    gives=lambda: list(_driessen()[:2])),
            Mistake("a part of the mean", "That is what one of the two groups adds to the mean. And the other?",
                    gives=lambda: [g * away / total for _, g, _, away, total in [_driessen()]]),
            Mistake("a difference", "That is one value less another. A mean is asked for.",
                    gives=lambda: [a - b for a, b in itertools.permutations(_driessen()[:3], 2)]),
            Mistake("trials", "That is a share of the trials. What did they find?",
                    gives=lambda: [share for *_, away, total in [_driessen()]
                                   for share in (away / total, 1 - away / total, 100 * away / total)]),
            Mistake("percent", "Is that the mean in percent? A g is no percentage.",
                    gives=lambda: [number for share in [_alike(lambda away, total: (total - away, away))]
                                   for number in (100 * share, round(100 * share, 1), round(100 * share))]),
            Mistake("counts", "That is a count of trials. What did they find?",
                    gives=lambda: [count for *_, away, total in [_driessen()]
                                   for count in (away, total - away, total)]),
            Mistake("not divided", "A mean is not larger than the largest of its values. By what did you divide?",
                    when=lambda x: x > _driessen()[0]),
            Mistake("together as a part", "The value for all trials has both parts in it already. Which two are added?",
                    gives=_with_both),
        ]),
    Question(
        "q5", "what is wrong with this row", "reading", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="How many SDs apart do two groups lie that hardly overlap? And how wide is the interval, from end to "
               "end? Then think of the two things of which an SMD is made, one divided by the other.",
        wrong="Which of the four would make the value and its interval so large at once?",
        praise="A tiny SD, and the result is no usable estimate.",
        mistakes=[
            Mistake("a large effect", "Taken at its word, the two groups would hardly overlap. And its interval?",
                    gives="a"),
            Mistake("a lost sign", "Turn the sign round: would the size be any easier to believe?", gives="b"),
            Mistake("few people", "Another row has about as few people. How large is its value?", gives="d"),
        ]),
]
