"""What is right in exercise 01, and which mistakes we know."""

from collections import Counter

from .checker import Mistake, Question, row, table
from .kinds import Drawing, Letter, Names, Number

TYPED = {"study_id": "poulsen2014", "group": "CBT", "outcome": "stopped bingeing and purging", "time": "2 years",
         "weeks": 24, "events": 16, "total": 70, "percent": 44, "better": "lower", "read_as": "full text"}
COPIES = {"oud2018": "BPD severity", "mcmain2022": "self-harm", "grant2017": "frequency of substance use",
          "notsu2024": "attachment avoidance with alliance", "bateman2019": "adverse incidents"}


def _hauber(outcome, column):
    return int(row("proportions", study_id="hauber2018", outcome=outcome)[column])


def _second_interviews():
    return 100 * _hauber("followed up", "events") / _hauber("entered", "events")


def _wrong_columns(time="2 years"):
    printed = row("proportions", study_id="poulsen2014", group="CBT", time=time)
    return {column for column, typed in TYPED.items() if str(typed) != printed[column]}


def _printed_percent(total_known):
    return [line for line in table("proportions") if line["percent"] and bool(line["total"]) == total_known]


def _without_total():
    without, with_total = len(_printed_percent(False)), len(_printed_percent(True))
    return 100 * without / (without + with_total)


def _caught():
    """Copies without any minus whose limits are out of order or whose estimate lies outside."""
    caught = set()
    for study, outcome in COPIES.items():
        line = next(line for line in table("effects") if line["study_id"] == study and line["outcome"] == outcome)
        if line["ci_low"]:
            estimate, low, high = (abs(float(line[name])) for name in ("estimate", "ci_low", "ci_high"))
            if not low <= estimate <= high:
                caught.add(study)
    return caught


def _verdicts(page="page_attachment_spun"):
    return Counter(line["verdict"] for line in table("claims") if page in line["page"])


QUESTIONS = [
    Question(
        "q1", "a spun word", "social_nervousness", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="Look up the phrase as a whole in spun_words.csv.",
        praise="The two words stood for something between people, not in a crowd.",
        mistakes=[
            Mistake("literal", "That is what the spun words say when they are taken literally. Look them up.",
                    gives="a"),
            Mistake("half", "'Nervous' alone stands for that. Here the phrase is longer: look it up whole.", gives="b"),
            Mistake("setting", "Nothing in the list of words points to a place. Look the phrase up.", gives="d"),
        ]),
    Question(
        "q2", "who came back", "second_interview_percent", Number(decimals=1, unit="percent"), _second_interviews,
        recipe="Two rows of hauber2018 count people: 'entered' and 'followed up'. Part divided by whole, times 100. "
               "Divide those who were followed up by those who entered, and multiply by 100.",
        praise="So everything said about change is said about these, not about all who entered.",
        mistakes=[
            Mistake("lost", "That is the share of those who did not come back. The others are asked for.",
                    gives=lambda: 100 - _second_interviews()),
            Mistake("admitted", "You divided by everybody admitted. The whole is those who entered the study.",
                    gives=lambda: 100 * _hauber("followed up", "events") / _hauber("admitted", "events")),
            Mistake("improved", "That is the share of those who improved. The question is who was interviewed again.",
                    gives=lambda: float(row("proportions", study_id="hauber2018", total=str(_hauber("followed up",
                                  "events")))["percent"])),
        ]),
    Question(
        "q3", "a faulty row", "wrong_columns", Names(TYPED), _wrong_columns,
        recipe="Find the printed row in proportions.csv and compare it with the typed one, column by column. At least "
               "one column that you named agrees. Compare the two rows column by column.",
        praise="A slip in each kind: a unit, a denominator, a direction, a level of reading.",
        mistakes=[
            Mistake("other row", "There are two rows of that arm. Take the one at 2 years.",
                    when=lambda names: names | {"time"} == _wrong_columns("5 months") and names != _wrong_columns()),
            Mistake("reading", "How the figure was read belongs to the row as well. Compare that column too.",
                    when=lambda names: _wrong_columns() - names == {"read_as"} and names <= _wrong_columns()),
            Mistake("unit", "One number is right in another unit. What does the column weeks count?",
                    when=lambda names: "weeks" not in names and names <= _wrong_columns()),
        ]),
    Question(
        "q4", "shares without a whole", "without_total_percent", Number(decimals=1, unit="percent"), _without_total,
        recipe="First keep the rows with a percent (notna). Of those, count the rows whose total is missing (isna). "
               "Keep the rows whose percent is there, then see in what share of them the total is missing.",
        praise="For all of these the whole is unknown, or the source does not tie it to the share.",
        mistakes=[
            Mistake("complement", "That is the share of rows that do have a total. The others are asked for.",
                    gives=lambda: 100 - _without_total()),
            Mistake("all rows", "You divided by all rows. Rows that hold only counts have no percent to begin with.",
                    gives=lambda: 100 * len(_printed_percent(False)) / len(table("proportions"))),
            Mistake("count", "That is the number of rows. The question asks for their share, in percent.",
                    gives=lambda: len(_printed_percent(False))),
        ]),
    Question(
        "q5", "which copies can be caught", "caught", Names(), _caught,
        fixed="the signs decide, not the sizes",
        recipe="Two checks: is the lower limit the lower one? Does the estimate lie between the limits? Use both "
               "checks on each copy: limits in order, estimate inside. One failure is enough.",
        praise="Some lost signs leave a copy that looks sound. There only the words of the source can help.",
        mistakes=[
            Mistake("no interval", "One copy of your list has no interval. A check without numbers catches nothing.",
                    when=lambda names: "notsu2024" in names),
            Mistake("looks sound", "One copy of your list has its limits in order and its estimate inside.",
                    when=lambda names: "mcmain2022" in names),
            Mistake("order only", "The order of the limits catches some. Where does the estimate lie in the others?",
                    when=lambda names: names and names < _caught() and "grant2017" not in names),
        ]),
    Question(
        "q6", "verdicts as bars", "ax", Drawing("claims"), _verdicts,
        recipe="Keep the claims of the page, count the verdicts with value_counts, then ax.bar(counts.index, counts, "
               "label='...'). One bar for each verdict of the page, as high as the number of its claims.",
        praise="A page can be right in one sentence and wrong in the next; the bars show how often.",
        mistakes=[
            Mistake("all pages", "You counted the claims of all five pages. Keep those of the spun page first.",
                    gives=lambda: _verdicts("page")),
            Mistake("percent", "Your bars show shares. The number of claims is asked for.",
                    gives=lambda: {verdict: 100 * count / sum(_verdicts().values()) for verdict,
                                  count in _verdicts().items()}),
        ]),
]
