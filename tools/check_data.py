"""Check the tables alone: make data. One line for each problem, with file, row and column; silence means none.

First the form (frictionless against data/datapackage.json), then the sense (notebooks/consistency.py): a row that
fails a check must carry its name in the column flag, and a flag must be earned.
"""

import csv
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "notebooks"))

import consistency

#: Flags that no arithmetic can earn: a remark about the publication, given by hand.
BY_HAND = {"integrity"}


def form(folder):
    """Problems of form: missing columns, wrong types, values out of range, unknown study_ids."""
    from frictionless import Package, system

    problems = []
    with system.use_context(trusted=True):
        report = Package(str(Path(folder) / "datapackage.json")).validate()
    for error in report.errors:
        problems.append(f"datapackage.json: {error.message}")
    for task in report.tasks:
        file = Path(task.place).name
        for error in task.errors:
            place = [f"row {error.row_number}"] if getattr(error, "row_number", None) else []
            if getattr(error, "field_name", None):
                place.append(f"column {error.field_name}")
            problems.append(f"{file}{', ' if place else ''}{', '.join(place)}: {error.message}")
    return problems


def sense(folder):
    """Problems of sense: a failed check without its flag, a flag without its failed check, references in lists."""
    problems = []
    earned = {}
    for failure in consistency.failures(folder):
        earned.setdefault((failure["table"], failure["line"]), {})[failure["flag"]] = failure["why"]
    schema = json.loads((Path(folder) / "datapackage.json").read_text(encoding="utf-8"))
    names = {resource["name"]: {field["name"] for field in resource["schema"]["fields"]}
             for resource in schema["resources"]}
    for table in [name for name in names if "flag" in names[name]]:
        for line, row in enumerate(consistency.table(table, folder), start=2):
            given = set(filter(None, row["flag"].split("; ")))
            failed = earned.get((table, line), {})
            at = f"{table}.csv, row {line}, column flag"
            problems += [f"{at}: {why} ({row['study_id']}); add {flag}" for flag, why in failed.items()
                         if flag not in given]
            problems += [f"{at}: {flag} is not earned by any check ({row['study_id']})"
                         for flag in sorted(given - failed.keys() - BY_HAND)]
    known = {row["study_id"] for row in consistency.table("sources", folder)}
    for table, column in (("claims", "evidence"), ("spun_words", "likely_source")):
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
        if b"\r" in raw or raw.startswith(b"\xef\xbb\xbf") or lines[-1]:
            problems.append(f"{path.name}: line ends must be plain, without a byte order mark, and one at the end")
        for number, row in enumerate(csv.reader(lines[:-1]), start=1):
            problems += [f"{path.name}, row {number}: a blank at the edge of {cell!r}" for cell in row
                         if cell != cell.strip() or "\n" in cell]
    return problems


def problems(folder=ROOT / "data"):
    """All problems of the tables in ``folder``, one line each. What is wrong in form is told before the rest."""
    found = text(folder) + form(folder)
    return found or sense(folder)


if __name__ == "__main__":
    found = problems(*sys.argv[1:2])
    print("\n".join(found) or "The tables are in order.")
    sys.exit(bool(found))
