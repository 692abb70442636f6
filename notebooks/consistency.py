"""Can a printed number be true? The small checks that the lessons teach, in one place.

Printed numbers are **text** here: "5.19", ".05" and "46.0" keep their decimals, and a number of one's own is rounded
as the page rounded. A printed number stands for all values that print so (a tie may go either way), on both sides of
a comparison. A p may be ".03", "=.03", "<.05", ">.05" or "n.s.". A cell that is missing or is no plain number never
stops a check: it says so.

Each check gives a Result: a word (fits, ask, cannot be checked, does not fit), why, often what would fit, and the
ordinary reasons that make the check speak up where nothing is wrong. *Ask* means that such a reason is likely.

| check | what it asks |
|---|---|
| percent_of_people(percent, n, count="") | is the percentage a whole number of n people, or of this count? |
| mean_of_whole(mean, n, items="1") | can whole-number scores have this mean (GRIM)? |
| sd_of_whole(mean, sd, n, items="1") | and this SD beside it (GRIMMER)? |
| sd_on_scale(mean, sd, n, lowest, highest, items="1") | does the SD lie within its limits (0 to 1: DEBIT)? |
| p_of_statistic(kind, value, df, p, one_sided=False) | p from t, F, chi2, r or z with its df, "28" or "2, 28" |
| p_of_interval(estimate, low, high, p, ratio=False, n="") | p from an estimate and its 95% interval |
| p_of_counts(count, n, other_count, other_n, p) | p from the people in two arms |
| p_of_means(mean, sd, n, other_mean, other_sd, other_n, p) | p from two means and their SDs |
| d_of_means(mean, sd, n, other_mean, other_sd, other_n, d) | d from two means and their SDs |
| estimate_in_interval(estimate, low, high, ratio=False) | inside its own interval, and near the middle? |
| se_of_sd(se, sd, n) | does the standard error follow from the SD? |
| se_of_interval(low, high, se, ratio=False, n="") | does the interval have the width that the SE gives? |
| ratio_of_shares(kind, percent, other_percent, printed) | OR, RR or RD from two percentages |
| parts_and_whole(parts, whole, shares=False) | do the parts, people or shares, add up? |
| mean_of_parts(parts, whole) | the mean of all from (n, mean) of each part |

``slip`` looks for a lost zero, a lost minus, turned digits or a slipped point that would mend a number; the checks
add what it finds. ``t_of_p``, ``interval_of_p`` and ``sd_of_interval`` work out what a page leaves out.
``failures`` looks at every row of the tables; a row that fails carries the name of the flag in its ``flag`` column,
and data/README.md explains every flag. Means are looked at only where ``whole`` says that the scores are whole.

Sources: GRIM, Brown and Heathers 2017; GRIMMER, Anaya 2016 and Allard 2018; limits of an SD and DEBIT, Heathers and
others 2018 and 2019; p from statistics, Nuijten and others 2016 (statcheck); p, SE and interval from each other, the
Cochrane Handbook and Altman and Bland 2011.
"""

import csv
import math
import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from itertools import combinations
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
RATIOS = {"RR", "OR", "HR", "IRR", "rate ratio"}
PLAIN = re.compile(r"[-+]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})", re.ASCII)
FITS, ASK, OPEN, NOT = "fits", "ask", "cannot be checked", "does not fit"


# ------------------------------------------------------------------------------- printed numbers


class Unclear(ValueError):
    """A cell is missing, is no plain number, or leaves nothing to check."""


def number(printed, what):
    """The printed number as an exact fraction. Raises Unclear, naming ``what`` was to be read."""
    text = str(printed).strip().replace("\N{MINUS SIGN}", "-")
    if not text:
        raise Unclear(f"The {what} is missing.")
    if not PLAIN.fullmatch(text):
        raise Unclear(f"The {what}, {str(printed)[:40]!r}, is no plain number.")
    return Fraction(text.rstrip("."))


def people(printed, what="number of people", least=1):
    """A printed whole number of people, from ``least`` to ten million."""
    value = number(printed, what)
    if value.denominator != 1 or not least <= value <= 10**7:
        raise Unclear(f"The {what}, {printed}, is no whole number from {least} to ten million.")
    return int(value)


def decimals(printed):
    """Number of decimals of a printed number: "46.0" has 1, "40" has 0."""
    text = str(printed).strip()
    return len(text.partition(".")[2]) if "." in text else 0


def half_step(printed):
    """Half the distance between two neighbouring printed numbers: 0.5 for "40", 0.05 for "46.0"."""
    return 0.5 * 10 ** -decimals(printed)


def reach(printed, what):
    """The least and the greatest value that print so: "5.19" is 5.185 to 5.195."""
    value, half = number(printed, what), Fraction(1, 2 * 10 ** decimals(printed))
    return value - half, value + half


def plain_p(printed):
    """A printed p without its letter, blanks and sign of equality: "p = .03" is ".03"."""
    return re.sub(r"^[pP]\b|[\s=]", "", str(printed).strip())


def p_reach(printed):
    """The least and the greatest value of a printed p: ".03", "p = .03", "<.05", ">.05" or "n.s." (above 0.05)."""
    text = plain_p(printed)
    if text.lower() in {"ns", "n.s.", "n.s", "notsignificant"}:
        return Fraction(1, 20), Fraction(1)
    sign, bare = (text[0], text[1:]) if text[:1] in set("<>≤≥") else ("", text)
    value = number(bare, "p")
    if not 0 <= value <= 1:
        raise Unclear(f"A p lies between 0 and 1, not at {bare}.")
    if sign:
        return (Fraction(0), value) if sign in "<≤" else (value, Fraction(1))
    low, high = reach(bare, "p")
    return max(low, Fraction(0)), min(high, Fraction(1))


def sizes(low, high):
    """The least and the greatest distance from zero of the values between ``low`` and ``high``."""
    return (0.0 if low <= 0 <= high else float(min(abs(low), abs(high)))), float(max(abs(low), abs(high)))


def meet(one, other):
    """Do two ranges of values have any in common?"""
    return float(one[0]) <= float(other[1]) + 1e-9 and float(other[0]) <= float(one[1]) + 1e-9


