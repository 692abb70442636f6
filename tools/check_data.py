"""Check the tables: make data, with which make build begins too. A line for each problem, with file, row and column,
or that there is none and, on one page, what the tables hold.

Each look is taken only when the one before found nothing: at the files as text, at their form (frictionless against
data/datapackage.json), at single rows, and at their sense (notebooks/consistency.py): a row that fails a check must
carry its name in the column flag, and a flag must be earned.
"""

import csv
import json
import re
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import consistency

from tools import build, course

#: Flags that no arithmetic can earn: a remark about the publication, given by hand.
BY_HAND = {"integrity"}
#: The columns of which a row of each table of numbers fills at least one.
NUMBERS = {"proportions": ("events", "percent", "range_low", "range_high"),
           "scores": ("mean", "range_low", "range_high"),
           "effects": ("estimate", "ci_low", "ci_high", "p", "i2", "range_low", "range_high")}
WEEKS = {"week": 1, "month": 52 / 12, "year": 52}
#: As many trials as bias.csv asks its questions of.
TRIALS = 8


def order(study):
    """The key by which rows stand in order: the name without accents, in any case."""
    return unicodedata.normalize("NFKD", study.casefold()).encode("ascii", "ignore").decode()


def flags(folder):
    """The names of all flags, as the codebook in ``folder`` lists them."""
    codebook = (Path(folder) / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `(\w+)` \|", codebook.partition("\n## Flags\n")[2].partition("\n## ")[0], re.MULTILINE)


def form(folder):
    """Problems of form: missing columns, wrong types, values out of range, unknown studies and topics."""
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(Path(folder) / "datapackage.json")).validate()
    problems = [f"datapackage.json: {error.message}" for error in report.errors]
    for task in report.tasks:
        for error in task.errors:
            row, column = getattr(error, "row_number", None), getattr(error, "field_name", None)
            place = [Path(task.place).name, row and f"row {row}", column and f"column {column}"]
            problems.append(f"{', '.join(filter(None, place))}: {error.message}")
    return problems


def rows(folder):
    """Problems that a row shows by itself: typed twice, out of order, no number, more than all, half an interval."""
    found = []
    for name in ("proportions", "scores", "effects", "findings"):
        table = consistency.table(name, folder)
        found += [f"{name}.csv, row {line}: {after['study']} stands behind {before['study']}; rows stand in the"
                  " order of study" for line, (before, after) in enumerate(pairwise(table), start=3)
                  if order(before["study"]) > order(after["study"])]
        first = {}
        for line, row in enumerate(table, start=2):
            at = f"{name}.csv, row {line}"
            if first.setdefault(tuple(row.values()), line) != line:
                found.append(f"{at}: the same as row {first[tuple(row.values())]} ({row['study']})")
            found += [f"{at}{problem} ({row['study']})" for problem in _alone(name, row)]
    return found


def _alone(name, row):
    """What is wrong with one row of the table ``name``, whatever was printed."""
    if name in NUMBERS and not any(row[column] for column in NUMBERS[name]):
        yield ": no number; a result in words belongs in findings.csv"
    if row.get("events") and row.get("total") and int(row["events"]) > int(row["total"]):
        yield f", column events: {row['events']} of {row['total']} is more than all"
    for low, high in (("ci_low", "ci_high"), ("range_low", "range_high")):
        whole = low == "ci_low" or row.get("range_kind", "").endswith("interval")  # a range may be "at least"
        if whole and bool(row.get(low)) != bool(row.get(high)):
            yield f", column {low if row[high] else high}: one limit of the interval is missing"
    if row.get("measure") in {*consistency.RATIOS, "F"}:
        for column in ("estimate", "ci_low", "ci_high"):
            if row[column] and float(row[column]) <= 0:
                yield f", column {column}: {row['measure']} is always above 0, not {row[column]}"
    told = re.fullmatch(r"(\d+) (week|month|year)s?", row["time"])
    if told and row["weeks"] and not row.get("derived"):
        weeks = round(int(told[1]) * WEEKS[told[2]])
        if int(row["weeks"]) != weeks:
            yield f", column weeks: {row['time']} are {weeks} weeks, not {row['weeks']}, unless derived says why"


def bias(folder):
    """Problems of bias.csv: not eight trials, a question that is not asked of one, an answer without its words."""
    table = consistency.table("bias", folder)
    fields = next(resource["schema"]["fields"] for resource in _package(folder)["resources"]
                  if resource["name"] == "bias")
    domains = next(field["constraints"]["enum"] for field in fields if field["name"] == "domain")
    asked = {}
    for row in table:
        asked.setdefault(row["study"], set()).add(row["domain"])
    found = [f"bias.csv: {len(asked)} trials; {TRIALS} are asked for"] if len(asked) != TRIALS else []
    found += [f"bias.csv, column domain: {study} is not asked about {domain}" for study in asked for domain in domains
              if domain not in asked[study]]
    for line, row in enumerate(table, start=2):
        at = f"bias.csv, row {line}"
        if not row["words"] and row["answer"] != "not said":
            found.append(f"{at}, column words: what was read for the answer {row['answer']}? ({row['study']})")
        found += [f"{at}, column {column}: {'filled without words' if row[column] else 'empty beside words'}"
                  f" ({row['study']})" for column in ("read_as", "where") if bool(row[column]) != bool(row["words"])]
    return found


