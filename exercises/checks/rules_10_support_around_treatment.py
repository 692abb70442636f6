"""What is right in exercise 10, and which mistakes we know."""

from math import erf, sqrt
from typing import ClassVar

from .checker import Mistake, Question, row, table
from .kinds import Drawing, Letter, Names, Numbers

NEAR, FAR = "mastery of the taught content", "other symptoms"
TURNED, OTHER = "McLellan 1993", "Schwartz 2012"
MANUSCRIPT = "7"  # the place of the second printing of one arm, which the question leaves out


def _d(outcome):
    return float(row("effects", topic="skills", outcome=outcome)["estimate"])


def _people(outcome):
    """How many of 100 lie above the middle of the other group, by the error function."""
    return 50 + 50 * erf(_d(outcome) / sqrt(2))


def _both(of):
    return [of(NEAR), of(FAR)]


def _ahead(outcome):
    return _people(outcome) - 50


def _close(given, pair):
    """Are both numbers those of the pair, give or take a rounding?"""
    return all(abs(a - b) < 0.6 for a, b in zip(given, pair, strict=True))


def _other_pairs():
    """The right sum for another pair of outcomes."""
    names = [line["outcome"] for line in table("effects") if line["topic"] == "skills"]
    return [[_ahead(one), _ahead(other)] for one in names for other in names if one != other and (one, other) != (
        NEAR, FAR) and (one, other) != (FAR, NEAR)]


def _arms(turn):
    """{study, arm: value} of the six arms; ``turn`` says of a row whether it is to be turned round."""
    lines = [line for line in table("proportions") if line["topic"] == "counselling" and line["place"] != MANUSCRIPT]
    return {f"{line['study']}, {line['group']}": 100 - float(line["percent"]) if turn(line) else float(line["percent"])
            for line in lines}


def _in_people(arms):
    """The shares of the arms as people: of the whole trial, and of a third of it."""
    people = {trial: float(row("sources", study=trial)["n_randomised"]) for trial in (TURNED, OTHER)}
    return [{place: share / 100 * people[place.partition(",")[0]] / parts for place, share in arms.items()}
            for parts in (1, 3)]


def _from_the_largest():
    bars = _arms(lambda line: False)
    largest = max(value for place, value in bars.items() if place.startswith(TURNED))
    return {place: largest - value if place.startswith(TURNED) else value for place, value in bars.items()}


def _one_trial_alike(bars):
    """Have the three arms of a trial all the same bar?"""
    return any(len({round(value, 6) for place, value in bars.items() if place.startswith(trial)}) == 1
               for trial in (TURNED, OTHER))


def _lower_is_better(line):
    return line["better"] == "lower"


def _some_turned(bars):
    """Is each bar either as printed or turned round, with both ways in one trial?"""
    printed = _arms(lambda line: False)
    ways = {(place[:4], abs(value - printed[place]) < 0.1) for place, value in bars.items() if place in printed
            and min(abs(value - printed[place]), abs(100 - value - printed[place])) < 0.1}
    return bars.keys() == printed.keys() and len(ways) == 3


def _other_printing():
    line = row("proportions", topic="counselling", place=MANUSCRIPT)
    return _arms(_lower_is_better) | {f"{line['study']}, {line['group']}": float(line["percent"])}


def _arms_swapped():
    """The turned trial with its arms in the order of need, not of counselling: least and most exchanged."""
    bars = _arms(_lower_is_better)
    least, most = "McLellan 1993, MMS", "McLellan 1993, EMS"
    return bars | {least: bars[most], most: bars[least]}


def _results():
    return {line["outcome"]: line for line in table("effects") if line["topic"] == "careless table"}


def _verdict(line, interval=True, direction=True, ratio_null=1):
    """The verdict on one row; the switches leave out what a hasty reader leaves out."""
    null = ratio_null if line["measure"] == "RR" else 0
    ends = [float(line[name]) - null for name in (("ci_low", "ci_high") if interval else ("estimate", "estimate"))]
    if ends[0] <= 0 <= ends[1]:
        return "not shown"
    good_above = line["better"] in {"positive", "above_1"} or not direction
    return "helps" if (ends[0] > 0) == good_above else "harms"


