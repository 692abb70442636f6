"""What is right in exercise 11, and which mistakes we know."""

from .checker import Mistake, Question, near, row, table
from .kinds import Drawing, Letter, Number, Numbers

ARIPIPRAZOLE, BUPROPION, SWITCH = "augment with aripiprazole", "augment with bupropion", "switch to bupropion"
RATERS = {"BDI": "patients", "QIDS-C": "clinicians"}


def _phases():
    """Percent in remission in phase 1 and, of those who went on, in phase 2."""
    groups = "phase 1", "all arms pooled"
    return [float(row("proportions", study="Kocsis 2009", group=group, outcome="remission")["percent"])
            for group in groups]


def _two_phases():
    first, second = _phases()
    return first + (100 - first) * second / 100  # those of phase 1, and a share of the rest


def _nobody_else():
    """Those who did not go on counted as not in remission: people of both phases over all who began."""
    first, second = _phases()
    began = int(row("proportions", study="Kocsis 2009", group="phase 1", outcome="entered")["events"])
    went_on = int(row("proportions", study="Kocsis 2009", group="all arms pooled", outcome="remission")["total"])
    return (first * began + second * went_on) / began


def _zanarini(outcome):
    return float(row("proportions", study="Zanarini 2010a", outcome=outcome)["percent"])


def _remitted(years=4):
    return _zanarini(f"ever in remission lasting {years} years")


def _relapsed(years=4):
    return _zanarini(f"relapse after a {years}-year remission")


def _kept(remitted=4, relapsed=4):
    return _remitted(remitted) - _remitted(remitted) * _relapsed(relapsed) / 100


def _remission():
    """{name of the bar: percent in remission}"""
    return {f"{RATERS[line['instrument']]}, {line['time']}": float(line["percent"])
            for line in table("proportions") if line["study"] == "Leuzinger-Bohleber 2019"}


def _not_in_remission():
    return {name: 100 - percent for name, percent in _remission().items()}


def _share(group, outcome="response"):
    line = row("proportions", study="Mohamed 2017", group=group, outcome=outcome)
    return int(line["events"]) / int(line["total"])


def _needed(group=ARIPIPRAZOLE, other=SWITCH, outcome="response"):
    return 1 / (_share(group, outcome) - _share(other, outcome))


def _levels():
    lines = [line for line in table("proportions") if line["study"] == "Rush 2023" and line["total"]]
    return [int(line["events"]) for line in lines], [int(line["total"]) for line in lines]


def _left_out():
    out, people = _levels()
    return [100 * max(out) / max(people), 100 * sum(out) / max(people)]


def _over_all_levels():
    out, people = _levels()
    return 100 * sum(out) / sum(people)


