"""What is right in exercise 04, and which mistakes we know."""

from math import sqrt

from .checker import Mistake, Question, near, row, table
from .kinds import Drawing, Letter, Names, Numbers

OTHER = "community psychotherapists"
TIMES = "baseline", "12 months"


class Studies(Names):
    """The studies of the sentences."""

    words = Names.words | {
        "unknown": "At least one of yours is none of the studies printed here. They stand before the colons.",
        "everything": "Those are all the studies. Does each of their sentences hold one arm against another?",
    }


class Lost(Drawing):
    """Bars of which wrong ones are told as wrong: were the axis lengthened for them, they would be no better."""

    def fault(self, value, expected, right):
        name = super().fault(value, expected, right)
        return None if name == "cut off" and not right else name


def _score(topic, group, time, column):
    return float(row("scores", topic=topic, group=group, time=time, **_outcome(topic))[column])


def _outcome(topic):
    return {"outcome": "BPD criteria met"} if topic == "riddle" else {}


def _change(topic, group):
    return _score(topic, group, "12 months", "mean") - _score(topic, group, "baseline", "mean")


def _points():
    """The fall of TFP, and by how much it was more than that of the other arm, in points."""
    return [-_change("riddle", "TFP"), _change("riddle", OTHER) - _change("riddle", "TFP")]


def _sizes():
    return [size / _score("riddle", "TFP", "baseline", "sd") for size in _points()]


def _printed():
    return float(row("effects", study="Doering 2010", topic="riddle", outcome="BPD severity")["estimate"])


def _sds():
    """{(arm, time): standard deviation}"""
    return {(arm, time): _score("riddle", arm, time, "sd") for arm in ("TFP", OTHER) for time in TIMES}


def _two_sds():
    """Both sizes with more than one standard deviation in them."""
    (own, lead), sds = _points(), _sds()
    right, *others = sds.values()
    each = [[own / first, own / first - (own - lead) / second] for first, second in
            ((right, sds[OTHER, "baseline"]), (right, sds[OTHER, "12 months"]),
             (sds["TFP", "12 months"], sds[OTHER, "12 months"]))]
    return each + [pair for sd in others for pair in ([own / right, lead / sd], [own / sd, lead / right])]


def _other_outcome():
    """Both sizes on the trial's other scale, in standard deviations and in points."""
    means = {(line["group"], line["time"]): float(line["mean"]) for line in table("scores")
             if line["topic"] == "riddle" and line["outcome"] == "personality organisation"}
    sd = float(row("scores", topic="riddle", group="TFP", time="baseline", outcome="personality organisation")["sd"])
    own, other = (means[arm, TIMES[0]] - means[arm, TIMES[1]] for arm in ("TFP", OTHER))
    return [[own / sd, (own - other) / sd], [own, own - other]]


def _with_sd(carry):
    """Both sizes in points, with something done with the standard deviation of TFP at baseline."""
    return [carry(size, _score("riddle", "TFP", "baseline", "sd")) for size in _points()]


def _are_means(sizes):
    means = [_score("riddle", arm, time, "mean") for arm in ("TFP", OTHER) for time in TIMES]
    return all(near(min(abs(size - mean) for mean in means), 0, 0.006) for size in sizes)


def _same_falls(sizes):
    """Are the two in the right proportion, as far as two decimals show it, and not just off by a rounding?"""
    return (sizes[0] > 0 and sizes[1] and near(sizes[0] / sizes[1], _sizes()[0] / _sizes()[1], 0.02)
            and not near(sizes, _sizes(), 0.011))


def _at_the_end():
    gap = _score("riddle", OTHER, "12 months", "mean") - _score("riddle", "TFP", "12 months", "mean")
    return gap / _score("riddle", "TFP", "baseline", "sd")