def _misjudged(**left_out):
    return {outcome for outcome, line in _results().items()
            if _verdict(line, **left_out) != _verdict(line, interval=False, direction=False)}


def _turned():
    """Rows whose verdict changes when better is read, the interval being read in both cases."""
    return {outcome for outcome, line in _results().items() if _verdict(line) != _verdict(line, direction=False)}


def _crossing():
    """Rows whose interval includes no difference."""
    return {outcome for outcome, line in _results().items() if _verdict(line) == "not shown"}


class Outcomes(Names):
    """Names of rows; the words of a verdict in their place are told as such."""

    words: ClassVar[dict] = Names.words | {"verdicts": "Those are verdicts. The names of the outcomes are asked for."}

    def fault(self, value, expected, right):
        return "verdicts" if value & {"helps", "harms", "not shown"} else super().fault(value, expected, right)


def _harms():
    """Rows that the colleague judged to harm."""
    return {outcome for outcome, line in _results().items()
            if _verdict(line, interval=False, direction=False) == "harms"}


def _carried(counted=("between",)):
    """The letters of the sentences on the marks that hold, worked out from the rows; contrasts in ``counted``."""
    lines = [line for line in table("findings") if line["topic"] == "counting stars"]
    between = [line for line in lines if line["contrast"] in counted]

    def marks(direction, **wanted):
        return [line for line in between if line["direction"] == direction
                and all(line[column] == text for column, text in wanted.items())]

    def trials(direction, **wanted):
        return {line["study"] for line in marks(direction, **wanted)}

    ways = {line["instrument"] for line in marks("better", study="Linehan 1999", outcome="drug use")}
    holds = {
        "a": len(marks("better")) > len(marks("worse")),
        "b": bool(marks("better", study="Linehan 2002", outcome="opiate use", group="DBT", comparator="CVT+12S")),
        "c": len(ways) == 2,
        "d": len(trials("better") - trials("worse")) > len(trials("worse") - trials("better")),
        "e": bool(trials("better", comparator="12FT") & trials("worse", comparator="12FT")),
    }
    return {letter for letter, true in holds.items() if true}