QUESTIONS = [
    Question(
        "q1", "two phases", "two_phases", Number(decimals=1, unit="percent"), _two_phases,
        recipe="What share has not remitted after phase 1? And after phase 2, of those? Multiply the two shares that "
               "have not remitted, and take what is missing to one hundred.",
        praise="The rate of phase 2 holds for those whom phase 1 had not helped, and only for them.",
        mistakes=[
            Mistake("added", "You added the rates. The second one holds only for those who had not remitted yet.",
                    gives=lambda: sum(_phases())),
            Mistake("both", "Nobody remits in both phases. Multiply the shares that have not remitted yet.",
                    gives=lambda: _phases()[0] * _phases()[1] / 100),
            Mistake("still ill", "That is the share that has not remitted by the end. The others are asked for.",
                    gives=lambda: 100 - _two_phases()),
            Mistake("second alone", "That is phase 2 alone. Add those who had remitted before it.",
                    gives=lambda: [_two_phases() - _phases()[0], _phases()[1]]),
            Mistake("first alone", "That is phase 1 alone. Of the others, some remitted in phase 2.",
                    gives=lambda: _phases()[0]),
            Mistake("of the remitted", "You took the rate of phase 2 of those who had remitted. Take it of the others.",
                    gives=lambda: _phases()[0] * (1 + _phases()[1] / 100)),
            Mistake("mean", "That is the mean of the two rates. A later phase adds remissions, it averages none away.",
                    gives=lambda: sum(_phases()) / 2),
            Mistake("nobody else", "You count those who did not go on as not remitted. The question says otherwise.",
                    gives=_nobody_else),
        ]),
    Question(
        "q2", "remitted, and stayed so", "remitted_and_kept", Number(decimals=1, unit="percent"), _kept,
        recipe="Of 100 people, how many had such a remission? And of whom is the second row a share? Take the share "
               "that kept it, of those who remitted, and that of all: a share of a share.",
        praise="A share of a share is a product, whatever the words around it.",
        mistakes=[
            Mistake("subtracted", "You subtracted percentages of different wholes. Relapse is a share of the remitted.",
                    gives=lambda: _remitted() - _relapsed()),
            Mistake("relapsed", "Those are the people who remitted and relapsed. The others are asked for.",
                    gives=lambda: _remitted() * _relapsed() / 100),
            Mistake("of the remitted", "That is a share of those who had remitted. Of all people is asked for.",
                    gives=lambda: 100 - _relapsed()),
            Mistake("all remitted", "That is everybody who had such a remission. Some of them relapsed.",
                    gives=_remitted),
            Mistake("never remitted", "You took the share of those who had no such remission. Take it of the others.",
                    gives=lambda: (100 - _remitted()) * (1 - _relapsed() / 100)),
            Mistake("two years", "You took a row on remissions of two years. Both rows are on four years.",
                    gives=lambda: [_kept(*years) for years in ((2, 2), (2, 4), (4, 2))]),
            Mistake("recovery", "Those are the rows on recovery. Remission is asked for, and its relapse.",
                    gives=lambda: _zanarini("ever recovered") * (1 - _zanarini("loss of recovery") / 100)),
        ]),
    Question(
        "q3", "not in remission", "ax", Drawing("percent"), _not_in_remission,
        recipe="The column percent says who is in remission. The bars ask for all the others. One bar for each name in"
               " the column name, as long as the share that is not in remission.",
        praise="One group at one time, and the share depends on who rates.",
        mistakes=[
            Mistake("in remission", "Your bars show those in remission. The others are asked for.", gives=_remission),
            Mistake("people", "Your bars count people. A share of them, in percent, is asked for.",
                    when=lambda drawn: bool(drawn["bars"]) and max(drawn["bars"].values()) > 100),
            Mistake("too few", "Some bars are missing: each row has one of its own, under its name.",
                    when=lambda drawn: drawn["bars"].keys() < _not_in_remission().keys()),
        ]),
    Question(
        "q4", "how many, for one more", "needed_for_response", Number(decimals=1), _needed,
        recipe="First the share of responders in each of the two arms. How far apart are they? One divided by the "
               "difference of two shares, from events and total of the rows of response.",
        praise="A number needed belongs to an outcome, a comparison and a time.",
        mistakes=[
            Mistake("remission", "That is the number for remission. Response is asked for.",
                    gives=lambda: _needed(outcome="remission")),
            Mistake("difference", "That is the difference of the shares. How many people for one more: divide.",
                    gives=lambda: [100 / _needed(), 1 / _needed()]),
            Mistake("percent divided", "You divided one by a difference in percent. Use shares, or divide 100.",
                    gives=lambda: _needed() / 100),
            Mistake("hundred over shares", "You divided 100 by shares. 100 belongs to percent, and 1 to shares.",
                    gives=lambda: 100 * _needed()),
            Mistake("other arm", "Look at the groups again: aripiprazole added, against the switch, is asked for.",
                    gives=lambda: [_needed(BUPROPION), -_needed(BUPROPION), _needed(other=BUPROPION),
                                  -_needed(other=BUPROPION)]),
            Mistake("turned round", "You took the arms the other way round. In which of the two do more respond?",
                    gives=lambda: -_needed()),
            Mistake("ratio", "That is the ratio of the shares. Take their difference, and divide one by it.",
                    gives=lambda: _share(ARIPIPRAZOLE) / _share(SWITCH)),
            Mistake("rounded", "You rounded to whole people. One decimal is asked for.",
                    when=lambda x: x == round(x) and abs(x - _needed()) < 1),
        ]),
    Question(
        "q5", "a sentence", "left_out", Numbers(("lowest", "highest"), decimals=1, unit="percent"), _left_out,
        recipe="Which row names most people? Could all the others be among them? Think of the rows as circles: how few"
               " people can they hold, how many, and of which whole?",
        praise="Between the two lies what the sentence takes for granted: that nobody was counted twice.",
        mistakes=[
            Mistake("people", "Those are numbers of people. Divide by the people at level 1.",
                    gives=lambda: [max(_levels()[0]), sum(_levels()[0])]),
            Mistake("none at least", "Nobody at all cannot be: the rows name people who were left out.",
                    when=lambda pair: pair[0] <= 0),
            Mistake("smallest row", "The smallest row is too few: those of the largest row were left out, too.",
                    when=lambda pair: near(pair[0], 100 * min(_levels()[0]) / max(_levels()[1]))),
            Mistake("all levels added", "You added the people of all levels. They are the same people, moving on.",
                    when=lambda pair: any(near(x, _over_all_levels()) for x in pair)),
            Mistake("same twice", "Both ends are the same. What if some people were left out more than once?",
                    when=lambda pair: pair[0] == pair[1]),
        ]),
    Question(
        "q6", "called resistant", "speaker", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="When were people sorted into the two groups, and when were they scored?",
        praise="Whoever is sorted by a failure and scored afterwards cannot show what led to it.",
        mistakes=[
            Mistake("small p", "A small p speaks against chance. It does not say what came first.", gives="a"),
            Mistake("chance", "Chance is a poor explanation here: look at the p. Something else is missing.",
                    gives="b"),
            Mistake("same scale", "One scale makes scores comparable. It does not make the groups alike.", gives="d"),
        ]),
]
