"""What is right in exercise 10, and which mistakes we know."""

from math import hypot

from .checker import Mistake, Question, row, wilson
from .kinds import Drawing, Letter, Names, Number

JOB_WITHOUT = 40
INSTRUMENTS = {"Ross 2005": "screen", "Darke 2005": "diagnostic criteria", "Langas 2012": "SCID-II"}
RESULTS = {"compliance": ("Amato 2011a", "during treatment"), "opioid abstinence": ("Amato 2011a", "follow-up"),
           "longest duration of abstinence": ("Ainscough 2017", "end of treatment"),
           "percentage of negative samples": ("Ainscough 2017", "end of treatment"),
           "frequency of substance use": ("Grant 2017", ""), "withdrawal and craving": ("Grant 2017", ""),
           "negative consequences of use": ("Grant 2017", ""), "competitive job": ("IPS for milder illness", "")}


def _job_ratio():
    return float(row("effects", study="IPS for milder illness", outcome="competitive job")["estimate"])


def _no_job():
    """From people: of 1000 in each group, how many are left without a job."""
    without, with_help = 10 * (100 - JOB_WITHOUT), 1000 - 10 * JOB_WITHOUT * _job_ratio()
    return with_help / without


def _survey(group, outcome):
    return float(row("proportions", study="Grant 2004", group=group, outcome=outcome)["percent"])


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
        line = row("proportions", study=study, outcome="BPD", instrument=instrument)
        bars[f"{study}, {instrument}"] = float(line[column])
    return bars


def _from_counts():
    """The percentages worked out again, where a count stands in the row."""
    bars = _bpd()
    line = row("proportions", study="Langas 2012", outcome="BPD")
    bars["Langas 2012, SCID-II"] = 100 * int(line["events"]) / int(line["total"])
    return bars


