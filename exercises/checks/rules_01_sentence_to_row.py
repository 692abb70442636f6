"""What is right in exercise 01, and which mistakes we know."""

from .checker import Mistake, Question, near, row, table
from .kinds import Drawing, Letter, Names, Number

TYPED = {"study": "Karaszewska 2021", "outcome": "BPD severity", "measure": "SMD", "estimate": 0.54, "ci_low": 0.91,
         "ci_high": 0.17, "studies": 4, "n": 173, "better": "negative", "read_as": "full text"}
MINUS = {"estimate", "ci_low", "ci_high"}


def _ohlin(column, time="6 months"):
    return int(row("proportions", study="Ohlin 2011", topic="staying", time=time)[column])


def _staying(column, *others):
    """The numbers in a column of the topic: of the other studies, or of all rows."""
    return [float(line[column]) for line in table("proportions") if line["topic"] == "staying" and line[column]
            and line["study"] not in others]


class Columns(Names):
    """Names of columns of a row."""

    words = Names.words | {"unknown": "At least one of them is no column of the typed row."}


def _agrees(typed, printed):
    return typed == printed if isinstance(typed, str) else printed != "" and float(printed) == typed


def _wrong_columns(outcome="BPD severity"):
    printed = row("effects", study="Karaszewska 2021", topic="lost minus", outcome=outcome)
    return {column for column, typed in TYPED.items() if not _agrees(typed, printed[column])}


def _other_rows():
    return [_wrong_columns(line["outcome"]) for line in table("effects")
            if line["study"] == "Karaszewska 2021" and line["topic"] == "lost minus"
            and line["outcome"] != "BPD severity"]


def _printed_percent(total_known, zeros=True):
    return [line for line in table("proportions") if line["percent"] and bool(line["total"]) == total_known
            and (zeros or float(line["percent"]) > 0)]


def _without_total(zeros=True):
    without, with_total = len(_printed_percent(False, zeros)), len(_printed_percent(True, zeros))
    return 100 * without / (without + with_total)


def _holes_kept():
    """Percent without a total among the rows whose percentage is not zero, the empty ones with them."""
    lines = [line for line in table("proportions") if not line["percent"] or float(line["percent"]) != 0]
    return 100 * sum(not line["total"] for line in lines) / len(lines)


def _among_printed(hole):
    """Percent of the rows with a percentage in which there is such a hole."""
    lines = _printed_percent(False) + _printed_percent(True)
    return 100 * sum(map(hole, lines)) / len(lines)


def _swapped():
    """Percent of the rows without a total that have a percentage."""
    lines = [line for line in table("proportions") if not line["total"]]
    return 100 * sum(bool(line["percent"]) for line in lines) / len(lines)


def _one_topic(topic, column="topic"):
    """Percent without a total among the rows of one topic, or those of them in which another column is filled."""
    lines = [line for line in table("proportions") if line["topic"] == topic and line[column]]
    return 100 * sum(not line["total"] for line in lines) / len(lines)


def _means():
    """The means of the columns, of all rows and of those with a percentage."""
    def mean(lines, column):
        found = [float(line[column]) for line in lines if line[column]]
        return sum(found) / len(found)

    return [mean(lines, column) for column in ("percent", "total", "events")
            for lines in (table("proportions"), _printed_percent(False) + _printed_percent(True))]


def _all_rows(column):
    lines = table("proportions")
    return 100 * sum(not line[column] for line in lines) / len(lines)


def _year(empty=None):
    """The percentage of each arm at 12 months; where none is printed it is worked out, or is ``empty``."""
    bars = {}
    for line in table("proportions"):
        if line["topic"] == "staying" and line["time"] == "12 months":
            worked_out = 100 * int(line["events"]) / int(line["total"]) if not line["percent"] else None
            bars[f"{line['study']}, {line['group']}"] = (
                float(line["percent"]) if line["percent"] else worked_out if empty is None else empty)
    return bars


def _other_times():
    """The bars at 12 months, with one arm or both as it was at another time."""
    other = {"Ohlin 2011, all": _ohlin("percent"),
             "O'Connor 2020, all": float(row("proportions", study="O'Connor 2020", topic="staying",
                                             time="3 years")["percent"])}
    return [_year() | other, *(_year() | {arm: value} for arm, value in other.items())]


def _filled_from_elsewhere():
    """The bars with the hole filled with the mean, the percentage of another arm, or the weeks."""
    others = [value for arm, value in _year(-1).items() if value >= 0]
    return [_year(value) for value in (sum(others) / len(others), *others, _ohlin("weeks", "12 months"))]


