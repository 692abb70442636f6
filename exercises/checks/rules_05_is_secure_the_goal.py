"""What is right in exercise 05, and which mistakes we know."""

import math
from statistics import NormalDist

from .checker import Mistake, Question, near, row, table
from .kinds import Drawing, Names, Number

WITHOUT_MALTREATMENT = 0.30
IN_NOTE = 0.50
WITHOUT_BPD = 40
NO_RESPONSE = "maltreatment with lack of response or remission"
RECURRENT = "maltreatment with recurrent or persistent depression"


class Sentences(Names):
    """The letters of sentences."""

    words = Names.words | {"unknown": "At least one of yours is no letter from a to f. Give the letters that stand in "
                                      "front of the sentences."}


class Outcomes(Names):
    """The names of the rows of the handout."""

    words = Names.words | {
        "unknown": "At least one of yours is no name of a row. Copy the whole name as it stands in the column.",
        "everything": "Those are all six. Is 40 times 1.9 above 100?",
    }


def _coherence_r():
    return float(row("effects", study="Levy 2006", topic="shared")["estimate"])


def _above(r):
    # The angle whose sine is r has r as the height of a triangle of which the other side is the root.
    return 50 + 100 * math.atan2(r, math.sqrt(1 - r * r)) / math.pi


def _r(d):
    # Half of d is the tangent of an angle whose sine is r: another road than the lesson's formula.
    return math.sin(math.atan(d / 2))


def _shared(turn=_r, leave=("r",), scale=lambda r: 100 * r * r):
    """{link: what a bar shows}; the measures in ``leave`` are not turned."""
    lines = [line for line in table("effects") if line["topic"] == "shared"]
    printed = {line["outcome"]: (line["measure"], float(line["estimate"])) for line in lines}
    return {outcome: scale(value if measure in leave else turn(value)) for outcome, (measure, value) in printed.items()}


def _unsquared(scale):
    """As asked for, but that what is printed as r is not squared: as it stands, or times 100."""
    squared, printed = _shared(), _shared(scale=lambda r: scale * r)
    kept = {line["outcome"] for line in table("effects") if line["topic"] == "shared" and line["measure"] == "r"}
    return {outcome: (printed if outcome in kept else squared)[outcome] for outcome in squared}


def _estimates():
    return [float(line["estimate"]) for line in table("effects") if line["topic"] == "shared"]


def _only_turned_differ(bars):
    """Are the rows right that are printed as r, and not all of those that have to be turned?"""
    expected = _shared()
    right = {outcome for outcome, value in expected.items() if near(bars[outcome], value, 0.051)}
    printed = {line["outcome"] for line in table("effects") if line["topic"] == "shared" and line["measure"] == "r"}
    return printed <= right < expected.keys() and not near(sorted(bars.values()), sorted(expected.values()), 0.051)


def _nanni(column="estimate", outcome=NO_RESPONSE):
    return float(row("effects", study="Nanni 2012", outcome=outcome)[column])


def _maltreated(ratio=None, without=WITHOUT_MALTREATMENT):
    ratio = _nanni() if ratio is None else ratio
    return 100 * ratio * without / (1 - without + ratio * without)


def _odds():
    return WITHOUT_MALTREATMENT / (1 - WITHOUT_MALTREATMENT) * _nanni()


def _back(odds):
    """Odds as a percentage."""
    return 100 * odds / (1 + odds)


def _handout():
    return {line["outcome"]: float(line["estimate"]) for line in table("effects") if line["topic"] == "handout"}


def _cannot_be(above=100 / WITHOUT_BPD):
    return {outcome for outcome, ratio in _handout().items() if ratio > above}


