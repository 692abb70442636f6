"""What is right in exercise 03, and which mistakes we know."""

from .checker import (
    Drawing,
    Letter,
    Mistake,
    Names,
    Number,
    Numbers,
    Question,
    bar_chart_faults,
    given_as_fraction,
    near,
    row,
    same_bars,
    table,
)

TYPED = {"study_id": "assmann2024", "modality_id": "dbt", "comparator": "schema therapy (ST)",
         "population": "people with BPD", "outcome": "BPD severity", "contrast": "between", "measure": "d",
         "estimate": 2.45, "ci_low": 1.88, "ci_high": 3.02, "n": 164, "time": "1-year follow-up", "better": "negative",
         "read_as": "abstract"}


def _kappa():
    return float(row("effects", study_id="vanijzendoorn1995", measure="kappa")["estimate"])


def _same_class():
    return float(row("proportions", study_id="vanijzendoorn1995", outcome="same class")["percent"])


def _secure(instrument="AAI four-way"):
    line = row("proportions", study_id="adolthesis", outcome="secure", instrument=instrument)
    return int(line["events"]) / int(line["total"])


def _needed(secure=None):
    """Agreement in percent, by way of the disagreement: kappa leaves one minus kappa of what chance would bring."""
    secure = _secure() if secure is None else secure
    by_chance = 2 * secure * (1 - secure)
    return 100 - 100 * by_chance * (1 - _kappa())


def _squared_all():
    """Agreement in percent if all classes of the coding are kept apart."""
    by_chance = sum((int(line["events"]) / int(line["total"])) ** 2 for line in table("proportions")
                    if line["study_id"] == "adolthesis" and line["instrument"] == "AAI four-way")
    return 100 * (by_chance + _kappa() * (1 - by_chance))


def _by_lot():
    return 100 - 200 * _secure() * (1 - _secure())


def _right():
    """With two classes that are equally common kappa is (2a - 1) squared."""
    return 50 + 50 * _kappa() ** 0.5


def _agreement():
    return 50 + 50 * _kappa()


def _arm(outcome, column="events", group="MBT"):
    return int(row("proportions", study_id="bateman2009", group=group, outcome=outcome)[column])


def _counted(group="MBT"):
    """Two numbers of people: those counted, and these with those who were lost."""
    attempts = _arm("suicide attempt", group=group)
    return [attempts, attempts + _arm("lost from the study", group=group)]


def _bounds(group="MBT"):
    total = _arm("suicide attempt", "total", group)
    return [100 * events / total for events in _counted(group)]


def _as_fractions_of(whole):
    return [100 * events / whole for events in _counted()]


def _stayed():
    return _as_fractions_of(_arm("suicide attempt", "total") - _arm("lost from the study"))


def _both_arms():
    return _as_fractions_of(sum(_arm("suicide attempt", "total", group) for group in ("MBT", "SCM")))


def _scott(column="estimate"):
    return {line["modality_id"]: float(line[column]) for line in table("effects") if line["study_id"] == "scott2023"}


def _taken_off():
    changes = _scott()
    return {name: change - changes["placebo"] for name, change in changes.items()}


def _without_placebo(changes):
    return {name: change for name, change in changes.items() if name != "placebo"}


def _disagreeing(printed):
    return {column for column, typed in TYPED.items() if str(typed) != printed[column]}


def _wrong_columns():
    return _disagreeing(row("effects", study_id="assmann2024", modality_id="dbt", contrast="within"))


def _against_any_row():
    return [_disagreeing(line) for line in table("effects") if line["study_id"] == "assmann2024"]


