"""What is right in exercise 07, and which mistakes we know."""

from math import ceil
from statistics import mean, median

from .checker import Mistake, Question, row, table
from .kinds import Drawing, Letter, Number, Pairs

TITLE = "spin in the title"
ANALYSES = "intention to treat", "per protocol"
WORDS = {"yes", "no", "not said"}
ANSWERS = {1: {"not said"}, 2: {"not said"}, 3: {"yes"}, 4: {"no"}, 5: {"no"}}


def _spin(study="Boutron 2010"):
    """{outcome: (events, total, percent as printed)} of the reports or abstracts that were looked through."""
    return {line["outcome"]: (int(line["events"]), int(line["total"]), line["percent"])
            for line in table("proportions") if line["topic"] == "spin" and line["study"] == study}


def _percent(study="Boutron 2010"):
    return {outcome: 100 * events / total for outcome, (events, total, _) in _spin(study).items()}


def _printed():
    return {outcome: float(percent) for outcome, (_, _, percent) in _spin().items()}


def _events():
    return {outcome: events for outcome, (events, _, _) in _spin().items()}


def _of_all_spin():
    every = sum(_events().values())
    return {outcome: 100 * events / every for outcome, events in _events().items()}


def _wholes():
    """What the reports with spin in a place may be set against by a slip: the rest, another place, sums of places."""
    events, totals = list(_events().values()), [total for _, total, _ in _spin().values()]
    return [*events, sum(events), sum(totals), *(total - part for part, total in zip(events, totals, strict=True))]


def _d(analysis, instrument=""):
    """The printed d of one analysis, of one instrument or of all."""
    names = {line["instrument"] for line in table("effects") if line["topic"] == "as planned"}
    return [float(row("effects", topic="as planned", analysis=analysis, instrument=name)["estimate"])
            for name in sorted(names) if instrument in ("", name)]


def _lead_lost(middle=mean):
    return middle(_d("intention to treat")) - middle(_d("per protocol"))


def _each_lost():
    return [everybody - planned
            for everybody, planned in zip(_d("intention to treat"), _d("per protocol"), strict=True)]


def _kept():
    kept = mean(_d("per protocol")) / mean(_d("intention to treat"))
    return [share for part in (kept, 1 - kept, 1 / kept) for share in (part, 100 * part)]


def _sentence(number, hint):
    return Mistake(f"sentence {number}", f"Sentence {number}: {hint}",
                   when=lambda given: given[number] not in ANSWERS[number])


