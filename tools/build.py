"""Run the notebooks, and write all that follows from them: make build [ONLY=09, or a notebook's path, or pages].

The tables are checked first (check_data.py). Lessons and solutions are run in place; only their outputs and execution
counts change. Then the generated files are written: each learner's exercise from its solution, the picture of the start
page, and in the pages whatever stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``. ``ONLY=09`` runs the
notebooks of one number, ``ONLY=pages`` none. A test compares every generated file.
"""

import base64
import copy
import html
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

import nbformat
from consistency import table

from tools import course, sheets
from tools.course import LEARNERS, LESSONS, ROOT, SOLUTIONS

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
#: Right after the first mark, comments with three dots are hints that a learner keeps, and lines that begin with #: are
#: a form for the learner to type into.
SOLUTION = re.compile(r"### BEGIN SOLUTION\n((?:# [^\n]*\.\.\.[^\n]*\n|#:[^\n]*\n)*).*?### END SOLUTION", re.DOTALL)
#: The cells of a question, by the end of their ids; the last is not handed out.
PARTS = {"text": "markdown", "answer": "code", "check": "code", "why": "markdown"}
START = "notebooks/00_start_here.ipynb"
#: The figure by which a lesson is known, by the cell that draws it: on its card, and on top of its page of the site,
#: where it must not answer what the lesson asks to predict.
KEY_FIGURES = {"00": "draw", "01": "chain", "02": "surprise", "03": "low", "04": "intervals", "05": "third-move",
               "06": "anatomy", "07": "reviews", "08": "switch", "09": "keller-draw", "10": "work", "11": "definition",
               "12": "squares-draw"}
BEST = ("02", "sizes-move")  # of all, on top of README.md and of the site
PICTURE = "web/static/best_figure.png"
#: What the code of a cell holds that only draws: on the site it is folded.
DRAWS = ("figures.show(", "figures.slider(", "# only ")
RESULTS = ("proportions", "scores", "effects", "findings")
WAYS = ("full text", "abstract", "secondary")


