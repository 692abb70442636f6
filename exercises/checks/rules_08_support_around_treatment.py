"""What is right in exercise 08, and which mistakes we know."""

from math import hypot

from .checker import (
    Drawing,
    Letter,
    Mistake,
    Names,
    Number,
    Question,
    bar_chart_faults,
    row,
    same_bars,
    wilson,
)

JOB_WITHOUT = 40
INSTRUMENTS = {"ross2005": "screen", "darke2005": "diagnostic criteria", "langas2012": "SCID-II"}
RESULTS = {"compliance": ("amato2011a", "during treatment"), "opioid abstinence": ("amato2011a", "follow-up"),
           "longest duration of abstinence": ("ainscough2017", "end of treatment"),
           "percentage of negative samples": ("ainscough2017", "end of treatment"),
           "frequency of substance use": ("grant2017", ""), "withdrawal and craving": ("grant2017", ""),
           "negative consequences of use": ("grant2017", ""), "competitive job": ("mildmod2020", "")}


def _job_ratio():
    return float(row("effects", study_id="mildmod2020", outcome="competitive job")["estimate"])


def _no_job():
    """From people: of 1000 in each group, how many are left without a job."""
    without, with_help = 10 * (100 - JOB_WITHOUT), 1000 - 10 * JOB_WITHOUT * _job_ratio()
    return with_help / without


def _survey(group, outcome):
    return float(row("proportions", study_id="grant2004", group=group, outcome=outcome)["percent"])


def _pair(drug="drug"):
    """Share of PD among people with the disorder, and share of the disorder among people with a PD."""
    return (_survey(f"people with a current {drug} use disorder", "any PD"),
            _survey("people with at least one of 7 PDs", f"{drug} use disorder"))


def _times(drug="drug"):
    among_users, among_pd = _pair(drug)
    return among_users / among_pd


def _bpd(column="percent"):
    """{name of the bar: value} of the three studies."""
    bars = {}
    for study, instrument in INSTRUMENTS.items():
        line = row("proportions", study_id=study, outcome="BPD", instrument=instrument)
        bars[f"{study}, {instrument}"] = float(line[column])
    return bars


def _from_counts():
    """The percentages worked out again, where a count stands in the row."""
    bars = _bpd()
    line = row("proportions", study_id="langas2012", outcome="BPD")
    bars["langas2012, SCID-II"] = 100 * int(line["events"]) / int(line["total"])
    return bars


def _arm(group):
    line = row("proportions", study_id="specka2013", outcome="completed", group=group)
    return int(line["events"]), int(line["total"])


def _newcombe():
    """Lower and upper limit of incentive minus usual care, from the distances of each share to its own limits."""
    first, second = _arm("take-home incentive"), _arm("usual care")
    (low1, high1), (low2, high2) = wilson(*first), wilson(*second)
    p1, p2 = 100 * first[0] / first[1], 100 * second[0] / second[1]
    return p1 - p2 - hypot(p1 - low1, high2 - p2), p1 - p2 + hypot(high1 - p1, p2 - low2)


def _shares():
    return [100 * events / total for events, total in map(_arm, ("take-home incentive", "usual care"))]


def _plain():
    """The upper limit by the plain rule, 1.96 standard errors to either side."""
    (k1, n1), (k2, n2) = _arm("take-home incentive"), _arm("usual care")
    first, second = _shares()
    return first - second + 196 * (k1 * (n1 - k1) / n1**3 + k2 * (n2 - k2) / n2**3) ** 0.5


def _rows():
    return {outcome: row("effects", study_id=study, outcome=outcome, time=time)
            for outcome, (study, time) in RESULTS.items()}


def _verdict(line, interval=True, direction=True, ratio_null=1):
    """The verdict on one row; the switches leave out what a hasty reader leaves out."""
    null = ratio_null if line["measure"] == "RR" else 0
    ends = [float(line[name]) - null for name in (("ci_low", "ci_high") if interval else ("estimate", "estimate"))]
    if ends[0] <= 0 <= ends[1]:
        return "not shown"
    good_above = line["better"] in {"positive", "above_1"} or not direction
    return "helps" if (ends[0] > 0) == good_above else "harms"


def _misjudged(**left_out):
    return {outcome for outcome, line in _rows().items()
            if _verdict(line, **left_out) != _verdict(line, interval=False, direction=False)}


def _turned():
    """Rows whose verdict changes when better is read, the interval being read in both cases."""
    return {outcome for outcome, line in _rows().items() if _verdict(line) != _verdict(line, direction=False)}


