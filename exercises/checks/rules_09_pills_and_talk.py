"""What is right in exercise 09, and which mistakes we know."""

from itertools import permutations
from math import ceil, exp, floor, pi, sqrt
from statistics import NormalDist

from .checker import Mistake, Question, row, table
from .kinds import Drawing, Letter, Number, Numbers

THERAPY, RISPERIDONE, PLACEBO = "exposure and ritual prevention", "risperidone", "placebo"
RISKS = (30, 60)
TRIALS = ("Reich 2009", "Crawford 2018")
TRUTH = 0.3
BASE = 50


def _arm(group, outcome="minimal symptoms"):
    line = row("proportions", topic="added", group=group, outcome=outcome)
    return int(line["events"]), int(line["total"])


def _needed(first=THERAPY, second=PLACEBO, outcome="minimal symptoms", outcome_of_second=None):
    """The number needed to treat as a fraction of whole numbers: another road than by percentages."""
    (k1, n1), (k2, n2) = _arm(first, outcome), _arm(second, outcome_of_second or outcome)
    return n1 * n2 / (k1 * n2 - k2 * n1)


def _ratios():
    """Ratio of the risks, of the odds, of the risks of the opposite; all of them turned, and less or from 1."""
    (k1, n1), (k2, n2) = _arm(THERAPY), _arm(PLACEBO)
    found = [k1 * n2 / (k2 * n1), k1 * (n2 - k2) / (k2 * (n1 - k1)), n1 * (n2 - k2) / (n2 * (n1 - k1))]
    relative = [abs(1 - ratio) for ratio in (found[0], 1 / found[0], 1 / found[2])]
    return [*found, *(1 / ratio for ratio in found), *relative, *(100 * less for less in relative),
            *(1 / less for less in relative)]


def _pooled():
    """The number needed with risperidone put to the placebo, or to the therapy."""
    (k1, n1), (k2, n2), (k3, n3) = (_arm(group) for group in (THERAPY, RISPERIDONE, PLACEBO))
    return [1 / (k1 / n1 - (k2 + k3) / (n2 + n3)), 1 / ((k1 + k2) / (n1 + n2) - k3 / n3),
            1 / (k1 / n1 - (k2 / n2 + k3 / n3) / 2), 1 / ((k1 / n1 + k2 / n2) / 2 - k3 / n3)]


def _added():
    (k1, n1), (k2, n2) = _arm(THERAPY), _arm(PLACEBO)
    return [part for share in [k1 / n1 + k2 / n2] for part in (share, 100 * share, 1 / share)]


def _by_odds_of_arms():
    (k1, n1), (k2, n2) = _arm(THERAPY), _arm(PLACEBO)
    between = k1 / (n1 - k1) - k2 / (n2 - k2)
    return [between, 100 * between, 1 / between]


def _people():
    """The people of one arm less those of the other, over one number of people for both."""
    (k1, n1), (k2, n2) = _arm(THERAPY), _arm(PLACEBO)
    return [k1 - k2, *(whole / (k1 - k2) for whole in (100, n1, n2, n1 + n2)), n1 * n2 / ((k1 - k2) * (n1 + n2))]


def _one_arm():
    arms = [_arm(group, outcome) for outcome in ("minimal symptoms", "response")
            for group in (THERAPY, PLACEBO, RISPERIDONE)]
    return [value for k, n in arms for value in (100 * n / k, n / k, 100 * k / n, k / n, k)]


def _well(study):
    return float(row("effects", topic="keeping well", study=study)["estimate"])


def _spared(ratio=None):
    """People of 100 who are spared a relapse at the two risks."""
    return [risk * (1 - (ratio or _well("Guidi 2021"))) for risk in RISKS]


def _two_needed(ratio=None):
    return [100 / points for points in _spared(ratio)]


def _by_hazard(risk, ratio):
    """The number needed if the ratio were one of hazards: the share that stays well, to the power of the ratio."""
    well = 1 - risk / 100
    return 1 / (well ** ratio - well)


def _by_odds(risk):
    odds = _well("Guidi 2021") * risk / (100 - risk)
    return 100 / (risk - 100 * odds / (1 + odds))


def _arms(study):
    """The people of each arm of a trial, or of both where the row has no arms."""
    return [int(line["events"]) for line in table("proportions")
            if (line["topic"], line["study"]) == ("lamotrigine", study)]


def _n(study):
    return sum(_arms(study))


def _line(people, z=1.96, parts=4):
    return z * sqrt(parts / people)


def _least(**how):
    return [_line(_n(study), **how) for study in TRIALS]


