"""The tables are in order, say so in both directions, and bad input is told in one clear line."""

import csv
import inspect
import json
import re
import shutil
from collections import Counter

import consistency
import pytest
from common import DATA, LEARNERS, LESSONS, SOLUTIONS, code, outputs, prose

from tools import check_data

PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
README = (DATA / "README.md").read_text(encoding="utf-8")
MONTHS = ("Jan(uary)?|Feb(ruary)?|Mar(ch)?|Apr(il)?|May|June?|July?|Aug(ust)?|Sep(t|tember)?|Oct(ober)?|"
          "Nov(ember)?|Dec(ember)?")
DATE_OR_THOUSANDS = re.compile(r"\d{1,2}[-/]\d{1,2}([-/]\d{2,4})?|\d{1,3}(,\d{3})+"
                               rf"|(\d{{1,2}}\W)?({MONTHS})\W+\d{{1,4}}", re.IGNORECASE)
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


def test_every_measure_is_listed():
    told = next(field["description"] for field in TABLES["effects"]["fields"] if field["name"] == "measure")
    used = {row["measure"] for row in consistency.table("effects")} - {""}
    assert {measure for measure in used if not re.search(rf"\b{measure}\b", told)} == set()


def test_no_source_without_a_row_and_no_treatment_without_a_name():
    used = {row["study"] for name in ("proportions", "scores", "effects", "findings")
            for row in consistency.table(name)}
    judged = {study for row in consistency.table("claims") for column in ("evidence", "near")
              for study in row[column].split("; ")}
    judged |= {study for row in consistency.table("spun_words") for study in row["likely_source"].split("; ")}
    judged |= {row["same_people_as"] for row in consistency.table("sources")}
    assert {row["study"] for row in consistency.table("sources")} - used - judged == set()
    pages = {page for row in consistency.table("modalities") for page in row["named_on"].split("; ") if page}
    assert pages <= set(next(field for field in TABLES["claims"]["fields"] if field["name"] == "page")
                        ["constraints"]["enum"])


def test_a_comparison_that_is_not_known_is_not_called_absent():
    unknown = {row["study"] for row in consistency.table("sources") if not row["comparison"]}
    claimed = {row["study"] for name, column in (("sources", "design"), ("proportions", "role"), ("scores", "role"))
               for row in consistency.table(name) if row[column].startswith("one group")}
    assert unknown & claimed == set(), "one group: who says that there was no second one?"


def test_every_flag_is_explained_once():
    given = {flag for name, schema in TABLES.items() if any(f["name"] == "flag" for f in schema["fields"])
             for row in consistency.table(name) for flag in row["flag"].split("; ") if flag}
    explained = check_data.flags(DATA)
    assert len(set(explained)) == len(explained) and given <= set(explained)
    earned = re.findall(r'yield index, "(\w+)"', inspect.getsource(consistency))
    assert set(explained) == {*earned, *check_data.BY_HAND}, "a check whose flag the codebook does not explain, or none"


def test_files_survive_a_spreadsheet():
    """Nothing in a cell looks like a date, a formula or a number with a thousands separator."""
    for name in TABLES:
        for line, row in enumerate(consistency.table(name), start=2):
            for column, cell in row.items():
                assert not re.match(r"[=+@]|-[^\d.]", cell), f"{name}.csv, row {line}, {column}: a formula? {cell!r}"
                assert not DATE_OR_THOUSANDS.fullmatch(cell), (
                    f"{name}.csv, row {line}, {column}: a spreadsheet would change {cell!r}")


# -- names and topics


def test_names_are_what_a_reader_would_say():
    """Unique also to whoever types no accents, and short enough for a figure."""
    rows = consistency.table("sources")
    assert len({check_data.order(row["study"]) for row in rows}) == len(rows)
    assert all(len(row["study"]) <= 26 for row in rows), "a name of more than 26 letters"
    assert len({row["sheet_id"] for row in rows} - {""}) == len(rows), "a sheet_id is missing or stands twice"