QUESTIONS = [
    Question(
        "q1", "from near to far", "ahead", Numbers((NEAR, FAR), decimals=1), lambda: _both(_ahead),
        recipe="Single out the d of each of the two outcomes. Put it into the formula of the question: that is how "
               "many of 100 do better than the middle. From each take the 50 that no difference would give.",
        wrong="Which two outcomes, and is it all who are above the middle, or those above 50?",
        praise="What was taught was learned; what lies far from it moved less, by these estimates.",
        mistakes=[
            Mistake("all above the middle", "So many are above the middle. How many would it be with no difference?",
                    when=lambda given: any(_close(given, pair) for pair in (
                        _both(_people), [_people(NEAR), _ahead(FAR)], [_ahead(NEAR), _people(FAR)]))),
            Mistake("shares", "Those are shares, from 0 to 1. Of how many people are they asked for?", gives=lambda: [
                [number / 100 - less for number in _both(of)]
                for of, less in ((_ahead, 0), (_people, 0), (_people, 50))]),
            Mistake("only d", "That comes from d alone. How many of 100 people lie above the middle?",
                    gives=lambda: [_both(lambda name, by=by, less=less: by * _d(name) - less)
                                   for by, less in ((1, 0), (100, 0), (50, 0), (100, 50))]),
            Mistake("below the middle", "Those are the people below the middle. Who is asked for?",
                    gives=lambda: [_both(lambda name: 100 - _people(name)), [-x for x in _both(_ahead)]]),
            Mistake("twice", "So many more are above the middle than below it. How many more than 50 are above?",
                    gives=lambda: _both(lambda name: 2 * _ahead(name))),
            Mistake("another d", "Did the d go into the formula as it stands in the table?",
                    gives=lambda: [_both(lambda name, by=by: 50 * erf(_d(name) / by / sqrt(2)))
                                   for by in (2, 100, 10, sqrt(2), 0.1)]),
            Mistake("slipped point", "Has a decimal point slipped?", gives=lambda: [
                [number * by for number in _both(_ahead)] for by in (0.1, 10)]),
            Mistake("50 inside", "From what did you take the 50, or the half? It belongs to people.", gives=lambda: [
                _both(of) for of in (lambda name: 100 * (_people(name) / 100 - 50),
                                     lambda name: 50 + 50 * erf((_d(name) - 0.5) / sqrt(2)),
                                     lambda name: 50 * erf((_d(name) - 0.5) / sqrt(2)),
                                     lambda name: 50 + 50 * erf((_d(name) - 50) / sqrt(2)))]),
            Mistake("quotient", "Yours is a quotient. By how many people does the number exceed 50?", gives=lambda: [
                _both(lambda name: _people(name) / 50), _both(lambda name: 50 / _people(name))]),
            Mistake("difference", "That sets one outcome against the other. Each is asked for by itself.",
                    when=lambda given: any(abs(abs(number) - (_ahead(NEAR) - _ahead(FAR))) <= 0.06
                                           for number in given)),
            Mistake("other outcomes", "The sum is right for another pair of outcomes. Which two are asked for?",
                    gives=_other_pairs),
            Mistake("roughly right", "Roughly right. Were the numbers rounded, or cut, before the end?",
                    when=lambda given: _close(given, _both(_ahead))),
            Mistake("one of two", "One of the two numbers is right, and the other is not.",
                    when=lambda given: any(abs(a - b) <= 0.05 for a, b in zip(given, _both(_ahead), strict=True))),
            Mistake("above all", "Of 100 people, how many more than 50 can there be at the most?",
                    when=lambda given: max(map(abs, given)) > 50),
        ]),
    Question(
        "q2", "more counselling, two trials", "ax", Drawing("percent"), lambda: _arms(_lower_is_better),
        recipe="The column better says in which rows low is good. There the bar is 100 minus the percentage, in the "
               "others the percentage itself. values.where(condition, other) keeps a value where the condition holds.",
        wrong="For each trial: were people who do well in the printed percentage, or outside of it?",
        praise="A rise in one trial and none in the other: other people, another outcome, another least.",
        mistakes=[
            Mistake("as printed", "In one of the two trials your longest bar is the worst for people. In which?",
                    gives=lambda: _arms(lambda line: False)),
            Mistake("all turned", "You turned both trials. Does a long bar say something good in both?",
                    gives=lambda: _arms(lambda line: True)),
            Mistake("the other turned", "You turned one trial. Is it the one in which the low percentages are good?",
                    gives=lambda: _arms(lambda line: not _lower_is_better(line))),
            Mistake("a minus", "A bar hangs below zero. Who is left out, and of how many in a percentage?",
                    when=lambda drawn: any(value < 0 for value in drawn["bars"].values())),
            Mistake("people", "Those are people. In percent of its arm, how long is each bar?",
                    gives=lambda: [bars for turn in (_lower_is_better, lambda line: False)
                                   for bars in _in_people(_arms(turn))]),
            Mistake("from the largest", "You took each from the largest of them. Of which whole are they parts?",
                    gives=_from_the_largest),
            Mistake("one for all", "The three arms of a trial cannot all be alike. What did you put in their place?",
                    when=lambda drawn: _one_trial_alike(drawn["bars"])),
            Mistake("shares among percent", "Some bars are shares, from 0 to 1, and others are percent.",
                    when=lambda drawn: 0 < min(drawn["bars"].values()) < 1 < max(drawn["bars"].values())),
            Mistake("exchanged", "Two arms of one trial have changed places. Which had least counselling?",
                    gives=_arms_swapped),
            Mistake("one trial", "Your bars show one of the two trials. The other is asked for as well.",
                    when=lambda drawn: len({place[:4] for place in drawn["bars"]}) == 1 and len(drawn["bars"]) == 3),
            Mistake("ratios", "You divided. In percent of its people: who is left when some are taken out?",
                    when=lambda drawn: 1 <= min(drawn["bars"].values()) < 10),
            Mistake("some turned", "In one trial some bars are turned and others are not. Do they count one thing?",
                    when=lambda drawn: _some_turned(drawn["bars"])),
            Mistake("other printing", "One bar has the value of the other printing. Which stands in the given table?",
                    gives=_other_printing),
        ]),
    Question(
        "q3", "what is wrong with this table", "misjudged", Outcomes(_results), _misjudged,
        recipe="For each row: is no difference inside the interval? If not, does better name that side? Judge each row"
               " anew by its whole interval and by better, then compare with the verdict.",
        wrong="For each row: on which side does the good lie, and is the whole interval there?",
        praise="Two questions for every row: on which side is the good, and does the whole interval lie there?",
        mistakes=[
            Mistake("ratio with zero", "Is no difference at zero for every measure in the table?",
                    gives=lambda: _misjudged(ratio_null=0)),
            Mistake("direction only", "You went by the side of the good alone. And where an interval has both sides?",
                    gives=lambda: [_misjudged(interval=False), _turned()]),
            Mistake("interval only", "You went by the interval alone. Is the good above in every row?",
                    gives=lambda: _misjudged(direction=False)),
            Mistake("all the harms", "Those are all that were said to harm. Is no other verdict wrong?",
                    gives=_harms),
            Mistake("an interval missing", "All right so far. Of the intervals that include no difference at least"
                    " one is missing.", when=lambda names: names < _misjudged() and not _crossing() <= names),
            Mistake("a side missing", "All right so far. A row whose interval lies wholly on one side can be wrong"
                    " too.", when=lambda names: names < _misjudged()),
            Mistake("judged rightly", "At least one of them was judged rightly. Where is its good, and its interval?",
                    when=lambda names: names - _misjudged() and not names > _misjudged()),
        ]),
    Question(
        "q4", "one review, three times", "reading", Letter("abcd"), lambda: "b", fixed="a reading question",
        recipe="Read three things in each row: what was counted, so on which side the good lies; whether the interval "
               "includes 1; and what an interval that includes 1 allows.",
        wrong="What did each version count, and what does its interval leave open?",
        praise="An answer may change as trials come in, and so may the question.",
        mistakes=[
            Mistake("one line", "Are the people counted in the first and in the last version the same kind?",
                    gives="a"),
            Mistake("shown to be nothing", "Does an interval around 1 hold nothing but 1?", gives="c"),
            Mistake("near the good side", "A ratio is near the good side. And the ends of its interval?", gives="d"),
        ]),
    Question(
        "q5", "counting marks", "carried", Names("abcde", of="letters"), _carried,
        fixed="a reading question",
        recipe="Keep the rows between arms and count them trial by trial: pd.crosstab(between['study'], "
               "between['direction']). A comparison of two arms needs a row that names both.",
        wrong="For each sentence: marks or trials, and between arms or within one?",
        praise="Marks are no people, and no trials either.",
        mistakes=[
            Mistake("within as between", "Is there a row that sets both arms against each other on that outcome?",
                    when=lambda letters: "b" in letters and "d" not in letters),
            Mistake("marks for trials", "One trial may have many marks. How do the trials stand, one by one?",
                    when=lambda letters: "d" in letters),
            Mistake("marks missing", "All right so far. A sentence that counts marks, not trials, is missing.",
                    when=lambda letters: letters < _carried() and "a" not in letters),
            Mistake("a trial missing", "All right so far. A sentence about a single trial is missing.",
                    when=lambda letters: letters < _carried()),
        ]),
]
