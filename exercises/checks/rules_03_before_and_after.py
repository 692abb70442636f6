"""What is right in exercise 03, and which mistakes we know."""

from .checker import Mistake, Question, near, row, table
from .kinds import Drawing, Letter, Names, Number, Numbers

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
        "q1", "the same kappa, a rarer class", "needed_percent", Number(decimals=1, unit="percent"), _needed,
        recipe="p is the share that is secure. agree(p) is the chance agreement. Then solve kappa for observed. From "
               "kappa = (observed - chance) / (1 - chance), work out observed. Chance is agree(p).",
        praise="The rarer a class, the more agreement is there before anybody has measured anything.",
        mistakes=[
            Mistake("by lot", "That is the agreement by chance alone. Kappa asks for more than that.", gives=_by_lot),
            Mistake("printed", "That agreement went with that kappa in another study, where other shares are found.",
                    gives=_same_class),
            Mistake("kappa itself", "Kappa is the part of the way from chance to full agreement, not the agreement.",
                    gives=lambda: 100 * _kappa()),
            Mistake("secure only", "Two readings that both say not secure agree as well. Add them to the chance.",
                    gives=lambda: 100 * (_secure() ** 2 + _kappa() * (1 - _secure() ** 2))),
            Mistake("other system", "You took the three-way coding. Look at the column instrument.",
                    gives=lambda: _needed(_secure("AAI three-way"))),
            Mistake("rounded", "You began from the rounded percentage. Take events and total of the row.",
                    gives=lambda: _needed(round(_secure(), 2))),
            Mistake("all classes", "You squared all the classes. Here there are two: secure, and everybody else.",
                    gives=_squared_all),
            Mistake("above all", "No more than 100% of the readings can agree.", when=lambda x: x > 100),
        ]),
    Question(
        "q2", "two readings of one thing", "right_percent",
        Number(decimals=1, unit="percent",
               below_zero="Turn kappa into an agreement first, then put that into the rule."), _right,
        recipe="First turn kappa into an agreement, with a chance of one half. Then try values of a above one half "
               "until agree(a) gives it, or solve for a. Two steps: the agreement that belongs to kappa, then the a "
               "for which agree(a) gives it.",
        praise="Readings may be right quite often and still disagree about every fourth pair.",
        mistakes=[
            Mistake("agreement", "That is how often two readings agree. How often is one of them right?",
                    gives=lambda: [_agreement(), _same_class()]),
            Mistake("both right", "Two readings that are both wrong agree as well, since there are two classes only.",
                    gives=lambda: [10 * share ** 0.5 for share in (_agreement(), _same_class())]),
            Mistake("other root", "With that a the readings agree because both are mostly wrong. Look above one half.",
                    gives=lambda: 100 - _right()),
            Mistake("root of kappa", "That is the root of kappa, or 2a - 1. One step is left to a.",
                    gives=lambda: 100 * _kappa() ** 0.5),
            Mistake("printed agreement",
                    "You began from the printed agreement. Begin from kappa and a chance of one half.",
                    gives=lambda: 50 + 50 * (2 * _same_class() / 100 - 1) ** 0.5),
        ]),
    Question(
        "q3", "what became of those who were lost", "bounds",
        Numbers(["low", "high"], decimals=1, unit="percent"), _bounds,
        recipe="Low: nobody who was lost attempted suicide. High: everybody who was lost did. The whole stays the "
               "same. Count people first: how many at the least, how many at the most? Then ask of which whole.",
        praise="Two people in the table, and a stretch of possible shares that nobody can narrow by computing.",
        mistakes=[
            Mistake("stayed", "You divided by those who stayed. The lost belong to the arm, so they stay in the whole.",
                    when=lambda x: near(x[0], _stayed()[0]) or near(x[1], _stayed()[1])),
            Mistake("counted twice", "Those who were lost are in the total of the arm already. Do not add them to it.",
                    when=lambda x: near(x[1], _as_fractions_of(_arm("suicide attempt", "total")
                                                                + _arm("lost from the study"))[1])),
            Mistake("lost only", "For the high one you took the lost alone. The counted attempts stay counted.",
                    when=lambda x: near(x[1], 100 * _arm("lost from the study") / _arm("suicide attempt", "total"))),
            Mistake("people", "Those are numbers of people. Shares are asked for, in percent of the arm.",
                    gives=_counted),
            Mistake("other arm", "That is the other arm. MBT is asked for.", gives=lambda: _bounds("SCM")),
            Mistake("both arms", "You divided by both arms. The arm is its own whole.", gives=_both_arms),
        ]),
    Question(
        "q4", "four changes as bars", "ax", Drawing("effect size", within=0.006), _scott,
        recipe="Keep the rows of scott2023, then ax.barh(modality_id, estimate). Four bars, from zero. Four bars are "
               "asked for, one for each modality_id of scott2023, as long as its estimate.",
        praise="The bar of the pill placebo is the yardstick: look at it before you look at the others.",
        mistakes=[
            Mistake("no yardstick", "The pill placebo is missing. Without its bar the others have no yardstick.",
                    gives=lambda: _without_placebo(_scott())),
            Mistake("taken off", "You took the placebo off the others. Draw the changes as they are printed.",
                    gives=lambda: [_taken_off(), _without_placebo(_taken_off())]),
            Mistake("limit", "Your bars end at a limit of the interval. Draw the estimates.",
                    gives=lambda: [_scott(end) for end in ("ci_low", "ci_high")]),
            Mistake("not exact", "The places are right, and some bar is not as long as its estimate.",
                    when=lambda drawn: drawn["bars"].keys() == _scott().keys()),
        ]),
    Question(
        "q5", "what is wrong with this row", "wrong_columns", Names(TYPED), _wrong_columns,
        recipe="Find the row of assmann2024 with the same estimate and compare the two, column by column. At least one"
               " column that you named agrees. Compare the two rows column by column.",
        praise="A change within one arm, dressed up as a difference between two.",
        mistakes=[
            Mistake("other row", "You compared with another row of the study. Look for the typed estimate.",
                    when=lambda names: names in _against_any_row() and names != _wrong_columns()),
            Mistake("comparison", "Of whom is this the change, and against what? One column about that is missing.",
                    when=lambda names: names < _wrong_columns() and not names >= {"comparator", "contrast"}),
            Mistake("whole trial", "How many people stand behind the change of one arm? Compare that column too.",
                    when=lambda names: _wrong_columns() - names == {"n"}),
            Mistake("direction", "On which side of zero is the benefit, for a change as it is printed here?",
                    when=lambda names: _wrong_columns() - names == {"better"}),
        ]),
    Question(
        "q6", "many years later", "can_be_said", Letter("abcd"), lambda: "b",
        fixed="a reading question",
        recipe="Look at the columns group and note: of whom is the later figure, and is there a comparison?",
        praise="It says what was seen in those who were seen, and leaves open what is open.",
        mistakes=[
            Mistake("everybody", "The later figure is of those interviewed again. What of the dead and the not found?",
                    gives="a"),
            Mistake("cause", "Who would have used less without the treatment? Nobody is there to compare with.",
                    gives="c"),
            Mistake("nothing", "Too strict. Something was seen in those who were interviewed: say it of them.",
                    gives="d"),
        ]),
]
