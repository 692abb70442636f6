"""Write each learner's exercise from its solution: make exercises.

The ids of the cells say what they are. In qN-answer the learner finds three dots in place of what stands between
### BEGIN SOLUTION and ### END SOLUTION, or a place to write. Comments with three dots right after the first mark stay;
where title, labels and figures.show of a drawing stand outside the marks, they alone take the place of what stands
between them, such as  # ax.barh(..., ..., label="people")  to be filled in. qN-why is left out; outputs are taken out.
What nbgrader must know of an answer and its check follows from the ids too. The solution is the only file that is
edited by hand.
"""

import copy
import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = re.compile(r"### BEGIN SOLUTION\n((?:# [^\n]*\.\.\.[^\n]*\n)*).*?### END SOLUTION", re.DOTALL)
sys.path.insert(0, str(ROOT / "exercises"))


def solutions():
    """All worked exercises."""
    return sorted(ROOT.glob("exercises/*_solution.ipynb"))


def learner_path(solution):
    """Where the learner's file of a solution lies."""
    return solution.with_name(solution.name.replace("_solution", ""))


def metadata(cell):
    """The metadata that a cell should have: its tags, and what nbgrader must know of an answer or a check."""
    kept = {"tags": cell.metadata.tags} if cell.metadata.get("tags") else {}
    if cell.cell_type == "code" and re.fullmatch(r"q\d+-(answer|check)", cell.id):
        check = cell.id.endswith("-check")
        kept["nbgrader"] = {"grade": check, "grade_id": cell.id, "locked": check, **({"points": 1} if check else {}),
                            "schema_version": 3, "solution": not check, "task": False}
    return nbformat.from_dict(kept)


def stub(source, variable, place):
    """What a learner finds in an answer cell. Raises ValueError, which names the place, unless it has one solution."""
    parts = SOLUTION.split(source)
    if len(parts) != 3:
        raise ValueError(f"{place}: one solution is expected, {len(parts) // 2} found")
    above, hints, below = parts
    if hints and "figures.show(" in below:
        return f"{above}{hints.rstrip()}{below}"
    if variable == "ax" and "fig, ax =" in above:
        return "ax = ...  # begin with: fig, ax = plt.subplots()"
    return f"{above}{hints}{variable} = ...{below}"


def learner_notebook(solution):
    """The learner's notebook of a solution, as text. Raises ValueError when a question lacks one of its cells."""
    from checks import for_exercise

    questions = for_exercise(solution.stem.removesuffix("_solution"), {}).questions
    notebook = copy.deepcopy(nbformat.read(solution, as_version=4))
    code = {cell.id for cell in notebook.cells if cell.cell_type == "code"}
    for name in (f"{key}-{part}" for key in questions for part in ("answer", "check")):
        if name not in code:
            raise ValueError(f"{solution.name}: no code cell whose id is {name}")
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


def main():
    for solution in solutions():
        path = learner_path(solution)
        try:
            text = learner_notebook(solution)
        except ValueError as error:
            sys.exit(f"make exercises: {error}")
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
