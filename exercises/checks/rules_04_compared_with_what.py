"""What is right in exercise 04, and which mistakes we know."""

from math import hypot

from .checker import Mistake, Question, near, row, table, wilson
from .kinds import Drawing, Letter, Names, Number, Numbers

SENTENCES = {"Bateman 2009": "speed of decline", "Blum 2008": "BPD severity", "Grenyer 2025": "BPD severity",
             "Clarkin 2007": "irritability and verbal and direct assault", "Linehan 1991": "depression",
             "Linehan 2002": "psychopathology", "Westling 2019": "days of compulsory care"}
PAIRS = {"Carlyle 2020": "lost from the study", "Linehan 2002": "kept in treatment", "Linehan 2006": "dropped out",
         "van Asselt 2008": "recovered", "Verheul 2003": "dropped out",
         "Wiles 2013": "response, missing counted as non-response"}
TRIALS = ["Bateman 2009", "Carlyle 2020", "Laurenssen 2018"]


def _counts(group, outcome="dropped out"):
    line = row("proportions", study="Giesen-Bloo 2006", group=group, outcome=outcome, time="3 years")
    return int(line["events"]), int(line["total"])


def _share(events, total):
    return 100 * events / total


def _difference(outcome="dropped out"):
    return _share(*_counts("SFT", outcome)) - _share(*_counts("TFP", outcome))


def _rounded():
    """The difference of the two percentages as they were printed."""
    printed = [float(row("proportions", study="Giesen-Bloo 2006", group=group, outcome="dropped out")["percent"])
               for group in ("SFT", "TFP")]
    return printed[0] - printed[1]


def _relative():
    return 100 * _share(*_counts("SFT")) / _share(*_counts("TFP"))


def _newcombe(first, second):
    """Limits of the difference first minus second, from the distances of each share to its own limits."""
    (low1, high1), (low2, high2) = wilson(*first), wilson(*second)
    p1, p2 = _share(*first), _share(*second)
    return [p1 - p2 - hypot(p1 - low1, high2 - p2), p1 - p2 + hypot(high1 - p1, p2 - low2)]


def _limits(outcome="dropped out"):
    return _newcombe(_counts("SFT", outcome), _counts("TFP", outcome))


def _subtracted():
    """Two ways of subtracting one interval from the other, both wrong."""
    (low1, high1), (low2, high2) = wilson(*_counts("SFT")), wilson(*_counts("TFP"))
    return [[low1 - high2, high1 - low2], [low1 - low2, high1 - high2]]


def _wald():
    (k1, n1), (k2, n2) = _counts("SFT"), _counts("TFP")
    reach = 196 * (k1 * (n1 - k1) / n1**3 + k2 * (n2 - k2) / n2**3) ** 0.5
    return [_difference() - reach, _difference() + reach]


def _contrasts():
    """{study: contrast} of the sentences that the question offers."""
    found = {}
    for line in table("findings"):
        if SENTENCES.get(line["study"]) == line["outcome"]:
            found.setdefault(line["study"], line["contrast"])
    return found


def _between():
    return {study for study, contrast in _contrasts().items() if contrast == "between"}


def _compared_somewhere():
    """The studies of the sentences that have a comparison in any of their rows."""
    return {line["study"] for line in table("findings")
            if line["study"] in SENTENCES and line["contrast"] == "between"}


def _pair(study):
    """The counts of both arms of one of the colleague's rows."""
    lines = [row("proportions", study=study, outcome=PAIRS[study], role=role)
             for role in ("treatment", "comparison")]
    return [(int(line["events"]), int(line["total"])) for line in lines]


def _overlapping():
    found = set()
    for study in PAIRS:
        one, two = (wilson(*counts) for counts in _pair(study))
        if max(one[0], two[0]) <= min(one[1], two[1]):
            found.add(study)
    return found


def _different():
    """The rows in which both limits of the difference lie on the same side of zero."""
    limits = {study: _newcombe(*_pair(study)) for study in PAIRS}
    return {study for study, (low, high) in limits.items() if low * high > 0}


def _misjudged():
    return {study for study in PAIRS if (study in _overlapping()) == (study in _different())}


def _arms():
    """{(study, group): (lost, all)} of the three trials."""
    return {(line["study"], line["group"]): (int(line["events"]), int(line["total"]))
            for line in table("proportions")
            if line["study"] in TRIALS and line["outcome"] == "lost from the study"}


def _lost(value=_share):
    return {f"{study}, {group}": value(*counts) for (study, group), counts in _arms().items()}


def _of_both_arms():
    both = {trial: sum(total for (study, _), (_, total) in _arms().items() if study == trial) for trial in TRIALS}
    return {f"{study}, {group}": _share(events, both[study]) for (study, group), (events, _) in _arms().items()}