def _curse(people):
    """The mean of the significant trials: a normal distribution cut off from below."""
    error = sqrt(4 / people)
    cut = 1.96 - TRUTH / error
    return TRUTH + error * exp(-cut * cut / 2) / sqrt(2 * pi) / NormalDist().cdf(-cut)


class Least(Numbers):
    """Numbers, where the finer standard error, of the people of each arm, is right for the first trial as well."""

    def same(self, value, expected):
        finer = 1.96 * sqrt(sum(1 / people for people in _arms("Reich 2009")))
        return super().same(value, expected) or super().same(value, [finer, expected[1]])


def _power(people):
    """How often a trial of so many people is significant, if the truth is TRUTH."""
    return NormalDist().cdf(TRUTH / sqrt(4 / people) - 1.96)


def _with_reich(people):
    return [_line(people), _line(_n("Crawford 2018"))]


def _relapse(rr=lambda ratio: BASE * ratio, odds=lambda ratio: 100 * ratio * BASE / (100 - BASE + ratio * BASE)):
    """{name: people of 100 who relapse}, with one way for risk ratios and one for odds ratios."""
    lines = [line for line in table("effects") if line["topic"] == "families"]
    return {f"{line['study']}, {line['group'] or 'family programmes'}":
            (rr if line["measure"] == "RR" else odds)(float(line["estimate"])) for line in lines}


def _by_way_of_odds(ratio):
    odds = BASE / (100 - BASE) * ratio
    return 100 * odds / (1 + odds)


def _part_right(bars):
    """Which of the names have the right bar: (ratios of risks, odds ratios), each as a list of True and False."""
    right, measures = _relapse(), {name: measure for name, measure in _relapse(lambda _: "RR", lambda _: "OR").items()}
    return [[abs(bars[name] - right[name]) <= 0.051 for name in right if measures[name] == kind]
            for kind in ("RR", "OR")]


def _each(change):
    return {name: change(people) for name, people in _relapse().items()}


