"""The tables are in order, say so in both directions, and bad input is told in one clear line."""

import csv
import json
import re
import shutil
import subprocess
import sys

import check_data
import consistency
import pytest
from common import DATA, ROOT

PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
README = (DATA / "README.md").read_text(encoding="utf-8")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".replace(" ", "|")
DATE_OR_THOUSANDS = re.compile(r"\d{1,2}[-/]\d{1,2}([-/]\d{2,4})?|\d{1,3}(,\d{3})+"
                               rf"|(\d{{1,2}}\W)?({MONTHS})[a-z]*\W+\d{{1,4}}", re.IGNORECASE)
TABLES = {resource["name"]: resource["schema"] for resource in PACKAGE["resources"]}


def test_tables_are_in_order():
    assert check_data.problems() == []


@pytest.mark.parametrize("name", TABLES)
def test_codebook_for_people_describes_every_column(name):
    section = README.partition(f"### {name}.csv")[2].partition("\n### ")[0]
    described = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert described == [field["name"] for field in TABLES[name]["fields"]]
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == described
    for field in TABLES[name]["fields"]:
        assert field["description"] in section, f"{field['name']} is described otherwise in datapackage.json"


def test_every_level_is_listed_and_used():
    for name, schema in TABLES.items():
        rows = consistency.table(name)
        for field in schema["fields"]:
            levels = field.get("constraints", {}).get("enum")
            if levels:
                used = {row[field["name"]] for row in rows} - {""}
                assert used <= set(levels)
                assert set(levels) <= used, f"{name}.{field['name']}: never used: {set(levels) - used}"


def test_no_source_without_a_row_and_no_treatment_without_a_name():
    used = {row["study_id"] for name in ("proportions", "scores", "effects", "findings")
            for row in consistency.table(name)}
    judged = {study for row in consistency.table("claims") for study in row["evidence"].split("; ")}
    judged |= {study for row in consistency.table("spun_words") for study in row["likely_source"].split("; ")}
    judged |= {row["same_people_as"] for row in consistency.table("sources")}
    assert {row["study_id"] for row in consistency.table("sources")} - used - judged == set()
    pages = {page for row in consistency.table("modalities") for page in row["named_on"].split("; ") if page}
    assert pages <= set(next(field for field in TABLES["claims"]["fields"] if field["name"] == "page")
                        ["constraints"]["enum"])


def test_every_flag_is_explained_once():
    given = {flag for name, schema in TABLES.items() if any(f["name"] == "flag" for f in schema["fields"])
             for row in consistency.table(name) for flag in row["flag"].split("; ") if flag}
    explained = re.findall(r"^\| `(\w+)` \|", README.partition("## Flags")[2].partition("\n## ")[0], re.MULTILINE)
    assert sorted(explained) == sorted(given)


def test_summary_in_the_readme_is_the_present_one():
    printed = subprocess.run([sys.executable, ROOT / "tools" / "summarise_data.py"], capture_output=True, text=True,
                             check=True).stdout
    assert printed.strip() in README, "run: make summary, and paste what it prints into data/README.md"


def test_files_survive_a_spreadsheet():
    """Nothing in a cell looks like a date, a formula or a number with a thousands separator."""
    for name in TABLES:
        for line, row in enumerate(consistency.table(name), start=2):
            for column, cell in row.items():
                assert not re.match(r"[=+@]|-[^\d.]", cell), f"{name}.csv, row {line}, {column}: a formula? {cell!r}"
                assert not DATE_OR_THOUSANDS.fullmatch(cell), (
                    f"{name}.csv, row {line}, {column}: a spreadsheet would change {cell!r}")


# -- bad input: one clear line that names file, row and column


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def edit(folder, table, change):
    path = folder / f"{table}.csv"
    rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def column(table, name):
    return [field["name"] for field in TABLES[table]["fields"]].index(name)


@pytest.mark.parametrize(("name", "value", "words"), [
    ("percent", "140", ["proportions.csv, row 2", "percent", "140"]),
    ("percent", "forty", ["proportions.csv, row 2", "percent", "forty"]),
    ("study_id", "nobody1999", ["proportions.csv, row 2", "study_id", "nobody1999"]),
    ("read_as", "hearsay", ["proportions.csv, row 2", "read_as", "hearsay"]),
    ("outcome", "", ["proportions.csv, row 2", "outcome"]),
    ("modality_id", "magic", ["proportions.csv, row 2", "modality_id", "magic"]),
    ("note", " edge", ["proportions.csv, row 2", "blank"]),
    ("flag", "not_k_of_n", ["proportions.csv, row 2", "flag", "not earned"]),
])
def test_a_bad_cell_is_told_in_one_line(copy, name, value, words):
    def change(rows):
        rows[1][column("proportions", name)] = value
    edit(copy, "proportions", change)
    found = check_data.problems(copy)
    assert any(all(word in line for word in words) for line in found), found
    assert all("\n" not in line for line in found)


def test_a_missing_column_is_told_in_one_line(copy):
    at = column("effects", "estimate")
    edit(copy, "effects", lambda rows: [row.pop(at) for row in rows])
    found = check_data.problems(copy)
    assert any("effects.csv" in line and "estimate" in line for line in found), found


def test_a_flag_that_is_taken_away_is_missed(copy):
    at = column("effects", "flag")

    def change(rows):
        next(row for row in rows if row[at] == "outside_interval")[at] = ""
    edit(copy, "effects", change)
    assert any("add outside_interval" in line for line in check_data.problems(copy))


@pytest.mark.parametrize(("table", "study", "name", "flag"), [
    ("proportions", "doering2010", "percent", "not_k_of_n"),
    ("effects", "oud2018", "estimate", "outside_interval"),
])
def test_a_changed_figure_fails_a_check(copy, table, study, name, flag):
    """A digit that slips, or a sign that flips, is caught where the row gives it away."""
    at = column(table, name)

    def change(rows):
        row = next(row for row in rows if row[0] == study and row[at] and (name != "estimate" or row[at][0] == "-"))
        row[at] = row[at].lstrip("-") if name == "estimate" else str(float(row[at]) + 0.3)
    edit(copy, table, change)
    assert any(f"add {flag}" in line and study in line for line in check_data.problems(copy))
