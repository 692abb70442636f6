"""What is right in exercise 06, and which mistakes we know."""

import math

from .checker import Mistake, Question, near, row
from .kinds import Drawing, Letter, Names, Number, Numbers

SIX = {"benishek2014": {"outcome": "substance use", "time": "6 months after treatment"},
       "cristea2017": {"outcome": "health service use"},
       "decou2019": {"outcome": "use of crisis services"},
       "grant2017": {"outcome": "frequency of substance use"},
       "vossler2024": {"outcome": "depressive symptoms", "time": "post", "comparator": "other psychotherapy"},
       "worldpsy2024": {"outcome": "suicide-related"}}
SEVEN = {"benishek2014": SIX["benishek2014"],
         "decou2019": {"outcome": "suicidal ideation"},
         "frederick2019": {"outcome": "global functioning"},
         "grant2017": {"outcome": "depression"},
         "mcmain2009": {"outcome": "anger"},
         "storebo2020": {"outcome": "self-harm", "time": "6 to 12 months after treatment", "measure": "SMD"},
         "vossler2024": SIX["vossler2024"]}
TRIALS = ("bateman2009", "carlyle2020", "doering2010", "verheul2003")
MARGIN = 0.35


def _six():
    return {study: row("effects", study_id=study, **wanted) for study, wanted in SIX.items()}


def _to_turn():
    return {study for study, line in _six().items() if line["better"] == "negative"}


def _minus():
    return {study for study, line in _six().items() if float(line["estimate"]) < 0}


def _functioning(modality="dbt"):
    """Estimate and half width of the psychodynamic row and of the other row, as printed."""
    lines = (row("effects", study_id="worldpsy2024", outcome="psychosocial functioning"),
             row("effects", study_id="storebo2020", outcome="psychosocial functioning", modality_id=modality,
                 comparator="treatment as usual", better="negative"))
    return [(float(line["estimate"]), (float(line["ci_high"]) - float(line["ci_low"])) / 2) for line in lines]


def _lead(signs=(-1, 1), join=math.hypot, modality="dbt"):
    # Half widths join as the standard errors do, since each is 1.96 of them.
    (first, reach1), (second, reach2) = _functioning(modality)
    lead, reach = signs[0] * first + signs[1] * second, join(reach1, reach2)
    return [lead - reach, lead + reach]


def _outer(left, right):
    """The limits of the two rows taken crosswise, as if both were off to opposite sides."""
    return left + right


def _single(which):
    estimate, reach = _functioning()[which]
    return sorted((-estimate - reach, -estimate + reach))


def _counts():
    """{study: (events and total of the treatment, events and total of the comparison)}."""
    counts = {}
    for study in TRIALS:
        lines = [row("proportions", study_id=study, outcome="suicide attempt", role=role)
                 for role in ("treatment", "comparison")]
        counts[study] = tuple(int(line[what]) for line in lines for what in ("events", "total"))
    return counts


def _variance(k1, n1, k2, n2):
    return (n1 - k1) / (k1 * n1) + (n2 - k2) / (k2 * n2)


def _percent(parts):
    whole = sum(parts.values())
    return {name: 100 * part / whole for name, part in parts.items()}


def _weights():
    return _percent({study: 1 / _variance(*counts) for study, counts in _counts().items()})


def _variances():
    return _percent({study: _variance(*counts) for study, counts in _counts().items()})


def _by_root():
    return _percent({study: _variance(*counts) ** -0.5 for study, counts in _counts().items()})


def _by_people():
    return _percent({study: n1 + n2 for study, (_, n1, _, n2) in _counts().items()})


def _no_totals():
    return _percent({study: 1 / (1 / k1 + 1 / k2) for study, (k1, _, k2, _) in _counts().items()})


def _weights_and_values(weigh=True, log=math.log):
    weight = {study: 1 / _variance(*counts) if weigh else 1 for study, counts in _counts().items()}
    value = {study: log(k1 * n2 / (n1 * k2)) for study, (k1, n1, k2, n2) in _counts().items()}
    return weight, value


