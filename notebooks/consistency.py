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


# ------------------------------------------------------------------------------- over all the tables


def failures(folder=DATA):
    """Run every check over every row of the tables in ``folder``.

    Returns a list of dictionaries with table, line (of the file, the header is line 1), study_id, flag (the name
    of the check) and why (one sentence). Raises FileNotFoundError when a table is missing.
    """
    found = []
    proportions, effects = table("proportions", folder), table("effects", folder)
    entered = {(row["study_id"], row["group"]): int(row["events"]) for row in proportions
               if row["outcome"] in {"randomised", "entered"} and row["events"]}
    for line, row in enumerate(proportions, start=2):
        found += [{"table": "proportions", "line": line, "study_id": row["study_id"], "flag": flag, "why": why}
                  for flag, why in _proportion(row, entered)]
    for line, row in enumerate(effects, start=2):
        found += [{"table": "effects", "line": line, "study_id": row["study_id"], "flag": flag, "why": why}
                  for flag, why in _effect(row)]
    return found


def table(name, folder=DATA):
    """One table as a list of dictionaries of text, exactly as it stands in the file."""
    with open(Path(folder) / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _proportion(row, entered):
    percent, events, total = row["percent"], row["events"], row["total"]
    if percent and total and not row["range_kind"]:
        counts = counts_for(percent, int(total))
        if not counts:
            yield "not_k_of_n", f"{percent}% is no whole number of people out of {total}"
        elif events and int(events) not in counts:
            yield "not_k_of_n", f"{events} of {total} is {100 * int(events) / int(total):.2f}%, not {percent}%"
    size = entered.get((row["study_id"], row["group"]))
    if percent and not total and size and not counts_for(percent, size):
        yield "not_of_entered", f"{percent}% is no whole number of the {size} people who entered"
    if percent and row["ci_low"] and not inside(float(percent), float(row["ci_low"]), float(row["ci_high"])):
        yield "outside_interval", f"{percent} is not between {row['ci_low']} and {row['ci_high']}"


def _effect(row):
    if row["estimate"] and row["ci_low"]:
        estimate, low, high = (float(row[name]) for name in ("estimate", "ci_low", "ci_high"))
        if not inside(estimate, low, high):
            yield "outside_interval", f"{row['estimate']} is not between {row['ci_low']} and {row['ci_high']}"