def test_no_short_name_is_left_where_people_read():
    """The short names of the evidence sheets stand in the column sheet_id and nowhere else."""
    short = {row["sheet_id"] for row in consistency.table("sources")}
    texts = {path.name: path.read_text(encoding="utf-8") for path in [
        *DATA.parent.glob("*.md"), *DATA.parent.glob("notebooks/*.md"), *DATA.parent.glob("exercises/checks/*.py"),
        *DATA.glob("*.csv")] if path.name != "sources.csv"}
    texts["sources.csv"] = "\n".join(cell for row in consistency.table("sources") for column, cell in row.items()
                                     if column != "sheet_id")
    texts |= {path.name: "\n".join([prose(path), code(path), *(
        text for _, kind, text in outputs(path) if not kind.startswith("image/"))])
        for path in [*LESSONS, *SOLUTIONS, *LEARNERS]}
    left = {name: sorted(short & set(re.findall(r"[a-z]+\d{4}[a-z]*|[a-z]+\d+[a-z]+", text)))
            for name, text in texts.items()}
    assert {name: names for name, names in left.items() if names} == {}


#: Topics with fewer rows in a table than the three that a question needs, each with its reason.
FEW = {("olanzapine", "effects"): "two trials, one row each"}


def test_a_topic_holds_the_rows_of_one_question():
    topics = {row["topic"]: row for row in consistency.table("topics")}
    sizes = Counter((row["topic"], name) for name in ("proportions", "scores", "effects", "findings")
                    for row in consistency.table(name) if row["topic"])
    assert topics.keys() == {topic for topic, _ in sizes}, "a topic without rows, or rows of a topic that is not listed"
    assert {key: size for key, size in sizes.items() if not 3 <= size <= 20 and key not in FEW} == {}
    assert FEW.keys() <= sizes.keys()
    for (topic, name), size in sizes.items():
        columns = topics[topic]["sorted_by"].split(", ")
        rows = [row for row in consistency.table(name) if row["topic"] == topic]
        assert set(columns) <= rows[0].keys(), f"{topic}: {name}.csv has no column {columns}"
        places = sorted(int(row["place"]) for row in rows if row["place"])
        assert places == (list(range(1, size + 1)) if "place" in columns else []), f"places of {topic} in {name}.csv"


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
    ("study", "Nobody 1999", ["proportions.csv, row 2", "study", "Nobody 1999"]),
    ("topic", "no such question", ["proportions.csv, row 2", "topic", "no such question"]),
    ("read_as", "hearsay", ["proportions.csv, row 2", "read_as", "hearsay"]),
    ("outcome", "", ["proportions.csv, row 2", "outcome"]),
    ("modality_id", "magic", ["proportions.csv, row 2", "modality_id", "magic"]),
    ("note", " edge", ["proportions.csv, row 2", "blank"]),
    ("flag", "not_k_of_n", ["proportions.csv, row 2", "flag", "not earned"]),
    ("flag", "odd", ["proportions.csv, row 2", "flag", "there is no flag odd", "codebook"]),
])
def test_a_bad_cell_is_told_in_one_line(copy, name, value, words):
    def change(rows):
        rows[1][column("proportions", name)] = value
    edit(copy, "proportions", change)
    found = check_data.problems(copy)
    assert any(all(word in line for word in words) for line in found), found
    assert all("\n" not in line for line in found)


def test_a_name_of_another_year_is_told(copy):
    def change(rows):
        next(row for row in rows if row[0] == "Levy 2006")[column("sources", "year")] = "2026"
    edit(copy, "sources", change)
    found, = check_data.problems(copy)
    assert "column year: Levy 2006 is of 2026" in found


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
    ("proportions", "Doering 2010", "percent", "not_k_of_n"),
    ("effects", "Oud 2018", "estimate", "outside_interval"),
])
def test_a_changed_figure_fails_a_check(copy, table, study, name, flag):
    """A digit that slips, or a sign that flips, is caught where the row gives it away."""
    at = column(table, name)

    def change(rows):
        row = next(row for row in rows if row[0] == study and row[at] and (name != "estimate" or row[at][0] == "-"))
        row[at] = row[at].lstrip("-") if name == "estimate" else str(float(row[at]) + 0.3)
    edit(copy, table, change)
    assert any(f"add {flag}" in line and study in line for line in check_data.problems(copy))


def put(table, study, **cells):
    """A change of a table: the first row of a study gets these cells."""
    def change(rows):
        row = next(row for row in rows if row[0] == study)
        for name, value in cells.items():
            row[column(table, name)] = value
    return change


def twice(rows):
    rows.insert(4, list(rows[3]))


def out_of_order(rows):
    rows.append(rows.pop(1))