def markdown(head, rows):
    """A table in Markdown, with a line end behind it."""
    lines = [[str(cell).replace("|", r"\|") for cell in row] for row in (head, ["---"] * len(head), *rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


# -- notebooks


def metadata(cell):
    """The metadata that a cell should have: its tags, and what nbgrader must know of an answer or a check."""
    kept = {"tags": cell.metadata.tags} if cell.metadata.get("tags") else {}
    if cell.cell_type == "code" and re.fullmatch(r"q\d+-(answer|check)", cell.id):
        check = cell.id.endswith("-check")
        kept["nbgrader"] = {"grade": check, "grade_id": cell.id, "locked": check, **({"points": 1} if check else {}),
                            "schema_version": 3, "solution": not check, "task": False}
    return nbformat.from_dict(kept)


def chosen(names):
    """The lessons and solutions that have one of these paths, or whose own name begins so; all when none is named.

    Raises ValueError when a name fits none.
    """
    stored = LESSONS + SOLUTIONS
    found = {name: [path for path in stored if path.name.startswith(name) or path == Path(name).resolve()]
             for name in names}
    for name, paths in found.items():
        if not paths:
            raise ValueError(f"{name} is no lesson and no solution: say ONLY=09, ONLY=notebooks/09_topic.ipynb, or"
                             " ONLY=pages to run none")
    return [path for path in stored if not names or any(path in paths for paths in found.values())]


def refuse_twins(path):
    """Raise ValueError when two cells of a notebook have the same id: nbformat would change one, and say nothing."""
    ids = Counter(cell.get("id") for cell in json.loads(path.read_text(encoding="utf-8"))["cells"])
    if twice := [name for name, count in ids.items() if name and count > 1]:
        raise ValueError(f"{path.name}: two cells have the id {twice[0]}. After a new question, give the cells of those"
                         " behind it the next number")


def run(path):
    """Run one notebook and write it back. Raises CellExecutionError when a cell fails, and ValueError when two cells
    have the same id; the file is then unchanged."""
    from nbclient import NotebookClient

    refuse_twins(path)
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", store_widget_state=False,
                            record_timing=False, coalesce_streams=True, extra_arguments=["--log-level=ERROR"],
                            resources={"metadata": {"path": path.parent}})
    client.execute()
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata = metadata(cell)
        for output in cell.get("outputs", []):
            output.pop("metadata", None) if output.output_type == "stream" else output.update(metadata={})
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def stub(source, variable, place):
    """What a learner finds in an answer cell: three dots, a form, or hints where title, labels, figures.show are given.

    Raises ValueError, which names the place, unless the cell has one solution.
    """
    parts = SOLUTION.split(source)
    if len(parts) != 3:
        raise ValueError(f"{place}: one solution is expected, {len(parts) // 2} found")
    above, hints, below = parts
    if hints.startswith("#:"):
        return above + re.sub(r"^#: ?", "", hints, flags=re.MULTILINE).rstrip() + below
    if hints and "figures.show(" in below:
        return f"{above}{hints.rstrip()}{below}"
    return f"{above}{hints}{variable} = ...{below}"


def learner_notebook(solution):
    """The learner's notebook of a solution, as text.

    Raises ValueError when a question lacks one of its cells, an id stands twice, or an answer has no rule: what is not
    known as an answer would be handed out as it stands.

    The ids of the cells say what they are. In qN-answer the learner finds three dots in place of what stands between
    ### BEGIN SOLUTION and ### END SOLUTION, or a place to write. Comments with three dots right after the first mark
    stay; where title, labels and figures.show of a drawing stand outside the marks, they alone take the place of what
    stands between them, such as  # ax.barh(..., ..., label="people")  to be filled in. qN-why is left out; outputs are
    taken out.
    """
    from checks import for_exercise

    questions = for_exercise(solution.stem.removesuffix("_solution"), {}).questions
    notebook = copy.deepcopy(nbformat.read(solution, as_version=4))
    refuse_twins(solution)
    kinds = {cell.id: cell.cell_type for cell in notebook.cells}
    unknown = [name for name, kind in kinds.items() if kind == "code" and name.endswith("-answer")
               and name.removesuffix("-answer") not in questions]
    if unknown:
        raise ValueError(f"{solution.name}, cell {unknown[0]}: no rule says what is right there"
                         " (exercises/checks)")
    for name, kind in ((f"{key}-{part}", kind) for key in questions for part, kind in PARTS.items()):
        if kinds.get(name) != kind:
            raise ValueError(f"{solution.name}: no {kind} cell whose id is {name}")
    cells = []
    for cell in notebook.cells:
        cell.metadata = metadata(cell)
        key = cell.id.removesuffix("-answer")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if cell.id.endswith("-answer") and key in questions:
                cell.source = stub(cell.source, questions[key].variable, f"{solution.name}, cell {cell.id}")
        elif cell.id.endswith("-answer"):
            cell.source, cell.metadata = "*Write your answer here.*", {}
        elif cell.id.endswith("-why"):
            continue
        cells.append(cell)
    notebook.cells = cells
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


# -- what the notebooks say of themselves


def anchor(heading):
    """The anchor of a heading, as Jupyter names it."""
    return heading.strip().replace(" ", "-")


def lessons(text=None):
    """The course as the table in lesson 00 tells it: a dict for each row.

    Keys: ``number``, ``name``, ``question``, ``lesson`` and ``exercise``, the notebook's path or None, and ``minutes``
    of each. Raises ValueError for a row without lesson or exercise, and for one of these without its row.
    """
    if text is None:
        text = "\n\n".join(cell["source"] for cell in sheets.cells(ROOT / START).values())
    rows = []
    for number, name, question in re.findall(r"^\| \[?(\d\d) ([^\]|]+?)(?:\]\([^)]*\))? \| ([^|]+) \|$", text,
                                             re.MULTILINE):
        row = {"number": number, "name": name, "question": question, "minutes": []}
        for kind, paths in (("lesson", LESSONS), ("exercise", LEARNERS)):
            path = next((path for path in paths if path.name.startswith(number)), None)
            row[kind] = path and path.relative_to(ROOT).as_posix()
            if path:
                told = re.search(r"(?:Time\*\*|About) (\d+) minutes", next(iter(sheets.cells(path).values()))["source"])
                if not told:
                    raise ValueError(f"{row[kind]}: its first cell does not say how many minutes it takes")
                row["minutes"].append(told[1])
        if not row["minutes"]:
            raise ValueError(f"{START} has a row for lesson {number}, but there is no notebooks/{number}_*.ipynb")
        rows.append(row)
    missing = {path.name for path in LESSONS + LEARNERS} - {
        Path(row[kind]).name for row in rows for kind in ("lesson", "exercise") if row[kind]}
    if missing:
        raise ValueError(f"the table of lessons in {START} has no row for {', '.join(sorted(missing))}")
    return rows


def key_figure(number, drawn_by=None):
    """The stored figure by which a lesson is known, or that of a cell: {"text/html": page, "image/png": bytes}."""
    path = next(path for path in LESSONS if path.name.startswith(number))
    drawn_by = drawn_by or KEY_FIGURES[number]
    data = next((output["data"] for output in sheets.cells(path)[drawn_by]["outputs"]
                 if "image/png" in output.get("data", {})), None)
    if data is None:
        raise ValueError(f"{path.name} has no figure in the cell {drawn_by} (KEY_FIGURES in tools/build.py)")
    return {"text/html": "".join(data["text/html"]), "image/png": base64.b64decode("".join(data["image/png"]))}


def headline(figure):
    """The text alternative of a figure and its caption, as ``key_figure`` gives it."""
    return [html.unescape(re.search(part, figure["text/html"])[1]) for part in ('alt="([^"]*)"', "<figcaption>(.*?)<")]


# -- blocks of the pages


def picture():
    """The picture on top of README.md: with its text alternative, leading to its lesson."""
    lesson = next(path for path in LESSONS if path.name.startswith(BEST[0]))
    return f"[![{' '.join(headline(key_figure(*BEST)))}]({PICTURE})]({lesson.relative_to(ROOT).as_posix()})\n"


def ways_in():
    """What README.md says of Binder and of the site, once they are there."""
    if not course.published():
        return ""
    return f"""## Look at it now

**[Read the course]({course.site()})** in your browser, with every figure, every table and a search. Or run it, with nothing to install:

[![Open lesson 00 on Binder](https://mybinder.org/badge_logo.svg)]({course.binder(START)}) on a free server, or [in your own browser]({course.site()}browser/lab/index.html?path={START}), where nothing leaves your machine. The last column of the table below opens any lesson or exercise on Binder.

On Binder nobody needs an account, and nothing is kept: a session ends after about ten minutes without activity, so download what you want to keep (*File*, then *Download*). Each person has 1 to 2 GB of memory, which is several times what a lesson takes, and one repository may have about a hundred sessions at a time. The first start after a change takes some minutes: open one lesson before class. If the room's network is weak, the browser edition loads once and then runs on each machine.
"""  # noqa: E501


def how_to_get_it():
    """How README.md tells one to get the course."""
    if not course.published():
        return "Open a terminal in the course's folder, the one that holds this page.\n"
    return ("Get the course with git (or choose *Code*, then *Download ZIP*, at the same address, and unpack it):\n\n"
            f"```\ngit clone {course.address()}\ncd {Path(course.address()).name}\n```\n")


def lesson_table():
    """The lessons in README.md: question, minutes and exercise, and once they are there the links to Binder."""
    rows = []
    for row in lessons():
        name = f"exercise {row['number']}"
        rows.append([f"[{row['number']} {row['name']}]({row['lesson'] or row['exercise']})", row["question"],
                     f"[{name}]({row['exercise']})" if row["exercise"] else "", " + ".join(row["minutes"])])
        if course.published():
            links = [f"[lesson {row['number']}]({course.binder(row['lesson'])})"] if row["lesson"] else []
            links += [f"[{name}]({course.binder(row['exercise'])})"] if row["exercise"] else []
            rows[-1].append(", ".join(links))
    return markdown(["lesson", "the question", "exercise", "minutes"] + ["on Binder"] * course.published(), rows)


def citation():
    """The addresses in CITATION.cff."""
    return (f'repository-code: "{course.address()}"\nurl: "{course.site()}"\n') if course.published() else ""


def agreement(claims):
    """How far the two codings of the claims agree, as a sentence."""
    from methods import kappa  # needs numpy, which the environment of the site does not have

    first, second = ([row[column] for row in claims] for column in ("verdict_1", "verdict_2"))
    same = sum(one == two for one, two in zip(first, second, strict=True))
    parted = Counter(row["parted_at"] for row in claims if row["parted_at"])
    return (f"Two codings of {len(claims)} claims, made apart, agree in {same} ({100 * same / len(claims):.0f}%), kappa"
            f" {kappa(first, second):.2f}. They parted at " +
            ", ".join(f"step {step} ({times})" for step, times in sorted(parted.items())) + ".\n")


def overview():
    """What the tables hold, on one page: rows by way of reading, flags by check, verdicts and how far they agree."""
    package = json.loads((course.DATA / "datapackage.json").read_text(encoding="utf-8"))
    sizes = {name: table(name) for name in (resource["name"] for resource in package["resources"])}
    rows = [[name, len(lines)] + ([Counter(row["read_as"] for row in lines)[way] for way in WAYS]
                                  if "read_as" in lines[0] else [""] * 3)
            + [sum(bool(row.get("flag")) for row in lines) or ""] for name, lines in sizes.items()]
    flags = Counter(flag for name in RESULTS for row in sizes[name] for flag in row.get("flag", "").split("; ") if flag)
    verdicts = sorted({row["verdict"] for row in sizes["claims"]})
    found = Counter((row["page"], row["verdict"]) for row in sizes["claims"])
    claims = [[page, sum(found[page, v] for v in verdicts), *(found[page, v] or "" for v in verdicts)]
              for page in dict.fromkeys(row["page"] for row in sizes["claims"])]
    return "\n".join([markdown(["table", "rows", *WAYS, "flagged"], rows), markdown(["flag", "rows"], flags.items()),
                      markdown(["page", "claims", *verdicts], claims), agreement(sizes["claims"])])


def listing():
    """Every topic and every treatment with the number of their rows, for the codebook."""
    tables = {name: table(name) for name in RESULTS}
    topics = Counter((row["topic"], name) for name in RESULTS for row in tables[name])
    results = Counter(row["modality_id"] for name in RESULTS for row in tables[name])
    treatments = {row["modality_id"]: row["name"] for row in table("modalities")} | {"": "none or several"}
    return "\n".join([
        markdown(["topic", "lesson", "question", *RESULTS],
                 [[row["topic"], row["lesson"], row["question"],
                   *(topics[row["topic"], name] or "" for name in RESULTS)] for row in table("topics")]),
        markdown(["treatment", "rows of results"], [[name, results[key]] for key, name in treatments.items()])])


def blocks():
    """What is generated inside pages: {path: {name of the block: text}}."""
    return {"README.md": {"picture": picture(), "ways in": ways_in(), "how to get it": how_to_get_it(),
                          "lessons": lesson_table()},
            "CITATION.cff": {"address": citation()},
            "data/README.md": {"summary": overview() + "\n" + listing()}}


def renewed(page, text, parts):
    """The text of a page with every block as it should be; what stands outside the marks is left alone.

    Raises ValueError when a block has no marks or more than one pair, or a pair has no block.
    """
    for name, part in parts.items():
        open_, close = (f"# {word} {name}\n" if page.endswith(".cff") else f"<!-- {word} {name} -->\n"
                        for word in ("begin", "end"))
        if not text.count(open_) == text.count(close) == 1 or text.index(open_) > text.index(close):
            raise ValueError(f"{page} needs one line {open_.strip()} and below it one line {close.strip()}")
        before, rest = text.split(open_)
        room = "\n" if part and not page.endswith(".cff") else ""  # Markdown asks for an empty line after a comment
        text = f"{before}{open_}{room}{part}{room}{close}{rest.partition(close)[2]}"
    unknown = set(re.findall(r"^(?:<!--|#) begin (.+?)(?: -->)?$", text, re.MULTILINE)) - parts.keys()
    if unknown:
        raise ValueError(f"{page} has marks of a block that nothing writes: {', '.join(sorted(unknown))}")
    return text


def generated():
    """Every generated file as {path: bytes}. Raises ValueError when a source of one lacks something."""
    made = {PICTURE: key_figure(*BEST)["image/png"]}
    for solution, learner in zip(SOLUTIONS, LEARNERS, strict=True):
        made[learner.relative_to(ROOT).as_posix()] = learner_notebook(solution).encode()
    for page, parts in blocks().items():
        made[page] = renewed(page, (ROOT / page).read_text(encoding="utf-8"), parts).encode()
    return made


def outdated():
    """The generated files that are not as they should be: {path: bytes that it should hold}."""
    return {name: content for name, content in generated().items()
            if not (ROOT / name).exists() or (ROOT / name).read_bytes() != content}


def main(names):
    from nbclient.exceptions import CellExecutionError

    from tools import check_data  # it needs frictionless, which the environment of the site does not have

    if faults := check_data.problems():
        sys.exit("\n".join(faults))
    os.environ["COURSE_CHECK"] = "raise"  # a wrong solution stops here
    try:
        paths = [] if names == ["pages"] else chosen(names)
        for path in paths:  # before anything is run: a question without its rule, or without one of its cells
            learner_notebook(path) if path in SOLUTIONS else None
        for path in paths:
            print(f"running {path.relative_to(ROOT)}", flush=True)
            try:
                run(path)
            except CellExecutionError as error:
                sys.exit(f"{path.relative_to(ROOT)}: a cell failed, the file is unchanged.\n"
                         f"{error.ename}: {error.evalue}")
        for _ in range(2):  # a second time where a page tells what an exercise says of itself
            for name, content in outdated().items():
                (ROOT / name).write_bytes(content)
                print(f"wrote {name}")
    except ValueError as error:
        sys.exit(f"make build: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
