"""What is right in exercise 02, and which mistakes we know."""

from itertools import accumulate
from math import comb

from .checker import Mistake, Question, row, table, wilson
from .kinds import Drawing, Letter, Names, Number, Numbers


def _gander(outcome="unresolved"):
    line = row("proportions", study="Gander 2023", outcome=outcome)
    return int(line["events"]), int(line["total"])


def _unresolved():
    events, total = _gander()
    return 100 * events / total


def _other_wholes():
    """The group beside its part, and the part beside the others, as fractions and in percent."""
    events, total = _gander()
    return {"turned": [total / events, 100 * total / events],
            "beside the others": [events / (total - events), 100 * events / (total - events)]}


def _printed_47():
    return float(row("proportions", study="Gander 2023", outcome="unresolved")["percent"])


def _other_studies():
    """Percentages of the other studies, and of the unresolved of two studies together."""
    young = row("proportions", topic="two systems", instrument="AAI four-way", outcome="unresolved")
    counts = [_sign(), _sign(group="women with dysthymia"), (int(young["events"]), int(young["total"]))]
    both = [sum(numbers) for numbers in zip(_gander(), counts[2], strict=True)]
    return [100 * events / total for events, total in (*counts, both)]


def _other_row():
    events, total = _gander("with a personality disorder")
    return [events, 100 * events / total, events / total]


def _other_counts():
    """The counts of the other study in question 1's topic."""
    return [*_sign(), *_sign(group="women with dysthymia")]


def _sign(outcome="identification", group="women with BPD"):
    line = row("proportions", study="Lyons-Ruth 2007", outcome=outcome, group=group)
    return int(line["events"]), int(line["total"])


def _limits(**other):
    return wilson(*_sign(**other))


def _both_groups():
    counts = _sign(), _sign(group="women with dysthymia")
    return wilson(*map(sum, zip(*counts, strict=True)))


def _other_totals():
    events, total = _sign()
    return [wilson(events, whole) for whole in range(events, 200) if whole != total]


def _exact():
    """The limits of Clopper and Pearson, in percent: the shares at which 2.5% lie beyond the count."""
    events, total = _sign()

    def share(counts, rising):
        low, high = 0.0, 1.0
        for _ in range(60):
            p = (low + high) / 2
            beyond = sum(comb(total, k) * p**k * (1 - p) ** (total - k) for k in counts)
            low, high = (p, high) if (beyond < 0.025) == rising else (low, p)
        return 100 * low

    return [share(range(events, total + 1), True), share(range(events + 1), False)]


def _printed_percents():
    return [float(row("proportions", study="Lyons-Ruth 2007", outcome="identification", group=group)["percent"])
            for group in ("women with BPD", "women with dysthymia")]


def _percent_as_people():
    events, total = _sign()
    shares = [round(events / total, places) for places in (2, 3, 4)]
    return [wilson(size * share, size) for share in shares for size in (1, 100)] + [
        wilson(share, total) for share in shares]


def _absent():
    events, total = _sign()
    return wilson(total - events, total)


def _classes(system="AAI four-way", share=lambda line: 100 * int(line["events"]) / int(line["total"])):
    return {line["outcome"]: share(line) for line in table("proportions")
            if line["topic"] == "two systems" and line["instrument"] == system}


def _in_another_whole(bars):
    """Are the bars those that are asked for, each in the same ratio longer or shorter, and no fractions?"""
    if bars.keys() != _classes().keys() or min(bars.values()) <= 0:
        return False
    ratios = [bars[name] / value for name, value in _classes().items()]
    return max(ratios) < 1.02 * min(ratios) and not 0.0098 < ratios[0] < 0.0102


def _part_of_classes(out):
    """Percentages of what is left when one class is taken away."""
    counts = _classes(share=lambda line: int(line["events"]))
    counts.pop(out)
    return {name: 100 * count / sum(counts.values()) for name, count in counts.items()}


class Groups(Names):
    """Names of groups of people, of whom a percentage is printed."""

    words = Names.words | {
        "unknown": "At least one of them does not stand in the column name, which holds study and group together.",
        "everything": "Those are all that there are. Did you multiply? A printed percentage is rounded, so percentage "
                      "times people is hardly ever whole.",
    }


def _printed():
    """{name: (printed percentage, people counted)} of the rows that question 4 offers."""
    lines = table("proportions")
    people = {(line["study"], line["group"]): int(line["events"]) for line in lines
              if line["outcome"] in {"randomised", "entered"} and line["events"]}
    return {f"{line['study']}, {line['group']}": (line["percent"], people[line["study"], line["group"]])
            for line in lines if line["topic"] == "found whole"}


