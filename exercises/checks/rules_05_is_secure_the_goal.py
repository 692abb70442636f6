"""What is right in exercise 05, and which mistakes we know."""

import math

from .checker import (
    Drawing,
    Letter,
    Mistake,
    Names,
    Number,
    Question,
    bar_chart_faults,
    given_as_fraction,
    near,
    row,
    same_bars,
    table,
)

CLASS = "parent's attachment class with infant's class"
RESPONSIVE = "parent's attachment class with the parent's responsiveness"
TRAUMA = "childhood trauma with depression severity at the start"
LINKS = {"parent's and infant's class": ("vanijzendoorn1995", CLASS),
         "class and responsiveness": ("vanijzendoorn1995", RESPONSIVE),
         "reflection and coherence": ("levy2006", "reflective function with narrative coherence"),
         "trauma and severity": ("kuzminskaite2022", TRAUMA)}
DIRECTED = {"vanijzendoorn1995": RESPONSIVE, "kuzminskaite2022": TRAUMA,
            "nanni2012": "maltreatment with lack of response or remission",
            "juurlink2022": "PD (against other disorders) with being employed"}
WITHOUT_PD = 0.30
WITHOUT_PD_IN_NOTE = 0.40
WITHOUT_BPD = 40


def _estimate(study, outcome, **more):
    return float(row("effects", study_id=study, outcome=outcome, **more)["estimate"])


def _responsiveness():
    return _estimate("vanijzendoorn1995", RESPONSIVE)


def _r(d):
    # Half of d is the tangent of an angle whose sine is r: another road than the lesson's formula.
    return math.sin(math.atan(d / 2))


def _shared(turn=_r, leave=("r",), scale=lambda r: 100 * r * r):
    """{link: what a bar shows}; the measures in ``leave`` are not turned."""
    bars = {}
    for link, (study, outcome) in LINKS.items():
        line = row("effects", study_id=study, outcome=outcome)
        printed = float(line["estimate"])
        bars[link] = scale(printed if line["measure"] in leave else turn(printed))
    return bars


def _directed():
    """The five rows that the question offers, by study."""
    lines = {study: row("effects", study_id=study, outcome=outcome) for study, outcome in DIRECTED.items()}
    return lines | {"newtonhowes2006": _newton_row()}


def _newton_row(instrument=""):
    return row("effects", study_id="newtonhowes2006", instrument=instrument)


def _worse(null=None, better=None):
    """Studies whose estimate and benefit lie on different sides of no difference."""
    worse = set()
    for study, line in _directed().items():
        middle = null if null is not None else 1 if line["measure"] == "OR" else 0
        side = 1 if (better or line["better"]) in {"positive", "above_1"} else -1
        if (float(line["estimate"]) - middle) * side < 0:
            worse.add(study)
    return worse


def _with_pd(instrument="", turn=1, without=WITHOUT_PD):
    ratio = float(_newton_row(instrument)["estimate"]) ** turn
    return 100 * ratio * without / (1 - without + ratio * without)


def _odds_with_pd():
    return WITHOUT_PD / (1 - WITHOUT_PD) * float(_newton_row()["estimate"])


def _rate_as_odds():
    wrong_odds = WITHOUT_PD * float(_newton_row()["estimate"])
    return 100 * wrong_odds / (1 + wrong_odds)


def _is_rate(x, percent):
    """Was this rate given, in percent or as a fraction?"""
    return near(x, percent) or near(100 * x, percent)


def _handout():
    return {line["outcome"]: float(line["estimate"]) for line in table("effects") if line["study_id"] == "darke2005"}


def _cannot_be():
    return {outcome for outcome, ratio in _handout().items() if ratio > 100 / WITHOUT_BPD}


