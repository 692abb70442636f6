"""What is right in exercise 07, and which mistakes we know."""

from math import ceil, sqrt

from .checker import (
    Drawing,
    Letter,
    Mistake,
    Names,
    Number,
    Numbers,
    Question,
    bar_chart_faults,
    near,
    row,
    same_bars,
    table,
)

THERAPY, RISPERIDONE, PLACEBO = "exposure and ritual prevention", "risperidone", "placebo"
RISKS = (30, 60)
BASE = 50
SENTENCES, TOO_MUCH = set("abcdef"), {"b", "c", "e"}
RATIOS = ["pharoah2006", "bighelli2021", "rodolico2022, best", "rodolico2022, weakest"]


def _arm(group, outcome="minimal symptoms"):
    line = row("proportions", study_id="simpson2013", group=group, outcome=outcome)
    return int(line["events"]), int(line["total"])


def _needed(other=PLACEBO, outcome="minimal symptoms"):
    """The number needed to treat as a plain fraction of whole numbers: another road than by percentages."""
    (k1, n1), (k2, n2) = _arm(THERAPY, outcome), _arm(other, outcome)
    return n1 * n2 / (k1 * n2 - k2 * n1)


def _relative():
    (k1, n1), (k2, n2) = _arm(THERAPY), _arm(PLACEBO)
    return k1 * n2 / (k2 * n1)


def _people():
    """The mistake of subtracting people instead of shares."""
    (k1, n1), (k2, _) = _arm(THERAPY), _arm(PLACEBO)
    return [n1 / (k1 - k2), 100 / (k1 - k2)]


def _rr():
    return float(row("effects", study_id="guidi2021", outcome="relapse")["estimate"])


def _two_needed():
    return [100 / risk / (1 - _rr()) for risk in RISKS]


def _by_hazard(risk):
    """The number needed if the ratio were one of hazards: those who are spared become a power of themselves."""
    spared = 1 - risk / 100
    return 1 / (spared ** _rr() - spared)


def _close(values, expected):
    return near(values, expected, within=0.06)


def _arms_of_24():
    return [int(row("proportions", study_id="linehan2008", group=group, outcome="randomised")["events"])
            for group in ("DBT + olanzapine", "DBT + placebo")]


def _least(n=None, z=1.96, arms=4):
    return z * sqrt(arms / (n or sum(_arms_of_24())))


def _ratio(name):
    """The one row behind a name: a study, and the word that its note must hold where the study has two."""
    study, _, word = name.partition(", ")
    lines = [line for line in table("effects") if line["study_id"] == study and line["measure"] in {"RR", "OR"}
             and line["modality_id"] == "family_psychosis" and word in line["note"]]
    if len(lines) != 1:
        raise LookupError(f"{len(lines)} rows are behind {name}")
    return lines[0]


def _risk_by_odds(ratio):
    return 100 * ratio * BASE / (100 - BASE + ratio * BASE)


def _relapse(rr=lambda ratio: BASE * ratio, odds=_risk_by_odds):
    """{name: people of 100 who relapse}, with one way for relative risks and one for odds ratios."""
    bars = {}
    for name in RATIOS:
        line = _ratio(name)
        bars[name] = (rr if line["measure"] == "RR" else odds)(float(line["estimate"]))
    return bars


