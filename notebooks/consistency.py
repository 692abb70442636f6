"""Can a printed number be true? The small checks that the lessons teach, in one place.

Each check is a few lines of school arithmetic on numbers as they are printed, so most functions take the printed
text ("46.0") where its decimals matter. ``failures`` runs them over every row of the tables; a row that fails
carries the name of the check in its ``flag`` column, and data/README.md explains every flag.
"""

import csv
import math
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"
RATIOS = {"RR", "OR", "HR", "IRR", "rate ratio"}


def decimals(printed):
    """Number of decimals of a printed number: "46.0" has 1, "40" has 0."""
    text = str(printed).strip()
    return len(text.partition(".")[2]) if "." in text else 0


def half_step(printed):
    """Half the distance between two neighbouring printed numbers: 0.5 for "40", 0.05 for "46.0"."""
    return 0.5 * 10 ** -decimals(printed)


def prints_as(events, total, printed):
    """Would ``events`` of ``total``, in percent, be printed as ``printed``? A tie may be rounded either way."""
    return abs(100 * events / total - float(printed)) <= half_step(printed) + 1e-9


def counts_for(printed, total):
    """All whole numbers of people out of ``total`` whose percentage prints as ``printed`` (text or number)."""
    step, share = half_step(printed), float(printed)
    lowest = max(0, math.floor((share - step) / 100 * total))
    highest = min(total, math.ceil((share + step) / 100 * total))
    return [events for events in range(lowest, highest + 1) if prints_as(events, total, printed)]


def totals_for(printed, up_to):
    """All group sizes from 1 to ``up_to`` in which some whole number of people prints as ``printed`` percent."""
    return [total for total in range(1, up_to + 1) if counts_for(printed, total)]


def inside(estimate, low, high):
    """Does the estimate lie inside its own interval (limits included)?"""
    return low <= estimate <= high


def middle(low, high, ratio=False):
    """The middle of an interval: halfway for a difference, the geometric mean for a ratio (limits above 0)."""
    return math.sqrt(low * high) if ratio else (low + high) / 2


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


def two_sided_p(z):
    """Two-sided p of a standard normal z."""
    return math.erfc(abs(z) / math.sqrt(2))


def p_agrees(printed, low_z, high_z):
    """Does a printed p ("0.009", "<0.001") fit a z between ``low_z`` and ``high_z`` (absolute values)?

    A factor of 1.5 either way is allowed, because small samples use t and adjusted tests differ a little.
    """
    most, least = two_sided_p(low_z) * 1.5, two_sided_p(high_z) / 1.5
    if printed.startswith("<"):
        return least <= float(printed[1:])
    return least <= float(printed) + half_step(printed) and float(printed) - half_step(printed) <= most


def p_in_words(p):
    """A p as people read it: "0.014", "0.6", and "below 0.001" for the smallest ones."""
    return "below 0.001" if p < 0.001 else f"{p:.2g}"


# ------------------------------------------------------------------------------- over all the tables


def failures(folder=DATA):
    """Run every check over every row of the tables in ``folder``.

    Returns a list of dictionaries with table, line (of the file, the header is line 1), study_id, flag (the name
    of the check) and why (one sentence). Raises FileNotFoundError when a table is missing.
    """
    found = []
    for name, check in (("proportions", _proportions), ("scores", _scores), ("effects", _effects)):
        rows = table(name, folder)
        for index, flag, why in check(rows):
            found.append({"table": name, "line": index + 2, "study_id": rows[index]["study_id"], "flag": flag,
                          "why": why})
    return sorted(found, key=lambda failure: (failure["table"], failure["line"]))