QUESTIONS = [
    Question(
        "q1", "turn a risk ratio", "no_job_ratio", Number(0.0055), _no_job,
        nudge="Think of 100 people in each group. How many have a job, and how many have none?",
        wrong="Work out the share without a job in each group, then divide: with the help over without.",
        praise="A ratio for the other outcome depends on how common the outcome is.",
        mistakes=[
            Mistake("inverse", "The inverse swaps the groups and is still about having a job. Count those with none.",
                    lambda x: abs(x - 1 / _job_ratio()) < 0.0055),
            Mistake("turned round", "You divided without by with. Put those with the help on top.",
                    lambda x: abs(x - 1 / _no_job()) < 0.0055),
            Mistake("still the job", "That is the ratio of having a job, as printed. Those with none are asked for.",
                    lambda x: abs(x - _job_ratio()) < 0.0055),
            Mistake("one group", "That is the share of one group. Divide it by the share of the other.",
                    lambda x: min(abs(x - share) for share in
                                  (_no_job() * (100 - JOB_WITHOUT), _no_job() * (1 - JOB_WITHOUT / 100),
                                   _job_ratio() * JOB_WITHOUT, _job_ratio() * JOB_WITHOUT / 100)) < 0.0055),
            Mistake("difference", "You subtracted. A ratio is a division.",
                    lambda x: min(abs(abs(x) - gap) for gap in
                                  (JOB_WITHOUT * (_job_ratio() - 1), JOB_WITHOUT / 100 * (_job_ratio() - 1),
                                   _job_ratio() - 1)) < 0.0055),
        ]),
    Question(
        "q2", "turn the question round", "times_as_common", Number(0.06), _times,
        nudge="Suppose that B is 100 people. How many are then in each of the two groups?",
        wrong="Divide the share among people with a drug use disorder by the share among people with a PD.",
        praise="The same people are a large part of one group and a small part of the other.",
        mistakes=[
            Mistake("turned round", "That says how common the drug use disorder is beside the other. Turn it round.",
                    lambda x: abs(x - 1 / _times()) < 0.006),
            Mistake("alcohol", "Those are the rows on alcohol, or one of them. Take the rows on drugs.",
                    lambda x: min(abs(x - _times("alcohol")), abs(x - _pair("drug")[0] / _pair("alcohol")[1]),
                                  abs(x - _pair("alcohol")[0] / _pair("drug")[1])) < 0.06),
            Mistake("one row", "That uses one of the two rows. B is a share of both groups, so both are needed.",
                    lambda x: min(abs(x - value) / value for share in _pair()
                                  for value in (share, share / 100, 1 / share, 100 / share)) < 0.006),
            Mistake("difference", "You subtracted the percentages. How many times asks for a division.",
                    lambda x: abs(abs(x) - abs(_pair()[0] - _pair()[1])) < 0.06),
            Mistake("product", "You multiplied the percentages. The two groups stand to each other as a quotient.",
                    lambda x: min(abs(x - _pair()[0] * _pair()[1] / by) for by in (1, 100, 10_000)) < 0.0006),
            Mistake("percent", "That is in percent. How many times is asked for: do not multiply by 100.",
                    lambda x: abs(x / 100 - _times()) < 0.06),
        ]),
    Question(
        "q3", "one disorder by instrument", "ax", Drawing(), _bpd,
        nudge="Keep the rows with the outcome BPD of the three studies. Name: study_id + ', ' + instrument.",
        wrong="Three bars, each as high as its printed percent, named by study and instrument.",
        praise="Beside a prevalence stands how it was found, and among whom.",
        mistakes=[
            *bar_chart_faults("percent"),
            Mistake("no instrument", "Name the instrument too: study_id, a comma, a space, instrument.",
                    lambda drawn: drawn["bars"].keys() == INSTRUMENTS.keys()),
            Mistake("instrument only", "Name the study too: study_id, a comma, a space, instrument.",
                    lambda drawn: drawn["bars"].keys() == set(INSTRUMENTS.values())),
            Mistake("fractions", "Your bars show fractions. Percent, from 0 to 100, are asked for.",
                    lambda drawn: same_bars({at: 100 * v for at, v in drawn["bars"].items()}, _bpd())),
            Mistake("people", "Your bars show how many people were asked. The share with BPD is asked for.",
                    lambda drawn: same_bars(drawn["bars"], _bpd("total"))),
            Mistake("worked out", "Close, but worked out again from a count. Take the column percent as printed.",
                    lambda drawn: same_bars(drawn["bars"], _from_counts()) and not same_bars(drawn["bars"], _bpd())),
            Mistake("other rows", "There are bars for other outcomes too. Keep the rows whose outcome is BPD.",
                    lambda drawn: len(drawn["bars"]) > len(INSTRUMENTS)),
        ]),
    Question(
        "q4", "not significant is not equal", "advantage_left_open", Number(0.15), lambda: _newcombe()[1],
        nudge="difference(k1, n1, k2, n2) with the incentive first. Which of the two ends is good for it?",
        wrong="Give difference(...) events and total of the incentive, then of usual care. Take the upper end.",
        praise="That much is left open: not shown is a sentence about the trial, not about the reward.",
        mistakes=[
            Mistake("other end", "That is the end that is worst for the incentive. The best one is asked for.",
                    lambda x: abs(x - _newcombe()[0]) < 0.15),
            Mistake("turned round", "The sign is turned: did you put usual care first, or count those who left?",
                    lambda x: min(abs(x + end) for end in _newcombe()) < 0.15),
            Mistake("no interval", "That is the difference itself. Its interval says what is left open.",
                    lambda x: abs(abs(x) - abs(_shares()[0] - _shares()[1])) < 0.15),
            Mistake("fraction of points",
                    "That is the difference itself, as a fraction. Its interval is asked for, in points.",
                    lambda x: abs(100 * abs(x) - abs(_shares()[0] - _shares()[1])) < 0.15),
            Mistake("one arm", "That is about one arm. The interval of the difference is asked for.",
                    lambda x: min(abs(x - end) for group in ("take-home incentive", "usual care")
                                  for end in (*wilson(*_arm(group)), *_shares())) < 0.06),
            Mistake("subtracted", "Intervals cannot be subtracted end by end. Use difference on the counts.",
                    lambda x: min(abs(x - gap) for gap in
                                  (wilson(*_arm("take-home incentive"))[1] - wilson(*_arm("usual care"))[1],
                                   wilson(*_arm("take-home incentive"))[1] - wilson(*_arm("usual care"))[0]))
                    < 0.06),
            Mistake("plain rule", "That is 1.96 standard errors to each side. Use the rule given: difference.",
                    lambda x: abs(x - _plain()) < 0.06 and abs(x - _newcombe()[1]) > 0.15),
            Mistake("fraction", "That is a fraction. Percentage points are asked for: multiply by 100.",
                    lambda x: abs(100 * x - _newcombe()[1]) < 0.15),
        ]),
    Question(
        "q5", "what is wrong with this table", "misjudged", Names(), _misjudged,
        nudge="For each row: is no difference inside the interval? If not, does better name that side?",
        wrong="Judge each row anew by its whole interval and by better, then compare with the verdict.",
        praise="Two questions for every row: on which side is the good, and does the whole interval lie there?",
        mistakes=[
            Mistake("none", "An empty list says that every verdict holds. Look at better and at the intervals.",
                    lambda names: not names),
            Mistake("unknown", "Give the names as they stand in the column outcome.",
                    lambda names: not names <= RESULTS.keys()),
            Mistake("all", "Some of the verdicts hold. Judge each row by its interval and by better.",
                    lambda names: names == RESULTS.keys()),
            Mistake("turned round", "Those are the rows in which the verdict holds. The others are asked for.",
                    lambda names: names == RESULTS.keys() - _misjudged()),
            Mistake("ratio with zero", "Some rows are risk ratios: there, no difference is 1 and not 0.",
                    lambda names: names != _misjudged() and names == _misjudged(ratio_null=0)),
            Mistake("direction only", "You went by better alone. Look also for no difference inside the interval.",
                    lambda names: names != _misjudged() and names in (_misjudged(interval=False), _turned())),
            Mistake("interval only", "You went by the interval alone. Ask also on which side the good lies: better.",
                    lambda names: names != _misjudged() and names == _misjudged(direction=False)),
            Mistake("not all", "Right as far as it goes, but there are more. Go through every row.",
                    lambda names: names < _misjudged()),
        ]),
    Question(
        "q6", "which comparison is it", "conclusion", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        nudge="How many arms did the trial have, and how many stand in the odds ratio?",
        wrong="Look at the columns group, comparator and direction of the trial's rows.",
        praise="A pair of arms shows what that pair can show. Ask for the arm that is missing.",
        mistakes=[
            Mistake("not by chance", "The interval speaks against chance. It does not say which part of an arm helped.",
                    lambda letter: letter == "a"),
            Mistake("which part", "The lot makes arms alike, so an arm may be credited. Which part of it may not.",
                    lambda letter: letter == "b"),
            Mistake("wide", "Wide, but all of it on one side of no difference. Look at the third arm.",
                    lambda letter: letter == "d"),
        ]),
]
