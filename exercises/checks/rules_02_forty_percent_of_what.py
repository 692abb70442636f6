"""What is right in exercise 02, and which mistakes we know."""

from .checker import Mistake, Question, row, table, wilson
from .kinds import Drawing, Letter, Names, Number, Numbers

CANDIDATES = [("chiesa2017", "community"), ("chiesa2017", "step-down"), ("chiesa2017", "residential"),
              ("landes2016", ""), ("juurlink2022", ""), ("tral1year", ""), ("driessen2013", "")]


def _gander(outcome):
    line = row("proportions", study_id="gander2023", outcome=outcome)
    return 100 * int(line["events"]) / int(line["total"])


def _unresolved():
    return _gander("unresolved")


def _identification(group):
    line = row("proportions", study_id="lyonsruth2007", outcome="identification", group=group)
    return int(line["events"]), int(line["total"])


def _wilson(group="women with BPD"):
    return wilson(*_identification(group))


def _wald():
    events, total = _identification("women with BPD")
    p = events / total
    reach = 1.96 * (p * (1 - p) / total) ** 0.5
    return [100 * (p - reach), 100 * (p + reach)]


def _possible(printed, total, half=None):
    half = half if half is not None else 0.5 / 10 ** len(printed.partition(".")[2])
    return any(abs(100 * k / total - float(printed)) <= half + 1e-9 for k in range(total + 1))


def _improved():
    return next(line["percent"] for line in table("proportions")
                if line["study_id"] == "hauber2018" and line["outcome"].startswith("improved") and line["percent"])


def _sizes(printed, half=None):
    return {n for n in range(1, 101) if _possible(printed, n, half)}


def _candidates():
    """{name: (printed percentage, total)} of the rows that the question offers."""
    lines = {}
    for line in table("proportions"):
        for study, group in CANDIDATES:
            if line["study_id"] == study and group in line["group"] and line["percent"] and line["total"]:
                lines.setdefault(f"{study}, {line['group']}, {line['outcome']}", (line["percent"], int(line["total"])))
    return lines


def _impossible(half=None):
    return {name for name, (printed, total) in _candidates().items() if not _possible(printed, total, half)}


def _mothers(group="non-clinical mothers"):
    return {line["outcome"]: float(line["percent"]) for line in table("proportions")
            if line["study_id"] == "mandelbaum" and line["group"] == group}


QUESTIONS = [
    Question(
        "q1", "a share with one decimal", "unresolved_percent", Number(decimals=1, unit="percent"), _unresolved,
        recipe="The row has events and total. Divide, multiply by 100, and keep one decimal. Part divided by whole, "
               "times 100: how many were unresolved, of how many?",
        praise="With the counts at hand you can print more digits than the paper did.",
        mistakes=[
            Mistake("as printed", "That is the rounded figure as it was printed. Work it out from the counts.",
                    gives=lambda: float(row("proportions", study_id="gander2023", outcome="unresolved")["percent"])),
            Mistake("other row", "That is the share with a personality disorder. The unresolved are asked for.",
                    gives=lambda: _gander("with a personality disorder")),
            Mistake("complement", "Those are the people who were not unresolved. The others are asked for.",
                    gives=lambda: 100 - _unresolved()),
            Mistake("count", "That is the number of people. Their share of the group is asked for, in percent.",
                    gives=lambda: int(row("proportions", study_id="gander2023", outcome="unresolved")["events"])),
        ]),
    Question(
        "q2", "an interval for a dozen people", "limits",
        Numbers(["low", "high"], within=0.15, unit="percent"), _wilson,
        recipe="wilson(k, n) gives both limits. k and n stand in the row: events and total. Give wilson(k, n) of the "
               "women with BPD: k is the count of the row, n its total.",
        praise="A dozen people leave nearly half of the scale open.",
        mistakes=[
            Mistake("other group", "That is the interval of the women with dysthymia. Take the other group.",
                    gives=lambda: _wilson("women with dysthymia")),
            Mistake("simple rule", "That is share plus and minus 1.96 standard errors. Wilson's rule is asked for.",
                    gives=_wald),
        ]),
    Question(
        "q3", "sizes behind one decimal", "sizes", Names(of="numbers"), lambda: _sizes(_improved()),
        recipe="totals_for(printed, up_to) lists the sizes. Give the percentage as text, with its decimal. List every "
               "size from 1 to 100 in which a whole number of people prints so, with one decimal.",
        praise="One decimal rules out far more sizes than a whole percentage does.",
        mistakes=[
            Mistake("whole percent", "You allowed for a whole percentage. This one is printed with a decimal.",
                    gives=lambda: [*(_sizes(str(int(float(_improved())) + more)) for more in (0, 1)),
                                  _sizes(_improved(), 0.5)]),
            Mistake("one only", "That fits. Other sizes up to 100 fit too.",
                    when=lambda sizes: sizes and sizes < _sizes(_improved())),
            Mistake("counts", "Those are numbers of people who improved. totals_for gives the sizes of the group.",
                    when=lambda sizes: sizes and sizes <= {round(float(_improved()) / 100 * n)
                                                           for n in _sizes(_improved())}),
        ]),
    Question(
        "q4", "what cannot be", "impossible", Names(lambda: _candidates()), _impossible,
        recipe="counts_for(printed, total) is empty when no whole number fits. Give the percentage as text. At least "
               "one that you named does have a possible count. Keep those with an empty list only.",
        praise="Printed, and no share of the stated group. Now the question is: of which group?",
        mistakes=[
            Mistake("too generous", "You allowed half a point. A figure with one decimal allows a tenth of that.",
                    gives=lambda: _impossible(0.5)),
        ]),
    Question(
        "q5", "four classes as bars", "ax", Drawing("percent"), _mothers,
        recipe="Keep the rows of mandelbaum with 'non-clinical mothers', then ax.bar(outcome, percent). Four bars are "
               "asked for, one for each class of the non-clinical mothers, in percent.",
        praise="An axis from zero, a unit, four classes: a reader can take the numbers off your picture.",
        mistakes=[
            Mistake("other group", "Those are the bars of another group of the same chapter.",
                    gives=lambda: [_mothers(group) for group in ("Berkeley parents", "clinical groups combined")]),
        ]),
    Question(
        "q6", "two shares side by side", "verdict", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="Look at the columns instrument and total of both rows.",
        praise="Two coding systems, and for one group no number of people: the two do not compare.",
        mistakes=[
            Mistake("bigger is more", "One share is larger. But look at the column instrument of both rows.",
                    gives="a"),
            Mistake("size decides", "A large group makes a narrow interval. It does not make two systems alike.",
                    gives="b"),
            Mistake("same", "That they are near each other says little while they count different things.", gives="d"),
        ]),
]