def _shows_people(drawn):
    """Is a bar as long as the people of its row, or all of them, and not as long as their percentage?"""
    people = {(f"{line['study']}, {line['group']}", int(line[column])) for column in ("events", "total")
              for line in table("proportions") if line["topic"] == "staying" and line["time"] == "12 months"
              if line[column]}
    return any((arm, value) in people and abs(value - _year().get(arm, value)) > 1
               for arm, value in drawn["bars"].items())


QUESTIONS = [
    Question(
        "q1", "a spun word", "social_nervousness", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="Look up the phrase as a whole in the table spun: one row has it in the column phrase, and what it "
               "means in the column meaning.",
        praise="The two words stood for something between people, not in a crowd.",
        mistakes=[
            Mistake("literal", "That is what the spun words say when they are taken at their word. What did they "
                               "replace?", gives="a"),
            Mistake("half", "'Nervous' alone stands for that. Is the phrase not longer?", gives="b"),
            Mistake("setting", "Does anything in the list of words point to a place?", gives="d"),
        ]),
    Question(
        "q2", "still in treatment", "still_there", Number(decimals=0, unit="people"), lambda: _ohlin("events"),
        recipe="Move 2 with two conditions, study and time, within the rows of the topic. The column events holds how "
               "many people, total of how many.",
        wrong="Which row, and which column of it, holds people still in treatment at 6 months?",
        praise="Two conditions, one row, one number.",
        mistakes=[
            Mistake("other time", "That is another time. When does the question ask?",
                    gives=lambda: [_ohlin("events", "12 months"),
                                   _ohlin("total") * _ohlin("percent", "12 months") / 100]),
            Mistake("all", "That is everybody who was followed. How many of them were still in treatment?",
                    gives=lambda: _ohlin("total")),
            Mistake("percent", "Is that a number of people, or of each hundred?",
                    gives=lambda: [_ohlin("percent"), _ohlin("percent", "12 months"),
                                   100 * _ohlin("events") / _ohlin("total"),
                                   100 * _ohlin("events", "12 months") / _ohlin("total")]),
            Mistake("share", "That is a share, from 0 to 1. How many people is it?", when=lambda x: 0 < x < 1),
            Mistake("left", "Those are the people who were not in treatment any more. Who is asked for?",
                    gives=lambda: [_ohlin("total") - _ohlin("events"),
                                   _ohlin("total") - _ohlin("events", "12 months")]),
            Mistake("weeks", "That is the time. How many people is asked for.", gives=lambda: _ohlin("weeks")),
            Mistake("both times", "Are those not the same people, counted at two times?",
                    gives=lambda: [_ohlin("events") + _ohlin("events", "12 months"), 2 * _ohlin("total")]),
            Mistake("part and whole", "Those who stayed are among all: were they counted twice, or a percentage taken "
                                      "off people?",
                    gives=lambda: [_ohlin("total") + _ohlin("events"), _ohlin("total") - _ohlin("percent")]),
            Mistake("in between", "So many left between the two times. How many were still there at the first?",
                    gives=lambda: _ohlin("events") - _ohlin("events", "12 months")),
            Mistake("all studies", "Several studies are added up in that. Which one is asked for?",
                    gives=lambda: [sum(_staying(column)) for column in ("events", "total")]),
            Mistake("other study", "That number is of another study. Which one is asked for?",
                    gives=lambda: [number * share for column, share in [("events", 1), ("total", 1), ("percent", 1),
                                                                       ("percent", _ohlin("total") / 100)]
                                   for number in _staying(column, "Ohlin 2011")]),
            Mistake("rows", "That is a number of rows, or of months. People are asked for.",
                    gives=lambda: [len(_staying("weeks")), len(_staying("weeks", "Linehan 2002", "O'Connor 2020"))]),
        ]),
    Question(
        "q3", "what is wrong with this row", "wrong_columns", Columns(TYPED), _wrong_columns,
        fixed="which columns disagree, whatever the numbers",
        recipe="One row of the topic has both this study and this outcome; .squeeze() lays it out cell by cell. "
               "Compare it with the typed row, one column after the other, down to the last.",
        praise="Lost signs, turned digits, and a source that nobody opened: three ways in which a row goes wrong.",
        mistakes=[
            Mistake("other row", "This study has several rows in the topic. Did you compare with the one of this "
                                 "outcome?", when=lambda names: any(names == other for other in _other_rows())),
            Mistake("signs only", "The signs, yes. Does everything else agree?", when=lambda names: names == MINUS),
            Mistake("one sign", "A sign is lost there, yes. Is it the only one?",
                    when=lambda names: 0 < len(names & MINUS) < 3 and names <= _wrong_columns()),
            Mistake("no signs", "One fault shows without any table. Is it among those that you named?",
                    when=lambda names: not names & MINUS and names <= _wrong_columns()),
            Mistake("side", "Where does the column better say that the benefit lies, in both rows?",
                    when=lambda names: "better" in names),
            Mistake("one agrees", "At least one of the columns that you named says the same in both rows.",
                    when=lambda names: names - _wrong_columns() and not names > _wrong_columns()),
        ]),
    Question(
        "q4", "percentages of nobody knows how many", "without_total_percent", Number(decimals=1, unit="percent"),
        _without_total,
        recipe="First keep the rows whose percent is there: proportions[proportions['percent'].notna()]. Then move 4 "
               "on these rows alone, with the column total.",
        wrong="Of which rows is that a share, and what is empty in them?",
        praise="The number of people is unknown, not tied to the percentage, or there is none: a median has no n.",
        mistakes=[
            Mistake("zeros", "A zero is no hole: are there rows which say that it was nobody? Or was a digit cut off?",
                    gives=lambda: _without_total(zeros=False)),
            Mistake("holes kept", "Are rows with an empty cell among yours? What is not known is not 0 either.",
                    gives=_holes_kept),
            Mistake("all rows", "Of which rows is that a share? Some hold only counts, and no percentage.",
                    gives=lambda: [100 * len(_printed_percent(False)) / len(table("proportions")),
                                   100 * len(_printed_percent(True)) / len(table("proportions")),
                                   _all_rows("total"), 100 - _all_rows("total"),
                                   100 - 100 * len(_printed_percent(False)) / len(table("proportions"))]),
            Mistake("other column", "In which column is the hole that the question asks for?",
                    gives=lambda: [_all_rows("percent"), _all_rows("events"),
                                   _among_printed(lambda line: not line["events"]),
                                   _among_printed(lambda line: not (line["events"] and line["total"]))]),
            Mistake("swapped", "Of the rows without a total that is a part. Of which rows is a part asked for?",
                    gives=_swapped),
            Mistake("one topic", "Those are the rows of one topic. All topics are asked for.",
                    gives=lambda: [_one_topic("staying"), _one_topic("forty percent"),
                                   _one_topic("forty percent", "percent")]),
            Mistake("no zeros", "No cell of this column holds a zero. Is an empty cell one?", gives=0),
            Mistake("mean", "That is the mean of a column. How many of its cells are empty?", gives=_means),
            Mistake("share", "That is a share, from 0 to 1. Percent is asked for, with one decimal.",
                    when=lambda x: 0 < x < 1 and not near(100 * x, _without_total())),
            Mistake("count", "That is a number of rows. What is it of a hundred?",
                    gives=lambda: [len(_printed_percent(False)), len(_printed_percent(True)),
                                   len(_printed_percent(False)) + len(_printed_percent(True)),
                                   len(table("proportions")), sum(not line["total"] for line in table("proportions"))]),
            Mistake("above all", "No more than 100% of the rows can be without one.", when=lambda x: x > 100),
            Mistake("turned", "What was divided by what? Look which is the part and which is the whole.",
                    gives=lambda: 100 / _without_total()),
            Mistake("part by rest", "Did you divide by those that do have it? What is the whole?",
                    gives=lambda: 100 * len(_printed_percent(False)) / len(_printed_percent(True))),
        ]),
    Question(
        "q5", "draw what is known", "ax", Drawing("percent", within=0.51), _year,
        recipe="Three percentages are printed: take them as they are, in the order of the rows. For the fourth divide "
               "the people by the total of its row, times 100. Put the four numbers in place of the dots.",
        praise="A hole in one column, and the row told it all the same.",
        mistakes=[
            Mistake("zero", "One arm stands there as if nobody had stayed. Is that what its row says?",
                    gives=lambda: _year(0)),
            Mistake("left out", "One arm has no bar. Is nothing known of it?",
                    when=lambda drawn: drawn["bars"] == {
                        arm: drawn["bars"].get(arm) for arm, value in _year(-1).items() if value >= 0}),
            Mistake("people", "At least one bar is a number of people. What does the axis count?", when=_shows_people),
            Mistake("left", "Those are the people who were not in treatment any more. Who is asked for?",
                    gives=lambda: {arm: 100 - value for arm, value in _year().items()}),
            Mistake("other time", "At least one bar is of another time. When does the question ask?",
                    gives=_other_times),
            Mistake("filled", "The hole was filled with something from elsewhere. What does its own row tell?",
                    gives=_filled_from_elsewhere),
            Mistake("above all", "No more than 100% can have stayed.",
                    when=lambda drawn: max(drawn["bars"].values()) > 100.5),
            Mistake("a tenth", "All bars are ten times too short. Where did the percent get lost?",
                    gives=lambda: {arm: value / 10 for arm, value in _year().items()}),
            Mistake("whole as 1", "One bar hardly shows. In what unit are the others?", gives=lambda: _year(1)),
        ]),
]
