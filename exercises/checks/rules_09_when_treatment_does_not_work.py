"""What is right in exercise 09, and which mistakes we know."""

from .checker import (
    Drawing,
    Letter,
    Mistake,
    Number,
    Numbers,
    Question,
    bar_chart_faults,
    given_as_fraction,
    near,
    row,
    same_bars,
    table,
)

ARIPIPRAZOLE, BUPROPION, SWITCH = "augment with aripiprazole", "augment with bupropion", "switch to bupropion"
RATERS = {"BDI": "patients", "QIDS-C": "clinicians"}


def _phases():
    """Percent in remission in phase 1 and, of those who went on, in phase 2."""
    groups = "phase 1", "all arms pooled"
    return [float(row("proportions", study_id="kocsis2009", group=group, outcome="remission")["percent"])
            for group in groups]


def _two_phases():
    first, second = _phases()
    return first + (100 - first) * second / 100  # those of phase 1, and a share of the rest


def _nobody_else():
    """Those who did not go on counted as not in remission: people of both phases over all who began."""
    first, second = _phases()
    began = int(row("proportions", study_id="kocsis2009", group="phase 1", outcome="entered")["events"])
    went_on = int(row("proportions", study_id="kocsis2009", group="all arms pooled", outcome="remission")["total"])
    return (first * began + second * went_on) / began


def _zanarini(outcome):
    return float(row("proportions", study_id="zanarini2010", outcome=outcome)["percent"])


def _remitted(years=4):
    return _zanarini(f"remission lasting {years} years")


def _relapsed(years=4):
    return _zanarini(f"relapse after a {years}-year remission")


def _kept(remitted=4, relapsed=4):
    return _remitted(remitted) - _remitted(remitted) * _relapsed(relapsed) / 100


def _remission():
    """{name of the bar: percent in remission}"""
    return {f"{RATERS[line['instrument']]}, {line['time']}": float(line["percent"])
            for line in table("proportions") if line["study_id"] == "leuzinger2019"}


def _not_in_remission():
    return {name: 100 - percent for name, percent in _remission().items()}


def _share(group, outcome="response"):
    line = row("proportions", study_id="mohamed2017", group=group, outcome=outcome)
    return int(line["events"]) / int(line["total"])


def _needed(group=ARIPIPRAZOLE, other=SWITCH, outcome="response"):
    return 1 / (_share(group, outcome) - _share(other, outcome))


def _levels():
    lines = [line for line in table("proportions") if line["study_id"] == "rush2023" and line["total"]]
    return [int(line["events"]) for line in lines], [int(line["total"]) for line in lines]


def _left_out():
    out, people = _levels()
    return [100 * max(out) / max(people), 100 * sum(out) / max(people)]


def _over_all_levels():
    out, people = _levels()
    return 100 * sum(out) / sum(people)