def slip(printed, fits, signs_only=False):
    """A slip of the pen that would explain a printed number: a sentence, or "" if none makes ``fits(text)`` true.

    Tried in turn: a minus lost or added, a point that slipped, two digits turned, a zero that was lost.
    """
    text = str(printed).strip().replace("\N{MINUS SIGN}", "-")
    if not PLAIN.fullmatch(text):
        return ""
    bare = text.lstrip("-+")
    minus = text[:len(text) - len(bare)]
    tries = [("Without the minus, {} would fit.", bare) if minus else ("With a minus, {} would fit.", f"-{bare}")]
    if not signs_only:
        tries += [("A tenth of it, {}, would fit.", f"{Decimal(text).scaleb(-1):f}"),
                  ("Ten times it, {}, would fit.", f"{Decimal(text).scaleb(1):f}")]
        digits = [at for at, letter in enumerate(bare) if letter != "."]
        for one, two in combinations(digits, 2):
            turned = list(bare)
            turned[one], turned[two] = turned[two], turned[one]
            tries.append(("With two digits turned, {} would fit.", minus + "".join(turned)))
        point = bare.find(".") if "." in bare else len(bare)
        places = [*range(1, point), *([point + 1] if decimals(bare) == 1 else [])]
        tries += [("With a lost zero, {} would fit.", f"{minus}{bare[:at]}0{bare[at:]}") for at in places]
    for words, tried in tries:
        with suppress(Unclear):  # a slip that makes no sense in this place
            if Decimal(tried) != Decimal(text) and fits(tried):
                return words.format(tried)
    return ""


# ------------------------------------------------------------------------------- results


@dataclass(frozen=True)
class Result:
    """What a check says: ``word`` (one of FITS, ASK, OPEN, NOT), ``why`` (a sentence or two), ``reasons`` (what else
    makes this check speak up, ordinary and no error) and ``would_fit`` (numbers that would fit, where they are few).
    """

    word: str
    why: str
    reasons: tuple = ()
    would_fit: tuple = ()

    def __str__(self):
        asked = f" Could it be this: {', '.join(self.reasons)}?" if self.word in {ASK, NOT} else ""
        return f"{self.word}: {self.why}{asked}"


def check(*reasons):
    """Make a check of a function that returns word, why and perhaps what would fit; ``reasons`` are its false alarms.

    Unclear cells become a Result as well, so that a check never stops at what a page prints.
    """
    def of(work):
        @wraps(work)
        def checked(*printed, **named):
            try:
                word, why, *fit = work(*printed, **named)
            except Unclear as gap:
                word, why, fit = OPEN, str(gap), ()
            return Result(word, " ".join(why.split()), reasons, tuple(*fit))
        checked.reasons = reasons
        return checked
    return of


def _beside(printed, what, span, told, other="", word=ASK):
    """Does a printed number meet the span that others give? Where not, ``other`` is said, or the slip that mends it."""
    def fits(tried):
        return meet(reach(tried, what), span)
    if fits(printed):
        return FITS, told, span
    return word, f"{told} {other or slip(printed, fits)}", span


# ------------------------------------------------------------------------------- whole people, whole scores


def counts_for(printed, total):
    """All whole numbers of people out of ``total`` whose percentage prints as ``printed`` (text or number)."""
    return [events for events in sums_for(printed, int(total), 100, "percentage") if 0 <= events <= total]


def totals_for(printed, up_to):
    """All group sizes from 1 to ``up_to`` in which some whole number of people prints as ``printed`` percent."""
    return [total for total in range(1, up_to + 1) if counts_for(printed, total)]


def sums_for(printed, parts, unit=1, what="mean"):
    """All whole sums that, divided by ``parts`` (times ``unit``: 100 for percent), print as ``printed``: a range."""
    low, high = reach(printed, what)
    return range(math.ceil(low * parts / unit), math.floor(high * parts / unit) + 1)