QUESTIONS = [
    Question(
        "q1", "how many to treat", "needed", Number(decimals=1), _needed,
        recipe="The rows of the outcome 'minimal symptoms'. Each arm's events in percent of its own total. Then 100 "
               "divided by: that percentage with the therapy less that with placebo.",
        wrong="Which two arms did you compare, on which outcome, and is it a number of people?",
        praise="So many have the therapy added, on average, for one more with minimal symptoms.",
        mistakes=[
            Mistake("whole people", "That is in whole people. Here it is asked for as it comes.",
                    gives=lambda: [ceil(_needed()), floor(_needed())]),
            Mistake("still points", "That is how many more have minimal symptoms. How many are treated for one?",
                    gives=lambda: [points * sign for points in (100 / _needed(), 1 / _needed()) for sign in (1, -1)]),
            Mistake("a hundred off", "That is off by a hundred. Are your shares in percent, or from 0 to 1?",
                    gives=lambda: [_needed() / 100, 100 * _needed()]),
            Mistake("added", "You added the arms up. By how much do they differ?", gives=_added),
            Mistake("risperidone", "Risperidone is one of the two things that you compared. Which two are meant?",
                    gives=lambda: [_needed(RISPERIDONE), _needed(THERAPY, RISPERIDONE)]),
            Mistake("other outcome", "There are two outcomes in the rows. Are both arms on the one that is meant?",
                    gives=lambda: [*(_needed(first, second, "response") for first, second in
                                     ((THERAPY, PLACEBO), (RISPERIDONE, PLACEBO), (THERAPY, RISPERIDONE))),
                                   _needed(outcome="response", outcome_of_second="minimal symptoms"),
                                   _needed(outcome_of_second="response")]),
            Mistake("odds", "Those are odds. Of all in an arm, how many have minimal symptoms?",
                    gives=_by_odds_of_arms),
            Mistake("pooled arms", "Two of the three arms have become one. Which two are compared?", gives=_pooled),
            Mistake("people", "Have the two arms as many people? Each count is a share of its own arm.",
                    gives=_people),
            Mistake("ratio", "Yours comes of a quotient of the arms. Is a number needed made of that?", gives=_ratios),
            Mistake("one arm", "That looks at one arm alone. What would have come with placebo added?",
                    gives=_one_arm),
        ]),
    Question(
        "q2", "one ratio, two clinics", "two_needed", Numbers(["for 30", "for 60"], decimals=1), _two_needed,
        recipe="The risk with psychotherapy is the risk ratio times the risk without. For each clinic: how many points "
               "lie between the two? 100 divided by them.",
        wrong="How many of 100 relapse in each clinic with the psychotherapy, and how many fewer is that?",
        praise="One and the same ratio, and twice as many to treat where the risk is half.",
        mistakes=[
            Mistake("points", "So many of 100 are spared. And how many are treated to spare one?",
                    gives=lambda: [_spared(), [points / 100 for points in _spared()],
                                   [round(points) for points in _spared()]]),
            Mistake("risk with", "So many relapse with the psychotherapy. How many fewer is that?",
                    gives=lambda: [[risk * _well("Guidi 2021") / whole for risk in RISKS] for whole in (1, 100)]),
            Mistake("what is left", "Is the number needed made of those who still relapse, or of those spared?",
                    gives=lambda: [[whole / (risk * _well("Guidi 2021")) for risk in RISKS] for whole in (1, 100)]),
            Mistake("both alike", "Your two numbers are the same. Do as many relapse in both clinics?",
                    when=lambda x: abs(x[0] - x[1]) < 1e-9),
            Mistake("a hundred off", "The decimal point is elsewhere. Are your risks in percent, or from 0 to 1?",
                    gives=lambda: [[needed * off for needed in _two_needed()] for off in (1e-4, 0.01, 100, 1e4)]),
            Mistake("rounded before", "Did you round the people spared before you divided, or cut off the end?",
                    gives=lambda: [[100 / round(points) for points in _spared()]]),
            Mistake("hazard ratio", "That is the sum for a hazard ratio. Which measure stands in the row?",
                    gives=lambda: [[_by_hazard(risk, _well(study)) for risk in RISKS]
                                   for study in ("Guidi 2021", "Kuyken 2016", "Shallcross 2018")]),
            Mistake("odds ratio", "That is the sum for an odds ratio. Which measure stands in the row?",
                    gives=lambda: [_by_odds(risk) for risk in RISKS]),
            Mistake("another row", "That is the estimate of another study. Whose ratio is asked for?",
                    gives=lambda: [_two_needed(_well(study)) for study in ("Kuyken 2016", "Shallcross 2018")]),
            Mistake("ratio as points", "You took a number away from the risk. Does the ratio add, or multiply?",
                    gives=lambda: [[whole / (risk * whole / 100 - taken) for risk in RISKS] for whole, taken in
                                   ((100, _well("Guidi 2021")), (1, _well("Guidi 2021")),
                                    (1, 1 - _well("Guidi 2021")), (100, 100 * (1 - _well("Guidi 2021"))))]),
            Mistake("divided", "You divided by the ratio. Does it make the risk smaller, or larger?",
                    gives=lambda: [[risk / _well("Guidi 2021") for risk in RISKS],
                                   [100 * _well("Guidi 2021") / risk for risk in RISKS],
                                   *([sign * 100 / (risk / _well("Guidi 2021") - risk) for risk in RISKS]
                                     for sign in (1, -1))]),
            Mistake("those who stay well", "You took the ratio off those who stay well. What does it multiply?",
                    gives=lambda: [[100 / ((100 - risk) * (1 - _well("Guidi 2021"))) for risk in RISKS],
                                   [100 / ((100 - risk) * _well("Guidi 2021")) for risk in RISKS],
                                   [(100 - risk) * (1 - _well("Guidi 2021")) for risk in RISKS]]),
            Mistake("the wrong way", "Where more people relapse, does the same ratio spare fewer?",
                    gives=lambda: [_two_needed()[0], 2 * _two_needed()[0]]),
            Mistake("no treatment", "That is made of the risk without the psychotherapy alone.",
                    gives=lambda: [[100 / risk for risk in RISKS], list(RISKS)]),
            Mistake("one of two", "One of the two is right. What is otherwise in the other clinic?",
                    when=lambda x: any(abs(given - needed) <= 0.05 for given, needed in zip(x, _two_needed(),
                                                                                          strict=True))),
            Mistake("rounded up", "Whole people, as a report would print it. Here one decimal is asked for.",
                    gives=lambda: [ceil(needed) for needed in _two_needed()]),
        ]),
    Question(
        "q3", "what a trial can see", "least", Least(list(TRIALS), decimals=2), _least,
        recipe="How many people has each trial in both arms together? With that n: 1.96 times the square root of 4/n, "
               "in Python 1.96 * (4 / n) ** 0.5.",
        wrong="How many people has each trial in both arms, and what is the standard error then?",
        praise="If everybody is measured, less than that cannot become significant in a trial of that size.",
        mistakes=[
            Mistake("one arm", "Is your n the people of one arm, or of both?",
                    gives=lambda: [*map(_with_reich, [*_arms("Reich 2009"), _n("Reich 2009") / 2]),
                                   *([_line(n), _line(_n("Crawford 2018") / 2)] for n in
                                     (*_arms("Reich 2009"), _n("Reich 2009") / 2, _n("Reich 2009"))),
                                   *map(list, permutations(map(_line, _arms("Reich 2009"))))]),
            Mistake("twice the people", "Are there 4 above your n, or 2, and does your n count anybody twice?",
                    gives=lambda: [_with_reich(2 * _n("Reich 2009")), _least(parts=2)]),
            Mistake("double", "Twice too large. Is 1.96 in it twice, or does the 4 stand outside of the root?",
                    gives=lambda: _least(z=2 * 1.96)),
            Mistake("half", "Where is the root in your sum? In Python ** 1/2 is none: it is a half.",
                    gives=lambda: [1.96 * 4 / _n(study) / 2 for study in TRIALS]),
            Mistake("no root", "A standard error is a root. Of what did you take none?",
                    gives=lambda: [[z * 4 / _n(study) for study in TRIALS] for z in (1, 1.96)]),
            Mistake("upside down", "With more people, does your difference become larger? Should it?",
                    gives=lambda: [1.96 * sqrt(_n(study) / 4) for study in TRIALS]),
            Mistake("all under the root", "Which part of your sum stands under the root and does not belong there?",
                    gives=lambda: [sqrt(1.96 * 4 / _n(study)) for study in TRIALS]),
            Mistake("one error", "That is one standard error. From how many of them on is a trial significant?",
                    gives=lambda: _least(z=1)),
            Mistake("one part", "Your standard error is not of a difference of two arms. How many parts of n?",
                    gives=lambda: _least(parts=1)),
            Mistake("another multiple", "How many standard errors did you take, and how many does the text say?",
                    gives=lambda: [_least(z=z) for z in (2, 1.64, 1.645, 2.58)]),
            Mistake("from the truth", "Is a trial significant so far above the truth, or so far above zero?",
                    gives=lambda: [[TRUTH + least for least in _least()], [least - TRUTH for least in _least()],
                                   [TRUTH - least for least in _least()]]),
            Mistake("the mean", "That is what significant trials find on average. And the least that they can?",
                    gives=lambda: [_curse(_n(study)) for study in TRIALS]),
            Mistake("Tritt 2005", "One of your trials is the one to be left out.",
                    gives=lambda: [[_line(max(_arms("Tritt 2005"))), _line(_n("Crawford 2018"))],
                                   [_line(_n("Reich 2009")), _line(max(_arms("Tritt 2005")))]]),
            Mistake("rounding", "Near. Was it rounded up, cut off or too far, or is a wrong n in one of the two?",
                    when=lambda x: all(abs(given - least) < (0.01 if round(given, 1) != given else 0.1)
                                       for given, least in zip(x, _least(), strict=True))),
            Mistake("hundredths", "Those are hundredths of an SD. In SDs, how large are they?",
                    gives=lambda: [[100 * least for least in _least()], [round(100 * least) for least in _least()]]),
            Mistake("people", "Those are people. Which difference can so many make significant?",
                    gives=lambda: [[_n(study) for study in TRIALS], [_n(study) / 2 for study in TRIALS]]),
            Mistake("power", "That is how often a trial is significant. And how large is the least difference?",
                    gives=lambda: [[times * _power(_n(study)) for study in TRIALS] for times in (1, 100)]),
            Mistake("arms of Tritt 2005", "One of your trials is the one to be left out, or an arm of it.",
                    gives=lambda: [[_line(first), _line(second)] for n in [_n("Tritt 2005"), *_arms("Tritt 2005"),
                                   _n("Tritt 2005") - max(_arms("Tritt 2005"))] for first, second in
                                   ((n, _n("Crawford 2018")), (_n("Reich 2009"), n))]),
            Mistake("both alike", "Your two numbers are the same. Are the two trials equally large?",
                    when=lambda x: abs(x[0] - x[1]) < 1e-9),
            Mistake("how much too large", "That is how many times the truth. A difference in SDs is asked for.",
                    gives=lambda: [[least / TRUTH for least in _least()],
                                   [_curse(_n(study)) / TRUTH for study in TRIALS]]),
            Mistake("one of two", "One of the two is right. How many people has the other trial?",
                    when=lambda x: any(abs(given - least) < 0.006 for given, least in zip(x, _least(), strict=True))),
        ]),
    Question(
        "q4", "the people behind four ratios", "ax", Drawing("of 100"), _relapse,
        recipe="The RR: 50 times it. Each OR: odds without are 50 / 50; times the OR; then o / (1 + o), in percent. "
               "One bar for each name in the column name: people of 100 who relapse with the programme.",
        wrong="Begin with one OR: what are the odds with the programme, and what risk is that?",
        praise="Now they stand on one scale, and two that sounded different say nearly the same.",
        mistakes=[
            Mistake("all as RR", "Does an odds ratio multiply the risk?",
                    gives=lambda: _relapse(odds=lambda ratio: BASE * ratio)),
            Mistake("all as OR", "One of the four is no odds ratio. What does it multiply?",
                    gives=lambda: [_relapse(rr=_by_way_of_odds),
                                   _relapse(*2 * [lambda ratio: _by_way_of_odds(ratio) / 100])]),
            Mistake("swapped", "Which of the four are odds ratios, and which is the risk ratio?",
                    gives=lambda: _relapse(_by_way_of_odds, lambda ratio: BASE * ratio)),
            Mistake("still odds", "Some of your bars show odds. Which risk goes with such odds?",
                    gives=lambda: [_relapse(odds=lambda ratio: 100 * ratio), _relapse(odds=lambda ratio: ratio)]),
            Mistake("shares among people", "Some bars are shares, from 0 to 1, and others are people of 100.",
                    gives=lambda: [_relapse(odds=lambda ratio: ratio / (1 + ratio)),
                                   _relapse(rr=lambda ratio: ratio / 2)]),
            Mistake("brackets or sign", "By what did you divide the odds? Look at the brackets and at the sign.",
                    gives=lambda: [_relapse(rr, odds) for odds in
                                   (lambda ratio: 200 * ratio, lambda ratio: 101 * ratio,
                                    lambda ratio: 100 * ratio / (1 - ratio))
                                   for rr in (lambda ratio: BASE * ratio, odds)]),
            Mistake("the 50", "What are the odds without a programme, and is the risk of 50 people, or of 100?",
                    gives=lambda: [_relapse(odds=lambda ratio: 100 * BASE * ratio / (1 + BASE * ratio)),
                                   _relapse(odds=lambda ratio: BASE * ratio / (1 + ratio)),
                                   _relapse(odds=lambda ratio: 100 * ratio / (100 / BASE + ratio))]),
            Mistake("cut", "You cut the values to whole people. Draw them as they come.", gives=lambda: _each(floor)),
            Mistake("spared", "Your bars show who is spared. Those who relapse are asked for.",
                    gives=lambda: [*(_each(lambda people, sign=sign: sign * (BASE - people)) for sign in (1, -1)),
                                   _relapse(*2 * [lambda ratio: BASE - BASE * ratio])]),
            Mistake("not relapsing", "Your bars show who does not relapse.",
                    gives=lambda: [_each(lambda people: 100 - people),
                                   _relapse(*2 * [lambda ratio: 100 - _by_way_of_odds(ratio)])]),
            Mistake("upside down", "With your odds, do more people relapse with a programme, or fewer?",
                    gives=lambda: _relapse(odds=lambda ratio: 100 - _by_way_of_odds(ratio))),
            Mistake("ratios", "Your bars show the ratios, or a hundred times them. How many of 100 relapse?",
                    gives=lambda: [_relapse(float, float), _relapse(lambda ratio: 100 * ratio,
                                                                    lambda ratio: 100 * ratio)]),
            Mistake("of everybody", "The risk ratio: of how many who would relapse does it leave so many?",
                    gives=lambda: _relapse(rr=lambda ratio: 100 * ratio)),
            Mistake("too many, too few", "Can fewer than none of 100 people relapse, or more than all?",
                    when=lambda drawn: not all(0 <= people <= 100 for people in drawn["bars"].values())),
            Mistake("risk ratio", "The odds ratios are right. And the bar of the risk ratio?",
                    when=lambda drawn: all(_part_right(drawn["bars"])[1])),
            Mistake("odds ratios", "Not all odds ratios are right, and at least one is. Did each go the same way?",
                    when=lambda drawn: all(_part_right(drawn["bars"])[0]) and any(_part_right(drawn["bars"])[1])),
        ]),
    Question(
        "q5", "what is wrong with this figure", "verdict", Letter("abcd"), lambda: "b",
        fixed="a reading question",
        recipe="Look along the row of each bar that a sentence speaks of: its people, its interval, the column better. "
               "And which kind of study has each review?",
        wrong="Which of the four sentences do the rows of the table bear out?",
        praise="The longest bar is often the least certain one.",
        mistakes=[
            Mistake("longest bar", "What else does the row of that bar say of it?", gives="a"),
            Mistake("minus is worse", "On which side of zero is the benefit of these outcomes?", gives="c"),
            Mistake("proof of none", "What else is inside those two intervals, beside zero?", gives="d"),
        ]),
]
