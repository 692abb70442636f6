"""What is right in exercise 11, and which mistakes we know."""

from .checker import Mistake, Question, near, row, table
from .kinds import Drawing, Letter, Number, Numbers

PHASES = ("phase 1", "all arms pooled")
ARIPIPRAZOLE, BUPROPION, SWITCH = "augment with aripiprazole", "augment with bupropion", "switch to bupropion"
RATERS = {"BDI": "themselves", "QIDS-C": "clinicians"}


def _rates():
    """Percent in remission of those who began each phase."""
    return [float(row("proportions", topic="two phases", group=group, outcome="remission")["percent"])
            for group in PHASES]


def _two_phases():
    first, second = _rates()
    return 100 - (100 - first) * (100 - second) / 100


def _second_alone():
    """What phase 2 adds, in percent of all who began phase 1, had everybody gone on."""
    return _two_phases() - _rates()[0]


def _entered():
    """(people who began phase 1, [people in each arm of phase 2])."""
    lines = [line for line in table("proportions") if line["study"] == "Kocsis 2009" and line["outcome"] == "entered"]
    arms = [int(line["events"]) for line in lines if line["group"] != PHASES[0]]
    return next(int(line["events"]) for line in lines if line["group"] == PHASES[0]), arms


def _in_both_units(*percent):
    """Percentages, and the same as fractions."""
    return [*percent, *(value / 100 for value in percent)]


def _weighted_mean():
    """The mean of the two rates, weighted by those who began each phase."""
    (first, second), (began, arms) = _rates(), _entered()
    return (first * began + second * sum(arms)) / (began + sum(arms))


def _parts(went_on=None):
    """In percent of all who began: well after phase 1, well in phase 2, left between the two."""
    (first, second), (began, arms) = _rates(), _entered()
    gone_on = 100 * (sum(arms) if went_on is None else went_on) / began
    return first, gone_on * second / 100, 100 - first - gone_on


def _ends(went_on=None):
    first, second, left = _parts(went_on)
    return [first + second, first + second + left]


def _fewer_arms():
    """Both ends, with one or two of the three arms taken for all who went on."""
    arms = _entered()[1]
    return [_ends(people) for people in (*arms, *(sum(arms) - arm for arm in arms))]


def _people():
    return [end * _entered()[0] / 100 for end in _ends()]


def _of_those_seen():
    first, second, left = _parts()
    return 100 * (first + second) / (100 - left)


def _well_twice():
    """Highest ends that count those well after phase 1 among those who left, with phase 2 and without."""
    first, second, left = _parts()
    return first + second + left + first, first + left + first


def _without_phase_2():
    first, _, left = _parts()
    return first, first + left


def _rated(of=lambda percent, people: 100 - percent):
    """{name of the bar: its value}, made by ``of`` from percent in remission and people."""
    lines = [line for line in table("proportions") if line["topic"] == "who rates"]
    return {f"{RATERS[line['instrument']]}, {line['time']}": of(float(line["percent"]), int(line["total"]))
            for line in lines}


def _each_one_of(bars, allowed):
    """Has every bar one of the values that are allowed at its place?"""
    return bars.keys() == allowed.keys() and all(any(near(end, value) for value in allowed[at])
                                                 for at, end in bars.items())


def _means():
    """Means over the rows of one rater, of one time, and of all: of those in remission, and of the others."""
    rated = _rated(lambda percent, people: percent)
    parts = {part for name in rated for part in name.split(", ")} | {""}
    groups = [[percent for name, percent in rated.items() if part in name] for part in parts]
    means = [sum(group) / len(group) for group in groups]
    return [*means, *(100 - mean for mean in means)]


def _counts(group, outcome="response"):
    line = row("proportions", topic="add or switch", group=group, outcome=outcome)
    return int(line["events"]), int(line["total"])


def _share(group, outcome="response"):
    events, total = _counts(group, outcome)
    return events / total


def _needed(added=ARIPIPRAZOLE, other=SWITCH, outcome="response"):
    (k1, n1), (k2, n2) = _counts(added, outcome), _counts(other, outcome)
    return n1 * n2 / (k1 * n2 - k2 * n1)


def _people_only():
    """What one gets by setting people against people, arm sizes left out or thrown together."""
    (k1, n1), (k2, n2) = _counts(ARIPIPRAZOLE), _counts(SWITCH)
    return [k1 - k2, 1 / (k1 - k2), 100 / (k1 - k2), k1 / k2, *(n / (k1 - k2) for n in (n1, n2, n1 + n2))]