def _arm(group):
    line = row("proportions", study="Specka 2013", outcome="completed", group=group)
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
    return {outcome: row("effects", study=study, outcome=outcome, time=time)
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
        "q1", "turn a risk ratio", "no_job_ratio", Number(decimals=2), _no_job,
        recipe="Think of 100 people in each group. How many have a job, and how many have none? Work out the share "
               "without a job in each group, then divide: with the help over without.",
        praise="A ratio for the other outcome depends on how common the outcome is.",
        mistakes=[
            Mistake("inverse", "The inverse swaps the groups and is still about having a job. Count those with none.",
                    gives=lambda: 1 / _job_ratio()),
            Mistake("turned round", "You divided without by with. Put those with the help on top.",
                    gives=lambda: 1 / _no_job()),
            Mistake("still the job", "That is the ratio of having a job, as printed. Those with none are asked for.",
                    gives=_job_ratio),
            Mistake("one group", "That is the share of one group. Divide it by the share of the other.",
                    gives=lambda: (_no_job() * (100 - JOB_WITHOUT), _no_job() * (1 - JOB_WITHOUT / 100),
                                  _job_ratio() * JOB_WITHOUT, _job_ratio() * JOB_WITHOUT / 100)),
            Mistake("difference", "You subtracted. A ratio is a division.",
                    when=lambda x: min(abs(abs(x) - gap) for gap in
                                       (JOB_WITHOUT * (_job_ratio() - 1), JOB_WITHOUT / 100 * (_job_ratio() - 1),
                                        _job_ratio() - 1)) < 0.0055),
        ]),
    Question(
        "q2", "turn the question round", "times_as_common", Number(decimals=1), _times,
        recipe="Suppose that B is 100 people. How many are then in each of the two groups? Divide the share among "
               "people with a drug use disorder by the share among people with a PD.",
        praise="The same people are a large part of one group and a small part of the other.",
        mistakes=[
            Mistake("turned round", "That says how common the drug use disorder is beside the other. Turn it round.",
                    gives=lambda: 1 / _times()),
            Mistake("alcohol", "Those are the rows on alcohol, or one of them. Take the rows on drugs.",
                    gives=lambda: [_times("alcohol"), _pair("drug")[0] / _pair("alcohol")[1],
                                  _pair("alcohol")[0] / _pair("drug")[1]]),
            Mistake("one row", "That uses one of the two rows. B is a share of both groups, so both are needed.",
                    when=lambda x: min(abs(x - value) / value for share in _pair()
                                       for value in (share, share / 100, 1 / share, 100 / share)) < 0.006),
            Mistake("difference", "You subtracted the percentages. How many times asks for a division.",
                    when=lambda x: abs(abs(x) - abs(_pair()[0] - _pair()[1])) < 0.06),
            Mistake("product", "You multiplied the percentages. The two groups stand to each other as a quotient.",
                    gives=lambda: [_pair()[0] * _pair()[1] / by for by in (1, 100, 10_000)]),
            Mistake("percent", "That is in percent. How many times is asked for: do not multiply by 100.",
                    gives=lambda: 100 * _times()),
        ]),
    Question(
        "q3", "one disorder by instrument", "ax", Drawing("percent"), _bpd,
        recipe="Keep the rows with the outcome BPD of the three studies. Name: study + ', ' + instrument. Three "
               "bars, each as high as its printed percent, named by study and instrument.",
        praise="Beside a prevalence stands how it was found, and among whom.",
        mistakes=[
            Mistake("no instrument", "Name the instrument too: study, a comma, a space, instrument.",
                    when=lambda drawn: drawn["bars"].keys() == INSTRUMENTS.keys()),
            Mistake("instrument only", "Name the study too: study, a comma, a space, instrument.",
                    when=lambda drawn: drawn["bars"].keys() == set(INSTRUMENTS.values())),
            Mistake("people", "Your bars show how many people were asked. The share with BPD is asked for.",
                    gives=lambda: _bpd("total")),
            Mistake("worked out", "Close, but worked out again from a count. Take the column percent as printed.",
                    gives=_from_counts),
            Mistake("other rows", "There are bars for other outcomes too. Keep the rows whose outcome is BPD.",
                    when=lambda drawn: len(drawn["bars"]) > len(INSTRUMENTS)),
        ]),
    Question(
        "q4", "not significant is not equal", "advantage_left_open", Number(within=0.15), lambda: _newcombe()[1],
        recipe="difference(k1, n1, k2, n2) with the incentive first. Which of the two ends is good for it? Give "
               "difference(...) events and total of the incentive, then of usual care. Take the upper end.",
        praise="That much is left open: not shown is a sentence about the trial, not about the reward.",
        mistakes=[
            Mistake("other end", "That is the end that is worst for the incentive. The best one is asked for.",
                    gives=lambda: _newcombe()[0]),
            Mistake("turned round", "The sign is turned: did you put usual care first, or count those who left?",
                    gives=lambda: [-end for end in _newcombe()]),
            Mistake("no interval", "That is the difference itself. Its interval says what is left open.",
                    when=lambda x: abs(abs(x) - abs(_shares()[0] - _shares()[1])) < 0.15),
            Mistake("fraction of points",
                    "That is the difference itself, as a fraction. Its interval is asked for, in points.",
                    when=lambda x: abs(100 * abs(x) - abs(_shares()[0] - _shares()[1])) < 0.15),
            Mistake("one arm", "That is about one arm. The interval of the difference is asked for.",
                    when=lambda x: min(abs(x - end) for group in ("take-home incentive", "usual care")
                                       for end in (*wilson(*_arm(group)), *_shares())) < 0.06),
            Mistake("subtracted", "Intervals cannot be subtracted end by end. Use difference on the counts.",
                    gives=lambda: (wilson(*_arm("take-home incentive"))[1] - wilson(*_arm("usual care"))[1],
                                  wilson(*_arm("take-home incentive"))[1] - wilson(*_arm("usual care"))[0])),
            Mistake("plain rule", "That is 1.96 standard errors to each side. Use the rule given: difference.",
                    gives=_plain),
            Mistake("fraction", "That is a fraction. Percentage points are asked for: multiply by 100.",
                    gives=lambda: _newcombe()[1] / 100),
        ]),
    Question(
        "q5", "what is wrong with this table", "misjudged", Names(RESULTS), _misjudged,
        recipe="For each row: is no difference inside the interval? If not, does better name that side? Judge each row"
               " anew by its whole interval and by better, then compare with the verdict.",
        praise="Two questions for every row: on which side is the good, and does the whole interval lie there?",
        mistakes=[
            Mistake("ratio with zero", "Some rows are risk ratios: there, no difference is 1 and not 0.",
                    gives=lambda: _misjudged(ratio_null=0)),
            Mistake("direction only", "You went by better alone. Look also for no difference inside the interval.",
                    gives=lambda: [_misjudged(interval=False), _turned()]),
            Mistake("interval only", "You went by the interval alone. Ask also on which side the good lies: better.",
                    gives=lambda: _misjudged(direction=False)),
        ]),
    Question(
        "q6", "which comparison is it", "conclusion", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="How many arms did the trial have, and how many stand in the odds ratio?",
        praise="A pair of arms shows what that pair can show. Ask for the arm that is missing.",
        mistakes=[
            Mistake("not by chance", "The interval speaks against chance. It does not say which part of an arm helped.",
                    gives="a"),
            Mistake("which part", "The lot makes arms alike, so an arm may be credited. Which part of it may not.",
                    gives="b"),
            Mistake("wide", "Wide, but all of it on one side of no difference. Look at the third arm.", gives="d"),
        ]),
]
