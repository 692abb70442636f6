"""Write each learner's exercise from its solution: make exercises.

Between ### BEGIN SOLUTION and ### END SOLUTION the learner finds three dots; cells tagged "solution" are left out,
or give way to a place to write; outputs are taken out. The solution is the only file that is edited by hand.
"""

import copy
import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = re.compile(r"### BEGIN SOLUTION\n.*?### END SOLUTION", re.DOTALL)
sys.path.insert(0, str(ROOT / "exercises"))


def solutions():
    """All worked exercises."""
    return sorted(ROOT.glob("exercises/*_solution.ipynb"))


def learner_path(solution):
    """Where the learner's file of a solution lies."""
    return solution.with_name(solution.name.replace("_solution", ""))


def learner_notebook(solution):
    """The learner's notebook of a solution, as text. Raises ValueError when a question has no answer cell."""
    from checks import for_exercise

    questions = for_exercise(solution.stem.removesuffix("_solution"), {}).questions
    notebook = copy.deepcopy(nbformat.read(solution, as_version=4))
    cells, answered = [], set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            key = cell.id.removesuffix("-answer")
            if cell.id.endswith("-answer") and key in questions:
                cell.source, answers = SOLUTION.subn(f"{questions[key].variable} = ...", cell.source)
                if questions[key].variable == "ax" and "fig, ax =" in cell.source:
                    cell.source = "ax = ...  # begin with: fig, ax = plt.subplots()"
                if answers != 1:
                    raise ValueError(f"{solution.name}, cell {cell.id}: one solution is expected, {answers} found")
                answered.add(key)
        elif "solution" in cell.metadata.get("tags", []):
            if not cell.id.endswith("-answer"):
                continue
            cell.source = "*Write your answer here.*"
            cell.metadata.pop("tags")
        cells.append(cell)
    if answered != questions.keys():
        raise ValueError(f"{solution.name}: no answer cell for {', '.join(sorted(questions.keys() - answered))}")
    notebook.cells = cells
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def main():
    for solution in solutions():
        path = learner_path(solution)
        path.write_text(learner_notebook(solution), encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