QUESTIONS = [
    Question(
        "q1", "a count and its percentage", "should_be", Number(decimals=1, unit="percent"),
        lambda: _percent()[TITLE],
        recipe="A percentage is 100 times the part, divided by the whole. Work it out for each of the three rows and "
               "set it beside the column percent. Which one differs in its first decimal?",
        wrong="Is that a percentage of the reports that were looked through?",
        praise="A slip of half a tenth, in a paper on careless wording. Printed errors are ordinary.",
        mistakes=[
            Mistake("as printed", "That is what is printed. Do the two counts beside it give the same?",
                    gives=lambda: _printed()[TITLE]),
            Mistake("another row", "That row agrees with its counts. Which of the three does not?",
                    gives=lambda: [value for outcome, value in _percent().items() if outcome != TITLE]),
            Mistake("other paper", "That is the other paper on spin. Boutron 2010 is asked for.",
                    gives=lambda: [*_percent("Shinohara 2017").values()]),
            Mistake("turned round", "You divided the whole by the part. Which of the two is the whole?",
                    gives=lambda: [scale * total / events for events, total, _ in _spin().values()
                                   for scale in (1, 100)]),
            Mistake("people", "That is a count of reports. How many percent of all is it?",
                    gives=lambda: [count for events, total, _ in _spin().values()
                                   for count in (events, total, total - events)]),
            Mistake("rounded up", "You rounded up. One decimal is asked for.",
                    gives=lambda: ceil(_percent()[TITLE])),
            Mistake("decimal point", "The digits are right. Where does the decimal point belong?",
                    gives=lambda: [_percent()[TITLE] * off for off in (0.1, 10)]),
            Mistake("another whole", "Of which reports is that a percentage? All were looked through in each place.",
                    gives=lambda: [100 * part / whole for part in _events().values() for whole in _wholes()]),
            Mistake("percent as a count", "You divided a percentage. Which column counts the reports?",
                    gives=lambda: [100 * float(percent) / total for _, total, percent in _spin().values()]),
            Mistake("together", "You put the three places together. Each row has a count and a percentage of its own.",
                    gives=lambda: [mean(_percent().values()), mean(_printed().values()), sum(_percent().values())]),
            Mistake("how far off", "That is how far off the print is. What should stand there instead?",
                    when=lambda number: abs(number) <= 0.1),
        ]),
    Question(
        "q2", "where the spin stands", "ax", Drawing("percent"), _percent,
        recipe="The names are the column outcome of spin_rows. Each length is 100 times the events, divided by the "
               "total, as it comes.",
        wrong="What is each bar a percentage of?",
        praise="More than half of the conclusions said more than the result did.",
        mistakes=[
            Mistake("counts", "Your bars count reports. How many percent of all reports is that?", gives=_events),
            Mistake("as printed", "You took the printed percentages. Does question 1 trust all of them?",
                    gives=_printed),
            Mistake("of all spin", "Your bars add up to 100. One report can have spin in three places.",
                    gives=_of_all_spin),
            Mistake("the others", "Your bars show the reports without spin.",
                    gives=lambda: {outcome: 100 - value for outcome, value in _percent().items()}),
            Mistake("all reports", "Those are the reports that were looked through. How many of them had spin?",
                    gives=lambda: {outcome: total for outcome, (_, total, _) in _spin().items()}),
            Mistake("turned round", "You divided the whole by the part. Which of the two is the whole?",
                    gives=lambda: {outcome: 100 * total / events for outcome, (events, total, _) in _spin().items()}),
            Mistake("another whole", "Of which reports are your bars a percentage? All were looked through.",
                    gives=lambda: [{outcome: 100 * events / (total - events)
                                    for outcome, (events, total, _) in _spin().items()},
                                   *({outcome: 100 * events / whole for outcome, events in _events().items()}
                                     for whole in _wholes())]),
            Mistake("all alike", "Your bars are all of one length. Had each place as many reports with spin?",
                    when=lambda drawn: len(drawn["bars"]) > 1 == len(set(drawn["bars"].values()))),
            Mistake("below zero", "At least one of your bars runs below zero. Can fewer than none have spin?",
                    when=lambda drawn: min(drawn["bars"].values()) < 0),
        ]),
    Question(
        "q3", "everybody, or as planned", "lead_lost", Number(decimals=2), _lead_lost,
        recipe="Each analysis has four d, and so an average of its own. query takes the rows of one analysis. How far "
               "do the two averages lie apart?",
        wrong="Two averages of four, and how far they lie apart: is that what you have?",
        praise="Count only those treated as planned, and a good part of the lead is gone.",
        mistakes=[
            Mistake("one of the two", "That is one of the two averages. How far do they lie apart?",
                    gives=lambda: [mean(_d("intention to treat")), mean(_d("per protocol"))]),
            Mistake("both in one", "That is the average over both analyses. They are to be set against each other.",
                    gives=lambda: mean(_d("intention to treat") + _d("per protocol"))),
            Mistake("one instrument", "One instrument gives that, or it is rounded too far. Average all four.",
                    gives=_each_lost),
            Mistake("added up", "That is the sum over the four instruments, and an average is asked for.",
                    gives=lambda: [sum(_each_lost()), sum(_d("intention to treat")), sum(_d("per protocol"))]),
            Mistake("a ratio", "That is a ratio of the two averages. How many SDs lie between them?", gives=_kept),
            Mistake("median", "Those are medians. An average is asked for.",
                    gives=lambda: [_lead_lost(median), median(_each_lost()), *(median(_d(how)) for how in ANALYSES)]),
            Mistake("averages added", "You added the two averages. How far do they lie apart?",
                    gives=lambda: sum(mean(_d(how)) for how in ANALYSES)),
            Mistake("halved", "That is half as far as the averages lie apart. By what was divided once more?",
                    gives=lambda: _lead_lost() / 2),
            Mistake("one d", "That is one d of the table. How many of them go into each average?",
                    gives=lambda: [d for how in ANALYSES for d in _d(how)]),
            Mistake("too large", "No d of the table is as large as that. How far apart can two averages of them be?",
                    when=lambda number: abs(number) > 2),
        ]),
    Question(
        "q4", "which of the two counts", "which_count", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="What made the two arms alike when the trial began? Think of a woman who stopped after three weeks: in "
               "which of the two counts does she still stand in her arm?",
        praise="Who keeps to a plan is decided after the start, and by many things.",
        mistakes=[
            Mistake("those who had it", "In one arm the easy cases may stay, in the other the hard ones. Is that fair?",
                    gives="a"),
            Mistake("the larger", "Would you then trust whichever count is larger in the next trial?", gives="b"),
            Mistake("neither", "The two answer different questions. Which one is asked here?", gives="d"),
        ]),
    Question(
        "q5", "yes, no or not said", "answers", Pairs(ANSWERS, WORDS), lambda: ANSWERS,
        fixed="a reading question: the answers are words",
        recipe="Take each sentence by itself. Yes: the risk was dealt with. No: the sentence tells of a risk, and of "
               "nothing done about it. Not said: you would have to guess. Allocation has two halves, and people lost "
               "asks who was seen.",
        praise="Two of five are not said. Guessing would have hidden that.",
        mistakes=[
            Mistake("one word", "You gave one word five times. Does each sentence tell as much as the others?",
                    when=lambda given: len(set(given.values())) == 1),
            Mistake("people were lost", "Does yes mean that people were lost, or that the risk was dealt with?",
                    when=lambda given: given[4] == "yes"),
            _sentence(1, "two things are asked of allocation. What is told of each?"),
            _sentence(2, "as many as were randomised. Is it told how many of them were seen?"),
            _sentence(3, "what is it that the raters did not know?"),
            _sentence(4, "how many of 54 and of 41 were left, and is anything done about the rest?"),
            _sentence(5, "does the sentence leave room for doubt about what they knew?"),
        ]),
]