def _ratios():
    """The ratio of the two shares either way, of their odds, and the gain as a part of the lower share."""
    more, less = _share(ARIPIPRAZOLE), _share(SWITCH)
    gain = more / less - 1
    return [more / less, less / more, more / (1 - more) / (less / (1 - less)), gain, 100 * gain, 1 / gain]


def _whose_total():
    """The totals of the two arms exchanged, and both other arms together as the comparison."""
    (k1, n1), (k2, n2), (k3, n3) = map(_counts, (ARIPIPRAZOLE, SWITCH, BUPROPION))
    return [1 / (k1 / n2 - k2 / n1), 1 / (k1 / n1 - (k2 + k3) / (n2 + n3))]


QUESTIONS = [
    Question(
        "q1", "two phases", "two_phases", Number(decimals=1, unit="percent"), _two_phases,
        recipe="Think of 100 who began. How many were in remission after phase 1, and how many were not? Of which of "
               "the two groups is the second percentage a share? Count its people, then all who are in remission.",
        wrong="Of whom is the second percentage a share, and how many of 100 are they?",
        praise="The rate of phase 2 holds for those whom phase 1 had not helped enough, and only for them.",
        mistakes=[
            Mistake("added", "You added two rates. Are they shares of the same people?",
                    gives=lambda: _in_both_units(sum(_rates()), 100 - sum(_rates()))),
            Mistake("both", "That would be people in remission twice over. Who began phase 2?",
                    gives=lambda: _in_both_units(_rates()[0] * _rates()[1] / 100,
                                                 100 - _rates()[0] * _rates()[1] / 100)),
            Mistake("still ill", "Those are the people who are not in remission at the end. Who is asked for?",
                    gives=lambda: _in_both_units(100 - _two_phases())),
            Mistake("phase 2 alone", "That is what phase 2 adds. Who was in remission before it began?",
                    gives=_second_alone),
            Mistake("one phase", "That is the rate of one phase, of those who began it. What of both, of all?",
                    gives=_rates),
            Mistake("of the well", "You took the rate of phase 2 of those who were in remission. Who went on to it?",
                    gives=lambda: _rates()[0] * (1 + _rates()[1] / 100)),
            Mistake("phase 1 twice", "You took the rate of phase 1 twice. Of those who went on, who is in remission?",
                    gives=lambda: [_rates()[0] * (100 - _rates()[0]) / 100,
                                   _rates()[0] * (200 - _rates()[0]) / 100]),
            Mistake("mean", "That is a mean of the two rates. Can a second phase make the total smaller?",
                    gives=lambda: [sum(_rates()) / 2, _weighted_mean()]),
            Mistake("shrunk twice", "You brought the rate of phase 2 down twice. How many are supposed to go on?",
                    gives=lambda: _rates()[0] + (100 - _rates()[0]) * _parts()[1] / 100),
            Mistake("the highest", "That counts everybody who left as well. What is supposed of them here?",
                    gives=lambda: _ends()[1]),
            Mistake("cut", "That is a little too small. Was something cut off, or rounded on the way?",
                    gives=lambda: float(int(_two_phases()))),
            Mistake("not yet well", "Those are the people who had not reached remission by a phase. Who is asked for?",
                    gives=lambda: [100 - rate for rate in _rates()]),
            Mistake("those who went on", "You went by the people who did go on. What does the question suppose?",
                    gives=lambda: _ends()[0]),
            Mistake("people", "Those are people. In percent of all who began is asked for.",
                    gives=lambda: [_two_phases() * _entered()[0] / 100]),
            Mistake("above all", "More than everybody cannot be in remission. Was it in percent already?",
                    when=lambda x: x > 100),
            Mistake("difference", "You took one rate from the other. Are they shares of the same people?",
                    gives=lambda: [_rates()[0] - _rates()[1], _rates()[1] - _rates()[0]]),
        ]),
    Question(
        "q2", "from none to all", "ends", Numbers(["lowest", "highest"], decimals=1, unit="percent"), _ends,
        recipe="People first: in remission after phase 1, those who went on (three arms together), in remission of "
               "these, and those who left: the rest. Lowest: both remissions. Highest: and all who left. Both in "
               "percent of all who began phase 1.",
        wrong="Who was seen in remission, who left, and of whom are both ends a percentage?",
        praise="Everything between the two ends is made of people of whom our rows tell nothing.",
        mistakes=[
            Mistake("people", "There are numbers of people among them. Of how many?",
                    when=lambda pair: max(pair) > 100),
            Mistake("not in remission", "Those are the people who are not in remission. Who is asked for?",
                    gives=lambda: [100 - end for end in reversed(_ends())]),
            Mistake("of the others", "You divided by those whom phase 1 had not helped enough. Of whom is it asked?",
                    gives=lambda: [100 * end / (100 - _rates()[0]) for end in _ends()]),
            Mistake("phase 2 twice", "Your highest counts phase 2 twice. Who is added to the lowest?",
                    gives=lambda: [_ends()[0], _ends()[0] + _second_alone()]),
            Mistake("same twice", "Both ends are the same. Did nobody leave?", when=lambda pair: pair[0] == pair[1]),
            Mistake("all gone on", "One of your ends supposes that everybody went on. Who did?",
                    when=lambda pair: any(near(end, _two_phases()) for end in pair)),
            Mistake("one arm", "You counted one arm, or two. Who else began phase 2?",
                    gives=_fewer_arms),
            Mistake("all the others", "Your highest is everybody else. Did all of them leave?",
                    when=lambda pair: near(pair[1], 100 - _ends()[0])),
            Mistake("of those seen", "The lowest is a percentage of those who were seen. Of whom is it asked for?",
                    when=lambda pair: near(pair[0], _of_those_seen())),
            Mistake("of phase 2", "You divided by the people of phase 2. Of whom are both ends asked for?",
                    when=lambda pair: any(near(end, 100 * people / sum(_entered()[1]))
                                          for end, people in zip(pair, _people(), strict=True))),
            Mistake("well twice", "Did you count those in remission after phase 1 among those who left?",
                    when=lambda pair: any(near(pair[1], end) for end in _well_twice())),
            Mistake("no phase 2", "Where are those who reached remission in phase 2?",
                    when=lambda pair: any(near(*ends) for ends in zip(pair, _without_phase_2(), strict=True))),
            Mistake("of all", "You took the rate of phase 2 of everybody who began phase 1. Who began phase 2?",
                    when=lambda pair: near(pair[0], sum(_rates()))),
            Mistake("only those who left", "That is the share of those who left. Who else is in remission?",
                    when=lambda pair: any(near(end, _parts()[2]) for end in pair)),
            Mistake("phase 2 alone", "That is phase 2 alone. Who was in remission before it?",
                    when=lambda pair: any(near(pair[0], low) for low in (_parts()[1], _rates()[1]))),
            Mistake("nobody stays ill", "Your highest leaves nobody ill. What of those who went on in vain?",
                    when=lambda pair: pair[1] >= 99.9),
            Mistake("lowest alone", "Your lowest is right. Who is added to it at the other end, and who is not?",
                    when=lambda pair: near(pair[0], _ends()[0]) and not near(pair[1], _ends()[1], 1)),
            Mistake("highest alone", "Your highest is right. Who has to be taken away again at the other end?",
                    when=lambda pair: near(pair[1], _ends()[1]) and not near(pair[0], _ends()[0], 1)),
        ]),
    Question(
        "q3", "what is wrong with this figure", "reading", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="Read the printed rows, word by word, and ask of each sentence: is it true, and would the line "
               "be right if it were mended?",
        praise="Ever reached, and so at the time: two quantities, and no line leads from the one to the other.",
        mistakes=[
            Mistake("no totals", "True, and of every point. With the totals printed, would the line be right?",
                    gives="a"),
            Mistake("no comparison", "True: it shows no effect of treatment. Does a line of one group claim one?",
                    gives="b"),
            Mistake("the start", "True. Would the line be right if it began at the start?", gives="d"),
        ]),
    Question(
        "q4", "not in remission", "ax", Drawing("percent"), _rated,
        recipe="The column percent says who is in remission. Here the others count: 100 less that. The names are the "
               "first argument of ax.barh, the values the second.",
        wrong="Whom does the column percent count, and whom should your bars count?",
        praise="One group of people, and the share depends on rater and scale.",
        mistakes=[
            Mistake("in remission", "Your bars count those in remission. Who would be called resistant?",
                    gives=lambda: [_rated(lambda percent, people: percent),
                                   _rated(lambda percent, people: percent / 100)]),
            Mistake("below zero", "Your bars run below zero. What is taken from what?",
                    when=lambda drawn: min(drawn["bars"].values()) < 0),
            Mistake("some turned", "Some of your bars count those in remission, and some the others.",
                    when=lambda drawn: _each_one_of(drawn["bars"], _rated(
                        lambda percent, people: (percent, 100 - percent)))),
            Mistake("mean", "Your bars are means of rows. One bar for each row is asked for.",
                    when=lambda drawn: all(any(near(end, mean) for mean in _means())
                                           for end in drawn["bars"].values())),
            Mistake("people", "Your bars count people. The axis says percent.",
                    gives=lambda: [_rated(lambda percent, people: people * (100 - percent) / 100),
                                   _rated(lambda percent, people: people * percent / 100)]),
            Mistake("people less percent", "You took a percentage from people. What is the whole, in percent?",
                    gives=lambda: _rated(lambda percent, people: people - percent)),
            Mistake("totals", "Your bars are the totals. How many of them are not in remission?",
                    gives=lambda: _rated(lambda percent, people: people)),
        ]),
    Question(
        "q5", "how many, for one more", "needed", Number(decimals=1), _needed,
        recipe="Rows of response. In each of the two arms: events divided by total, a share. Then 1 / (share with the "
               "drug added - share after the switch).",
        wrong="Which two arms and which outcome did you compare, and what did you divide by what?",
        praise="A number needed belongs to an outcome, a comparison and a time.",
        mistakes=[
            Mistake("rounded", "That is a whole number of people. With which decimals is it asked for?",
                    when=lambda x: x == round(x) and abs(x - _needed()) < 1),
            Mistake("remission", "That is the number for remission. Which outcome is asked for?",
                    gives=lambda: [_needed(outcome="remission"), round(_needed(outcome="remission")),
                                   _needed(BUPROPION, outcome="remission"),
                                   -_needed(outcome="remission")]),
            Mistake("difference", "That is how far the two shares lie apart. How many people for one more?",
                    gives=lambda: [100 / _needed(), 1 / _needed(), -100 / _needed(), -1 / _needed(),
                                   round(100 / _needed()), round(1 / _needed(), 1)]),
            Mistake("rounded early", "Was the difference rounded before you divided by it?",
                    gives=lambda: 1 / round(1 / _needed(), 1)),
            Mistake("percent divided", "You divided 1 by a difference in percent. What are shares, from 0 to 1?",
                    gives=lambda: _needed() / 100),
            Mistake("hundred over shares", "Did you divide 100 by a difference of shares? Which belongs to which?",
                    gives=lambda: [100 * _needed(), 100 * round(_needed(), 1)]),
            Mistake("other arm", "Look at the groups again. Which drug is added, and against what?",
                    gives=lambda: [sign * number for sign in (1, -1)
                                   for number in (_needed(BUPROPION), _needed(other=BUPROPION))]),
            Mistake("turned round", "You took the arms the other way round. In which of the two do more respond?",
                    gives=lambda: -_needed()),
            Mistake("ratio", "That comes from a ratio. A difference of two shares is wanted.", gives=_ratios),
            Mistake("inverses", "You divided 1 by each share. Of what is the difference to be taken?",
                    gives=lambda: [sign * (1 / _share(SWITCH) - 1 / _share(ARIPIPRAZOLE)) for sign in (1, -1)]),
            Mistake("whose total", "Is each count a share of its own arm, and one arm alone the comparison?",
                    gives=_whose_total),
            Mistake("people", "Those are people set against people. Are the two arms equally large?",
                    gives=_people_only),
            Mistake("two outcomes", "You set one outcome against the other. Which arms are to be compared?",
                    gives=lambda: [sign / (_share(group) - _share(other, "remission")) for sign in (1, -1)
                                   for group in (ARIPIPRAZOLE, BUPROPION, SWITCH)
                                   for other in (ARIPIPRAZOLE, BUPROPION, SWITCH)]),
            Mistake("one arm", "That is one arm. With what is it compared?",
                    gives=lambda: [form for group in (ARIPIPRAZOLE, SWITCH)
                                   for share in (_share(group), 1 - _share(group))
                                   for form in (share, 100 * share, 1 / share)]),
        ]),
]
