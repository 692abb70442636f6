"""Print which mistakes each exercise knows, as Markdown tables: make teaching writes them into TEACHING.md.

A row holds the question, the name of a mistake as the class report gives it, and the hint that a learner is shown.
They come from exercises/checks/rules_*.py; a test compares.
"""

import importlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "TEACHING.md"
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "exercises")]

from summarise_data import markdown


def title(exercise):
    """The exercise's own title, such as "Exercise 01: from sentence to row"."""
    cells = json.loads((ROOT / "exercises" / f"{exercise}.ipynb").read_text(encoding="utf-8"))["cells"]
    return "".join(cells[0]["source"]).splitlines()[0].removeprefix("# ")


def tables():
    """{exercise: its table}, for every exercise that has rules and a learner's file."""
    found = {}
    for path in sorted((ROOT / "exercises" / "checks").glob("rules_*.py")):
        exercise = path.stem.removeprefix("rules_")
        rules = importlib.import_module(f"checks.{path.stem}")
        found[exercise] = markdown(["question", "mistake", "hint that the learner sees"], [
            [f"{question.key.removeprefix('q')} {question.title}", mistake.name, mistake.hint.replace("|", r"\|")]
            for question in rules.QUESTIONS for mistake in question.mistakes])
    return found


def heading(exercise):
    return f"### [{title(exercise)}](exercises/{exercise}.ipynb)\n"


def renewed(page):
    """The page with the present heading and table of each exercise; what else stands in its section is left alone."""
    for exercise, table in tables().items():
        section = re.compile(rf"^### [^\n]*Exercise {exercise[:2]}\b[^\n]*\n\n(?:\|[^\n]*\n)*", re.MULTILINE)
        new = f"{heading(exercise)}\n{table}"
        page, count = section.subn(lambda _, new=new: new, page)
        if count != 1:
            raise SystemExit(f"{PAGE.name} needs one heading '### Exercise {exercise[:2]}', and has {count}.")
    return page


def main():
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print("\n".join(f"{heading(exercise)}\n{table}" for exercise, table in tables().items()))


if __name__ == "__main__":
    main()