def _own_and_own():
    """The fall of either arm, in the standard deviations that may come to mind, in points and with the sign turned."""
    one, two = (-_change("riddle", group) for group in ("TFP", OTHER))
    first, second = (_score("riddle", group, "baseline", "sd") for group in ("TFP", OTHER))
    pairs = [[one / first, two / first], [one / first, two / second], [one, two]]
    return pairs + [[-own, -other] for own, other in pairs]


def _parts():
    """The falls as parts of the means from which they began, as fractions and in percent."""
    one, two = (-_change("riddle", arm) / _score("riddle", arm, "baseline", "mean") for arm in ("TFP", OTHER))
    return [[scale * one, scale * other] for scale in (1, 100) for other in (two, one - two)]


def _squared_error(arm, r, topic="coherence"):
    """The squared standard error of an arm's mean change, by way of the two parts into which it can be split."""
    first, last = (_score(topic, arm, time, "sd") for time in TIMES)
    return (r * (first - last) ** 2 + (1 - r) * (first**2 + last**2)) / _people(arm)


def _around(gap, reach):
    return [gap, gap - reach, gap + reach]


def _lead(other="DBT", r=0.5, reach=lambda one, two: 1.96 * sqrt(one + two), topic="coherence",
          one="TFP"):
    gap = _change(topic, one) - _change(topic, other)
    return _around(gap, reach(_squared_error(one, r, topic), _squared_error(other, r, topic)))


def _people(arm):
    return int(row("scores", topic="coherence", group=arm, time="baseline")["n"])


def _undivided():
    """With the squares not divided by the people."""
    return _lead(reach=lambda one, two: 1.96 * sqrt(one * _people("TFP") + two * _people("DBT")))


def _by(square):
    """With another square for each arm, worked out of its two standard deviations and its people."""
    one, two = (square(*(_score("coherence", arm, time, "sd") for time in TIMES), _people(arm))
                for arm in ("TFP", "DBT"))
    return _lead(reach=lambda *_: 1.96 * sqrt(one + two))


def _by_all_people():
    everyone = _people("TFP") + _people("DBT")
    return _by(lambda one, two, _: (one**2 + two**2 - one * two) / everyone)


def _slips():
    """With a slip in the formula: a sign, a factor or a square, or the people."""
    return [_by(slip) for slip in (
        lambda one, two, n: (one**2 + two**2 + one * two) / n,
        lambda one, two, n: (one**2 + two**2 - one * two / 2) / n,
        lambda one, two, n: abs(one + two - one * two) / n,
        lambda one, two, n: (one**2 + two**2 - one * two) / n**2,
        lambda one, two, n: (one**2 + two**2 - one * two) / (n - 1))]


def _holds_a_step(limits):
    """Is one of them a standard error, or how far the interval reaches, and so no limit?"""
    reach = _lead()[2] - _lead()[0]
    return any(near(abs(limit), step, 0.006) for limit in limits for step in (reach, reach / 1.96))


def _in_sds():
    return [[part / _score("coherence", arm, time, "sd") for part in _lead()]
            for arm in ("TFP", "DBT") for time in TIMES]


def _own_change(arm):
    return _around(_change("coherence", arm), 1.96 * sqrt(_squared_error(arm, 0.5)))


def _gap_at(time):
    return _score("coherence", "TFP", time, "mean") - _score("coherence", "DBT", time, "mean")


def _sentences():
    return [line for line in table("findings") if line["topic"] == "which compare"]


def _studies():
    return {line["study"] for line in _sentences()}


def _between():
    return {line["study"] for line in _sentences() if line["contrast"] == "between"}


def _compared_somewhere():
    """The studies of the sentences that have a comparison in any of their rows."""
    return {line["study"] for line in table("findings") if line["contrast"] == "between"} & _studies()


def _counts():
    """{(study, arm): (lost, all)}"""
    return {(line["study"], line["group"]): (int(line["events"]), int(line["total"])) for line in table("proportions")
            if line["topic"] == "lost by arm" and line["outcome"] == "lost from the study"}