@pytest.mark.parametrize(("table", "change", "words"), [
    ("proportions", twice, "proportions.csv, row 5: the same as row 4"),
    ("scores", out_of_order, "rows stand in the order of study"),
    ("effects", put("effects", "Oud 2018", estimate="", ci_low="", ci_high="", p="", i2=""), "no number"),
    ("proportions", put("proportions", "Soares 2021", events="1476", percent=""), "1476 of 1475 is more than all"),
    ("proportions", put("proportions", "Grant 2004", percent="10", ci_low="5"), "column ci_high: one limit"),
    ("proportions", put("proportions", "Grant 2004", percent="10", ci_high="5"), "column ci_low: one limit"),
    ("effects", put("effects", "Oud 2018", range_low="-1", range_kind="80% credibility interval"), "column range_high"),
    ("effects", put("effects", "Oud 2018", measure="RR", estimate="-0.5"), "RR is always above 0, not -0.5"),
    ("effects", put("effects", "Oud 2018", measure="OR", estimate="0.5", ci_low="0", ci_high="1"), "always above"),
    ("effects", put("effects", "Oud 2018", measure="F", estimate="-4", ci_low="", ci_high=""), "F is always above 0"),
    ("scores", put("scores", "Soler 2005", time="6 months", weeks="24"), "column weeks: 6 months are 26 weeks, not 24"),
])
def test_a_row_that_cannot_be_is_told_in_one_line(copy, table, change, words):
    edit(copy, table, change)
    found = check_data.problems(copy)
    assert any(line.startswith(f"{table}.csv, row ") and words in line for line in found), found


def test_arithmetic_of_ours_may_explain_other_weeks(copy):
    edit(copy, "scores", put("scores", "Soler 2005", time="6 months", weeks="24", derived="2 + 22 weeks"))
    assert check_data.problems(copy) == []


def answered_without_words(rows):
    row = next(row for row in rows if row[column("bias", "answer")] == "no")
    row[column("bias", "words")] = ""


def asked_twice(rows):
    rows[2][column("bias", "domain")] = rows[1][column("bias", "domain")]


def a_word_without_its_place(rows):
    next(row for row in rows[1:] if row[column("bias", "words")])[column("bias", "where")] = ""


def a_place_without_words(rows):
    next(row for row in rows[1:] if not row[column("bias", "words")])[column("bias", "read_as")] = "abstract"


@pytest.mark.parametrize(("change", "words"), [
    (answered_without_words, "column words: what was read for the answer no? (Crawford 2018)"),
    (asked_twice, "primary key"),
    (lambda rows: rows.pop(2), "Crawford 2018 is not asked about treatment as planned"),
    (lambda rows: [rows.pop() for _ in range(5)], "7 trials; 8 are asked for"),
    (lambda rows: rows[1].__setitem__(column("bias", "answer"), "unclear"), "unclear"),
    (lambda rows: rows[1].__setitem__(column("bias", "domain"), "blinding"), "blinding"),
    (a_word_without_its_place, "column where: empty beside words"),
    (a_place_without_words, "column read_as: filled without words"),
])
def test_a_gap_in_the_five_questions_is_told_in_one_line(copy, change, words):
    edit(copy, "bias", change)
    found = check_data.problems(copy)
    assert any(line.startswith("bias.csv") and words.lower() in line.lower() for line in found), found


def test_five_questions_are_asked_of_eight_trials():
    rows = consistency.table("bias")
    assert len(rows) == 40 == len({(row["study"], row["domain"]) for row in rows})


@pytest.mark.parametrize("number", [-1, 1])
def test_of_a_row_with_a_cell_too_few_or_too_many_only_that_is_told(copy, number):
    edit(copy, "proportions", lambda rows: rows[4].pop() if number < 0 else rows[4].append("x"))
    wanted = len(TABLES["proportions"]["fields"])
    assert check_data.problems(copy) == [f"proportions.csv, row 5: has {wanted + number} cells, {wanted} are asked for"]


@pytest.mark.parametrize(("spoil", "words"), [
    (lambda raw: raw.replace(b"\n", b"\r\n"), "the line ends are those of Windows"),
    (lambda raw: b"\xef\xbb\xbf" + raw, "byte order mark"),
    (lambda raw: raw.rstrip(b"\n"), "the last line has no line end"),
])
def test_what_an_editor_does_to_a_file_is_told_in_one_line(copy, spoil, words):
    path = copy / "claims.csv"
    path.write_bytes(spoil(path.read_bytes()))
    found = check_data.problems(copy)
    assert len(found) == 1 and found[0].startswith("claims.csv: ") and words in found[0]