def _q(**how):
    """Q as the sum of squares less the square of the sum: another road than the lesson's distances."""
    weight, value = _weights_and_values(**how)
    total = sum(weight[study] * value[study] for study in weight)
    return sum(weight[study] * value[study] ** 2 for study in weight) - total**2 / sum(weight.values())


def _q_from_plain_mean():
    """The weighted distances, but from a mean in which each trial counts alike."""
    weight, value = _weights_and_values()
    plain = sum(value.values()) / len(value)
    return sum(weight[study] * (value[study] - plain) ** 2 for study in weight)


def _share(free=3, q=None, **how):
    q = q or _q(**how)
    return 100 * (q - free) / q


def _i_squared():
    return max(0, _share())


def _seven():
    lines = {study: row("effects", study_id=study, **wanted) for study, wanted in SEVEN.items()}
    return {study: (float(line["ci_low"]), float(line["ci_high"])) for study, line in lines.items()}


def _not_shown():
    return {study for study, (low, high) in _seven().items() if max(-low, high) >= MARGIN}


def _one_side(which):
    sides = {"low": lambda low, high: -low >= MARGIN, "high": lambda low, high: high >= MARGIN}
    return {study for study, limits in _seven().items() if sides[which](*limits)}


QUESTIONS = [
    Question(
        "q1", "which signs to turn", "to_turn", Names(SIX), _to_turn,
        fixed="changing the numbers leaves the side of the benefit where it is",
        recipe="The column better says on which side of zero the benefit lies. Which side shall be right? For each "
               "row: does the benefit lie below zero? Then, and only then, the sign is turned.",
        praise="The side of the benefit decides, not the sign of the estimate.",
        mistakes=[
            Mistake("minus signs", "You turned the minus signs. A minus may be a disadvantage: read the column better.",
                    gives=_minus),
        ]),
    Question(
        "q2", "an indirect comparison", "lead_limits", Numbers(("low", "high"), within=0.0105), _lead,
        recipe="Begin with the column better of the two rows. On which side of zero does the benefit lie? Lead: "
               "psychodynamic minus DBT, both turned. Reach: 1.96 times the root of the summed squares.",
        praise="An interval wider than each of the two it is made of, and it holds zero.",
        mistakes=[
            Mistake("sign of the lead", "The sign is wrong. Turn both rows first, then take psychodynamic minus DBT.",
                    gives=lambda: _lead((1, -1))),
            Mistake("one sign only", "You turned one of the two signs. In both rows a minus is good: turn both.",
                    gives=lambda: [_lead((1, 1)), _lead((-1, -1))]),
            Mistake("other modality", "You took another row of storebo2020. Which modality_id is asked for?",
                    gives=lambda: _lead(modality="psychotherapy_any")),
            Mistake("errors added", "You added the two reaches. Errors join as squares: root of the sum of squares.",
                    gives=lambda: _lead(join=_outer)),
            Mistake("errors subtracted", "Uncertainty does not cancel: the squares are added, not subtracted.",
                    gives=lambda: _lead(join=lambda a, b: math.sqrt(abs(a * a - b * b)))),
            Mistake("no 1.96", "That is the lead with one standard error on either side. Multiply it by 1.96.",
                    gives=lambda: _lead(join=lambda a, b: math.hypot(a, b) / 1.96)),
            Mistake("whole width", "Your reach is twice too long: an interval is twice 1.96 errors wide.",
                    gives=lambda: _lead(join=lambda a, b: 2 * math.hypot(a, b))),
            Mistake("limits subtracted", "Low minus low and high minus high is no interval of a difference.",
                    gives=lambda: sorted(a - b for a, b in zip(_single(0), _single(1), strict=True))),
            Mistake("one row", "That is the interval of one row against usual care. The lead has its own.",
                    gives=lambda: [_single(0), _single(1)]),
            Mistake("high first", "Give the lower limit first, then the higher one.", when=lambda x: x[0] > x[1]),
        ]),
    Question(
        "q3", "draw the weights", "ax", Drawing("percent"), _weights,
        recipe="An exact trial has a small variance. What is the variance of the log of a risk ratio? The variance is "
               "1/k1 - 1/n1 + 1/k2 - 1/n2; the weight is one over it, in percent of all weights.",
        praise="Events make a trial exact, not people alone.",
        mistakes=[
            Mistake("raw weights", "Those are the weights themselves. Divide each by the sum of all, times 100.",
                    gives=lambda: {study: 1 / _variance(*counts) for study, counts in _counts().items()}),
            Mistake("variances", "You drew the variances. The exact trials have the small ones: take one over them.",
                    gives=_variances),
            Mistake("standard errors", "You divided by the standard error. Inverse variance means its square.",
                    gives=_by_root),
            Mistake("people", "Those are the shares of the people. The weights come from the variance.",
                    gives=_by_people),
            Mistake("no totals", "The variance lacks its two minus terms, one over each total.", gives=_no_totals),
        ]),
    Question(
        "q4", "do they agree", "i_squared", Number(within=0.11, unit="percent"), _i_squared,
        recipe="Q first, with the weights of question 3. How large would chance alone make it? Q less what chance "
               "would give, as a share of Q, in percent, never below zero.",
        praise="Much of what sets these trials apart is not chance.",
        mistakes=[
            Mistake("q itself", "That is Q. I squared is the share of Q that lies above what chance would give.",
                    gives=_q),
            Mistake("trials, not one less", "Chance gives one less than the number of trials: their own mean was used.",
                    gives=lambda: _share(free=4)),
            Mistake("as in the lesson", "The lesson pooled three trials, and took one less. How many are pooled here?",
                    gives=lambda: _share(free=2)),
            Mistake("plain mean", "Your distances are from the plain mean. Take them from the weighted one.",
                    gives=lambda: _share(q=_q_from_plain_mean())),
            Mistake("the rest", "That is the share that chance explains. The other part is asked for.",
                    gives=lambda: 100 - _i_squared()),
            Mistake("zero", "Your Q lies below what chance gives. Did it get the weights, and natural logarithms?",
                    when=lambda x: near(x, 0) and not near(_i_squared(), 0)),
            Mistake("no weights", "Each squared distance has to be multiplied by the weight of its trial.",
                    gives=lambda: [_share(weigh=False), _q(weigh=False)]),
            Mistake("ratios", "You used the ratios as they are. Pool and compare them on the log scale.",
                    gives=lambda: _share(log=lambda ratio: ratio)),
            Mistake("log10", "You took the logarithm to base ten. The variance belongs to the natural one, np.log.",
                    gives=lambda: _share(log=math.log10)),
        ]),
    Question(
        "q5", "what is wrong with this table", "not_shown", Names(SEVEN), _not_shown,
        recipe="Same means: the whole interval lies between minus the margin and plus the margin. Look at both limits "
               "of each row: does either lie at the margin or beyond it?",
        praise="Zero inside is not enough. Everything inside the margins would be.",
        mistakes=[
            Mistake("lower limits only", "Those are the lower limits. A difference may matter on the other side too.",
                    gives=lambda: _one_side("low")),
            Mistake("upper limits only", "Those are the upper limits. A difference may matter on the other side too.",
                    gives=lambda: _one_side("high")),
        ]),
    Question(
        "q6", "two results from one trial", "reading", Letter("abcd"), lambda: "c",
        fixed="a reading question",
        recipe="Compare the rows whose time is baseline. Where did the two arms begin?",
        praise="Unequal at the start: then end and change may name different winners.",
        mistakes=[
            Mistake("the end", "The end compares two arms that did not begin alike. Look at the baseline.", gives="a"),
            Mistake("the change", "Who begins worse has further to come down. Look at the baseline.", gives="b"),
            Mistake("a misprint", "Both can be true at once: ahead at the end, and with the smaller change.",
                    gives="d"),
        ]),
]