QUESTIONS = [
    Question(
        "q1", "how many to treat", "needed", Number(0.06), _needed,
        nudge="First make each count a share of its own arm. How many points lie between the two arms?",
        wrong="100 divided by: percent with minimal symptoms after the therapy, minus percent after placebo.",
        praise="So many people are treated, on average, for one more with minimal symptoms.",
        mistakes=[
            Mistake("rounded", "You rounded to whole people. Here give the number as it comes, with a decimal.",
                    lambda x: x in (ceil(_needed()), round(_needed())) and abs(x - _needed()) > 0.06),
            Mistake("still points", "That is the gain in percentage points. The number needed is 100 divided by it.",
                    lambda x: abs(x - 100 / _needed()) < 0.06),
            Mistake("turned over", "That is the gain as a fraction. The number needed is 1 divided by it.",
                    lambda x: abs(x - 1 / _needed()) < 0.006),
            Mistake("percent upside down", "1 divided by percentage points is off by a hundred: divide 100 by them.",
                    lambda x: abs(x - _needed() / 100) < 0.0006),
            Mistake("ratio", "That is one share divided by the other. The number needed comes from their difference.",
                    lambda x: abs(x - _relative()) < 0.06),
            Mistake("people", "You subtracted people. The arms differ in size: subtract shares.",
                    lambda x: min(abs(x - wrong) for wrong in _people()) < 0.06),
            Mistake("other arm", "That compares with risperidone. Placebo is asked for.",
                    lambda x: abs(x - _needed(RISPERIDONE)) < 0.06),
            Mistake("other outcome", "That is the outcome 'response'. The outcome 'minimal symptoms' is asked for.",
                    lambda x: abs(x - _needed(outcome="response")) < 0.06),
            Mistake("sign", "The sign is turned: take the therapy minus placebo.",
                    lambda x: abs(x + _needed()) < 0.06),
        ]),
    Question(
        "q2", "one ratio, two risks", "two_needed", Numbers(0.06, ["for 30%", "for 60%"]), _two_needed,
        nudge="A relative risk multiplies the risk. What is the risk with the psychotherapy in each clinic?",
        wrong="For each risk: how many points does the ratio take off it? Divide 100 by those points.",
        praise="One and the same ratio, and twice as many people to treat where the risk is half.",
        mistakes=[
            Mistake("swapped", "The order is turned: first the clinic with 30%, then the one with 60%.",
                    lambda x: _close(x[::-1], _two_needed())),
            Mistake("points", "Those are the points that are taken off. Divide 100 by them.",
                    lambda x: _close(x, [100 / needed for needed in _two_needed()])),
            Mistake("risk with", "Those are the risks with the psychotherapy. Subtract them from the risks without.",
                    lambda x: _close(x, [risk * _rr() for risk in RISKS])),
            Mistake("what is left", "You divided by the risk that is left. Divide by what the ratio takes off.",
                    lambda x: _close(x, [100 / (risk * _rr()) for risk in RISKS])),
            Mistake("no risk", "You took the ratio off 1 and left out the risk. A ratio becomes people only with one.",
                    lambda x: abs(x[0] - x[1]) < 1e-9),
            Mistake("fractions", "1 divided by percentage points is off by a hundred: divide 100 by them.",
                    lambda x: near([100 * v for v in x], _two_needed())),
            Mistake("hazard ratio", "That is the rule for a hazard ratio. A relative risk multiplies the risk itself.",
                    lambda x: _close(x, [_by_hazard(risk) for risk in RISKS])),
            Mistake("rounded up", "You rounded up to whole people, as a report would. Here a decimal is asked for.",
                    lambda x: x == [ceil(needed) for needed in _two_needed()] and not _close(x, _two_needed())),
        ]),
    Question(
        "q3", "what a small trial can see", "least", Number(0.0055), _least,
        nudge="First find n: who was put by lot into the two arms of this trial?",
        wrong="Add the people of both arms, then 1.96 times the square root of 4/n.",
        praise="Anything smaller cannot become significant in a trial of this size.",
        mistakes=[
            Mistake("one arm", "You took the people of one arm for n. Both arms together are asked for.",
                    lambda x: min(abs(x - _least(n)) for n in _arms_of_24()) < 0.0055),
            Mistake("counted twice", "Everybody was counted twice: the column total already holds both arms.",
                    lambda x: abs(x - _least(2 * sum(_arms_of_24()))) < 0.0055),
            Mistake("no root", "You left out the root: the standard error is the square root of 4/n.",
                    lambda x: abs(x - _least() ** 2 / 1.96) < 0.0055),
            Mistake("one error", "That is one standard error. It takes 1.96 of them.",
                    lambda x: abs(x - _least(z=1)) < 0.0035),
            Mistake("no four", "You took the root of 1/n. Two arms of half the size each give the root of 4/n.",
                    lambda x: abs(x - _least(arms=1)) < 0.0035),
        ]),
    Question(
        "q4", "what is wrong with this leaflet", "too_much", Names(letters=True), lambda: TOO_MUCH,
        fixed="a reading question: the sentences are the leaflet's",
        nudge="Ask of each sentence: who was without the thing that it praises or blames? Is there such an arm?",
        wrong="Judge each sentence by its row: is it between arms, and did only one arm have the thing?",
        praise="What both arms had cannot be praised or blamed by comparing them.",
        mistakes=[
            Mistake("none", "An empty list says that the leaflet is faultless. It is not.",
                    lambda names: not names),
            Mistake("unknown", "Give letters from a to f, each in quotes.",
                    lambda names: not names <= SENTENCES),
            Mistake("turned round", "Those are the sentences that the rows do allow. The others are asked for.",
                    lambda names: names == SENTENCES - TOO_MUCH),
            Mistake("everything", "Not all six. Some say no more than their row.",
                    lambda names: names == SENTENCES),
            Mistake("a is a row", "Sentence a compares the arms, and a row says the same.",
                    lambda names: "a" in names),
            Mistake("d is a row", "Sentence d claims no effect at all, only that none is established.",
                    lambda names: "d" in names),
            Mistake("f is a row", "Sentence f speaks of those who stayed, and the means bear it out.",
                    lambda names: "f" in names),
            Mistake("skills group", "Who in soler2005 was without the skills group? Then look at sentence b again.",
                    lambda names: names == TOO_MUCH - {"b"}),
            Mistake("within", "A change in both arms: what did both arms have? Then look at sentence c again.",
                    lambda names: names == TOO_MUCH - {"c"}),
            Mistake("both had it", "Who in bellino2010 was without fluoxetine? Then look at sentence e again.",
                    lambda names: names == TOO_MUCH - {"e"}),
            Mistake("not all", "Right so far, but there are more. What did both arms of each trial have?",
                    lambda names: names < TOO_MUCH),
        ]),
    Question(
        "q5", "the people behind four ratios", "ax", Drawing(), _relapse,
        nudge="Begin with the relative risk: it multiplies the risk. And what does an odds ratio multiply?",
        wrong="One bar for each name in the column name: people of 100 who relapse with the programme.",
        praise="Now they stand on one scale, and two that sounded different say nearly the same.",
        mistakes=[
            *bar_chart_faults("of 100"),
            Mistake("all as RR", "You read the odds ratios as relative risks. Go by way of the odds and back.",
                    lambda drawn: same_bars(drawn["bars"], _relapse(odds=lambda ratio: BASE * ratio))),
            Mistake("all as OR", "One of the four is a relative risk. It multiplies the risk itself.",
                    lambda drawn: same_bars(drawn["bars"], _relapse(rr=_risk_by_odds))),
            Mistake("spared", "Your bars show who is spared. Those who relapse are asked for.",
                    lambda drawn: same_bars(drawn["bars"], {name: BASE - v for name, v in _relapse().items()})),
            Mistake("not relapsing", "Your bars show who does not relapse. Those who relapse are asked for.",
                    lambda drawn: same_bars(drawn["bars"], {name: 100 - v for name, v in _relapse().items()})),
            Mistake("of everybody", "A ratio times 100 supposes that all relapse without a programme. Half of them do.",
                    lambda drawn: any(same_bars(drawn["bars"], _relapse(lambda ratio: 100 * ratio, odds))
                                      for odds in (lambda ratio: 100 * ratio, _risk_by_odds))),
            Mistake("fractions", "Your bars show fractions. People of 100 are asked for.",
                    lambda drawn: same_bars({at: 100 * v for at, v in drawn["bars"].items()}, _relapse())),
            Mistake("ratios", "Your bars show the ratios as printed. Turn each into people of 100.",
                    lambda drawn: same_bars(drawn["bars"], _relapse(float, float))),
            Mistake("names", "Two rows are of one study. Use the names of the column name, and all of them.",
                    lambda drawn: drawn["bars"].keys() == {name.partition(",")[0] for name in RATIOS}),
        ]),
    Question(
        "q6", "what is wrong with this figure", "verdict", Letter("abcd"), lambda: "b",
        fixed="a reading question",
        nudge="Look at the column n beside the longest bar, and at what kind of studies each review has.",
        wrong="Ask how many people stand behind the longest bar, and whether the bars are of one kind.",
        praise="The longest bar is often the least certain one.",
        mistakes=[
            Mistake("longest bar", "How many people stand behind that bar, and how wide is its interval?",
                    lambda letter: letter == "a"),
            Mistake("minus is worse", "A minus is no verdict. The column better says on which side the benefit lies.",
                    lambda letter: letter == "c"),
            Mistake("proof of none", "An interval around zero that also holds large benefits proves nothing.",
                    lambda letter: letter == "d"),
        ]),
]
