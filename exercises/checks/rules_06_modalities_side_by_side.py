"""What is right in exercise 06, and which mistakes we know."""

from math import hypot, isclose

from .checker import Mistake, Question, near, row, table
from .kinds import Drawing, Letter, Names, Numbers

LOOSE = 0.006


class Studies(Names):
    """The studies of the table."""

    words = Names.words | {"unknown": "At least one of yours is none of the studies in the table. They stand in its "
                                      "column study."}


def _seven():
    return [line for line in table("effects") if line["topic"] == "which turn"] + [
        row("effects", study="Grant 2017", topic="lost minus")]


def _offered():
    return {line["study"] for line in _seven()}


def _to_turn():
    return {line["study"] for line in _seven() if line["better"] == "negative"}


def _minus():
    return {line["study"] for line in _seven() if line["estimate"].startswith("-")}


def _functioning(group="DBT"):
    """[(how far ahead of usual care, half width)] of the psychodynamic row and of a row of the other review."""
    lines = (row("effects", study="World Psychiatry 2024", topic="functioning"),
             row("effects", study="Storebø 2020", topic="functioning", group=group))
    return [(-float(line["estimate"]), (float(line["ci_high"]) - float(line["ci_low"])) / 2) for line in lines]


def _around(value, reach):
    return [value, value - reach, value + reach]


def _lead(join=hypot, group="DBT", signs=(1, -1)):
    (first, reach), (second, other) = _functioning(group)
    return _around(signs[0] * first + signs[1] * second, join(reach, other))


def _any_psychotherapy():
    """The lead over any psychotherapy, turned or not, and what comes of mixing that row with the one of DBT."""
    (_, one), (_, dbt) = _functioning()
    (first, _), (second, wide) = _functioning("any psychotherapy")
    return [_around(side * (first - second), reach) for side in (1, -1) for reach in (
        hypot(one, wide), hypot(one, dbt), one)] + [_around(_lead()[0], hypot(one, wide))]


def _around_zero():
    reach = _lead()[2] - _lead()[0]
    return [[-reach, reach], [reach, -reach]]


def _in_severity():
    """The lead that the lesson works out, from the rows of another outcome."""
    lines = [line for line in table("effects") if line["topic"] == "severity" and line["against"] == "usual care"
             and line["group"] in ("DBT", "psychodynamic therapies")]
    (dbt, reach), (other, other_reach) = (
        (-float(line["estimate"]), (float(line["ci_high"]) - float(line["ci_low"])) / 2)
        for line in sorted(lines, key=lambda line: line["group"]))
    return _around(other - dbt, hypot(reach, other_reach))


def _one_row(side=1):
    return [_around(side * lead, reach) for lead, reach in _functioning()]


def _crossed():
    """Limit less limit, low from low and high from high, in either order."""
    (_, low, high), (_, other_low, other_high) = _one_row()
    ends = low - other_low, high - other_high
    return [[_lead()[0], *sorted((side * end for end in ends), reverse=falling)]
            for side in (1, -1) for falling in (False, True)]


def _five():
    return {line["study"]: (float(line["ci_low"]), float(line["ci_high"]), float(line["estimate"]))
            for line in table("effects") if line["topic"] == "the same"}


def _bars(of):
    return {study: of(*numbers) for study, numbers in _five().items()}


def _smallest():
    return _bars(lambda low, high, _: max(abs(low), abs(high)))


def _nearer():
    return _bars(lambda low, high, _: min(abs(low), abs(high)))


def _hilden(arm, statistic):
    return float(row("scores", topic="unequal start", group=arm, statistic=statistic)["mean"])


def _arms(of):
    """What is worked out for the arm without the group and for the one with it, from start and change."""
    return [of(_hilden(arm, "mean"), _hilden(arm, "change")) for arm in ("TAU", "group ST + TAU")]


def _ahead_at_start():
    without, with_group = _arms(lambda start, _: start)
    return without - with_group


def _points():
    behind = _hilden("TAU", "change") - _hilden("group ST + TAU", "change")
    return [_ahead_at_start() - behind, -behind]


def _added():
    without, with_group = _arms(lambda start, down: start + down)
    return without - with_group


def _per_arm():
    """Where each arm began and ended, and by how much it came down: no comparison yet."""
    ends, falls, starts = (_arms(of) for of in (
        lambda start, down: start - down, lambda _, down: down, lambda start, _: start))
    return [ends, ends[::-1], falls, falls[::-1], starts, starts[::-1], *map(list, zip(ends, falls, strict=True))]


