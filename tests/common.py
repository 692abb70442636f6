"""What several tests need: where things are, and notebooks read once."""

import csv
import functools
import re
import shutil
import tomllib

import nbformat

from tools.build import learner_notebook
from tools.course import DATA, LEARNERS, LESSONS, ROOT, SOLUTIONS, TABLES, files  # noqa: F401

FILES = files()
STORED = LESSONS + SOLUTIONS
with open(DATA / "sources.csv", encoding="utf-8", newline="") as _file:
    _NAMES = sorted((row["study"] for row in csv.DictReader(_file)), key=len, reverse=True)
_NO_AUTHORS = ("In|Since|Until|By|From|After|Before|Of|January|February|March|April|May|June|July|August|September|"
               "October|November|December")
#: The name of a study, or what looks like one: a word that begins with a capital, and a year.
STUDY = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _NAMES))})(?!\w)"
                   rf"|\b(?!(?:{_NO_AUTHORS})\b)[A-Z][\w'-]+ (?:19|20)\d\d[a-z]?\b")


@functools.cache
def handed_out(path):
    """The text of a file; that of an exercise as it is handed out, whatever its user has answered in it."""
    return (learner_notebook(SOLUTIONS[LEARNERS.index(path)]) if path in LEARNERS
            else path.read_text(encoding="utf-8"))


def copy_of_the_course(folder, *parts):
    """Write the course, or the given ones of its folders, into a folder as a stranger gets it; returns the folder."""
    for name in FILES:
        if not parts or name.split("/")[0] in parts:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for path in LEARNERS if not parts or "exercises" in parts else ():
        (folder / "exercises" / path.name).write_text(handed_out(path), encoding="utf-8")
    return folder


@functools.cache
def notebook(path):
    return nbformat.reads(handed_out(path), as_version=4)


def cells(path, kind):
    return [cell for cell in notebook(path).cells if cell.cell_type == kind]


def prose(path):
    return "\n\n".join(cell.source for cell in cells(path, "markdown"))


def code(path):
    return "\n".join(cell.source for cell in cells(path, "code"))


def outputs(path):
    """All stored outputs of a notebook as (cell, mime type or stream name, text)."""
    for cell in cells(path, "code"):
        for output in cell.outputs:
            if output.output_type == "stream":
                yield cell, output.name, output.text
            else:
                for mime, content in output.get("data", {}).items():
                    yield cell, mime, content


@functools.cache
def bank(exercise):
    """The wrong and right answers of an exercise: {question: {"wrong": [...], "right": [...]}}, each with its "code".

    What the file calls ``after`` stands below the worked answer, not in its place.
    """
    found = tomllib.loads((ROOT / "tests" / "cases" / "answers" / f"{exercise}.toml").read_text(encoding="utf-8"))
    worked = {cell.id: cell.source for cell in cells(ROOT / "exercises" / f"{exercise}_solution.ipynb", "code")}
    for key, part in found.items():
        for case in (*part["wrong"], *part["right"]):
            if "after" in case:
                case["code"] = f"{worked[f'{key}-answer']}\n{case['after']}"
    return found


def ids(paths):
    return [path.stem for path in paths]
