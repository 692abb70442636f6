"""What is right in exercise 03, and which mistakes we know."""

from .checker import Mistake, Question, near, row, table, wilson
from .kinds import Drawing, Number, Numbers

MID, R = 0.5, 0.8  # both are supposed in the questions


def _mean(time, column="mean", group="CPT", instrument="BSL-23"):
    line = row("scores", topic="points", group=group, instrument=instrument, time=time)
    return float(line[column])


def _told(group="CPT", instrument="BSL-23"):
    """Points, SDs and minimal important differences by which the mean of an arm came down."""
    points = _mean("baseline", group=group, instrument=instrument) - _mean(
        "month 15", group=group, instrument=instrument)
    return [points, points / _mean("baseline", "sd", group, instrument), points / MID]


def _part(place, value):
    """Is the number at this place the one that a mistake gives?"""
    return lambda told: near(told[place], value(), 0.006)


def _right(told):
    """Which of the three numbers are right?"""
    return tuple(near(number, expected, 0.006) for number, expected in zip(told, _told(), strict=True))


def _divided_as_asked(told):
    """Were the points wrong, and divided as the question says?"""
    return (not near(abs(told[0]), _told()[0], 0.02)
            and near(told[1:], [told[0] / _mean("baseline", "sd"), told[0] / MID], 0.02))


def _apart(one, other):
    """Is the first number the distance of two means, (group, time) each, in either direction?"""
    return lambda told: near(abs(told[0]), abs(_mean(one[1], group=one[0]) - _mean(other[1], group=other[0])), 0.006)


def _reliable(group="DBT-PTSD", instrument="BSL-23", time="baseline", under=2 * (1 - R), power=0.5, z=1.96):
    return z * _mean(time, "sd", group, instrument) * under**power


def _years(column="events", **wanted):
    return float(row("proportions", topic="heroin years", **wanted)[column])


def _used(percent=None):
    """Whole people interviewed again who had used heroin in the past month."""
    percent = _years("percent", group="interviewed again") if percent is None else percent
    return round(percent * _years(outcome="followed up") / 100)


def _not_found():
    return _years(outcome="entered") - _years(outcome="died") - _years(outcome="followed up")


def _bounds(missing=None, whole=None, used=None):
    """Low and high in percent: the users among ``whole``, without and with those who are ``missing``."""
    missing = _not_found() if missing is None else missing
    whole = _years(outcome="followed up") + _not_found() if whole is None else whole
    used = _used() if used is None else used
    return [100 * people / whole for people in (used, used + missing)]


def _with_the_dead():
    entered, not_seen = _years(outcome="entered"), _not_found() + _years(outcome="died")
    return [_bounds(not_seen, entered), _bounds(whole=entered), _bounds(not_seen)]


def _people_not_whole():
    used = _years("percent", group="interviewed again") * _years(outcome="followed up") / 100
    return _bounds(used=used)


def _dead_twice():
    """The dead taken off those interviewed, off the whole once more, or off the not found."""
    died, seen = _years(outcome="died"), _years(outcome="followed up")
    return [_bounds(whole=seen - died), _bounds(whole=seen + _not_found() - died), _bounds(_not_found() - died)]


def _seen_only():
    return _bounds(whole=_years(outcome="followed up"))


def _percents_added():
    low = _years("percent", group="interviewed again")
    return [low, low + _bounds(used=0)[1]]


def _changes(column="estimate"):
    return {line["group"]: float(line[column]) for line in table("effects") if line["topic"] == "start to end"}


def _taken_off(changes):
    return {name: change - changes["pill placebo"] for name, change in changes.items()}


def _without_placebo(changes):
    return {name: change for name, change in changes.items() if name != "pill placebo"}


def _from_interval():
    """What can be made of the two ends of an interval: either of them, its width, its middle."""
    low, high = _changes("ci_low"), _changes("ci_high")
    return [low, high, {name: high[name] - low[name] for name in low}, {name: (low[name] + high[name]) / 2
                                                                      for name in low}]


def _same(column="events"):
    return int(row("proportions", topic="retest", study="Waters 2000")[column])