def _no_sum(printed, parts, unit, per_person, what):
    """What would fit where no whole sum does: the two neighbours, fewer people, or a figure that was cut off."""
    below = math.floor(number(printed, what) * parts / unit)
    near = tuple(f"{unit * total / parts:.{decimals(printed)}f}" for total in (below, below + 1))
    n = parts // per_person
    fewer = next((m for m in range(n - 1, max(n // 2, n - 50), -1)
                  if sums_for(printed, m * per_person, unit, what)), None)
    words = f"{near[0]} and {near[1]} would fit{f', or {fewer} people' if fewer else ''}."
    value, step = abs(number(printed, what)), Fraction(1, 10 ** decimals(printed))
    for total in (below, below + 1):
        if value <= abs(Fraction(unit * total, parts)) < value + step:
            exact = f"{unit * total / parts:.{decimals(printed) + 1}f}"
            return ASK, f"{words} {total} of {parts} is {exact}: cut off and not rounded?", near
    return NOT, words, near


@check("people who left", "the figure was cut off and not rounded", "it was weighted or estimated by a model")
def percent_of_people(percent, n, count=""):
    """Is a printed percentage a whole number of ``n`` people, or, where it is given, of this ``count`` of them?"""
    total, share = people(n), number(percent, "percentage")
    if not 0 <= share <= 100:
        return NOT, f"A share of people lies between 0 and 100%, not at {percent}%."
    fit = sums_for(percent, total, 100, "percentage")
    if str(count).strip():
        events = people(count, "count", least=0)
        if events > total:
            return NOT, f"{events} of {total} is more than all."
        own = f"{events} of {total} is {100 * events / total:.{decimals(percent) + 1}f}%"
        if events in fit:
            return FITS, f"{own}."
        cut = share <= Fraction(100 * events, total) < share + Fraction(1, 10 ** decimals(percent))
        hint = "It would fit if it was cut off." if cut else slip(
            percent, lambda tried: events in sums_for(tried, total, 100))
        return ASK if cut else NOT, f"{own}, not {percent}%. {hint}"
    if total >= 100 * 10 ** decimals(percent):
        every = f"Of {total} people every percentage with {decimals(percent)} decimals is possible."
        return OPEN, every, (percent, percent)
    if fit:
        return FITS, f"{' or '.join(map(str, fit))} of {total} people."
    word, near, pair = _no_sum(percent, total, 100, 1, "percentage")
    return word, f"{percent}% is no whole number of {total} people; {near}", pair


def _sums(mean, n, items):
    """The people, the scores they gave, and the whole sums of those scores that the mean allows."""
    group, each = people(n), people(items, "number of items")
    return group, each, sums_for(mean, group * each)


SCORES = ("scores that are averages of several items", "missing answers filled in", "a mean estimated by a model",
          "people who left", "the figure was cut off and not rounded")


@check(*SCORES)
def mean_of_whole(mean, n, items="1"):
    """Can whole-number scores of ``n`` people, each the average of ``items`` answers, have this mean (GRIM)?"""
    group, each, sums = _sums(mean, n, items)
    parts = group * each
    if parts >= 10 ** decimals(mean):
        return OPEN, f"{parts} scores can have every mean with {decimals(mean)} decimals.", (mean, mean)
    if sums:
        return FITS, f"A sum of {' or '.join(map(str, sums))}, divided by {parts}, prints as {mean}."
    word, near, pair = _no_sum(mean, parts, 1, each, "mean")
    return word, f"No whole-number scores of {group} people have the mean {mean}; {near}", pair


def _deviations(sd, group, each):
    """The least and the greatest sum of squared deviations that print as this SD."""
    return tuple(max(side, 0) ** 2 * each ** 2 * (group - 1) for side in reach(sd, "SD"))


def _least_squares(total, group):
    """The sum of squares of whole scores with this sum that are as alike as can be."""
    whole, rest = divmod(total, group)
    return (group - rest) * whole ** 2 + rest * (whole + 1) ** 2


def _squares_fit(sums, sd, group, each):
    """Is there a whole sum of squares that gives this SD? It is even where the sum of the scores is even."""
    low, high = _deviations(sd, group, each)
    for total in sums:
        first = max(_least_squares(total, group), math.ceil(low + Fraction(total ** 2, group)))
        first += (first - total) % 2
        if first <= high + Fraction(total ** 2, group):
            return True
    return False


@check(*SCORES, "a standard error printed as SD")
def sd_of_whole(mean, sd, n, items="1"):
    """Can whole-number scores of ``n`` people have this mean and, beside it, this SD (GRIMMER)?"""
    group, each, sums = _sums(mean, n, items)
    low, high = _deviations(sd, group, each)
    if number(sd, "SD") < 0:
        return NOT, "An SD is never below zero."
    if group < 2 or len(sums) > 1000:
        return OPEN, f"The mean {mean} of {group} people leaves an SD too much room."
    if not sums:
        return NOT, f"No whole-number scores of {group} people have the mean {mean}, whatever their SD."
    if _squares_fit(sums, sd, group, each):
        if high - low >= 2:
            return OPEN, f"With {group} people every larger SD with {decimals(sd)} decimals is possible.", (sd, sd)
        return FITS, f"Whole-number scores of {group} people can have the mean {mean} and the SD {sd}."
    step = Decimal(1).scaleb(-decimals(sd))
    near = [next((tried for away in range(1, 100) if (tried := str(Decimal(sd) + side * away * step))[0] != "-"
                  and _squares_fit(sums, tried, group, each)), None) for side in (-1, 1)]
    near = tuple(filter(None, near))
    return NOT, (f"No whole-number scores of {group} people have the mean {mean} and the SD {sd}"
                 + (f"; {' and '.join(near)} would fit." if near else ".")), near


@check("another scale than was thought", "a standard error printed as SD", "scores that were transformed")
def sd_on_scale(mean, sd, n, lowest, highest, items="1"):
    """Does the SD (or "" to be told its limits) lie within what whole-number scores on a scale allow?

    ``would_fit`` is the least and the greatest SD. A scale from 0 to 1 is the check of a share (DEBIT).
    """
    group, each, sums = _sums(mean, n, items)
    bottom, top = (number(end, "end of the scale") * each for end in (lowest, highest))
    if bottom.denominator > 1 or top.denominator > 1 or not 0 < top - bottom <= 10**4 or group < 2:
        raise Unclear("This check asks for two people or more and whole ends of the scale, the lower one first.")
    bottom, top = int(bottom), int(top)
    sums = range(max(sums.start, group * bottom), min(sums.stop, group * top + 1))
    if not sums:
        inside_it = bottom <= number(mean, "mean") * each <= top
        why = (f"No whole-number scores of {group} people have the mean {mean}." if inside_it else
               f"The mean {mean} lies outside the scale, {lowest} to {highest}.")
        return NOT, why + " " + slip(mean, lambda tried: bottom <= number(tried, "mean") * each <= top)

    def most_squares(total):
        """The sum of squares of scores that are as far apart as can be: all at the ends, one person between."""
        tops, rest = divmod(total - group * bottom, top - bottom)
        between = (bottom + rest) ** 2 if tops < group else 0
        return tops * top ** 2 + max(0, group - tops - 1) * bottom ** 2 + between

    # the least SD lies where everybody gives one answer, or at an end; the greatest as near to the middle as can be
    alike = -(-sums.start // group) * group
    halfway = min(max(group * (bottom + top) // 2, sums.start), sums.stop - 1)
    central = range(max(sums.start, halfway - top + bottom), min(sums.stop, halfway + top - bottom + 1))
    least = min(_least_squares(total, group) - Fraction(total ** 2, group)
                for total in (sums.start, sums.stop - 1, alike) if total in sums)
    most = max(most_squares(total) - Fraction(total ** 2, group) for total in central)
    limits = tuple(math.sqrt(side / (group - 1)) / each for side in (least, most))
    told = f"On a scale of {lowest} to {highest} the SD lies between {limits[0]:.2f} and {limits[1]:.2f}."
    if not str(sd).strip():
        return OPEN, told + " None is printed.", limits
    as_error = meet([float(side) * math.sqrt(group) for side in reach(sd, "SD")], limits)
    return _beside(sd, "SD", limits, told, "As a standard error it would fit." * as_error, NOT)


# ------------------------------------------------------------------------------- p


def two_sided_p(z):
    """Two-sided p of a standard normal z."""
    return math.erfc(abs(z) / math.sqrt(2))


def beta_below(x, a, b):
    """The regularised incomplete beta function: the share of a beta distribution (a, b) below x, by its continued
    fraction (DLMF 8.17.22). Good to 1e-10 for a and b from 0.5 to 5000.
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # there the fraction converges slowly; its mirror image does not
        return 1 - beta_below(1 - x, b, a)
    fraction = 1.0
    for m in range(300, -1, -1):
        fraction = 1 + (m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2)) / fraction
        fraction = 1 - (a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)) / fraction
    log_front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(log_front) / a / fraction


def p_of_t(t, df):
    """Two-sided p of Student's t."""
    return beta_below(df / (df + t * t), df / 2, 0.5)


def p_of_f(f, df, df_below):
    """p of F with ``df`` above and ``df_below`` below the line."""
    return beta_below(df_below / (df_below + df * f), df_below / 2, df / 2)


def p_of_chi2(chi2, df):
    """p of chi-square with a whole ``df``: a finite sum, in logarithms so that large df do no harm."""
    if chi2 <= 0:
        return 1.0
    half = chi2 / 2
    odd = df % 2
    powers = [k + odd / 2 for k in range(int(df) // 2)]
    terms = sum(math.exp(power * math.log(half) - half - math.lgamma(power + 1)) for power in powers)
    return min(1.0, terms + (math.erfc(math.sqrt(half)) if odd else 0))


def p_of_r(r, df):
    """Two-sided p of a correlation with ``df`` = n - 2."""
    return p_of_t(r * math.sqrt(df / (1 - r * r)), df) if r < 1 else 0.0


#: For each test statistic its p and how many df it asks for.
STATISTICS = {"z": (two_sided_p, 0), "t": (p_of_t, 1), "r": (p_of_r, 1), "F": (p_of_f, 2), "chi2": (p_of_chi2, 1)}


def p_in_words(p):
    """A p as people read it: "0.014", "0.6", and "below 0.001" for the smallest ones."""
    return "below 0.001" if p < 0.001 else f"{p:.2g}"


def p_span(least, most):
    """A range of p as people read it: "0.023", "0.018 to 0.14", "at most 0.003", "at least 0.2"."""
    if p_in_words(least) == p_in_words(most):
        return p_in_words(most)
    if least < 0.001:
        return f"at most {p_in_words(most)}"
    return f"at least {p_in_words(least)}" if most >= 0.995 else f"{p_in_words(least)} to {p_in_words(most)}"


def _p_beside(p, least, most, told, word=NOT):
    """Does a printed p fit one between ``least`` and ``most``? ``word`` is said where it does not."""
    if re.fullmatch(r"[<≤]?0*\.?0+", plain_p(p)):
        return NOT, f"A p is never zero; a program that prints {p} means one below that. {told}", (least, most)
    printed = tuple(map(float, p_reach(p)))
    if meet(printed, (least, most)):
        return FITS, told, (least, most)
    if meet(printed, (least / 2, most / 2)):
        return ASK, f"{told} Half of it would fit: one-sided?", (least, most)
    sides = printed[1] < 0.05 <= least or most < 0.05 <= printed[0]
    hint = slip(plain_p(p), lambda tried: meet(p_reach(tried), (least, most)))
    return word, f"{told} {'They stand on different sides of 0.05.' if sides else ''} {hint}", (least, most)


@check("a one-sided test", "a correction for several tests", "Welch's t, whose df is no whole number",
       "a bootstrap or a permutation test")
def p_of_statistic(kind, value, df, p, one_sided=False):
    """Does a printed p follow from t, F, chi2, r or z with its df ("28"; for F "2, 28")?

    Where the last df of t or F is not printed, only a p that is too small for every df can be told.
    """
    if kind not in STATISTICS:
        raise Unclear(f"This check reads {', '.join(STATISTICS)}, not {kind}.")
    p_value, wanted = STATISTICS[kind]
    freedom = [number(part, "df") for part in re.split("[,;]", str(df)) if part.strip()][:wanted]
    if any(not 0 < part <= 10**4 for part in freedom) or (kind == "chi2" and any(d.denominator > 1 for d in freedom)):
        raise Unclear(f"The df, {df}, lies outside what this check reads.")
    if kind == "r" and abs(number(value, kind)) > 1:
        return NOT, f"A correlation lies between -1 and 1, not at {value}."
    if kind in {"F", "chi2"} and number(value, kind) < 0:
        return NOT, f"{kind} is never below zero."
    least, most = (min(size, 1.0) if kind == "r" else size for size in sizes(*reach(value, kind)))
    if kind in {"F", "chi2"}:
        least = max(0.0, float(reach(value, kind)[0]))
    share = 0.5 if one_sided else 1
    if len(freedom) == wanted:
        freedom = [float(part) for part in freedom]
        ends = [share * p_value(size, *freedom) for size in (most, least)]
        return _p_beside(p, *ends, f"By the other numbers p is {p_span(*ends)}.")
    if kind not in {"t", "F"} or len(freedom) < wanted - 1:
        raise Unclear(f"The df of {kind} is missing.")
    bound = share * (two_sided_p(most) if kind == "t" else p_of_chi2(most * float(freedom[0]), int(freedom[0])))
    word, why, *fit = _p_beside(p, bound, 1.0, f"The df is not printed; with any df p is {p_span(bound, 1.0)}.")
    return OPEN if word == FITS else word, why, *fit


def _on_scale(low, high, ratio):
    """A range of values, of ratios their logarithms."""
    if not ratio:
        return float(low), float(high)
    if low <= 0:
        raise Unclear("A ratio is printed as zero, or so near to it that rounding decides.")
    return math.log(low), math.log(high)


def t_turning(p, df=None):
    """The t (or, without df, the z) whose two-sided p is ``p``."""
    p_at = two_sided_p if df is None else lambda t: p_of_t(t, df)
    low, high = 0.0, 1.0
    while p_at(high) > p and high < 1e9:
        high *= 2
    for _ in range(100):
        low, high = ((low + high) / 2, high) if p_at((low + high) / 2) > p else (low, (low + high) / 2)
    return high


def _p_ends(size, width, n):
    """The least and the greatest p that the size of an estimate and the width of its 95% interval allow."""
    shapes = [(t_turning(0.05), two_sided_p)]
    if str(n).strip():
        df = min(people(n, least=3) - 2, 10**4)
        shapes.append((t_turning(0.05, df), lambda t: p_of_t(t, df)))
    far, near = size[1] / max(width[0], 1e-12), size[0] / width[1]
    return (min(p_at(2 * turning * far) for turning, p_at in shapes),
            max(p_at(2 * turning * near) for turning, p_at in shapes))


@check("an adjusted or another test", "a one-sided test", "few people (t instead of z)", "an interval that is not 95%")
def p_of_interval(estimate, low, high, p, ratio=False, n=""):
    """Does a printed p agree with an estimate and its 95% interval? With ``n`` also by t with n - 2 df."""
    ends = [_on_scale(*reach(cell, what), ratio) for cell, what in
            ((estimate, "estimate"), (low, "lower limit"), (high, "upper limit"))]
    if number(low, "lower limit") > number(high, "upper limit"):
        raise Unclear("The lower limit is the higher one.")
    width = max(0.0, ends[2][0] - ends[1][1]), ends[2][1] - ends[1][0]
    span = _p_ends(sizes(*ends[0]), width, n)
    return _p_beside(p, *span, f"By the interval p is {p_span(*span)}.", ASK)


def _fisher(a, n, b, m):
    """Two-sided p of Fisher's exact test: all tables with these margins that are no likelier than the printed one."""
    events = a + b
    everything = math.log(math.comb(n + m, events))

    def log_chance(k):
        return math.log(math.comb(n, k)) + math.log(math.comb(m, events - k)) - everything
    limit = log_chance(a) + 1e-7
    chances = (log_chance(k) for k in range(max(0, events - m), min(n, events) + 1))
    return min(1.0, sum(math.exp(chance) for chance in chances if chance <= limit))


@check("an adjusted analysis", "an analysis of survival or of repeated measures", "a one-sided test",
       "other people counted")
def p_of_counts(count, n, other_count, other_n, p):
    """Does a printed p follow from two counts? It is asked about only outside chi-square, Yates, Fisher and z."""
    a, b = people(count, "count", least=0), people(other_count, "other count", least=0)
    n, m = people(n), people(other_n)
    if a > n or b > m:
        return NOT, f"{a} of {n} and {b} of {m}: a count is more than all."
    if a + b in {0, n + m}:
        return OPEN, "With nobody or everybody in both arms there is nothing to test."
    share, gap = (a + b) / (n + m), abs(a / n - b / m)
    error = math.sqrt(share * (1 - share) * (1 / n + 1 / m))
    apart = math.sqrt(a * (n - a) / n**3 + b * (m - b) / m**3) or error
    ps = [two_sided_p(gap / error), two_sided_p(gap / apart),
          two_sided_p(max(0.0, gap - (1 / n + 1 / m) / 2) / error)]
    if n + m <= 2000:
        ps.append(_fisher(a, n, b, m))
    span = min(ps), max(ps)
    return _p_beside(p, *span, f"{a} of {n} and {b} of {m} give a p {p_told(span)}.", ASK)


def p_told(span):
    """A range of p behind "a p ...": "of 0.02 to 0.03", "below 0.001"."""
    words = p_span(*span)
    return words if words.startswith(("below", "at ")) else f"of {words}"


# ------------------------------------------------------------------------------- means, SDs, intervals


def _means(first, second, as_errors=False):
    """The farthest and the nearest that rounding lets two means lie, with their SDs: (gap, (sd, n), (sd, n)) twice."""
    pulls, gaps = [], []
    for mean, sd, n in (first, second):
        group = people(n, least=2)
        root = math.sqrt(group) if as_errors else 1
        if number(sd, "SD") < 0:
            raise Unclear("An SD is never below zero.")
        low, high = (max(0.0, float(side)) * root for side in reach(sd, "SD"))
        pulls.append(((low, group), (high, group)))
        gaps.append(reach(mean, "mean"))
    near, far = sizes(gaps[0][0] - gaps[1][1], gaps[0][1] - gaps[1][0])
    return (far, pulls[0][0], pulls[1][0]), (near, pulls[0][1], pulls[1][1])


def _pooled(sd, n, other_sd, m):
    return math.sqrt(((n - 1) * sd**2 + (m - 1) * other_sd**2) / (n + m - 2))


def _p_of_two(gap, one, other):
    """p of two means by Student's t and by Welch's."""
    (sd, n), (other_sd, m) = one, other
    if sd == other_sd == 0:
        return [0.0 if gap else 1.0]
    errors = _pooled(sd, n, other_sd, m) * math.sqrt(1 / n + 1 / m), math.sqrt(sd**2 / n + other_sd**2 / m)
    welch = errors[1]**4 / (sd**4 / n**2 / (n - 1) + other_sd**4 / m**2 / (m - 1))
    return [p_of_t(gap / error, min(df, 10**4)) for error, df in zip(errors, (n + m - 2, welch), strict=True)]


@check("an analysis adjusted for the start (ANCOVA)", "a paired test", "a model of repeated measures",
       "standard errors printed as SDs")
def p_of_means(mean, sd, n, other_mean, other_sd, other_n, p):
    """Does a printed p follow from two means with their SDs, by Student's t or Welch's?"""
    arms = (mean, sd, n), (other_mean, other_sd, other_n)

    def span(as_errors):
        far, near = _means(*arms, as_errors)
        return min(_p_of_two(*far)), max(_p_of_two(*near))
    own, as_errors = span(False), span(True)
    word, why, *fit = _p_beside(p, *own, f"The means and SDs give a p {p_told(own)}.", ASK)
    hint = "If the SDs are standard errors, it would fit." if word == ASK and meet(p_reach(p), as_errors) else ""
    return word, f"{why} {hint}", *fit


@check("means adjusted for the start (ANCOVA)", "a paired design", "the SD at the start or of one arm",
       "standard errors printed as SDs")
def d_of_means(mean, sd, n, other_mean, other_sd, other_n, d):
    """Does a printed d (or g, corrected for few people) follow from two means and their SDs? Its sign is left aside."""
    def span(as_errors):
        (far, *low), (near, *high) = _means((mean, sd, n), (other_mean, other_sd, other_n), as_errors)
        narrow, wide = _pooled(*low[0], *low[1]), _pooled(*high[0], *high[1])
        correction = 1 - 3 / (4 * (low[0][1] + low[1][1]) - 9)
        return (near * correction / wide if wide else 0.0), (far / narrow if narrow else math.inf)
    own = span(False)
    told = f"d can be {own[0]:.2f} to {own[1]:.2f}."
    if meet(sizes(*reach(d, "d")), own):
        return FITS, told, own
    hint = "If the SDs are standard errors, it would fit." if meet(sizes(*reach(d, "d")), span(True)) else slip(
        d, lambda tried: meet(sizes(*reach(tried, "d")), own))
    return ASK, f"{told} {hint}", own


@check("a standard error from a model", "people in groups or clusters", "other people counted")
def se_of_sd(se, sd, n):
    """Is the standard error the SD divided by the square root of ``n``?"""
    root = math.sqrt(people(n, least=2))
    span = tuple(max(0.0, float(side)) / root for side in reach(sd, "SD"))
    told = f"With {n} people an SD of {sd} gives a standard error of {span[0]:.3g} to {span[1]:.3g}."
    swapped = meet(reach(sd, "SD"), tuple(max(0.0, float(side)) / root for side in reach(se, "standard error")))
    return _beside(se, "standard error", span, told, "The other way round they would fit." * swapped)


@check("an interval that is not 95%", "a standard error from another model", "a bootstrap interval")
def se_of_interval(low, high, se, ratio=False, n=""):
    """Is the interval as wide as its standard error says (1.96 either way; with ``n`` also t with n - 1 df)?"""
    (bottom, bottom_high), (top_low, top) = (_on_scale(*reach(cell, what), ratio) for cell, what in
                                             ((low, "lower limit"), (high, "upper limit")))
    least, most = (max(1e-12, float(side)) for side in reach(se, "standard error"))
    if number(low, "lower limit") > number(high, "upper limit"):
        return NOT, "The lower limit is the higher one."
    times = max(0.0, top_low - bottom_high) / 2 / most, (top - bottom) / 2 / least
    usual = t_turning(0.05), t_turning(0.05, min(people(n, least=2) - 1, 10**4)) if str(n).strip() else t_turning(0.05)
    told = f"The interval reaches {times[0]:.2f} to {times[1]:.2f} standard errors either way; 95% is {usual[0]:.2f}."
    if meet(times, usual):
        return FITS, told, usual
    other = next((f"{name} would fit." for name, size in (
        ("A 90% interval", 1.645), ("A 99% interval", 2.576), ("One standard error either way", 1.0))
        if meet(times, (size, size))), "")
    return ASK, f"{told} {other}", usual


def inside(estimate, low, high):
    """Does the estimate lie inside its own interval (limits included)?"""
    return low <= estimate <= high


def off_middle(estimate, low, high, ratio=False):
    """Is a printed estimate farther from the middle of its interval than rounding and a little skew explain?

    Takes the three numbers as printed (text). Rounding may move each by half a step; a twentieth of the width is
    allowed on top. Ratios are judged on the log scale, where their intervals are symmetric.
    """
    scale = math.log if ratio else float
    values = [float(number) for number in (estimate, low, high)]
    slack = [half_step(number) / (value if ratio else 1) for number, value in
             zip((estimate, low, high), values, strict=True)]
    e, lo, hi = (scale(value) for value in values)
    allowed = slack[0] + (slack[1] + slack[2]) / 2 + 0.05 * (hi - lo)
    return abs(e - (lo + hi) / 2) > allowed


@check("a bootstrap or profile interval, which need not be symmetric", "a ratio read as a difference",
       "an interval of another analysis")
def estimate_in_interval(estimate, low, high, ratio=False):
    """Does an estimate lie inside its interval and near the middle of it (of ratios on the log scale)?"""
    cells = {"estimate": estimate, "lower limit": low, "upper limit": high}
    value, bottom, top = (number(cell, what) for what, cell in cells.items())
    if ratio and min(value, bottom, top) <= 0:
        if min(value, bottom, top) < 0:
            return NOT, "A ratio is never below zero."
        raise Unclear("A ratio is printed as zero, so rounding decides.")

    def good(*tried):
        e, lo, hi = (float(number(cell, "number")) for cell in tried)
        return inside(e, lo, hi) and (not ratio or lo > 0) and not off_middle(*tried, ratio)
    plain = [str(cell).replace("\N{MINUS SIGN}", "-") for cell in cells.values()]
    if good(*plain):
        return FITS, f"{estimate} lies inside {low} to {high}, near the middle."
    between = inside(value, bottom, top)
    hints = " ".join(f"{what.capitalize()} {plain[at]}: {hint}" for at, what in enumerate(cells) if (hint := slip(
        plain[at], lambda tried, at=at: good(*plain[:at], tried, *plain[at + 1:]), signs_only=between)))
    if bottom > top:
        return NOT, f"{low} to {high}: the lower limit is the higher one. {hints}"
    if not between:
        return NOT, f"{estimate} is not between {low} and {high}. {hints}"
    middle = math.sqrt(float(bottom) * float(top)) if ratio else (float(bottom) + float(top)) / 2
    return ASK, f"{estimate} is far from {middle:.2f}, the middle of {low} to {high}. {hints}"


# ------------------------------------------------------------------------------- parts, wholes and ratios


@check("an adjusted ratio", "other people counted", "the ratio taken the other way round")
def ratio_of_shares(kind, percent, other_percent, printed):
    """Does an OR, RR or RD (a difference, in points or as a share) follow from two percentages, given their rounding?

    The first percentage is the one above the line.
    """
    names = {"OR": "odds ratio", "RR": "risk ratio", "RD": "difference in points"}
    if kind not in names:
        raise Unclear(f"Two percentages give OR, RR or RD, no {kind}.")
    (low, high), (other_low, other_high) = (
        [min(max(float(side) / 100, 0.0), 1.0) for side in reach(cell, "percentage")]
        for cell in (percent, other_percent))
    if not all(0 <= number(cell, "percentage") <= 100 for cell in (percent, other_percent)):
        return NOT, f"{percent}% and {other_percent}%: a share lies between 0 and 100%."

    def over(above, below):
        if kind == "OR":
            above, below = (share / (1 - share) if share < 1 else math.inf for share in (above, below))
        return above / below if below and above < math.inf else math.inf
    span = ((100 * (low - other_high), 100 * (high - other_low)) if kind == "RD" else
            (over(low, other_high), over(high, other_low)))
    told = f"{percent}% and {other_percent}% give {'an' if kind == 'OR' else 'a'} {names[kind]} of {span[0]:.2f} to " \
           f"{span[1]:.2f}."
    shown = reach(printed, kind)
    if kind == "RD" and meet([100 * side for side in shown], span):
        return FITS, told, span
    turned = kind != "RD" and shown[0] > 0 and meet((1 / shown[1], 1 / shown[0]), span)
    return _beside(printed, kind, span, told, "The other way round it would fit." * turned)


@check("people counted in two parts", "people who left or did not answer", "a part that is not printed")
def parts_and_whole(parts, whole, shares=False):
    """Do the parts (a list of printed numbers) add up to the whole? ``shares`` are rounded, and so are decimals."""
    def fit(cells, total):
        def room(cell):
            rounded = shares or any("." in str(printed) for printed in (*parts, whole))
            return reach(cell, "part or whole") if rounded else (number(cell, "part or whole"),) * 2
        return meet([sum(side) for side in zip(*map(room, cells), strict=True)], room(total))
    if len(parts) < 2:
        raise Unclear("Two parts or more are needed.")
    total = sum(number(part, "part") for part in parts)
    told = f"{' + '.join(map(str, parts))} is {float(total):g}"
    if fit(parts, whole):
        return FITS, f"{told}."
    hints = [(whole, slip(whole, lambda tried: fit(parts, tried)))]
    hints += [(part, slip(part, lambda tried, at=at: fit([*parts[:at], tried, *parts[at + 1:]], whole)))
              for at, part in enumerate(parts)]
    hint = next((f"{cell}: {words}" for cell, words in hints if words), "")
    return ASK, f"{told}, not {whole}. {hint}", (float(total), float(total))


@check("adjusted means", "people counted in two parts", "people in no part")
def mean_of_parts(parts, whole):
    """Is the mean of all the mean of its parts, each weighed by its people? ``parts`` are pairs of n and mean."""
    groups = [(people(n), reach(mean, "mean")) for n, mean in parts]
    if len(groups) < 2:
        raise Unclear("Two parts or more are needed.")
    everybody = sum(n for n, _ in groups)
    span = tuple(float(sum(n * ends[side] for n, ends in groups) / everybody) for side in (0, 1))
    places = decimals(whole) + 1
    told = f"The mean of all {everybody} people is {span[0]:.{places}f} to {span[1]:.{places}f}"
    if meet(reach(whole, "mean of all"), span):
        return FITS, f"{told}.", span
    return ASK, f"{told}, not {whole}. {slip(whole, lambda tried: meet(reach(tried, 'mean of all'), span))}", span


# ------------------------------------------------------------------------------- what a page leaves out


def t_of_p(p, df=""):
    """The t with its df, or without df the z, behind a two-sided p printed as a plain number. Raises Unclear."""
    value = number(p, "p")
    if not 0 < value < 1:
        raise Unclear(f"No t belongs to a p of {p}.")
    freedom = number(df, "df") if str(df).strip() else None
    if freedom is not None and not 0 < freedom <= 10**4:
        raise Unclear(f"The df, {df}, lies outside what this check reads.")
    return t_turning(float(value), freedom and float(freedom))


def interval_of_p(estimate, p, ratio=False):
    """The 95% interval (low, high) behind an estimate and its p, in large samples. Raises Unclear."""
    value = number(estimate, "estimate")
    centre = _on_scale(value, value, ratio)[0]
    reach_of_it = abs(centre) * t_turning(0.05) / t_of_p(p)
    ends = centre - reach_of_it, centre + reach_of_it
    return tuple(math.exp(end) for end in ends) if ratio else ends


def widths_of_interval(n):
    """How many standard errors a 95% interval of a mean of ``n`` people is wide: 4.128 for 25. Raises Unclear."""
    return 2 * t_turning(0.05, min(people(n, least=2) - 1, 10**4))


def sd_of_interval(low, high, n):
    """The SD behind the 95% interval of a mean of ``n`` people. Raises Unclear."""
    width = number(high, "upper limit") - number(low, "lower limit")
    return float(width) / widths_of_interval(n) * math.sqrt(people(n))


# ------------------------------------------------------------------------------- over all the tables


def failures(folder=DATA):
    """Run every check over every row of the tables in ``folder``.

    Returns a list of dictionaries with table, line (of the file, the header is line 1), study, flag (the name
    of the check) and why (one sentence). Raises FileNotFoundError when a table is missing.
    """
    found = []
    for name, check in (("proportions", _proportions), ("scores", _scores), ("effects", _effects)):
        rows = table(name, folder)
        for index, flag, why in check(rows):
            found.append({"table": name, "line": index + 2, "study": rows[index]["study"], "flag": flag,
                          "why": why})
    return sorted(found, key=lambda failure: (failure["table"], failure["line"]))


def table(name, folder=DATA):
    """One table as a list of dictionaries of text, exactly as it stands in the file."""
    with open(Path(folder) / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _proportions(rows):
    entered = {(row["study"], row["group"]): int(row["events"]) for row in rows
               if row["outcome"] in {"randomised", "entered"} and row["events"]}
    for index, row in enumerate(rows):
        percent, events, total = row["percent"], row["events"], row["total"]
        size = entered.get((row["study"], row["group"]))
        if percent and total and not row["range_kind"]:
            told = percent_of_people(percent, total, events)
            if told.word in {ASK, NOT}:
                yield index, "not_k_of_n", told.why
        elif percent and size and not counts_for(percent, size):
            yield index, "not_of_entered", f"{percent}% is no whole number of the {size} people who entered"
        if percent and row["ci_low"] and not inside(*map(float, (percent, row["ci_low"], row["ci_high"]))):
            yield index, "outside_interval", f"{percent} is not between {row['ci_low']} and {row['ci_high']}"
        yield from _order(index, row)
    yield from _arms(rows)
    yield from _printings(rows, "percent", ("group", "outcome", "instrument", "time"))
    kept, lost = ({(row["study"], row["group"]): float(row["percent"]) for row in rows
                   if row["outcome"] == outcome and row["percent"]} for outcome in ("kept in treatment", "dropped out"))
    for index, row in enumerate(rows):
        a, b = (shares.get((row["study"], row["group"]), 0) for shares in (kept, lost))
        if row["outcome"] in {"kept in treatment", "dropped out"} and row["percent"] and a and b and a + b > 101:
            yield index, "kept_and_lost", f"{a:g}% kept and {b:g}% lost make more than everybody"


def _arms(rows):
    """The people in the arms must add up to the people in all, whatever is counted."""
    counted = {}
    for index, row in enumerate(rows):
        if row["events"]:
            what = ("",) if row["outcome"] == "randomised" else tuple(row[name] for name in ("time", "instrument"))
            counted.setdefault((row["study"], row["outcome"], *what), []).append((index, row))
    for (_, outcome, *_), arms in counted.items():
        whole = {row["events"] for _, row in arms if row["role"] == "all"}
        parts = [row["events"] for _, row in arms if row["role"] in {"treatment", "comparison"}]
        if outcome == "randomised":
            whole |= {row["total"] for _, row in arms if row["total"]}
            parts = [row["events"] for _, row in arms if row["role"] != "all"]
        told = [parts_and_whole(parts, number) for number in sorted(whole)]
        if any(answer.word == ASK for answer in told):
            for index, _ in arms:
                yield index, "arms_do_not_add_up", next(answer.why for answer in told if answer.word == ASK)


def _scores(rows):
    for index, row in enumerate(rows):
        if row.get("whole") == "yes" and row["n"] and row["mean"]:
            told = mean_of_whole(row["mean"], row["n"])
            if told.word in {FITS, OPEN} and row["sd"]:
                told = sd_of_whole(row["mean"], row["sd"], row["n"])
            if told.word in {ASK, NOT}:
                yield index, "not_sum_of_n", told.why
        yield from _order(index, row)
    yield from _printings(rows, "mean", ("group", "outcome", "instrument", "statistic", "time"))


def _effects(rows):
    for index, row in enumerate(rows):
        yield from _order(index, row)
        estimate, low, high, p = (row[name] for name in ("estimate", "ci_low", "ci_high", "p"))
        ratio = row["measure"] in RATIOS
        told = estimate_in_interval(estimate, low, high, ratio)
        if told.word == NOT:
            yield index, "outside_interval", told.why
        elif told.word == ASK and row["measure"] not in {"NNT", "NNH"}:
            yield index, "off_middle", told.why
        credibility = row["range_kind"].endswith("credibility interval")
        if estimate and credibility and off_middle(estimate, row["range_low"], row["range_high"]):
            yield index, "off_middle", f"{estimate} is far from the middle of {row['range_low']} to {row['range_high']}"
        told = _p_told(row, ratio, rows) if p and estimate else None
        if told and told.word in {ASK, NOT}:
            yield index, "p_disagrees", f"p is printed as {p}. {told.why}"
    same = ("modality_id", "comparator", "population", "outcome", "measure", "contrast", "time")
    printed = [row if not row["derived"] else {**row, "estimate": ""} for row in rows]  # what we worked out is ours
    yield from _printings(printed, "estimate", same)


def _p_told(row, ratio, rows):
    """What the numbers of a row of effects say about its p, or None if they do not tell."""
    estimate, low, high, p, n, measure = (row[name] for name in ("estimate", "ci_low", "ci_high", "p", "n", "measure"))
    kind = {"Q": "chi2", "Qb": "chi2"}.get(measure, measure)
    if kind in STATISTICS and (kind != "r" or row.get("df")):
        # an F of ours has one df above the line where none is given
        return p_of_statistic(kind, estimate, row.get("df") or ("1" if kind == "F" else ""), p)
    if low and high:
        return p_of_interval(estimate, low, high, p, ratio, n)
    same = ("study", "comparator", "outcome", "time")
    beside = any(other["ci_low"] and other["measure"] not in RATIOS and all(other[name] == row[name] for name in same)
                 for other in rows)  # then the p belongs to the interval
    if measure in {"d", "g", "SMD"} and n and row["contrast"] == "between" and not row["studies"] and not beside:
        return _p_of_d(estimate, n, p)
    return None


@check("unequal arms", "another test than the d", "a d corrected for few people")
def _p_of_d(d, n, p):
    """p of a d between two arms, of the same size or up to twice as large."""
    df = people(n, least=3) - 2
    near, far = sizes(*reach(d, "d"))
    span = p_of_t(far * math.sqrt(df + 2) / 2, df), p_of_t(near * math.sqrt((df + 2) * 2) / 3, df)
    return _p_beside(p, *span, f"By d and the number of people p is {p_span(*span)}.", ASK)


def _order(index, row):
    for low, high in (("ci_low", "ci_high"), ("range_low", "range_high")):
        if row.get(low) and row.get(high) and float(row[low]) > float(row[high]):
            yield index, "limits_out_of_order", f"{row[low]} to {row[high]}: the lower limit is the higher one"


def _printings(rows, column, same):
    """One quantity printed in two places must be the same number, within its rounding."""
    groups = {}
    for index, row in enumerate(rows):
        if row[column] and not row["range_kind"]:
            groups.setdefault((row["study"], *(row[name] for name in same)), []).append(index)
    for indices in groups.values():
        values = [rows[index][column] for index in indices]
        told = [value + (" (worked out from counts)" if rows[index]["derived"].endswith(f"= {value}") else "")
                for value, index in zip(values, indices, strict=True)]
        places = {rows[index]["where"] for index in indices}
        if len(indices) > 1 and len(places) > 1:
            reach = max(map(half_step, values)) + min(map(half_step, values))
            if max(map(float, values)) - min(map(float, values)) > reach:
                for index in indices:
                    yield index, "printings_differ", f"printed as {' and as '.join(told)} in different places"