QUESTIONS = [
    Question(
        "q1", "the largest r, in people", "above_again", Number(decimals=1), lambda: _above(_coherence_r()),
        recipe="Two conditions leave one row: the study and the topic. Take its estimate with .item(); that is r. Put "
               "it into the formula as it stands in the question.",
        wrong="Is that a number of people, out of 100? With no link at all, how many would it be?",
        praise="Two of three are, and one of three is not.",
        mistakes=[
            Mistake("still r", "That is r itself. Is it a number of people?", gives=_coherence_r),
            Mistake("share", "That is a share. How many is it of 100?",
                    gives=lambda: [_above(_coherence_r()) / 100, 1 - _above(_coherence_r()) / 100]),
            Mistake("the others", "So many are below the middle in coherence. Which are asked for: is your sign right?",
                    gives=lambda: 100 - _above(_coherence_r())),
            Mistake("no half", "That is fewer than with no link at all. How many would it be if r were 0?",
                    gives=lambda: [_above(_coherence_r()) - 50, _above(_coherence_r()) - 49.5]),
            Mistake("bell curve", "You took r for a place on a bell curve. Which formula stands in the question?",
                    gives=lambda: 100 * NormalDist().cdf(_coherence_r())),
            Mistake("d as r", "That is the largest estimate, and no r. What does the column measure say of it?",
                    gives=lambda: [100 * max(_estimates()), max(_estimates())]),
            Mistake("no arcsin", "That is near. Does your line do to r what the formula does?",
                    gives=lambda: [50 + 100 * _coherence_r() / math.pi,
                                   *(50 + 100 * other(_coherence_r()) / math.pi for other in (math.sin, math.atan))]),
            Mistake("other link", "That is another link. Which two things are asked for?",
                    gives=lambda: [_above(float(row("effects", study="Diener 2011", measure="r")["estimate"])),
                                   *(_above(r) for each in _estimates() if each != _coherence_r()
                                     for r in (each, _r(each), round(_r(each), 3)) if r < 1)]),
            Mistake("turned", "You turned r as if it were a d. What does the column measure say of it?",
                    gives=lambda: _above(_r(_coherence_r()))),
            Mistake("brackets", "Is there a square in the formula? And what is divided by pi: all, or the last part?",
                    gives=lambda: [100 * _coherence_r() ** 2, 150 * math.asin(_coherence_r()) / math.pi,
                                   (50 + 100 * math.asin(_coherence_r())) / math.pi]),
            Mistake("last part", "Your last part is twice what the formula says, or half of it. What stands in it?",
                    gives=lambda: [2 * _above(_coherence_r()) - 50, 25 + _above(_coherence_r()) / 2]),
            Mistake("other pi", "That is near. With how many decimals did you take pi?",
                    gives=lambda: 50 + 100 * math.asin(_coherence_r()) / 3),
            Mistake("times pi", "Is the arc multiplied by pi, or divided by it?",
                    gives=lambda: 50 + 100 * math.asin(_coherence_r()) * math.pi),
            Mistake("of 200", "Of how many people would that be so many? And of how many is it asked?",
                    gives=lambda: 2 * _above(_coherence_r())),
            Mistake("in degrees", "In which unit is your angle? The formula takes it as arcsin gives it.",
                    gives=lambda: 50 + 100 * math.degrees(math.asin(_coherence_r())) / math.pi),
            Mistake("squared first", "You squared r before. Is there a square in the formula?",
                    gives=lambda: _above(_coherence_r() ** 2)),
            Mistake("no pi", "Look at the last part of the formula: the 100, and what the arc is divided by.",
                    gives=lambda: [50 + 100 * math.asin(_coherence_r()), 50 + 100 * math.asin(_coherence_r()) / 180,
                                   50 + math.asin(_coherence_r()) / math.pi]),
            Mistake("r as a share", "You took r for a share of people. It is none. Where is the arc?",
                    gives=lambda: [100 * _coherence_r(), 50 + 50 * _coherence_r(), 50 + 100 * _coherence_r()]),
            Mistake("below zero", "Fewer than nobody cannot be above the middle. Which sign has each part?",
                    when=lambda x: x < 0),
            Mistake("too many people", "Of 100 people, can that many be above the middle? Where does it grow so large?",
                    when=lambda x: x > 100),
        ]),
    Question(
        "q2", "what is shared", "ax", Drawing("percent"), _shared,
        recipe="Look at the column measure: what is no r becomes one by the rule in the question. Square each r, "
               "multiply by 100, sort, and draw one bar for each name in the column link.",
        wrong="At least one bar has another length. Work one row out by hand: its r, the square of it, in percent?",
        praise="Beside each bar stands a longer one that is not drawn: what the two sides do not share.",
        mistakes=[
            Mistake("not squared", "Your bars show r, and it is not squared. Is a correlation a share of the variance?",
                    gives=lambda: [_shared(scale=lambda r: 100 * r), _shared(scale=lambda r: r)]),
            Mistake("not shared", "Your bars show what is not shared. What is shared is asked for.",
                    gives=lambda: _shared(scale=lambda r: 100 - 100 * r * r)),
            Mistake("last step", "Each r is right. What came after: squared once, in percent, and no more?",
                    gives=lambda: [_shared(scale=step) for step in (
                        lambda r: 100 * math.sqrt(r), lambda r: 200 * r * r, lambda r: -100 * r * r)]),
            Mistake("people above", "Those are people, as in question 1. Which formula is for the shared variance?",
                    gives=lambda: [_shared(scale=_above), _shared(scale=lambda r: _above(r) - 50)]),
            Mistake("whole percent", "You rounded to whole percent. When is it time to round, if at all?",
                    gives=lambda: _shared(scale=lambda r: round(100 * r * r))),
            Mistake("r turned", "Was everything printed as d or g? Look at the column measure.",
                    gives=lambda: _shared(leave=())),
            Mistake("g kept", "One row is printed neither as r nor as d. What did you do with it?",
                    gives=lambda: _shared(leave=("r", "g"))),
            Mistake("as printed", "You squared the estimates as they are printed. Are they all correlations?",
                    gives=lambda: _shared(turn=lambda d: d)),
            Mistake("estimates", "Your bars show the estimates, and the label says percent of the variance.",
                    gives=lambda: [_shared(turn=lambda d: d, scale=lambda value: value),
                                   _shared(turn=lambda d: d, scale=lambda value: 100 * value)]),
            Mistake("no root", "Some r are too small. Was the root of the whole sum taken, before dividing?",
                    gives=lambda: _shared(turn=lambda d: d / (d * d + 4))),
            Mistake("halved", "Half of d is near r only while d is small. What does the rule say?",
                    gives=lambda: _shared(turn=lambda d: d / 2)),
            Mistake("rounded early", "You rounded r, and squared what was left. When is it time to round?",
                    gives=lambda: [_shared(scale=lambda r: 100 * round(r, 2) ** 2),
                                   _shared(scale=lambda r: 100 * round(r, 1) ** 2)]),
            Mistake("others turned", "You turned what is printed as r, and left the others. Which are to become an r?",
                    gives=lambda: _shared(leave=("d", "g"))),
            Mistake("r kept", "What is printed as r has one step less in your bars. Is an r a share of the variance?",
                    gives=lambda: [_unsquared(scale) for scale in (1, 100)]),
            Mistake("twice r", "Squared is not doubled: each r times itself is asked for, in percent.",
                    gives=lambda: _shared(scale=lambda r: 200 * r)),
            Mistake("above all", "No two things share more than all of their variance, 100%. Where did it pass that?",
                    when=lambda x: max(x["bars"].values()) > 100),
            Mistake("one whole", "Your bars add up to 100. Are these five links the parts of one whole?",
                    when=lambda x: near(sum(x["bars"].values()), 100, 0.1)),
            Mistake("turned wrongly", "What is printed as r is right. Does your line for the others say what the rule "
                    "says?", when=lambda x: _only_turned_differ(x["bars"])),
        ]),
    Question(
        "q3", "from odds to percent", "maltreated", Number(decimals=1, unit="percent"), _maltreated,
        recipe="Nanni 2012 has two rows: the outcome is the second condition. Turn the supposed share into odds, "
               "multiply them by the odds ratio, turn the odds back into a share, and that into percent.",
        wrong="What is each number in your sum: a share, odds or a percentage, and of whom?",
        praise="The odds are nearly one and a half times as high; the percentage is not.",
        mistakes=[
            Mistake("risk ratio", "Was the percentage itself multiplied or divided, or the ratio less 1 taken as "
                    "percent? What does an odds ratio multiply?",
                    gives=lambda: [100 * WITHOUT_MALTREATMENT / _nanni(), 100 * (_nanni() - 1),
                                   *(100 * WITHOUT_MALTREATMENT * _nanni(outcome=outcome)
                                     for outcome in (NO_RESPONSE, RECURRENT))]),
            Mistake("still odds", "Those are odds. Is that the percentage of people that was asked for?",
                    gives=lambda: [_odds(), 100 * _odds()]),
            Mistake("share or odds", "Is that a share or odds, and of whom? Asked is a percentage of those maltreated.",
                    gives=lambda: [WITHOUT_MALTREATMENT / (1 - WITHOUT_MALTREATMENT),
                                   100 * WITHOUT_MALTREATMENT / (1 - WITHOUT_MALTREATMENT),
                                   WITHOUT_MALTREATMENT * _nanni()]),
            Mistake("how much more", "So much more it is. Asked is the percentage itself, of those maltreated.",
                    gives=lambda: [_maltreated() - 100 * WITHOUT_MALTREATMENT,
                                   _maltreated() / (100 * WITHOUT_MALTREATMENT)]),
            Mistake("copied", "That is the percentage supposed for the others. What does the odds ratio do to it?",
                    gives=lambda: 100 * WITHOUT_MALTREATMENT),
            Mistake("wrong odds", "How many have the outcome for each one without it? Your odds are others.",
                    gives=lambda: [_back(_nanni() * WITHOUT_MALTREATMENT / (1 + WITHOUT_MALTREATMENT)),
                                   _back(_nanni() / WITHOUT_MALTREATMENT),
                                   _back(_nanni() / (1 - WITHOUT_MALTREATMENT))]),
            Mistake("other outcome", "That is the other row of Nanni 2012. What was its outcome?",
                    gives=lambda: _maltreated(_nanni(outcome=RECURRENT))),
            Mistake("other study", "That ratio is of another study. Whose is asked for?",
                    gives=lambda: [_maltreated(float(row("effects", study=study, topic="worse side")["estimate"]))
                                   for study in ("Juurlink 2022", "Soares 2021")]),
            Mistake("end of the interval", "That is an end of the interval, turned. Which ratio is asked for?",
                    gives=lambda: [_maltreated(_nanni("ci_low")), _maltreated(_nanni("ci_high"))]),
            Mistake("upside down", "By your sum they fare better. On which side of 1 does the good lie?",
                    gives=lambda: _maltreated(1 / _nanni())),
            Mistake("note", "That is for another share of people without a response. Which one is supposed here?",
                    gives=lambda: [_maltreated(without=IN_NOTE), _maltreated(without=0.40)]),
            Mistake("share as odds", "That is about where you began. Was the share taken for odds?",
                    gives=lambda: _back(WITHOUT_MALTREATMENT * _nanni())),
            Mistake("percent as share", "Something left the range of a share. Does p run from 0 to 1, or to 100?",
                    gives=lambda: [_maltreated(without=100 * WITHOUT_MALTREATMENT),
                                   _maltreated(without=100 * WITHOUT_MALTREATMENT) / 100,
                                   *(scale * 100 * WITHOUT_MALTREATMENT / (1 - 100 * WITHOUT_MALTREATMENT) * _nanni()
                                     for scale in (1, 100))]),
            Mistake("odds upside down", "Those with the outcome are for each one without it. Which did you put on top?",
                    gives=lambda: _maltreated(without=1 - WITHOUT_MALTREATMENT)),
            Mistake("ratio", "That is the odds ratio as printed. What does it do to the percentage supposed?",
                    gives=_nanni),
            Mistake("added", "Was something added to the percentage? A ratio is nothing to add.",
                    gives=lambda: [100 * WITHOUT_MALTREATMENT + more for more in (
                        _nanni(), 10 * _nanni(), 100 * WITHOUT_MALTREATMENT * _nanni())]),
            Mistake("above all", "No more than 100% of people can lack a response. Where did your sum pass it?",
                    when=lambda x: x > 100),
        ]),
    Question(
        "q4", "a handout", "cannot_be", Outcomes(lambda: _handout()), _cannot_be,
        recipe="Take each sentence at its word: the supposed percentage, times the number. Which percentage can no "
               "group of people exceed? Keep the names of the rows that come out above it.",
        wrong="Work each sentence out, as it is worded. How many people of 100 would it be?",
        praise="A ratio of percentages has a ceiling. An odds ratio has none, and cannot be read as one.",
        mistakes=[
            Mistake("one that is close", "One of yours comes close and stays possible. How many of 100 would it be?",
                    gives=lambda: _cannot_be(2)),
            Mistake("below the ceiling", "Take the smallest number of those you named: is 40 times it above 100?",
                    when=lambda names: bool(names - _cannot_be())),
        ]),
    Question(
        "q5", "who does best in therapy", "no_further", Sentences("abcdef", of="letters"), lambda: {"b", "c", "f"},
        fixed="a reading question",
        recipe="Read each sentence beside its row, and the column note with it. Does it say more people, more surely, "
               "for more outcomes, or that one thing brings about another?",
        wrong="Hold each sentence beside its row. Where is a word stronger than there?",
        praise="Each of them keeps the caution, the people and the outcome of its row.",
        mistakes=[
            Mistake("cause", "One of yours says that one thing brings about another. Did anybody change anything?",
                    when=lambda letters: "a" in letters),
            Mistake("tendency", "One of yours has lost the caution of its row. What does the column note say?",
                    when=lambda letters: "d" in letters),
            Mistake("every outcome", "One of yours speaks of every outcome. Do all the rows agree?",
                    when=lambda letters: "e" in letters),
        ]),
]