def _changed(column="events"):
    """By the article and by the pre-print, with stressful life events and without."""
    lines = [line for line in table("proportions") if line["topic"] == "life events"]
    return [[float(line[column]) for line in lines if text in line["where"]] for text in ("article", "pre-print")]


def _together():
    return [_same() + sum(people) for people in _changed()]


QUESTIONS = [
    Question(
        "q1", "one change, told three ways", "told",
        Numbers(("points", "SDs", "minimal important differences"), decimals=2), _told,
        recipe="Take the mean at baseline and the mean at month 15 out of the rows of the arm and the scale (two "
               "conditions beside the topic), each with .item(). Their difference is the points. Divide it by the sd "
               "of the row at baseline, then by the supposed difference.",
        wrong="Which of the three is not as you expect? Look at arm, scale and time of the rows you took.",
        praise="Points for those who know the scale, SDs for comparing, and the last for asking who would notice.",
        mistakes=[
            Mistake("other arm", "Those are the numbers of the other arm. CPT is asked for.",
                    gives=lambda: _told(group="DBT-PTSD")),
            Mistake("other scale", "Is that the BSL-23? The topic holds a second scale.",
                    gives=lambda: [_told(instrument="CAPS-5"), _told("DBT-PTSD", "CAPS-5")]),
            Mistake("means", "Means stand where changes are asked for: how far from one to the other?",
                    when=lambda told: any(_part(place, lambda time=time: _mean(time))(told)
                                          for place in (0, 1) for time in ("baseline", "month 15"))),
            Mistake("last digit", "Very near. Was the last digit of one number rounded, or cut off?",
                    when=lambda told: near(told, _told(), 0.0105)),
            Mistake("no change", "No change at all? Which two means did you take one from the other?",
                    when=lambda told: not any(told)),
            Mistake("arm against arm", "That sets one arm beside the other at one time. One arm at two times is asked "
                                       "for.",
                    when=lambda told: any(_apart(("CPT", time), ("DBT-PTSD", time))(told)
                                          for time in ("baseline", "month 15"))),
            Mistake("arms mixed", "One mean is of one arm and the second of the other. Which arm is asked for?",
                    when=lambda told: any(_apart((one, "baseline"), (other, "month 15"))(told)
                                          for one, other in (("CPT", "DBT-PTSD"), ("DBT-PTSD", "CPT")))),
            Mistake("part of the start", "One number tells what part of the start was lost. SDs are asked for.",
                    when=_part(1, lambda: _told()[0] / _mean("baseline"))),
            Mistake("later SD", "The SD of which time did you take? People lay farther apart at the end.",
                    when=_part(1, lambda: _told()[0] / _mean("month 15", "sd"))),
            Mistake("SD of the other arm", "The SD of which arm did you divide by, and how many decimals did you give?",
                    when=lambda told: _part(0, lambda: _told()[0])(told)
                    and _part(1, lambda: _told()[0] / _mean("baseline", "sd", "DBT-PTSD"))(told)),
            Mistake("SD itself", "The second number is an SD. How many of them did the mean come down?",
                    when=lambda told: any(_part(1, lambda time=time: _mean(time, "sd"))(told)
                                          for time in ("baseline", "month 15"))),
            Mistake("multiplied", "How often does the unit go into the points? One number was multiplied instead.",
                    when=lambda told: _part(1, lambda: _told()[0] * _mean("baseline", "sd"))(told)
                    or _part(2, lambda: _told()[0] * MID)(told)),
            Mistake("SDs in MIDs", "The last number was made from SDs. The supposed difference is in points.",
                    when=_part(2, lambda: _told()[1] / MID)),
            Mistake("upside down", "One number is upside down: what was divided by what?",
                    when=lambda told: _part(1, lambda: 1 / _told()[1])(told)
                    or _part(2, lambda: 1 / _told()[2])(told)),
            Mistake("first", "The last two are right. Is the first in points, and has it the right sign?",
                    when=lambda told: _right(told) == (False, True, True)),
            Mistake("second", "The first and the last are right. The second: points, divided by what? And its sign?",
                    when=lambda told: _right(told) == (True, False, True)),
            Mistake("third", "The first two are right. The last: points, divided by what? And its sign?",
                    when=lambda told: _right(told) == (True, True, False)),
            Mistake("other means", "You divided as asked. But which two means did you take one from the other?",
                    when=_divided_as_asked),
            Mistake("points only", "The points are right, and neither of the others is: points, divided by what?",
                    when=lambda told: _right(told) == (True, False, False)
                    and not near(sorted(told), sorted(_told()), 0.006)),
        ]),
    Question(
        "q2", "one person's change", "reliable_points", Number(decimals=2), _reliable,
        recipe="Put 1.96 in the place of the whole fraction and solve for the change: 1.96 times the denominator. "
               "The sd is in the row with group, instrument and time as asked; the root covers all of "
               "2 * (1 - r), and needs brackets.",
        wrong="Is that the whole denominator of the formula, 1.96 times?",
        praise="More than a whole SD: so much do two readings of one person leave to chance.",
        mistakes=[
            Mistake("not 1.96 times", "That is the wobble of one SD. A change has to be 1.96 times as large.",
                    gives=lambda: _reliable(z=1)),
            Mistake("no root", "One sign of the formula was left out: the root.", gives=lambda: _reliable(power=1)),
            Mistake("half a power", "x ** 1/2 is half of x and not its root. Or were both the root and the 2 left out?",
                    gives=lambda: [_reliable(power=1) / 2, 1.96 * (_reliable(power=1, z=1)) / 2]),
            Mistake("one reading", "Two readings err, the first and the second. Is the 2 below your root?",
                    gives=lambda: _reliable(under=1 - R)),
            Mistake("two outside", "What of the formula stands under the root, and what before it?",
                    gives=lambda: [_reliable(under=1 - R) * 2, 1.96 * _reliable(z=1, power=0) * 2**0.5 * (1 - R)]),
            Mistake("alike", "Did r go in as it is? Or did you count from minus to plus the limit, and so twice?",
                    gives=lambda: [_reliable(under=2 * R), _reliable(under=R)]),
            Mistake("SDs only", "That is 1.96 SDs of people. One person's two readings are more alike than people.",
                    gives=lambda: _reliable(power=0)),
            Mistake("no SD", "That is in SDs. Points of the scale are asked for.",
                    gives=lambda: _reliable() / _reliable(power=0, z=1)),
            Mistake("not only 1.96", "1.96 is missing, and not only that: what else stands in the denominator?",
                    gives=lambda: [_reliable(z=1, under=under, power=power) for under, power in (
                        (1 - R, 0.5), (1 - R, 1), (R, 0.5), (R, 1), (2 * R, 1), (2 * (1 - R), 1))]),
            Mistake("divided", "Was something divided that should multiply? Solve for the change.",
                    gives=lambda: [_reliable(z=1) / 1.96, 1.96 / _reliable(z=1), 1 / _reliable()]),
            Mistake("other arm", "That is the other arm. DBT-PTSD is asked for.", gives=lambda: _reliable("CPT")),
            Mistake("later SD", "The SD of which time did you take?", gives=lambda: _reliable(time="month 15")),
            Mistake("other scale", "Is that the BSL-23? The topic holds a second scale.",
                    gives=lambda: [_reliable(instrument="CAPS-5"), _reliable("CPT", "CAPS-5")]),
            Mistake("r squared", "r was squared. In this formula it stands as it is.",
                    gives=lambda: [_reliable(under=under * (1 - R**2)) for under in (1, 2)]),
            Mistake("brackets", "What is taken off what first? A bracket was left out.",
                    gives=lambda: _reliable(under=2 * 1 - R)),
            Mistake("too much under the root", "What stands under the root in the formula, and what does not?",
                    gives=lambda: [(_reliable(z=1, power=1) * z) ** 0.5 * 1.96 / z for z in (1, 1.96)]
                    + [(_reliable(z=1, power=1) * 1.96) ** 0.5]),
            Mistake("mean for SD", "A mean stands where the SD belongs.",
                    gives=lambda: [1.96 * (2 * (1 - R)) ** 0.5 * _mean(time, group=group)
                                   for group in ("CPT", "DBT-PTSD") for time in ("baseline", "month 15")]),
            Mistake("scale of the lesson", "So large is the wobble on the lesson's invented scale. Whose SD is asked "
                                           "for?", gives=lambda: 1.96 * 10 * (2 * (1 - R)) ** 0.5),
            Mistake("without r", "How alike the readings are does not show in that. Where does r stand?",
                    gives=lambda: [_reliable(under=2), _reliable(under=2, power=1)]),
            Mistake("squared", "Something was squared. Is there a square in the formula?",
                    gives=lambda: [_reliable(power=2), _reliable() ** 2]),
            Mistake("SD twice", "The SD was taken twice.", gives=lambda: _reliable() * _reliable(z=1, power=0)),
            Mistake("other bound", "The change is held against 1.96 here. Which number did you take?",
                    gives=lambda: [_reliable(z=z) for z in (1.64, 1.645, 2, 2.58, 3)]),
            Mistake("index", "That is the index of a change of the mean. Which change is just reliable?",
                    gives=lambda: [_told(group)[0] / _reliable(group, z=1) for group in ("CPT", "DBT-PTSD")]),
            Mistake("SD itself", "That is the SD, of people. How much do two readings of one person differ?",
                    gives=lambda: [_reliable(group, power=0, z=1) for group in ("CPT", "DBT-PTSD")]),
            Mistake("arm and time", "Whose SD is that, and of which time?",
                    gives=lambda: _reliable("CPT", time="month 15")),
            Mistake("mean change", "So far came the mean of the arm. One person's wobble is asked for.",
                    gives=lambda: [_told(group)[0] for group in ("CPT", "DBT-PTSD")]),
        ]),
    Question(
        "q3", "those who could not be found", "bounds", Numbers(("low", "high"), decimals=1, unit="percent"), _bounds,
        recipe="Count people first. The whole: entered less died. Users among those interviewed: percent / 100 times "
               "their number, rounded. Not found: the whole less those interviewed. The whole stays the same for "
               "both ends: for low none of the not found had used, for high all of them.",
        wrong="Who is the whole, who was seen, and who is left? Write down the three numbers of people.",
        praise="That those not found live was assumed, and nothing else: so the two ends lie far apart.",
        mistakes=[
            Mistake("shares", "Those are shares, from 0 to 1. Percent is asked for, with one decimal.",
                    when=lambda x: max(x) < 1 and not near([100 * share for share in x], _bounds())),
            Mistake("people in parts", "Did you go on with a part of a person? People are whole.",
                    gives=_people_not_whole),
            Mistake("mirror", "The high end is what is missing to 100. How many may have used at most?",
                    gives=lambda: [_bounds()[0], 100 - _bounds()[0]]),
            Mistake("dead twice", "The dead were taken off people among whom there were none.", gives=_dead_twice),
            Mistake("the dead", "Are people who had died among your whole, or among your not found?",
                    gives=_with_the_dead),
            Mistake("seen only", "Is your whole all who had not died, or those who were interviewed again?",
                    when=lambda x: near(x[0], _seen_only()[0], 0.1) or near(x[1], _seen_only()[1], 0.1)),
            Mistake("percents added", "A percentage of one whole was added to a percentage of another.",
                    when=lambda x: near(x[1], _percents_added()[1], 0.1)),
            Mistake("people", "Those are numbers of people. Shares are asked for, in percent.",
                    gives=lambda: [[_used(), _used() + _not_found()],
                                   [0.01 * whole * share for whole in [_years(outcome="followed up") + _not_found()]
                                    for share in _people_not_whole()],
                                   [_used(), _used() + _not_found() + _years(outcome="died")]]),
            Mistake("not found only", "For the high end you took the not found alone. Who else had used heroin?",
                    when=lambda x: near(x[1], _bounds(used=0)[1], 0.1)),
            Mistake("the others", "You counted those who had not used. Those who had are asked for.",
                    gives=lambda: _bounds(used=_years(outcome="followed up") - _used())),
            Mistake("start", "The share at the start was taken. Who was asked again, and what did they say?",
                    when=lambda x: near(x[0], _years("percent", time="baseline"), 0.1)
                    or near(x[0], _bounds(used=_used(_years("percent", time="baseline")))[0], 0.1)),
            Mistake("dead and lost", "One end counts the dead, in the whole or among the users. What became of them is "
                                     "known.",
                    when=lambda x: any(near(x[1], high, 0.1) for _, high in _with_the_dead())),
            Mistake("chance", "That is the play of chance around one share. Here people are missing.",
                    when=lambda x: any(near(x, wilson(_used(), seen), 0.11) for seen in
                                       (_years(outcome="followed up"), _years(outcome="followed up") + _not_found()))),
            Mistake("percent of all", "Of whom is the printed percentage? You took it of more people than were asked.",
                    when=lambda x: any(near(x[0], _bounds(used=round(
                        whole * _years("percent", group="interviewed again") / 100))[0], 0.1) for whole in
                        (_years(outcome="entered"), _years(outcome="followed up") + _not_found()))),
            Mistake("all", "If all of those not found had used, does that make everybody?",
                    when=lambda x: near(x[1], 100, 0.1)),
            Mistake("nobody", "At the low end nobody is left. Who was seen, and had used?",
                    when=lambda x: near(x[0], 0, 0.1)),
            Mistake("low of all", "The low end takes everybody who entered as the whole. Who was to be left out?",
                    when=lambda x: near(x[0], _with_the_dead()[0][0], 0.1)),
        ]),
    Question(
        "q4", "four changes as bars", "ax", Drawing("effect size", within=0.006), _changes,
        recipe="Print the rows of the topic: which column names the groups, and which says how far each came? A bar "
               "takes a name, then a length. All four belong on the axes, each from zero, as printed.",
        wrong="Is there one bar for each group of the topic, as long as its estimate?",
        praise="The bar of the pill placebo is the yardstick: look at it before you look at the others.",
        mistakes=[
            Mistake("no yardstick", "The pill placebo is missing. Without its bar the others have no yardstick.",
                    gives=lambda: _without_placebo(_changes())),
            Mistake("taken off", "You took the placebo off the others. Are these the arms of one trial?",
                    gives=lambda: [_taken_off(_changes()), _without_placebo(_taken_off(_changes()))]),
            Mistake("placebo as zero", "Did nobody change on the pill without a drug?",
                    gives=lambda: _changes() | {"pill placebo": 0}),
            Mistake("ratio", "You divided by the placebo. Are these the arms of one trial?",
                    gives=lambda: {name: change / _changes()["pill placebo"] for name, change in _changes().items()}),
            Mistake("other side", "Your bars run to the other side of zero. Is there a minus in the rows?",
                    gives=lambda: {name: -change for name, change in _changes().items()}),
            Mistake("parts of the longest", "Each of your bars is a part of the longest. How long is each, as printed?",
                    gives=lambda: [{name: size * change / max(_changes().values())
                                    for name, change in _changes().items()} for size in (1, 100)]),
            Mistake("squared", "Was each estimate multiplied by itself?",
                    gives=lambda: {name: change**2 for name, change in _changes().items()}),
            Mistake("ranks", "Those are places in a list. How far did each of the four come?",
                    when=lambda drawn: sorted(drawn["bars"].values()) == [1, 2, 3, 4]),
            Mistake("a hundred times", "An effect size is no percentage. How long is each, as printed?",
                    gives=lambda: {name: 100 * change for name, change in _changes().items()}),
            Mistake("rounded", "The estimates were rounded. How are they printed?",
                    gives=lambda: [{name: round(change, places) for name, change in _changes().items()}
                                   for places in (0, 1)]),
            Mistake("interval", "Your bars come from the intervals. Draw the estimates.", gives=_from_interval),
            Mistake("keys", "The bars carry short names of treatments. What does the column group call them?",
                    when=lambda drawn: "antipsychotic" in drawn["bars"] or "placebo" in drawn["bars"]),
            Mistake("not exact", "The places are right, and some bar is not as long as its estimate.",
                    when=lambda drawn: drawn["bars"].keys() == _changes().keys()
                    and len(set(drawn["bars"].values())) > 1
                    and sorted(drawn["bars"].values()) != sorted(_changes().values())),
            Mistake("other rows", "Those groups are not of this review. Which topic holds its rows?",
                    when=lambda drawn: drawn["bars"].keys().isdisjoint(_changes())
                    and sorted(drawn["bars"].values()) != sorted(_changes().values())),
        ]),
    Question(
        "q5", "what does not fit in these rows", "together",
        Numbers(("article", "pre-print"), decimals=0, unit="people"), _together,
        recipe="Take events of the row with topic retest and this study. Of the four rows below the question two have "
               "one text in the column where, and two the other. Add the events of each two to the first number.",
        wrong="Whom did you count: the same, the changed with stressful events, and the changed without?",
        praise="More people than there were: a count is wrong, or 'same' and 'changed' count different classes.",
        mistakes=[
            Mistake("changed only", "Those are the people who changed. Where are those who did not?",
                    gives=lambda: [sum(people) for people in _changed()]),
            Mistake("parts", "Those are the two groups of one printing, each by itself. How many are they together?",
                    gives=_changed),
            Mistake("paired by events", "Which two rows belong to one printing? See where.",
                    gives=lambda: [[same + sum(pair) for pair in zip(*_changed(), strict=True)]
                                   for same in (0, _same())]),
            Mistake("fitting", "So many would have changed, if all fitted. What do the rows say?",
                    gives=lambda: [_same("total") - _same()] * 2),
            Mistake("changed twice", "Everybody was counted, and those who changed once more.",
                    gives=lambda: [_same("total") + sum(people) for people in _changed()]),
            Mistake("too many", "So many are too many. How many are there together?",
                    gives=lambda: [[sign * (people - _same("total")) for people in _together()] for sign in (1, -1)]),
            Mistake("taken off", "People were taken off others. Put the same and the changed together.",
                    gives=lambda: [[whole - sum(people) for people in _changed()] for whole in
                                   (_same(), _same("total"))]),
            Mistake("one printing", "Both of your numbers come from one printing.",
                    gives=lambda: [[people, people] for people in _together()]),
            Mistake("mixed printings", "You put a row of one printing together with a row of the other.",
                    gives=lambda: [[_same() + first[at] + second[1 - at] for at in order] for first, second in
                                   [_changed()] for order in ((0, 1), (1, 0))]),
            Mistake("other studies", "The topic retest holds other studies as well. Which row is of this one?",
                    when=lambda x: max(x) > _same() + sum(map(sum, _changed())) and x[1] - x[0] == _together()[1]
                    - _together()[0]),
            Mistake("shares", "Those are shares. Count people.",
                    gives=lambda: [[100 * sum(people) / _same("total") for people in _changed()],
                                   [100 * people / _same("total") for people in _together()],
                                   [people / _same("total") for people in _together()]]),
            Mistake("same only", "Those are the people of the same class. Who had changed?",
                    gives=lambda: [_same(), _same()]),
            Mistake("one group", "People without stressful events, or those with them, are missing.",
                    gives=lambda: [[same + people[place] for people in _changed()] for place in (0, 1)
                                   for same in (_same(), 0)]),
            Mistake("both printings", "The two printings tell of the same people. Keep them apart.",
                    when=lambda x: any(near(number, same + sum(map(sum, _changed()))) for number in x
                                       for same in (0, _same()))),
            Mistake("percentages", "Percentages of different groups cannot be added up. Count people.",
                    gives=lambda: [[sum(p) for p in _changed("percent")],
                                   [float(_same("percent")) + sum(p) for p in _changed("percent")],
                                   [_same() + sum(p) for p in _changed("percent")]]),
            Mistake("wholes", "Those are the wholes of the rows. How many of them changed, or stayed the same?",
                    gives=lambda: [_changed("total")[0], [_same("total") + sum(p) for p in _changed("total")],
                                   [_same() + sum(p) for p in _changed("total")]]),
            Mistake("what should be", "So many there should be. What do the counts make, added up?",
                    gives=lambda: [_same("total"), _same("total")]),
            Mistake("near", "Near. Was a row left out or taken twice, or was it added up wrongly?",
                    when=lambda x: near(x, _together(), 3) and not set(x) & set(_together())),
        ]),
]