def _lost(value=lambda events, total: 100 * events / total):
    return {f"{study}, {group}": value(*counts) for (study, group), counts in _counts().items()}


def _of_more(which):
    """Lost people in percent of a whole that is more than one arm: of the trial, then of all trials.

    ``which`` is 0 where the whole is all who were lost, 1 where it is all who began.
    """
    everyone = sum(counts[which] for counts in _counts().values())
    trial = {name: sum(counts[which] for (study, _), counts in _counts().items() if study == name)
             for name, _ in _counts()}
    return [{f"{study}, {group}": 100 * events / whole(study) for (study, group), (events, _) in _counts().items()}
            for whole in (trial.get, lambda _: everyone)]


def _of_the_others():
    """Lost people in percent of the other arm of their trial."""
    return {f"{study}, {group}": 100 * events / all_ for (study, group), (events, _) in _counts().items()
            for (other, arm), (_, all_) in _counts().items() if other == study and arm != group}


def _pooled():
    """Lost people of both arms of a trial in percent of all who began, at either arm."""
    pairs = {study: [counts for (other, _), counts in _counts().items() if other == study] for study, _ in _counts()}
    return {f"{study}, {group}": 100 * sum(k for k, _ in pairs[study]) / sum(n for _, n in pairs[study])
            for study, group in _counts()}


def _divided_by_one(bars):
    """Are the bars the lost people, all divided by one number?"""
    people = _lost(lambda events, total: events)
    return bars.keys() == people.keys() and min(bars.values()) > 0 and near(
        [people[at] / bars[at] * max(bars.values()) / max(people.values()) for at in bars], [1] * len(bars), 0.01)


def _only_unprinted_differ(bars):
    """Are all bars right but those whose percentage is not printed?"""
    unprinted = {f"{line['study']}, {line['group']}" for line in table("proportions")
                 if line["topic"] == "lost by arm" and not line["percent"]}
    return bars.keys() == _lost().keys() and {at for at in bars if not near(bars[at], _lost()[at])} == unprinted


