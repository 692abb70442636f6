"""What is right in exercise 05, and which mistakes we know."""

import math

from .checker import Mistake, Question, near, row, table
from .kinds import Drawing, Letter, Names, Number

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
        "q1", "from d to r", "responsiveness_r", Number(decimals=2), lambda: _r(_responsiveness()),
        recipe="Find the row of vanijzendoorn1995 whose outcome ends in responsiveness; put its d into the rule. Put "
               "the printed d into the rule: square it, add 4, take the root, divide d by that.",
        praise="A link between one person's two measures, on the scale from -1 to 1.",
        mistakes=[
            Mistake("other row", "That is the link with the infant's class. The parent's responsiveness is asked for.",
                    gives=lambda: _r(_estimate("vanijzendoorn1995", CLASS))),
            Mistake("still d", "That is the d as printed. Turn it into an r.", gives=_responsiveness),
            Mistake("halved", "Half of d is near r only while d is small. Use the whole rule.",
                    gives=lambda: _responsiveness() / 2),
            Mistake("no square", "Under the root d has to be squared before 4 is added.",
                    gives=lambda: _responsiveness() / math.sqrt(_responsiveness() + 4)),
            Mistake("no root", "You divided by the sum itself. Divide by its square root.",
                    gives=lambda: _responsiveness() / (_responsiveness() ** 2 + 4)),
            Mistake("squared", "That is r squared, a share of the differences. The r itself is asked for.",
                    gives=lambda: _r(_responsiveness()) ** 2),
            Mistake("percent", "A correlation is no percentage. It lies between -1 and 1.",
                    when=lambda x: near(x, 100 * _r(_responsiveness()), 0.55)),
        ]),
    Question(
        "q2", "what is shared", "ax", Drawing("percent"), _shared,
        recipe="Where measure is d or g, turn the estimate into r first. Then bars of 100 times r squared. Use "
               "ax.barh: long names need room. One bar for each name in the column link, as long as 100 times r "
               "squared, unrounded.",
        praise="Beside each bar stands a larger piece of the scale that the link leaves open.",
        mistakes=[
            Mistake("not squared", "Your bars show r times 100. A correlation is no share: square it first.",
                    gives=lambda: _shared(scale=lambda r: 100 * r)),
            Mistake("r turned", "One of the rows is printed as an r. Look at the column measure and leave it so.",
                    gives=lambda: _shared(leave=())),
            Mistake("g kept", "The g has to become an r as well.", gives=lambda: _shared(leave=("r", "g"))),
            Mistake("d squared", "You squared the estimates as printed. A d or a g has to become an r first.",
                    gives=lambda: _shared(turn=lambda d: d)),
            Mistake("rounded early", "You rounded r and then squared it. Round nothing before the end.",
                    gives=lambda: _shared(scale=lambda r: 100 * round(r, 2) ** 2)),
        ]),
    Question(
        "q3", "the worse side", "worse_side", Names(lambda: _directed()), _worse,
        recipe="Two things for each row: on which side of no difference is the estimate, on which the benefit? For "
               "each row: is the estimate above 0 (d, g) or 1 (OR)? Does the benefit lie there too?",
        praise="The number alone would not have told you: the direction stands in the words beside it.",
        mistakes=[
            Mistake("ratio with zero",
                    "One is missing. For a ratio, no difference is 1, and a little below 1 is below.",
                    gives=lambda: _worse(null=0)),
            Mistake("number alone", "Above is not worse by itself, nor below: read the column better of each row.",
                    gives=lambda: [_worse(better="positive"), _worse(better="negative")]),
        ]),
    Question(
        "q4", "from odds to a rate", "with_pd_percent", Number(decimals=1, unit="percent"), _with_pd,
        recipe="Odds are p / (1 - p). Multiply them by the odds ratio, then turn back: odds / (1 + odds). Turn the "
               "rate into odds, multiply by the odds ratio, turn the odds back into a rate.",
        praise="The odds more than double, the rate does not.",
        mistakes=[
            Mistake("risk ratio", "You multiplied the rate itself. An odds ratio multiplies odds: p / (1 - p).",
                    gives=lambda: 100 * WITHOUT_PD * float(_newton_row()["estimate"])),
            Mistake("still odds", "Those are odds. Turn them back into a rate: odds / (1 + odds).",
                    gives=lambda: [_odds_with_pd(), 100 * _odds_with_pd()]),
            Mistake("other row", "That uses the studies with a Hamilton scale. Take the row of all studies.",
                    gives=lambda: _with_pd("Hamilton-type scales")),
            Mistake("divided", "You divided the odds. The outcome is poor more often with a personality disorder.",
                    gives=lambda: _with_pd(turn=-1)),
            Mistake("note", "That is the example in the note, for a rate of 40%. Here it is 30%.",
                    when=lambda x: near(x, _with_pd(without=WITHOUT_PD_IN_NOTE), 0.5)),
            Mistake("doubled", "You doubled the rate. The odds ratio multiplies odds.",
                    when=lambda x: _is_rate(x, 200 * WITHOUT_PD)),
            Mistake("percent as share", "Use 0.30, not 30: a share runs from 0 to 1.",
                    when=lambda x: _is_rate(x, _with_pd(without=100 * WITHOUT_PD))),
            Mistake("rate as odds", "You multiplied the rate and took it for odds. Odds are p / (1 - p).",
                    when=lambda x: _is_rate(x, _rate_as_odds())),
        ]),
    Question(
        "q5", "a handout", "cannot_be", Names(lambda: _handout()), _cannot_be,
        recipe="Take each sentence at its word: the supposed rate, times the number. What can a rate not exceed? "
               "Multiply the supposed rate by each number. Keep those in which more than everybody would have it.",
        praise="A ratio of rates has a ceiling. An odds ratio has none, so it cannot be read as one."),
    Question(
        "q6", "predictor and cause", "follows", Letter("abcd"), lambda: "b",
        fixed="a reading question",
        recipe="What did the studies compare: people, or orders of treatment? The column contrast says it.",
        praise="The rows predict. To say what changing the predictor does, someone has to change it.",
        mistakes=[
            Mistake("not by chance", "An interval above 1 speaks against chance. It does not say what is the cause.",
                    gives="a"),
            Mistake("both improve", "Two gains without a control say little about the part that trauma plays.",
                    gives="c"),
            Mistake("many people", "More people make the interval narrower. A third cause grows along with them.",
                    gives="d"),
        ]),
]