QUESTIONS = [
    Question(
        "q1", "who stopped early", "dropout_difference", Number(decimals=1), _difference,
        recipe="Two rows have the outcome 'dropped out'. Make each a percentage, then subtract, SFT first. Share of "
               "SFT that dropped out minus share of TFP that dropped out, both in percent.",
        praise="A difference in points, with a sign that says which arm lost the smaller share.",
        mistakes=[
            Mistake("fraction", "That is a difference of fractions. Percentage points are asked for: multiply by 100.",
                    gives=lambda: _difference() / 100),
            Mistake("turned round", "The sign is turned. Take SFT minus TFP, and those who dropped out.",
                    gives=lambda: -_difference()),
            Mistake("relative", "That sets one share against the other as a ratio. Points are a plain subtraction.",
                    gives=lambda: (_relative(), _relative() - 100, 100 - _relative(), _relative() / 100)),
            Mistake("rounded", "You subtracted the printed, rounded percentages. Start from events and total.",
                    gives=_rounded),
            Mistake("people", "That is a difference in people. The arms differ in size: subtract shares.",
                    gives=lambda: _counts("SFT")[0] - _counts("TFP")[0]),
            Mistake("recovered", "That is the difference in those who recovered. The dropouts are asked for.",
                    gives=lambda: _difference("recovered")),
            Mistake("one arm", "That is the share of one arm. A comparison needs both: subtract.",
                    gives=lambda: [_share(*_counts(group)) for group in ("SFT", "TFP")]),
        ]),
    Question(
        "q2", "how sure is that difference", "difference_limits",
        Numbers(["low", "high"], within=0.15, unit="points"), _limits,
        recipe="difference(k1, n1, k2, n2) gives both limits. k is events, n is total; the first arm is SFT. Give "
               "difference(k1, n1, k2, n2) with events and total of SFT, then those of TFP.",
        praise="Both limits lie on one side of zero, the nearer one only just.",
        mistakes=[
            Mistake("turned round", "The signs are turned. Take SFT first, and those who dropped out.",
                    gives=lambda: [-v for v in _limits()[::-1]]),
            Mistake("one arm", "That is the interval of one arm. The interval of the difference is asked for.",
                    gives=lambda: [wilson(*_counts(group)) for group in ("SFT", "TFP")]),
            Mistake("subtracted", "Intervals cannot be subtracted limit by limit. Use difference on the counts.",
                    gives=lambda: [*_subtracted(), *(wrong[::-1] for wrong in _subtracted())]),
            Mistake("simple rule", "That is plus and minus 1.96 standard errors. The rule of the lesson is asked for.",
                    gives=_wald),
            Mistake("recovered", "That is the interval for those who recovered. The dropouts are asked for.",
                    gives=lambda: _limits("recovered")),
            Mistake("no minus", "You lost a minus sign. Look at the signs of both limits.",
                    when=lambda x: near([*map(abs, x)], [*map(abs, _limits())], 0.15)),
        ]),
    Question(
        "q3", "a gain in one arm only", "reading", Letter("abcd"), lambda: "d",
        fixed="a reading question",
        recipe="Which of the three rows compares the arms? How many people stand behind it?",
        praise="Two verdicts side by side are not a comparison, and a small comparison settles little.",
        mistakes=[
            Mistake("two tests", "Those are two verdicts within arms. Which row sets one arm against the other?",
                    gives="a"),
            Mistake("proof of none",
                    "Finding no difference does not show that there is none. How many people were compared?",
                    gives="b"),
            Mistake("before and after", "That is before and after in one arm. Who in this trial was without DBT?",
                    gives="c"),
        ]),
    Question(
        "q4", "which sentences compare", "between_arms", Names(SENTENCES), _between,
        fixed="a reading question: findings.csv holds words",
        recipe="Ask of each sentence: does it set one arm against the other, or tell how each arm fared? Keep the "
               "sentences that set one arm against the other, and all of them.",
        praise="A comparison names both arms, and says more, less or no difference.",
        mistakes=[
            Mistake("some row",
                    "These studies have a comparing row somewhere. Look at the row of the printed sentence.",
                    gives=_compared_somewhere),
            Mistake("alone", "'Alone' and 'only' name the arm that changed. Was the change compared with the others'?",
                    when=lambda names: bool(names & {"Clarkin 2007", "Westling 2019"})),
            Mistake("both arms", "'In both arms' tells how each arm fared. It does not set one against the other.",
                    when=lambda names: "Linehan 2002" in names),
            Mistake("one arm", "One sentence of your list speaks of one arm and of no other.",
                    when=lambda names: "Grenyer 2025" in names),
            Mistake("no difference", "That two arms did not differ is the result of a comparison as well.",
                    gives=lambda: _between() - {"Linehan 1991"}),
        ]),
    Question(
        "q5", "what is wrong with this table", "misjudged", Names(PAIRS), _misjudged,
        recipe="Run difference on the four counts of each row. Do both limits lie on the same side of zero? For each "
               "row: does the interval of the difference leave out zero, and what does the verdict say?",
        praise="Arms that overlap can differ all the same. Ask the interval of the difference.",
        mistakes=[
            Mistake("overlapping", "Those are all rows that overlap. In some of them the colleague is right.",
                    gives=_overlapping),
            Mistake("different", "Those are all rows with a difference. In some of them the colleague says so too.",
                    gives=_different),
        ]),
    Question(
        "q6", "who was lost", "ax", Drawing("percent"), _lost,
        recipe="Keep the rows 'lost from the study' of the three trials. Name: study + ', ' + group. Use ax.barh: "
               "long names need room. Six bars are asked for, named by study and arm: events of total, in percent.",
        praise="Who left, and from which arm, stands beside every comparison.",
        mistakes=[
            Mistake("people", "Your bars count people. Arms differ in size: draw the share of each arm.",
                    gives=lambda: _lost(lambda events, total: events)),
            Mistake("both arms together", "You divided by the people of both arms. Each arm is its own whole.",
                    gives=_of_both_arms),
            Mistake("kept", "Your bars show those who stayed. Those who were lost are asked for.",
                    gives=lambda: _lost(lambda events, total: 100 - _share(events, total))),
        ]),
]