def _impossible(half=None):
    """The names whose percentage lies farther than ``half`` a step from that of every whole number of people."""
    def fits(printed, people):
        step = half or 0.5 / 10 ** len(printed.partition(".")[2])
        return any(abs(100 * count / people - float(printed)) <= step + 1e-9 for count in range(people + 1))

    return {name for name, both in _printed().items() if not fits(*both)}


def _empty(column):
    return {f"{line['study']}, {line['group']}" for line in table("proportions")
            if line["topic"] == "found whole" and not line[column]}


def _flagged():
    return {f"{line['study']}, {line['group']}" for line in table("proportions")
            if line["topic"] == "found whole" and line["flag"]}


QUESTIONS = [
    Question(
        "q1", "a percentage with one decimal", "unresolved_percent", Number(decimals=1, unit="percent"), _unresolved,
        recipe="The row has events and total. Divide the part by the whole, multiply by 100, and leave the decimals "
               "as they come.",
        wrong="How many were unresolved, and of how many? Both stand in the row.",
        praise="With the counts at hand you can print more digits than the paper did.",
        mistakes=[
            Mistake("as printed", "That comes from the printed percentage. What do the counts say?",
                    gives=_printed_47),
            Mistake("edge", "So far the rounding of the print may reach. What do the counts say, to one decimal?",
                    gives=lambda: [_printed_47() - 0.5, _printed_47() + 0.5]),
            Mistake("fraction of the print", "That is a fraction of the print. What do the counts say, in percent?",
                    when=lambda value: value == _printed_47() / 100),
            Mistake("printed others", "Those are the others, and by the printed percentage.",
                    gives=lambda: 100 - _printed_47()),
            Mistake("fraction of the others", "Those are the others, as a fraction. Who is asked for, in which unit?",
                    gives=lambda: [1 - _unresolved() / 100, 1 - _printed_47() / 100]),
            Mistake("other study", "Another study is in that number. Gander 2023 is asked for.",
                    gives=lambda: _other_studies() + _other_counts()),
            Mistake("interval", "That belongs to an interval. What do the counts themselves say?",
                    gives=lambda: [sum(wilson(*_gander())) / 2, *wilson(*_gander())]),
            Mistake("people", "Those are people. What part of the group are they?",
                    gives=lambda: [*_gander(), _gander()[1] - _gander()[0], _gander()[0] - _gander()[1]]),
            Mistake("other row", "That is another row of this study. What was counted there?", gives=_other_row),
            Mistake("turned", "More than all of them? Look which is the part and which is the whole.",
                    gives=lambda: _other_wholes()["turned"]),
            Mistake("beside the others", "That sets them beside the others. What is the whole that they are part of?",
                    gives=lambda: _other_wholes()["beside the others"]),
            Mistake("more than all", "No more than 100% can be unresolved.", when=lambda value: value > 100),
        ]),
    Question(
        "q2", "an interval for a dozen people", "limits",
        Numbers(["low", "high"], decimals=0, unit="percent"), _limits,
        recipe="wilson(k, n) gives both limits. k and n stand in the row of the women with BPD whose outcome is "
               "identification: events and total.",
        wrong="Whose count is it, what was counted, and of how many women?",
        praise="A dozen people leave nearly half of the scale open.",
        mistakes=[
            Mistake("other group", "Those are the limits of the women with dysthymia. Which group is asked for?",
                    gives=lambda: _limits(group="women with dysthymia")),
            Mistake("other sign", "All of these women showed the sign you took. Is it the one that is asked for?",
                    gives=lambda: _limits(outcome="Hostile-Helpless state of mind")),
            Mistake("other study", "That is an interval of another study in this topic.",
                    gives=lambda: wilson(*_gander())),
            Mistake("both groups", "That takes the two groups of women together.", gives=_both_groups),
            Mistake("lesson", "That is a range of the lesson's 40%. Whose count is asked for here?",
                    gives=lambda: [wilson(2 * people // 5, people) for people in (5, 20, 60, 240)]),
            Mistake("other count", "Of so many women, yes. Whose count did you take?",
                    gives=lambda: [wilson(k, _sign()[1]) for k in range(_sign()[1]) if k not in
                                   (_sign()[0], _sign()[1] - _sign()[0])]),
            Mistake("other whole", "The count is right. Of how many women is it?", gives=_other_totals),
            Mistake("percent", "A percentage went in where people belong. How many women are there?",
                    gives=_percent_as_people),
            Mistake("other level", "That is the interval of another level than 95%.",
                    gives=lambda: [wilson(*_sign(), z) for z in (1, 1.645, 2.576, 2.58, 3.29)]),
            Mistake("without the sign", "Those are the limits of the women who did not show the sign.",
                    gives=_absent),
            Mistake("plus and minus", "That reaches equally far to both sides. Does the interval of the lesson?",
                    when=lambda x: x[0] < x[1] and abs(sum(x) / 2 - 100 * _sign()[0] / _sign()[1]) < 0.6),
            Mistake("other method", "That is an interval by another method. Which one does the question name?",
                    gives=_exact),
            Mistake("printed percentages", "Those are two printed percentages. One interval is asked for.",
                    gives=lambda: [_printed_percents(), _printed_percents()[::-1]]),
            Mistake("everything", "That leaves everything open. Would no true percentage make this count a surprise?",
                    gives=[0, 100]),
            Mistake("people", "Those are people. Which true percentages go with them?",
                    gives=lambda: [list(_sign()), [0, _sign()[1]]]),
        ]),
    Question(
        "q3", "five classes as bars", "ax", Drawing("percent"), _classes,
        recipe="Print the rows of the topic. Two conditions leave the five that are asked for. Which column names the "
               "classes, and which two make a percentage? A bar takes a name, then a length.",
        wrong="Which rows did you draw? Five classes in one system are asked for, each as a part of the same whole.",
        praise="Five classes, one system, one whole: now the bars may be set beside each other.",
        mistakes=[
            Mistake("other system", "That is the other coding of these interviews. Which one is asked for?",
                    gives=lambda: [_classes("AAI three-way"),
                                   _classes("AAI three-way", lambda line: float(line["percent"]))]),
            Mistake("people", "The axis says percent. Is that what your bars are, or are they interviews?",
                    gives=lambda: [_classes(system, lambda line: int(line["events"]))
                                   for system in ("AAI four-way", "AAI three-way")]),
            Mistake("everybody", "Each of your bars is as long as the whole group.",
                    gives=lambda: [_classes(share=lambda line: int(line["total"])),
                                   _classes(share=lambda line: 100.0)]),
            Mistake("part of the rest", "Your bars are parts of a smaller group. Is an interview left out?",
                    gives=lambda: [_part_of_classes("unresolved"), _part_of_classes("cannot classify")]),
            Mistake("the others", "Those are all the others. What part is in the class itself?",
                    gives=lambda: {name: 100 - value for name, value in _classes().items()}),
            Mistake("added up", "Each of your bars holds those before it as well. What part is in the class itself?",
                    gives=lambda: dict(zip(_classes(), accumulate(_classes().values()), strict=True))),
            Mistake("no length", "One bar has no length. Was nobody in that class?",
                    when=lambda drawn: 0 in drawn["bars"].values()),
            Mistake("upside down", "No more than 100% can be in a class. What was divided by what?",
                    when=lambda drawn: max(drawn["bars"].values()) > 100.5),
            Mistake("below zero", "A class cannot hold fewer than nobody. Which way do your bars point?",
                    when=lambda drawn: min(drawn["bars"].values()) < 0),
            Mistake("other whole", "Of how many interviews are your bars a part? The rows say it.",
                    when=lambda drawn: _in_another_whole(drawn["bars"])),
        ]),
    Question(
        "q4", "of whom it cannot be", "impossible", Groups(lambda: _printed()), _impossible,
        recipe="Row by row: counts_for(row.percent, row.people) is an empty list where no whole number of people "
               "prints so. Keep the names of those rows.",
        wrong="At least one that you named can be, and at least one that cannot is not there.",
        praise="Printed, and no whole number of the people beside it: a question to ask.",
        mistakes=[
            Mistake("too generous", "You let half a point pass. How exact is a figure that is printed with a decimal?",
                    gives=lambda: _impossible(0.5)),
            Mistake("too strict", "You held whole percentages to a decimal that nobody printed.",
                    gives=lambda: [_impossible(0.05), _impossible(0.005), _impossible(1e-9)]),
            Mistake("by decimals", "Those are all that are printed with a decimal. Does each of them fail?",
                    gives=lambda: {name for name, (printed, _) in _printed().items() if "." in printed}),
            Mistake("flagged", "Those carry a flag in the table. A puzzle that was solved carries none any more.",
                    gives=_flagged),
            Mistake("empty cells", "Those are rows with an empty cell. Do their people make the percentage?",
                    gives=lambda: [_empty("total"), _empty("events")]),
        ]),
    Question(
        "q5", "what is wrong here", "wrong_here", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="Print the rows that the figure draws, two[['instrument', 'outcome', 'events', 'total']], and ask what "
               "differs from one to the other.",
        praise="Two systems, the same interviews: nothing happened but the coding.",
        mistakes=[
            Mistake("from zero", "A bar's length is its value only if the axis begins at zero. That part is sound.",
                    gives="a"),
            Mistake("chance", "With few people intervals are wide. Would drawing them make this headline sound?",
                    gives="b"),
            Mistake("impossible", "Try it: is there a whole number of 41 that prints like that?", gives="d"),
        ]),
]