QUESTIONS = [
    Question(
        "q1", "which signs to turn", "to_turn", Studies(_offered), _to_turn,
        fixed="changing the numbers leaves the side of the benefit where it is",
        recipe="The column better says on which side of zero the benefit lies, and on the axis it shall lie to the "
               "right of zero. Keep the rows that need turning for that: seven[seven[\"better\"] == ...][\"study\"]"
               ".tolist().",
        wrong="Look at each row again: on which side of zero does its benefit lie, and on which shall it lie?",
        praise="The side of the benefit decides, not the sign of the estimate.",
        mistakes=[
            Mistake("minus signs", "You turned what has a minus. Does a minus always stand on the side of the benefit?",
                    gives=_minus),
            Mistake("two rows", "Both rows of one of your studies already point to the right. Which study has two?",
                    when=lambda names: "Cristea 2017" in names and names not in (_offered(), _offered() - _to_turn())),
            Mistake("own turning", "At least one of yours is printed with its benefit on the right already. Which?",
                    when=lambda names: names - _to_turn() and names < _offered()
                    and names != _offered() - _to_turn()),
        ]),
    Question(
        "q2", "an indirect comparison", "lead", Numbers(["lead", "low", "high"], decimals=2), _lead,
        recipe="The two rows come out by the second of the five moves. Then three steps: the lead, of two estimates "
               "that are both turned; the half width of each row; and the reach, in which both have a part. Write "
               "down each step by itself: which of them is off?",
        wrong="Which two rows stand in your lead, and what do you add up before you take the root?",
        praise="An interval wider than each of the two it is made of, and it includes zero.",
        mistakes=[
            Mistake("lead turned", "The sizes are right. Are both turned, and which is taken from which?",
                    gives=lambda: [_lead(signs=(-1, 1)), [-number for number in _lead()], [-_lead()[0], *_lead()[1:]]]),
            Mistake("one sign only", "One sign was turned and one was not. On which side is the benefit, in each row?",
                    gives=lambda: [_lead(signs=signs) for signs in ((1, 1), (-1, -1))]),
            Mistake("other row", "One of your rows is of any psychotherapy, or of the skills group. Whose is asked?",
                    gives=_any_psychotherapy),
            Mistake("one row", "That is one row against usual care. How far is the one ahead of the other?",
                    gives=lambda: _one_row() + _one_row(-1)),
            Mistake("half widths", "Half widths and their reach are steps on the way. Around what do they lie?",
                    gives=lambda: [[one, two, hypot(one, two)] for (_, one), (_, two) in [_functioning()]]),
            Mistake("times 100", "An SMD is counted in SDs, and not in hundredths of one.",
                    gives=lambda: [100 * number for number in _lead()]),
            Mistake("limits of one row", "The lead is right. Whose limits are those: the lead's, or one row's?",
                    gives=lambda: [[_lead()[0], *row[1:]] for row in _one_row()]),
            Mistake("halved twice", "Your reach is half as long as it should be. What was halved once more?",
                    gives=lambda: [[of(number, 2) for number in _lead(join=lambda one, two: hypot(one, two) / 2)]
                                   for of in (lambda number, _: number, round)]),
            Mistake("half widths added", "You added the half widths. Is it they that add up, or their squares?",
                    gives=lambda: _lead(join=lambda one, two: one + two)),
            Mistake("no root", "That reach is a square, or the half width of one row. Are root and both rows in it?",
                    gives=lambda: [_lead(join=lambda one, two: one**2 + two**2), _lead(join=lambda one, _: one),
                                   _lead(join=lambda _, two: two)]),
            Mistake("subtracted", "Uncertainty does not cancel: was something subtracted under the root?",
                    gives=lambda: _lead(join=lambda one, two: abs(one**2 - two**2) ** 0.5)),
            Mistake("around zero", "Lead and reach are right. Around which value does the interval of a lead lie?",
                    gives=lambda: [[_lead()[0], *ends] for ends in _around_zero()]),
            Mistake("severity", "That is the lead in severity, as in the lesson. Which outcome is asked for?",
                    gives=_in_severity),
            Mistake("whole widths", "Your reach is twice too long. Does an interval reach its width to either side?",
                    gives=lambda: _lead(join=lambda one, two: 2 * hypot(one, two))),
            Mistake("1.96 too many", "Is a half width a standard error? How many of them does it hold already?",
                    gives=lambda: [_lead(join=lambda one, two: 1.96 * hypot(one, two)),
                                   _lead(join=lambda one, two: 1.96 * round(hypot(one, two), 2)),
                                   _lead(join=lambda one, two: hypot(one, two) / 1.96)]),
            Mistake("limits subtracted", "Limit less limit is no interval: it takes both to be off to the same side.",
                    gives=_crossed),
            Mistake("reach", "The lead is right. Are the other two its limits, or something on the way there?",
                    when=lambda x: near(x[0], _lead()[0], LOOSE) and not x[1] < x[0] < x[2]
                    and not near(sorted(x), sorted(_lead()), LOOSE)),
            Mistake("width", "The lead is right, and its interval is not. Which two half widths are in it?",
                    when=lambda x: near(x[0], _lead()[0], LOOSE) and not near(sorted(x), sorted(_lead()), LOOSE)),
        ]),
    Question(
        "q3", "what is wrong with this table", "ax", Drawing("SDs", within=0.0051), _smallest,
        recipe="For each study: how far is its lower limit from zero, and how far its upper limit? The margin must "
               "reach the farther one. Five numbers, in the order of five[\"study\"], may be typed as a list: "
               "ax.barh(five[\"study\"], [...], label=\"smallest margin\").",
        wrong="Take one study: does its whole interval fit between minus and plus your bar, and only just?",
        praise="Zero inside is not enough. The farther limit says how much is still possible.",
        mistakes=[
            Mistake("below zero", "At least one of your bars runs below zero. How far from zero can a margin be?",
                    when=lambda drawn: min(drawn["bars"].values()) < 0),
            Mistake("one for all", "Your bars are all of one length. Each study is to have one of its own.",
                    when=lambda drawn: len(set(drawn["bars"].values())) == 1),
            Mistake("times 100", "A margin is counted in SDs here, and not in hundredths of one.",
                    gives=lambda: {study: 100 * margin for study, margin in _smallest().items()}),
            Mistake("one decimal", "You rounded to one decimal. Does each rounded margin still hold its interval?",
                    gives=lambda: {study: round(margin, 1) for study, margin in _smallest().items()}),
            Mistake("lower limits", "Those are the lower limits. Can a difference matter on the other side too?",
                    gives=lambda: _bars(lambda low, high, _: -low)),
            Mistake("upper limits", "Those are the upper limits. Can a difference matter on the other side too?",
                    gives=lambda: _bars(lambda low, high, _: high)),
            Mistake("one nearer", "In one bar the nearer limit stands. Whose other limit is farther from zero?",
                    gives=lambda: [_smallest() | {study: _nearer()[study]} for study in _five()]),
            Mistake("nearer limits", "Your margins hold the nearer limit. Must the whole interval fit, or one end?",
                    gives=_nearer),
            Mistake("widths", "Those are widths of intervals. A margin is counted from zero: where do they lie?",
                    gives=lambda: _bars(lambda low, high, _: high - low)),
            Mistake("half widths", "Those are half widths. They would do if each interval had its middle at zero.",
                    gives=lambda: _bars(lambda low, high, _: (high - low) / 2)),
            Mistake("estimates", "Those are the estimates. What else do the intervals allow?",
                    gives=lambda: _bars(lambda low, high, estimate: abs(estimate))),
            Mistake("both sides", "Twice too long: from minus to plus. How far from zero does the margin lie?",
                    gives=lambda: {study: 2 * margin for study, margin in _smallest().items()}),
            Mistake("zero or one", "Your bars say yes or no. How wide must the margin be, in SDs?",
                    when=lambda drawn: set(drawn["bars"].values()) <= {0.0, 1.0}),
        ]),
    Question(
        "q4", "no worse", "reading", Letter("abcd"), lambda: "b", fixed="a reading question",
        recipe="Ask of each sentence: does it speak of being the same, of being better, or of being no worse by more "
               "than so much? Then: which of these did a margin set beforehand make it possible to answer?",
        praise="A verdict of no worse is as strict as its margin.",
        mistakes=[
            Mistake("the same", "Zero lies in them, and what else? Does that make two things the same?", gives="a"),
            Mistake("nothing", "Zero is the line for asking whether one is better. Is that what was asked here?",
                    gives="c"),
            Mistake("better", "Where do the intervals begin? A dot alone cannot say better.", gives="d"),
        ]),
    Question(
        "q5", "two results of one trial", "points", Numbers(["end", "change"], decimals=2), _points,
        recipe="Where did each arm end, if it began there and came down by so much? Then ask twice which arm is ahead, "
               "and by how much: at the end, where lower is better, and in the change, where more is better.",
        wrong="Where did each arm stand at the end, and which of the two is ahead there? And in the change?",
        praise="Unequal at the start: then end and change can name different winners.",
        mistakes=[
            Mistake("change turned", "The end is right. Who came down by more, and what sign has being behind?",
                    gives=lambda: [_points()[0], -_points()[1]]),
            Mistake("end turned", "The change is right. Lower is better: which arm is ahead at the end?",
                    gives=lambda: [-_points()[0], _points()[1]]),
            Mistake("start", "That is how far apart they began. Where did they stand after coming down?",
                    when=lambda x: isclose(abs(x[0]), _ahead_at_start(), abs_tol=LOOSE)),
            Mistake("went up", "They came down: is what they came down to be added to the start?",
                    when=lambda x: isclose(abs(x[0]), _added(), abs_tol=LOOSE)),
            Mistake("order and sign", "Both sizes are right. Which comes first, and which arm is ahead in each?",
                    gives=lambda: [[side * _points()[1], other * _points()[0]]
                                   for side, other in ((1, -1), (-1, 1), (-1, -1))]),
            Mistake("hundredths", "Points are asked for. Were they divided by 100?",
                    gives=lambda: [number / 100 for number in _points()]),
            Mistake("each arm", "Those are single arms, one by one. How far is the one ahead of the other?",
                    gives=_per_arm),
            Mistake("end right", "The end is right. Is the change that of both arms, the one less the other?",
                    when=lambda x: near(x[0], _points()[0], LOOSE) and not near(x[1], _points()[1], 0.7)),
            Mistake("change right", "The change is right. Is the end that of both arms, the one less the other?",
                    when=lambda x: near(x[1], _points()[1], LOOSE) and not near(x[0], _points()[0], 0.7)),
        ]),
]