def verdicts(folder):
    """Problems of claims.csv: two codings that differ and no step at which they parted, or one without need."""
    found = []
    for line, row in enumerate(consistency.table("claims", folder), start=2):
        at = f"claims.csv, row {line}"
        if (row["verdict_1"] != row["verdict_2"]) != bool(row["parted_at"]):
            found.append(f"{at}, column parted_at: the codings {'differ' if not row['parted_at'] else 'agree'}"
                         f" ({row['claim_id']})")
        if row["verdict"] not in {row["verdict_1"], row["verdict_2"]}:
            found.append(f"{at}, column verdict: {row['verdict']} is neither coding ({row['claim_id']})")
        if row["verdict"] in {"no study found", "not judged"} and row["evidence"]:
            found.append(f"{at}, column evidence: {row['verdict']}, and yet {row['evidence']} decides")
    return found


def _package(folder):
    """The description of the tables in ``folder``, datapackage.json."""
    return json.loads((Path(folder) / "datapackage.json").read_text(encoding="utf-8"))


def sense(folder):
    """Problems of sense: a failed check without its flag, a flag without its failed check, references in lists."""
    problems, known_flags, earned = [], set(flags(folder)), {}
    for failure in consistency.failures(folder):
        earned.setdefault((failure["table"], failure["line"]), {})[failure["flag"]] = failure["why"]
    names = {resource["name"]: {field["name"] for field in resource["schema"]["fields"]}
             for resource in _package(folder)["resources"]}
    for table in [name for name in names if "flag" in names[name]]:
        for line, row in enumerate(consistency.table(table, folder), start=2):
            given = set(filter(None, row["flag"].split("; ")))
            failed = earned.get((table, line), {})
            at = f"{table}.csv, row {line}, column flag"
            problems += [f"{at}: {why} ({row['study']}); if the source prints this, add {flag}"
                         for flag, why in failed.items() if flag not in given]
            problems += [f"{at}: {flag} is not earned by any check ({row['study']})" if flag in known_flags else
                         f"{at}: there is no flag {flag} ({row['study']}); the codebook, data/README.md, lists them"
                         for flag in sorted(given - failed.keys() - BY_HAND)]
    sources = consistency.table("sources", folder)
    problems += [f"sources.csv, row {line}, column year: {row['study']} is of {row['year']}" for line, row in
                 enumerate(sources, start=2) if row["year"] and (year := re.search(r" (\d{4})[a-z]?$", row["study"]))
                 and year[1] != row["year"]]
    known = {row["study"] for row in sources}
    for table, column in (("claims", "evidence"), ("claims", "near"), ("spun_words", "likely_source")):
        for line, row in enumerate(consistency.table(table, folder), start=2):
            problems += [f"{table}.csv, row {line}, column {column}: {study} is not in sources.csv"
                         for study in row[column].split("; ") if study and study not in known]
    return problems


def text(folder):
    """Problems of the files as text: anything that a spreadsheet or another system might change."""
    problems = []
    for path in sorted(Path(folder).glob("*.csv")):
        raw = path.read_bytes()
        try:
            lines = raw.decode("utf-8").split("\n")
        except UnicodeDecodeError as error:
            problems.append(f"{path.name}, byte {error.start}: not UTF-8")
            continue
        faults = {"the line ends are those of Windows (\\r\\n); a plain \\n is asked for": b"\r" in raw,
                  "it begins with a byte order mark; save it as UTF-8 without one": raw.startswith(b"\xef\xbb\xbf"),
                  "the last line has no line end": lines[-1]}
        problems += [f"{path.name}: {words}" for words, there in faults.items() if there]
        cells = [] if any(faults.values()) else list(csv.reader(lines[:-1]))
        for number, row in enumerate(cells, start=1):
            if len(row) != len(cells[0]):
                problems.append(f"{path.name}, row {number}: has {len(row)} cells, {len(cells[0])} are asked for")
            problems += [f"{path.name}, row {number}: a blank at the edge of {cell!r}" for cell in row
                         if cell != cell.strip() or "\n" in cell]
    return problems


def problems(folder=course.DATA):
    """All problems of the tables in ``folder``, one line each; a later look only when the ones before found none."""
    return text(folder) or form(folder) or rows(folder) + bias(folder) + verdicts(folder) or sense(folder)


if __name__ == "__main__":
    found = problems()
    print("\n".join(found) or f"The tables are in order.\n\n{build.overview()}")
    sys.exit(bool(found))