QUESTIONS = [
    Question(
        "q1", "from d to r", "responsiveness_r", Number(0.0055), lambda: _r(_responsiveness()),
        nudge="Find the row of vanijzendoorn1995 whose outcome ends in responsiveness; put its d into the rule.",
        wrong="Put the printed d into the rule: square it, add 4, take the root, divide d by that.",
        praise="A link between one person's two measures, on the scale from -1 to 1.",
        mistakes=[
            Mistake("other row", "That is the link with the infant's class. The parent's responsiveness is asked for.",
                    lambda x: abs(x - _r(_estimate("vanijzendoorn1995", CLASS))) < 0.0055),
            Mistake("still d", "That is the d as printed. Turn it into an r.",
                    lambda x: abs(x - _responsiveness()) < 0.0055),
            Mistake("halved", "Half of d is near r only while d is small. Use the whole rule.",
                    lambda x: abs(x - _responsiveness() / 2) < 0.0055),
            Mistake("no square", "Under the root d has to be squared before 4 is added.",
                    lambda x: abs(x - _responsiveness() / math.sqrt(_responsiveness() + 4)) < 0.0015),
            Mistake("no root", "You divided by the sum itself. Divide by its square root.",
                    lambda x: abs(x - _responsiveness() / (_responsiveness() ** 2 + 4)) < 0.0055),
            Mistake("squared", "That is r squared, a share of the differences. The r itself is asked for.",
                    lambda x: abs(x - _r(_responsiveness()) ** 2) < 0.0055),
            Mistake("percent", "A correlation is no percentage. It lies between -1 and 1.",
                    lambda x: abs(x - 100 * _r(_responsiveness())) < 0.55),
        ]),
    Question(
        "q2", "what is shared", "ax", Drawing(), _shared,
        nudge="Where measure is d or g, turn the estimate into r first. Then bars of 100 times r squared. "
              "Use ax.barh: long names need room.",
        wrong="One bar for each name in the column link, as long as 100 times r squared, unrounded.",
        praise="Beside each bar stands a larger piece of the scale that the link leaves open.",
        mistakes=[
            *bar_chart_faults("percent"),
            Mistake("not squared", "Your bars show r times 100. A correlation is no share: square it first.",
                    lambda drawn: same_bars(drawn["bars"], _shared(scale=lambda r: 100 * r))),
            Mistake("fractions", "Your bars show fractions. Percent, from 0 to 100, are asked for.",
                    lambda drawn: same_bars({at: 100 * v for at, v in drawn["bars"].items()}, _shared())),
            Mistake("r turned", "One of the rows is printed as an r. Look at the column measure and leave it so.",
                    lambda drawn: same_bars(drawn["bars"], _shared(leave=()))),
            Mistake("g kept", "The g has to become an r as well.",
                    lambda drawn: same_bars(drawn["bars"], _shared(leave=("r", "g")))),
            Mistake("d squared", "You squared the estimates as printed. A d or a g has to become an r first.",
                    lambda drawn: same_bars(drawn["bars"], _shared(turn=lambda d: d))),
            Mistake("rounded early", "You rounded r and then squared it. Round nothing before the end.",
                    lambda drawn: same_bars(drawn["bars"], _shared(scale=lambda r: 100 * round(r, 2) ** 2))),
        ]),
    Question(
        "q3", "the worse side", "worse_side", Names(), _worse,
        nudge="Two things for each row: on which side of no difference is the estimate, on which the benefit?",
        wrong="For each row: is the estimate above 0 (d, g) or 1 (OR)? Does the benefit lie there too?",
        praise="The number alone would not have told you: the direction stands in the words beside it.",
        mistakes=[
            Mistake("none", "An empty list: did you look for a minus sign? Read the column better instead.",
                    lambda names: not names),
            Mistake("unknown", "Names of studies are asked for, spelled as in the table.",
                    lambda names: not names <= _directed().keys()),
            Mistake("turned round", "Those are the rows on the side of the benefit. The others are asked for.",
                    lambda names: names == _directed().keys() - _worse()),
            Mistake("ratio with zero",
                    "One is missing. For a ratio, no difference is 1, and a little below 1 is below.",
                    lambda names: names != _worse() and names == _worse(null=0)),
            Mistake("number alone", "Above is not worse by itself, nor below: read the column better of each row.",
                    lambda names: names != _worse() and names in (_worse(better="positive"),
                                                                  _worse(better="negative"))),
            Mistake("everyone", "Not all of them are on the worse side. Check where each benefit lies.",
                    lambda names: names == _directed().keys()),
        ]),
    Question(
        "q4", "from odds to a rate", "with_pd_percent", Number(0.06), _with_pd,
        nudge="Odds are p / (1 - p). Multiply them by the odds ratio, then turn back: odds / (1 + odds).",
        wrong="Turn the rate into odds, multiply by the odds ratio, turn the odds back into a rate.",
        praise="The odds more than double, the rate does not.",
        mistakes=[
            given_as_fraction(_with_pd),
            Mistake("risk ratio", "You multiplied the rate itself. An odds ratio multiplies odds: p / (1 - p).",
                    lambda x: abs(x - 100 * WITHOUT_PD * float(_newton_row()["estimate"])) < 0.06),
            Mistake("still odds", "Those are odds. Turn them back into a rate: odds / (1 + odds).",
                    lambda x: min(abs(x - _odds_with_pd()), abs(x / 100 - _odds_with_pd())) < 0.0006),
            Mistake("other row", "That uses the studies with a Hamilton scale. Take the row of all studies.",
                    lambda x: abs(x - _with_pd("Hamilton-type scales")) < 0.06),
            Mistake("divided", "You divided the odds. The outcome is poor more often with a personality disorder.",
                    lambda x: abs(x - _with_pd(turn=-1)) < 0.06),
            Mistake("note", "That is the example in the note, for a rate of 40%. Here it is 30%.",
                    lambda x: near(x, _with_pd(without=WITHOUT_PD_IN_NOTE), 0.5)),
            Mistake("doubled", "You doubled the rate. The odds ratio multiplies odds.",
                    lambda x: _is_rate(x, 200 * WITHOUT_PD)),
            Mistake("percent as share", "Use 0.30, not 30: a share runs from 0 to 1.",
                    lambda x: _is_rate(x, _with_pd(without=100 * WITHOUT_PD))),
            Mistake("rate as odds", "You multiplied the rate and took it for odds. Odds are p / (1 - p).",
                    lambda x: _is_rate(x, _rate_as_odds())),
        ]),
    Question(
        "q5", "a handout", "cannot_be", Names(), _cannot_be,
        nudge="Take each sentence at its word: the supposed rate, times the number. What can a rate not exceed?",
        wrong="Multiply the supposed rate by each number. Keep those in which more than everybody would have it.",
        praise="A ratio of rates has a ceiling. An odds ratio has none, so it cannot be read as one.",
        mistakes=[
            Mistake("none", "An empty list says that all could be true. Multiply the supposed rate by each number.",
                    lambda names: not names),
            Mistake("unknown", "Give the names as they stand in the column outcome.",
                    lambda names: not names <= _handout().keys()),
            Mistake("all", "All six misread an odds ratio, but some stay possible. Which pass the ceiling?",
                    lambda names: names == _handout().keys()),
            Mistake("turned round", "Those are the sentences that stay possible. The others are asked for.",
                    lambda names: names == _handout().keys() - _cannot_be()),
            Mistake("near the ceiling", "One of yours comes near the ceiling and stays below it.",
                    lambda names: names > _cannot_be()),
            Mistake("more of them", "What you named cannot be true. There are more: multiply for each row.",
                    lambda names: names < _cannot_be()),
        ]),
    Question(
        "q6", "predictor and cause", "follows", Letter("abcd"), lambda: "b",
        fixed="a reading question",
        nudge="What did the studies compare: people, or orders of treatment? The column contrast says it.",
        wrong="Ask what was compared, and what was never tried.",
        praise="The rows predict. To say what changing the predictor does, someone has to change it.",
        mistakes=[
            Mistake("not by chance", "An interval above 1 speaks against chance. It does not say what is the cause.",
                    lambda letter: letter == "a"),
            Mistake("both improve", "Two gains without a control say little about the part that trauma plays.",
                    lambda letter: letter == "c"),
            Mistake("many people", "More people make the interval narrower. A third cause grows along with them.",
                    lambda letter: letter == "d"),
        ]),
]