QUESTIONS = [
    Question(
        "q1", "two phases", "two_phases", Number(0.06), _two_phases,
        nudge="What share has not remitted after phase 1? And after phase 2, of those?",
        wrong="Multiply the two shares that have not remitted, and take what is missing to one hundred.",
        praise="The rate of phase 2 holds for those whom phase 1 had not helped, and only for them.",
        mistakes=[
            given_as_fraction(_two_phases),
            Mistake("added", "You added the rates. The second one holds only for those who had not remitted yet.",
                    lambda x: near(x, sum(_phases()))),
            Mistake("both", "Nobody remits in both phases. Multiply the shares that have not remitted yet.",
                    lambda x: near(x, _phases()[0] * _phases()[1] / 100)),
            Mistake("still ill", "That is the share that has not remitted by the end. The others are asked for.",
                    lambda x: near(x, 100 - _two_phases())),
            Mistake("second alone", "That is phase 2 alone. Add those who had remitted before it.",
                    lambda x: near(x, _two_phases() - _phases()[0]) or near(x, _phases()[1])),
            Mistake("first alone", "That is phase 1 alone. Of the others, some remitted in phase 2.",
                    lambda x: near(x, _phases()[0])),
            Mistake("of the remitted", "You took the rate of phase 2 of those who had remitted. Take it of the others.",
                    lambda x: near(x, _phases()[0] * (1 + _phases()[1] / 100))),
            Mistake("mean", "That is the mean of the two rates. A later phase adds remissions, it averages none away.",
                    lambda x: near(x, sum(_phases()) / 2)),
            Mistake("nobody else", "You count those who did not go on as not remitted. The question says otherwise.",
                    lambda x: near(x, _nobody_else())),
        ]),
    Question(
        "q2", "remitted, and stayed so", "remitted_and_kept", Number(0.06), _kept,
        nudge="Of 100 people, how many had such a remission? And of whom is the second row a share?",
        wrong="Take the share that kept it, of those who remitted, and that of all: a share of a share.",
        praise="A share of a share is a product, whatever the words around it.",
        mistakes=[
            given_as_fraction(_kept),
            Mistake("subtracted", "You subtracted percentages of different wholes. Relapse is a share of the remitted.",
                    lambda x: near(x, _remitted() - _relapsed())),
            Mistake("relapsed", "Those are the people who remitted and relapsed. The others are asked for.",
                    lambda x: near(x, _remitted() * _relapsed() / 100)),
            Mistake("of the remitted", "That is a share of those who had remitted. Of all people is asked for.",
                    lambda x: near(x, 100 - _relapsed())),
            Mistake("all remitted", "That is everybody who had such a remission. Some of them relapsed.",
                    lambda x: near(x, _remitted())),
            Mistake("never remitted", "You took the share of those who had no such remission. Take it of the others.",
                    lambda x: near(x, (100 - _remitted()) * (1 - _relapsed() / 100))),
            Mistake("two years", "You took a row on remissions of two years. Both rows are on four years.",
                    lambda x: any(near(x, _kept(*years)) for years in ((2, 2), (2, 4), (4, 2)))),
            Mistake("recovery", "Those are the rows on recovery. Remission is asked for, and its relapse.",
                    lambda x: near(x, _zanarini("recovered") * (1 - _zanarini("loss of recovery") / 100))),
        ]),
    Question(
        "q3", "not in remission", "ax", Drawing(), _not_in_remission,
        nudge="The column percent says who is in remission. The bars ask for all the others.",
        wrong="One bar for each name in the column name, as long as the share that is not in remission.",
        praise="One group at one time, and the share depends on who rates.",
        mistakes=[
            *bar_chart_faults("percent"),
            Mistake("in remission", "Your bars show those in remission. The others are asked for.",
                    lambda drawn: same_bars(drawn["bars"], _remission())),
            Mistake("fractions", "Your bars show fractions. Percent, from 0 to 100, are asked for.",
                    lambda drawn: same_bars({at: 100 * v for at, v in drawn["bars"].items()}, _not_in_remission())),
            Mistake("people", "Your bars count people. A share of them, in percent, is asked for.",
                    lambda drawn: bool(drawn["bars"]) and max(drawn["bars"].values()) > 100),
            Mistake("too few", "Some bars are missing: each row has one of its own, under its name.",
                    lambda drawn: drawn["bars"].keys() < _not_in_remission().keys()),
        ]),
    Question(
        "q4", "how many, for one more", "needed_for_response", Number(0.06), _needed,
        nudge="First the share of responders in each of the two arms. How far apart are they?",
        wrong="One divided by the difference of two shares, from events and total of the rows of response.",
        praise="A number needed belongs to an outcome, a comparison and a time.",
        mistakes=[
            Mistake("remission", "That is the number for remission. Response is asked for.",
                    lambda x: near(x, _needed(outcome="remission"))),
            Mistake("difference", "That is the difference of the shares. How many people for one more: divide.",
                    lambda x: near(x, 100 / _needed()) or abs(x - 1 / _needed()) < 0.0006),
            Mistake("percent divided", "You divided one by a difference in percent. Use shares, or divide 100.",
                    lambda x: abs(x - _needed() / 100) < 0.0006),
            Mistake("hundred over shares", "You divided 100 by shares. 100 belongs to percent, and 1 to shares.",
                    lambda x: near(x, 100 * _needed(), 6)),
            Mistake("other arm", "Look at the groups again: aripiprazole added, against the switch, is asked for.",
                    lambda x: near(abs(x), _needed(BUPROPION)) or near(abs(x), _needed(other=BUPROPION))),
            Mistake("turned round", "You took the arms the other way round. In which of the two do more respond?",
                    lambda x: near(x, -_needed())),
            Mistake("ratio", "That is the ratio of the shares. Take their difference, and divide one by it.",
                    lambda x: abs(x - _share(ARIPIPRAZOLE) / _share(SWITCH)) < 0.006),
            Mistake("rounded", "You rounded to whole people. One decimal is asked for.",
                    lambda x: x == round(x) and abs(x - _needed()) < 1),
        ]),
    Question(
        "q5", "a sentence", "left_out", Numbers(0.06, ("lowest", "highest")), _left_out,
        nudge="Which row names most people? Could all the others be among them?",
        wrong="Think of the rows as circles: how few people can they hold, how many, and of which whole?",
        praise="Between the two lies what the sentence takes for granted: that nobody was counted twice.",
        mistakes=[
            Mistake("turned round", "The lowest comes first, the highest second.",
                    lambda pair: near(pair[::-1], _left_out())),
            Mistake("fractions", "Those are fractions. Percent are asked for: multiply by 100.",
                    lambda pair: near([100 * x for x in pair], _left_out())),
            Mistake("people", "Those are numbers of people. Divide by the people at level 1.",
                    lambda pair: near(pair, [max(_levels()[0]), sum(_levels()[0])])),
            Mistake("none at least", "Nobody at all cannot be: the rows name people who were left out.",
                    lambda pair: pair[0] <= 0),
            Mistake("smallest row", "The smallest row is too few: those of the largest row were left out, too.",
                    lambda pair: near(pair[0], 100 * min(_levels()[0]) / max(_levels()[1]))),
            Mistake("all levels added", "You added the people of all levels. They are the same people, moving on.",
                    lambda pair: any(near(x, _over_all_levels()) for x in pair)),
            Mistake("same twice", "Both ends are the same. What if some people were left out more than once?",
                    lambda pair: pair[0] == pair[1]),
        ]),
    Question(
        "q6", "called resistant", "speaker", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        nudge="When were people sorted into the two groups, and when were they scored?",
        wrong="Ask what came first: the score, or the sorting.",
        praise="Whoever is sorted by a failure and scored afterwards cannot show what led to it.",
        mistakes=[
            Mistake("small p", "A small p speaks against chance. It does not say what came first.",
                    lambda letter: letter == "a"),
            Mistake("chance", "Chance is a poor explanation here: look at the p. Something else is missing.",
                    lambda letter: letter == "b"),
            Mistake("same scale", "One scale makes scores comparable. It does not make the groups alike.",
                    lambda letter: letter == "d"),
        ]),
]