QUESTIONS = [
    Question(
        "q1", "what is wrong with this row", "sizes", Numbers(["own", "lead"], decimals=2), _sizes,
        recipe="own: mean of TFP at baseline minus at 12 months. The same for the other arm. lead: the first fall "
               "minus the second. Divide both by the sd of TFP at baseline. One number: "
               "criteria.query(\"group == 'TFP' and time == 'baseline'\")[\"mean\"].item().",
        wrong="Own sets TFP beside its start; lead sets two falls beside each other. Is each of yours that?",
        praise="One of the two is what was printed as d. Which comparison is it?",
        mistakes=[
            Mistake("points", "Those are points of the scale. How many standard deviations are they?",
                    gives=_points),
            Mistake("other outcome", "Those are sizes on the trial's other scale. Which outcome does the row speak of?",
                    gives=_other_outcome),
            Mistake("not divided by it", "What did you do with the standard deviation? A size is divided by it, once.",
                    gives=lambda: [_with_sd(lambda size, sd: size * sd), _with_sd(lambda size, sd: size / sd**2)]),
            Mistake("other sd", "The falls are right. By which arm's standard deviation did you divide, and when?",
                    when=lambda x: 0.8 < x[0] < 2.5 and _same_falls(x)),
            Mistake("end only", "Your lead looks at the end alone. Did the arms begin at the same place?",
                    when=lambda x: abs(x[1]) == round(_at_the_end(), 2) or near(abs(x[1]), _at_the_end(), 0.001)),
            Mistake("two sds", "Which standard deviation stands in each of your sums? One is asked for, in both.",
                    gives=_two_sds),
            Mistake("other unit", "One is to the other as it should be. How many standard deviations is each?",
                    when=_same_falls),
            Mistake("twice", "Both of yours are one number. What does lead look at that own does not?",
                    when=lambda x: x[0] == x[1]),
            Mistake("means", "Those are means. By how much did they fall?", when=_are_means),
            Mistake("cut off", "Near. Were the decimals rounded, or cut off? Two are asked for.",
                    gives=lambda: [int(10 * size) / 10 for size in _sizes()]),
            Mistake("parts", "Those are parts of the mean at the start. What is the fall to be divided by?",
                    gives=_parts),
            Mistake("arms apart", "Those are two falls, each from its own start. How far is one ahead of the other?",
                    gives=_own_and_own),
            Mistake("half in points", "One of yours is in points of the scale. How many standard deviations is it?",
                    when=lambda x: near(x[0], _points()[0], 0.006) or near(x[1], _points()[1], 0.006)),
            Mistake("other arm", "Your own is the fall of the other arm. Whose is asked for?",
                    when=lambda x: near(abs(x[0]), _own_and_own()[0][1], 0.006)
                    or near(abs(x[0]), _own_and_own()[1][1], 0.006)),
            Mistake("lead turned", "Own is right. Fewer criteria are better: which arm is ahead, and is your sign?",
                    gives=lambda: [_sizes()[0], -_sizes()[1]]),
            Mistake("own turned", "The lead is right. A fall is asked for as own: is your sign that of a fall?",
                    gives=lambda: [-_sizes()[0], _sizes()[1]]),
            Mistake("as printed", "Is one of yours the d that was printed? Both are to come from the means below it.",
                    when=lambda x: _printed() in x and x != [round(size, 1) for size in _sizes()]),
            Mistake("own right", "Own is right. Does your lead compare how far each arm fell?",
                    when=lambda x: near(x[0], _sizes()[0], 0.006) and not near(x[1], _sizes()[1])),
            Mistake("lead right", "Lead is right. Own is the fall of TFP alone: from where to where is yours?",
                    when=lambda x: near(x[1], _sizes()[1], 0.006) and not near(x[0], _sizes()[0])),
        ]),
    Question(
        "q2", "the lead in coherence", "coherence_lead", Numbers(["difference", "low", "high"], decimals=2), _lead,
        recipe="before and after have one row for each arm: after[\"mean\"] - before[\"mean\"] is the change of all "
               "arms at once, and [\"TFP\"] behind it picks one. Write the first formula in the same way, with the "
               "columns sd and n. Then add the squares of the two arms, and take the root.",
        wrong="Which two arms does your difference compare, and what stands in the squares of each?",
        praise="The difference of two changes, as sure as the people in both arms allow.",
        mistakes=[
            Mistake("own start", "Those are arms held against their own start. Two arms are to be compared.",
                    gives=lambda: [[_change("coherence", arm) for arm in ("TFP", "DBT", "SPT")],
                                   *(_own_change(arm) for arm in ("TFP", "DBT", "SPT"))]),
            Mistake("arms turned", "The sizes are right. Which arm is to be taken from which?",
                    gives=lambda: [-_lead()[place] for place in (0, 2, 1)]),
            Mistake("other scale", "That is the lesson's scale, reflective function. Which one is asked for here?",
                    gives=lambda: [_lead(other, r, topic="arm by arm") for other in ("DBT", "SPT")
                                   for r in (0, 0.3, 0.5)]),
            Mistake("supportive", "That compares TFP with supportive therapy. Which arm is asked for?",
                    gives=lambda: [_lead("SPT"), _lead("TFP", one="SPT")]),
            Mistake("other arms", "That compares DBT with supportive therapy. Which two arms are asked for?",
                    gives=lambda: [_lead("SPT", one="DBT"), _lead("DBT", one="SPT")]),
            Mistake("added", "You added the gains of two arms. How much more did the one gain than the other?",
                    when=lambda x: near(x[0], _change("coherence", "TFP") + _change("coherence", "DBT"), 0.006)),
            Mistake("in sds", "Those are standard deviations. The question asks for points of the scale.",
                    gives=_in_sds),
            Mistake("one sd", "How many standard deviations of each arm stand in the formula, and how many in yours?",
                    gives=lambda: [_by(lambda one, _, n: one**2 / n), _by(lambda _, two, n: two**2 / n)]),
            Mistake("formula", "The difference is right. Which part of your squares is not as in the formula?",
                    gives=_slips),
            Mistake("low at zero", "The difference is right, and low was set to 0. May it not lie below?",
                    gives=lambda: [_lead()[0], 0, _lead()[2]]),
            Mistake("other r", "The sums are right for another correlation. Which one is to be assumed?",
                    gives=lambda: [_lead(r=r) for r in (0.3, 0.7, 0.8, 1)]),
            Mistake("r or errors", "Two slips lead there: r taken as 0, or standard errors added in place of "
                    "their squares. Which was yours?", gives=lambda: _lead(r=0)),
            Mistake("all people", "The difference is right. How many people were in each arm by itself?",
                    gives=_by_all_people),
            Mistake("whole points", "Those are rounded to whole points. How many decimals are asked for?",
                    gives=lambda: [*map(round, _lead())]),
            Mistake("not divided", "Your reach is that of single people. How many stand behind each mean?",
                    gives=_undivided),
            Mistake("one error", "Your reach is near one standard error, or a square with no root. What is missing?",
                    gives=lambda: _lead(reach=lambda one, two: sqrt(one + two))),
            Mistake("two errors", "Near: two standard errors to either side. Which number does the question give?",
                    gives=lambda: _lead(reach=lambda one, two: 2 * sqrt(one + two))),
            Mistake("other reach", "That is another number of standard errors. Which one does the question give?",
                    gives=lambda: [_lead(reach=lambda one, two, z=z: z * sqrt(one + two))
                                   for z in (0.98, 1.645, 2.03, 2.576)]),
            Mistake("no minus", "A minus went missing on the way to the limits.",
                    when=lambda x: near([*map(abs, x)], [*map(abs, _lead())], 0.006)
                    and sum(one * other < 0 for one, other in zip(x, _lead(), strict=True)) == 1),
            Mistake("no root", "A root is missing: squares were added, and what is asked for is no square.",
                    gives=lambda: [_lead(reach=lambda one, two: 1.96 * (one + two)),
                                   _lead(reach=lambda one, two: one + two)]),
            Mistake("errors added", "Two standard errors were added. Is it they that add up, or their squares?",
                    gives=lambda: _lead(reach=lambda one, two: 1.96 * (sqrt(one) + sqrt(two)))),
            Mistake("errors taken away", "Both means can be off. Does taking one from the other make that less?",
                    gives=lambda: _lead(reach=lambda one, two: 1.96 * sqrt(abs(one - two)))),
            Mistake("one arm", "Your reach holds the chance of one arm only. Both means can be off.",
                    gives=lambda: [_lead(reach=lambda one, two: 1.96 * sqrt(one)),
                                   _lead(reach=lambda one, two: 1.96 * sqrt(two))]),
            Mistake("one time", "That is the gap at one time. How far did each arm come from the first to the second?",
                    when=lambda x: any(near(abs(x[0]), abs(_gap_at(time)), 0.006) for time in TIMES)),
            Mistake("reach", "The difference is right. Are the other two its limits, or something on the way there?",
                    when=lambda x: near(x[0], _lead()[0], 0.006) and not near(sorted(x), sorted(_lead()), 0.03)
                    and (not x[1] < x[0] < x[2] or _holds_a_step(x[1:]))),
            Mistake("width", "The difference is right, and its interval is not. What stands in the squares?",
                    when=lambda x: near(x[0], _lead()[0], 0.006) and not near(sorted(x), sorted(_lead()), 0.03)),
        ]),
    Question(
        "q3", "what may be said of it", "reading", Letter("abcd"), lambda: "c", fixed="a reading question",
        recipe="Ask of each sentence: does it compare the arms, and does it say more than an interval that includes "
               "zero can say? Then look at what p is, and what it is not, in the lesson.",
        praise="What the means allow, and who could say more.",
        mistakes=[
            Mistake("two tests", "Those are two tests, each within an arm. Did anybody compare the arms there?",
                    gives="a"),
            Mistake("proof of none", "No difference shown is not the same as none. How far to each side does it run?",
                    gives="b"),
            Mistake("chance of none", "Is p the chance of no difference, or worked out as if there were none?",
                    gives="d"),
        ]),
    Question(
        "q4", "which sentences compare", "between_arms", Studies(_studies), _between,
        fixed="a reading question: findings.csv holds words",
        recipe="Ask of each sentence: does it say how two arms stand to each other, or how people in an arm fared? "
               "Keep the studies of the first kind, as a list: between_arms = [\"...\", \"...\"].",
        wrong="Read each sentence again: are two arms in it, held against each other?",
        praise="A sentence that compares has two arms in it, and says how one stands to the other.",
        mistakes=[
            Mistake("some row", "These studies have a comparison somewhere. Does the sentence printed here make it?",
                    gives=_compared_somewhere),
            Mistake("alone", "'Alone' and 'only' name the arm that changed. Was its change held against the others'?",
                    when=lambda names: bool(names & {"Clarkin 2007", "Westling 2019"})),
            Mistake("both arms", "Two arms are named in one of yours. Are they held against each other there?",
                    when=lambda names: "Linehan 2002" in names),
            Mistake("one yes, one no", "One of yours speaks of its arms in two sentences. Who held one against the "
                    "other?", when=lambda names: "Grenyer 2025" in names),
            Mistake("no difference", "What of a comparison that ends in a draw?",
                    gives=lambda: _between() - {"Linehan 1991"}),
        ]),
    Question(
        "q5", "who was lost", "ax", Lost("percent"), _lost,
        recipe="One column of the table counts the people lost, another all the people of the arm. A column divided by "
               "a column gives the share of each row; percent is a hundred times as much. In the line with the three "
               "dots the lengths of the bars are missing.",
        wrong="Of which whole is each of your percentages?",
        praise="Who left, and from which arm, stands beside every comparison.",
        mistakes=[
            Mistake("people", "Your bars count people. The arms differ in size: what is asked for is of every 100.",
                    gives=lambda: _lost(lambda events, total: events)),
            Mistake("everyone", "Your bars show how many began. How many of these were lost?",
                    gives=lambda: _lost(lambda events, total: total)),
            Mistake("more than an arm", "Your whole is more than one arm. Which people could be lost from an arm?",
                    gives=lambda: _of_more(1)),
            Mistake("of the lost", "Your whole is those who were lost. Of those in one arm, how many were?",
                    gives=lambda: _of_more(0)),
            Mistake("kept", "Your bars show those who stayed. Those who were lost are asked for.",
                    gives=lambda: [_lost(lambda events, total: 100 - 100 * events / total),
                                   _lost(lambda events, total: total - events)]),
            Mistake("out of bounds", "Can fewer than none, or more than all, be lost from an arm? What is of what?",
                    when=lambda x: min(x["bars"].values()) < 0 or max(x["bars"].values()) > 100),
            Mistake("cut to whole", "You cut off the decimals. Draw the bars as they come.",
                    gives=lambda: _lost(lambda events, total: 100 * events // total)),
            Mistake("pooled", "The two arms of each trial have one length. How many were lost from each by itself?",
                    gives=_pooled),
            Mistake("of a hundred", "You divided people by 100. Of how many people were they, in each arm?",
                    gives=lambda: _lost(lambda events, total: events / 100)),
            Mistake("of the other arm", "Your whole is the other arm of the trial. From which arm were they lost?",
                    gives=_of_the_others),
            Mistake("one whole", "You divided all counts by one number. How many people were in each arm?",
                    when=lambda x: _divided_by_one(x["bars"])),
            Mistake("filled in", "The filled cells are right. What did you put where a cell is empty?",
                    when=lambda x: _only_unprinted_differ(x["bars"])),
        ]),
]