QUESTIONS = [
    Question(
        "q1", "the same kappa, a rarer class", "needed_percent", Number(0.06), _needed,
        nudge="p is the share that is secure. agree(p) is the chance agreement. Then solve kappa for observed.",
        wrong="From kappa = (observed - chance) / (1 - chance), work out observed. Chance is agree(p).",
        praise="The rarer a class, the more agreement is there before anybody has measured anything.",
        mistakes=[
            given_as_fraction(_needed),
            Mistake("by lot", "That is the agreement by chance alone. Kappa asks for more than that.",
                    lambda x: near(x, _by_lot())),
            Mistake("printed", "That agreement went with that kappa in another study, where other shares are found.",
                    lambda x: near(x, _same_class())),
            Mistake("kappa itself", "Kappa is the part of the way from chance to full agreement, not the agreement.",
                    lambda x: near(x, 100 * _kappa())),
            Mistake("secure only", "Two readings that both say not secure agree as well. Add them to the chance.",
                    lambda x: near(x, 100 * (_secure() ** 2 + _kappa() * (1 - _secure() ** 2)))),
            Mistake("other system", "You took the three-way coding. Look at the column instrument.",
                    lambda x: near(x, _needed(_secure("AAI three-way")))),
            Mistake("rounded", "You began from the rounded percentage. Take events and total of the row.",
                    lambda x: near(x, _needed(round(_secure(), 2))) and not near(x, _needed())),
            Mistake("all classes", "You squared all the classes. Here there are two: secure, and everybody else.",
                    lambda x: near(x, _squared_all())),
            Mistake("above all", "No more than 100% of the readings can agree.",
                    lambda x: x > 100),
        ]),
    Question(
        "q2", "two readings of one thing", "right_percent",
        Number(0.06, below_zero="Turn kappa into an agreement first, then put that into the rule."), _right,
        nudge="First turn kappa into an agreement, with a chance of one half. Then try values of a above one half "
              "until agree(a) gives it, or solve for a.",
        wrong="Two steps: the agreement that belongs to kappa, then the a for which agree(a) gives it.",
        praise="Readings may be right quite often and still disagree about every fourth pair.",
        mistakes=[
            given_as_fraction(_right),
            Mistake("agreement", "That is how often two readings agree. How often is one of them right?",
                    lambda x: near(x, _agreement()) or near(x, _same_class())),
            Mistake("both right", "Two readings that are both wrong agree as well, since there are two classes only.",
                    lambda x: any(near(x, 10 * share ** 0.5) for share in (_agreement(), _same_class()))),
            Mistake("other root", "With that a the readings agree because both are mostly wrong. Look above one half.",
                    lambda x: near(x, 100 - _right())),
            Mistake("root of kappa", "That is the root of kappa, or 2a - 1. One step is left to a.",
                    lambda x: near(x, 100 * _kappa() ** 0.5)),
            Mistake("printed agreement",
                    "You began from the printed agreement. Begin from kappa and a chance of one half.",
                    lambda x: near(x, 50 + 50 * (2 * _same_class() / 100 - 1) ** 0.5)),
        ]),
    Question(
        "q3", "what became of those who were lost", "bounds", Numbers(0.06, ["low", "high"]), _bounds,
        nudge="Low: nobody who was lost attempted suicide. High: everybody who was lost did. The whole stays the same.",
        wrong="Count people first: how many at the least, how many at the most? Then ask of which whole.",
        praise="Two people in the table, and a stretch of possible shares that nobody can narrow by computing.",
        mistakes=[
            Mistake("fractions", "Your limits are fractions. Give percent, from 0 to 100.",
                    lambda x: near([100 * value for value in x], _bounds())),
            Mistake("swapped", "Your limits are in the wrong order: the low one comes first.",
                    lambda x: near(x[::-1], _bounds())),
            Mistake("stayed", "You divided by those who stayed. The lost belong to the arm, so they stay in the whole.",
                    lambda x: near(x[0], _stayed()[0]) or near(x[1], _stayed()[1])),
            Mistake("counted twice", "Those who were lost are in the total of the arm already. Do not add them to it.",
                    lambda x: near(x[1], _as_fractions_of(_arm("suicide attempt", "total")
                                                           + _arm("lost from the study"))[1])),
            Mistake("lost only", "For the high one you took the lost alone. The counted attempts stay counted.",
                    lambda x: near(x[1], 100 * _arm("lost from the study") / _arm("suicide attempt", "total"))),
            Mistake("people", "Those are numbers of people. Shares are asked for, in percent of the arm.",
                    lambda x: x == _counted()),
            Mistake("other arm", "That is the other arm. MBT is asked for.",
                    lambda x: near(x, _bounds("SCM"))),
            Mistake("both arms", "You divided by both arms. The arm is its own whole.",
                    lambda x: near(x, _both_arms())),
        ]),
    Question(
        "q4", "four changes as bars", "ax", Drawing(), _scott,
        nudge="Keep the rows of scott2023, then ax.barh(modality_id, estimate). Four bars, from zero.",
        wrong="Four bars are asked for, one for each modality_id of scott2023, as long as its estimate.",
        praise="The bar of the pill placebo is the yardstick: look at it before you look at the others.",
        mistakes=[
            *bar_chart_faults("effect size"),
            Mistake("no yardstick", "The pill placebo is missing. Without its bar the others have no yardstick.",
                    lambda drawn: same_bars(drawn["bars"], _without_placebo(_scott()), 0.006)),
            Mistake("taken off", "You took the placebo off the others. Draw the changes as they are printed.",
                    lambda drawn: same_bars(drawn["bars"], _taken_off(), 0.006)
                    or same_bars(drawn["bars"], _without_placebo(_taken_off()), 0.006)),
            Mistake("limit", "Your bars end at a limit of the interval. Draw the estimates.",
                    lambda drawn: any(same_bars(drawn["bars"], _scott(end), 0.006) for end in ("ci_low", "ci_high"))),
            Mistake("not exact", "The places are right, and some bar is not as long as its estimate.",
                    lambda drawn: drawn["bars"].keys() == _scott().keys()
                    and not same_bars(drawn["bars"], _scott(), 0.006)),
        ]),
    Question(
        "q5", "what is wrong with this row", "wrong_columns", Names(), _wrong_columns,
        nudge="Find the row of assmann2024 with the same estimate and compare the two, column by column.",
        wrong="At least one column that you named agrees. Compare the two rows column by column.",
        praise="A change within one arm, dressed up as a difference between two.",
        mistakes=[
            Mistake("none", "An empty list says that nothing is wrong. Something is: compare column by column.",
                    lambda names: not names),
            Mistake("unknown", "Names of columns are asked for, spelled as in the typed row.",
                    lambda names: not names <= TYPED.keys()),
            Mistake("other row", "You compared with another row of the study. Look for the typed estimate.",
                    lambda names: names in _against_any_row() and names != _wrong_columns()),
            Mistake("comparison", "Of whom is this the change, and against what? One column about that is missing.",
                    lambda names: names < _wrong_columns() and not names >= {"comparator", "contrast"}),
            Mistake("whole trial", "How many people stand behind the change of one arm? Compare that column too.",
                    lambda names: _wrong_columns() - names == {"n"}),
            Mistake("direction", "On which side of zero is the benefit, for a change as it is printed here?",
                    lambda names: _wrong_columns() - names == {"better"}),
            Mistake("not all", "All that you named is right. There is more: compare column by column.",
                    lambda names: names < _wrong_columns()),
        ]),
    Question(
        "q6", "many years later", "can_be_said", Letter("abcd"), lambda: "b",
        fixed="a reading question",
        nudge="Look at the columns group and note: of whom is the later figure, and is there a comparison?",
        wrong="Look at the columns group and note of both rows again.",
        praise="It says what was seen in those who were seen, and leaves open what is open.",
        mistakes=[
            Mistake("everybody", "The later figure is of those interviewed again. What of the dead and the not found?",
                    lambda letter: letter == "a"),
            Mistake("cause", "Who would have used less without the treatment? Nobody is there to compare with.",
                    lambda letter: letter == "c"),
            Mistake("nothing", "Too strict. Something was seen in those who were interviewed: say it of them.",
                    lambda letter: letter == "d"),
        ]),
]
