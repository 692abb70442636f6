"""What is right in exercise 09, and which mistakes we know."""

from math import ceil, sqrt

from .checker import Mistake, Question, row, table
from .kinds import Drawing, Letter, Names, Number, Numbers

THERAPY, RISPERIDONE, PLACEBO = "exposure and ritual prevention", "risperidone", "placebo"
RISKS = (30, 60)
BASE = 50
SENTENCES, TOO_MUCH = set("abcdef"), {"b", "c", "e"}
RATIOS = ["Pharoah 2006", "Bighelli 2021", "Rodolico 2022, best", "Rodolico 2022, weakest"]


def _arm(group, outcome="minimal symptoms"):
    line = row("proportions", study="Simpson 2013", group=group, outcome=outcome)
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
    return float(row("effects", study="Guidi 2021", outcome="relapse")["estimate"])


def _two_needed():
    return [100 / risk / (1 - _rr()) for risk in RISKS]


def _by_hazard(risk):
    """The number needed if the ratio were one of hazards: those who are spared become a power of themselves."""
    spared = 1 - risk / 100
    return 1 / (spared ** _rr() - spared)


def _arms_of_24():
    return [int(row("proportions", study="Linehan 2008", group=group, outcome="randomised")["events"])
            for group in ("DBT + olanzapine", "DBT + placebo")]


def _least(n=None, z=1.96, arms=4):
    return z * sqrt(arms / (n or sum(_arms_of_24())))