def table(name, folder=DATA):
    """One table as a list of dictionaries of text, exactly as it stands in the file."""
    with open(Path(folder) / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _proportions(rows):
    entered = {(row["study_id"], row["group"]): int(row["events"]) for row in rows
               if row["outcome"] in {"randomised", "entered"} and row["events"]}
    for index, row in enumerate(rows):
        percent, events, total = row["percent"], row["events"], row["total"]
        size = entered.get((row["study_id"], row["group"]))
        if percent and total and not row["range_kind"]:
            counts = counts_for(percent, int(total))
            if not counts:
                yield index, "not_k_of_n", f"{percent}% is no whole number of people out of {total}"
            elif events and int(events) not in counts:
                share = 100 * int(events) / int(total)
                yield index, "not_k_of_n", f"{events} of {total} is {share:.2f}%, not {percent}%"
        elif percent and size and not counts_for(percent, size):
            yield index, "not_of_entered", f"{percent}% is no whole number of the {size} people who entered"
        if percent and row["ci_low"] and not inside(*map(float, (percent, row["ci_low"], row["ci_high"]))):
            yield index, "outside_interval", f"{percent} is not between {row['ci_low']} and {row['ci_high']}"
        yield from _order(index, row)
    yield from _arms(rows)
    yield from _printings(rows, "percent", ("group", "outcome", "instrument", "time"))
    kept = {(row["study_id"], row["group"]): float(row["percent"]) for row in rows
            if row["outcome"] == "kept in treatment" and row["percent"]}
    for index, row in enumerate(rows):
        share = kept.get((row["study_id"], row["group"]))
        if row["outcome"] in {"kept in treatment", "dropped out"} and row["percent"] and share:
            lost = [float(other["percent"]) for other in rows if other["outcome"] == "dropped out" and other["percent"]
                    and (other["study_id"], other["group"]) == (row["study_id"], row["group"])]
            if lost and share + lost[0] > 101:
                yield index, "kept_and_lost", f"{share:g}% kept and {lost[0]:g}% lost make more than everybody"


def _arms(rows):
    """People randomised to the arms must add up to the people randomised in all."""
    studies = {}
    for index, row in enumerate(rows):
        if row["outcome"] == "randomised" and row["events"]:
            studies.setdefault(row["study_id"], []).append((index, row))
    for arms in studies.values():
        whole = {row["total"] for _, row in arms if row["total"]}
        whole |= {row["events"] for _, row in arms if row["role"] == "all"}
        parts = sum(int(row["events"]) for _, row in arms if row["role"] != "all")
        if parts and any(parts != int(number) for number in whole):
            for index, _ in arms:
                yield index, "arms_do_not_add_up", f"the arms have {parts} people, the whole {' or '.join(whole)}"


def _scores(rows):
    for index, row in enumerate(rows):
        yield from _order(index, row)
    yield from _printings(rows, "mean", ("group", "outcome", "instrument", "statistic", "time"))


def _effects(rows):
    for index, row in enumerate(rows):
        yield from _order(index, row)
        estimate, low, high, p = (row[name] for name in ("estimate", "ci_low", "ci_high", "p"))
        ratio = row["measure"] in RATIOS
        if estimate and low and high:
            if not inside(float(estimate), float(low), float(high)):
                yield index, "outside_interval", f"{estimate} is not between {low} and {high}"
            elif row["measure"] not in {"NNT", "NNH"} and off_middle(estimate, low, high, ratio):
                where = middle(float(low), float(high), ratio)
                yield index, "off_middle", f"{estimate} is far from {where:.2f}, the middle of {low} to {high}"
        credibility = row["range_kind"].endswith("credibility interval")
        if estimate and credibility and off_middle(estimate, row["range_low"], row["range_high"]):
            yield index, "off_middle", f"{estimate} is far from the middle of {row['range_low']} to {row['range_high']}"
        if p and p != "ns" and estimate:
            z = _z(row, ratio)
            if z and not p_agrees(p, *z):
                fits = p_in_words(two_sided_p(sum(z) / 2))
                yield index, "p_disagrees", f"p is printed as {p}, but by the other numbers of the row it is {fits}"
    same = ("modality_id", "comparator", "population", "outcome", "measure", "contrast", "time")
    printed = [row if not row["derived"] else {**row, "estimate": ""} for row in rows]  # what we worked out is ours
    yield from _printings(printed, "estimate", same)


def _z(row, ratio):
    """The least and the most z that a row's numbers allow, given their rounding, or None if they do not tell."""
    estimate, low, high = row["estimate"], row["ci_low"], row["ci_high"]
    if row["measure"] in {"z", "t"}:
        return abs(float(estimate)) - half_step(estimate), abs(float(estimate)) + half_step(estimate)
    if row["measure"] == "F":  # one degree of freedom above the line in all of ours: F is t squared
        return math.sqrt(float(estimate) - half_step(estimate)), math.sqrt(float(estimate) + half_step(estimate))
    if low and high and (not ratio or float(low) > 0):
        scale = math.log if ratio else float
        e, lo, hi = (scale(float(number)) for number in (estimate, low, high))
        step = half_step(estimate) / (float(estimate) if ratio else 1)
        width = (half_step(low) / (float(low) if ratio else 1) + half_step(high) / (float(high) if ratio else 1))
        return (max(0, abs(e) - step) * 3.92 / (hi - lo + width),
                (abs(e) + step) * 3.92 / max(1e-9, hi - lo - width))
    if row["measure"] in {"d", "g", "SMD"} and row["n"] and row["contrast"] == "between" and not row["studies"]:
        d, n = abs(float(estimate)), int(row["n"])  # two arms of the same size
        return max(0, d - half_step(estimate)) * math.sqrt(n) / 2, (d + half_step(estimate)) * math.sqrt(n) / 2
    return None


def _order(index, row):
    for low, high in (("ci_low", "ci_high"), ("range_low", "range_high")):
        if row.get(low) and row.get(high) and float(row[low]) > float(row[high]):
            yield index, "limits_out_of_order", f"{row[low]} to {row[high]}: the lower limit is the higher one"


def _printings(rows, column, same):
    """One quantity printed in two places must be the same number, within its rounding."""
    groups = {}
    for index, row in enumerate(rows):
        if row[column] and not row["range_kind"]:
            groups.setdefault((row["study_id"], *(row[name] for name in same)), []).append(index)
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