def _ratio(name):
    """The one row behind a name: a study, and the word that its note must hold where the study has two."""
    study, _, word = name.partition(", ")
    lines = [line for line in table("effects") if line["study"] == study and line["measure"] in {"RR", "OR"}
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
        "q1", "how many to treat", "needed", Number(decimals=1), _needed,
        recipe="First make each count a share of its own arm. How many points lie between the two arms? 100 divided "
               "by: percent with minimal symptoms after the therapy, minus percent after placebo.",
        praise="So many people are treated, on average, for one more with minimal symptoms.",
        mistakes=[
            Mistake("rounded", "You rounded to whole people. Here give the number as it comes, with a decimal.",
                    gives=lambda: [ceil(_needed()), round(_needed())]),
            Mistake("still points", "That is the gain in percentage points. The number needed is 100 divided by it.",
                    gives=lambda: 100 / _needed()),
            Mistake("turned over", "That is the gain as a fraction. The number needed is 1 divided by it.",
                    gives=lambda: 1 / _needed()),
            Mistake("percent upside down", "1 divided by percentage points is off by a hundred: divide 100 by them.",
                    gives=lambda: _needed() / 100),
            Mistake("ratio", "That is one share divided by the other. The number needed comes from their difference.",
                    gives=_relative),
            Mistake("people", "You subtracted people. The arms differ in size: subtract shares.", gives=_people),
            Mistake("other arm", "That compares with risperidone. Placebo is asked for.",
                    gives=lambda: _needed(RISPERIDONE)),
            Mistake("other outcome", "That is the outcome 'response'. The outcome 'minimal symptoms' is asked for.",
                    gives=lambda: _needed(outcome="response")),
            Mistake("sign", "The sign is turned: take the therapy minus placebo.", gives=lambda: -_needed()),
        ]),
    Question(
        "q2", "one ratio, two risks", "two_needed",
        Numbers(["for 30%", "for 60%"], decimals=1), _two_needed,
        recipe="A relative risk multiplies the risk. What is the risk with the psychotherapy in each clinic? For each "
               "risk: how many points does the ratio take off it? Divide 100 by those points.",
        praise="One and the same ratio, and twice as many people to treat where the risk is half.",
        mistakes=[
            Mistake("points", "Those are the points that are taken off. Divide 100 by them.",
                    gives=lambda: [100 / needed for needed in _two_needed()]),
            Mistake("risk with", "Those are the risks with the psychotherapy. Subtract them from the risks without.",
                    gives=lambda: [risk * _rr() for risk in RISKS]),
            Mistake("what is left", "You divided by the risk that is left. Divide by what the ratio takes off.",
                    gives=lambda: [100 / (risk * _rr()) for risk in RISKS]),
            Mistake("no risk", "You took the ratio off 1 and left out the risk. A ratio becomes people only with one.",
                    when=lambda x: abs(x[0] - x[1]) < 1e-9),
            Mistake("percent upside down", "1 divided by percentage points is off by a hundred: divide 100 by them.",
                    gives=lambda: [needed / 100 for needed in _two_needed()]),
            Mistake("hazard ratio", "That is the rule for a hazard ratio. A relative risk multiplies the risk itself.",
                    gives=lambda: [_by_hazard(risk) for risk in RISKS]),
            Mistake("rounded up", "You rounded up to whole people, as a report would. Here a decimal is asked for.",
                    gives=lambda: [ceil(needed) for needed in _two_needed()]),
        ]),
    Question(
        "q3", "what a small trial can see", "least", Number(decimals=2), _least,
        recipe="First find n: who was put by lot into the two arms of this trial? Add the people of both arms, then "
               "1.96 times the square root of 4/n.",
        praise="Anything smaller cannot become significant in a trial of this size.",
        mistakes=[
            Mistake("one arm", "You took the people of one arm for n. Both arms together are asked for.",
                    gives=lambda: [_least(n) for n in _arms_of_24()]),
            Mistake("counted twice", "Everybody was counted twice: the column total already holds both arms.",
                    gives=lambda: _least(2 * sum(_arms_of_24()))),
            Mistake("no root", "You left out the root: the standard error is the square root of 4/n.",
                    gives=lambda: _least() ** 2 / 1.96),
            Mistake("one error", "That is one standard error. It takes 1.96 of them.", gives=lambda: _least(z=1)),
            Mistake("no four", "You took the root of 1/n. Two arms of half the size each give the root of 4/n.",
                    gives=lambda: _least(arms=1)),
        ]),
    Question(
        "q4", "what is wrong with this leaflet", "too_much", Names(SENTENCES, of="letters"), lambda: TOO_MUCH,
        fixed="a reading question: the sentences are the leaflet's",
        recipe="Ask of each sentence: who was without the thing that it praises or blames? Is there such an arm? Judge"
               " each sentence by its row: is it between arms, and did only one arm have the thing?",
        praise="What both arms had cannot be praised or blamed by comparing them.",
        mistakes=[
            Mistake("a is a row", "Sentence a compares the arms, and a row says the same.",
                    when=lambda names: "a" in names),
            Mistake("d is a row", "Sentence d claims no effect at all, only that none is established.",
                    when=lambda names: "d" in names),
            Mistake("f is a row", "Sentence f speaks of those who stayed, and the means bear it out.",
                    when=lambda names: "f" in names),
            Mistake("skills group", "Who in Soler 2005 was without the skills group? Then look at sentence b again.",
                    gives=lambda: TOO_MUCH - {"b"}),
            Mistake("within", "A change in both arms: what did both arms have? Then look at sentence c again.",
                    gives=lambda: TOO_MUCH - {"c"}),
            Mistake("both had it", "Who in Bellino 2010 was without fluoxetine? Then look at sentence e again.",
                    gives=lambda: TOO_MUCH - {"e"}),
        ]),
    Question(
        "q5", "the people behind four ratios", "ax", Drawing("of 100"), _relapse,
        recipe="Begin with the relative risk: it multiplies the risk. And what does an odds ratio multiply? One bar "
               "for each name in the column name: people of 100 who relapse with the programme.",
        praise="Now they stand on one scale, and two that sounded different say nearly the same.",
        mistakes=[
            Mistake("all as RR", "You read the odds ratios as relative risks. Go by way of the odds and back.",
                    gives=lambda: _relapse(odds=lambda ratio: BASE * ratio)),
            Mistake("all as OR", "One of the four is a relative risk. It multiplies the risk itself.",
                    gives=lambda: _relapse(rr=_risk_by_odds)),
            Mistake("spared", "Your bars show who is spared. Those who relapse are asked for.",
                    gives=lambda: {name: BASE - v for name, v in _relapse().items()}),
            Mistake("not relapsing", "Your bars show who does not relapse. Those who relapse are asked for.",
                    gives=lambda: {name: 100 - v for name, v in _relapse().items()}),
            Mistake("of everybody", "A ratio times 100 supposes that all relapse without a programme. Half of them do.",
                    gives=lambda: [_relapse(lambda ratio: 100 * ratio, odds) for odds in (lambda ratio: 100 * ratio,
                                  _risk_by_odds)]),
            Mistake("ratios", "Your bars show the ratios as printed. Turn each into people of 100.",
                    gives=lambda: _relapse(float, float)),
        ]),
    Question(
        "q6", "what is wrong with this figure", "verdict", Letter("abcd"), lambda: "b",
        fixed="a reading question",
        recipe="Look at the column n beside the longest bar, and at what kind of studies each review has.",
        praise="The longest bar is often the least certain one.",
        mistakes=[
            Mistake("longest bar", "How many people stand behind that bar, and how wide is its interval?", gives="a"),
            Mistake("minus is worse", "A minus is no verdict. The column better says on which side the benefit lies.",
                    gives="c"),
            Mistake("proof of none", "An interval around zero that also holds large benefits proves nothing.",
                    gives="d"),
        ]),
]
