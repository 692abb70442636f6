"""A short report on your own exercise: in the folder ``exercises`` run ``../.venv/bin/python -m checks 04``.

Runs ``04_....ipynb`` from top to bottom in a fresh kernel, as it was last saved, and prints one line for each
question and the hint below it. Nothing is changed and nothing is sent anywhere. Ends with 0 when all are right.
"""

import importlib.util
import logging
import os
import re
import sys
from pathlib import Path

from .checker import FOLDER, for_exercise, wrap

SECONDS = 20  # the longest that one cell may run, as when a class is graded
NEEDED = ("ipykernel", "matplotlib", "nbclient", "pandas")


def run(path):
    """Run a notebook; returns its cells with their outputs, and where and why it ended before its last cell, if so."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError

    reached = [0]

    def done(cell, cell_index, execute_reply):
        if execute_reply["content"].get("ename") == "OutOfTime" and not errors(cell):
            raise TimeoutError

    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    client = NotebookClient(
        notebook, kernel_name="python3", extra_arguments=["--log-level=CRITICAL"], allow_errors=True, timeout=SECONDS,
        interrupt_on_timeout=True, error_on_timeout={"ename": "OutOfTime", "evalue": ""},
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=lambda cell, cell_index: reached.append(cell_index), on_cell_executed=done)
    try:
        client.execute()
    except TimeoutError:
        return notebook.cells, reached[-1], f"a cell ran longer than {SECONDS} seconds and could not be interrupted"
    except DeadKernelError:
        return notebook.cells, reached[-1], "a cell ended the kernel"
    return notebook.cells, len(notebook.cells), ""


def errors(cell):
    """What a cell that was run stopped with, such as "NameError: name 'x' is not defined"."""
    return [re.sub(r"\(\S+\.py, line", "(line", f"{output.ename}: {output.evalue}".partition("\n")[0])
            for output in cell.get("outputs", []) if output.output_type == "error"]


def judge(question, section, end, why):
    """One question from the (place, cell) of its section, whose last cell asks the check: (state, [lines])."""
    if section[0][0] > end:
        return "not run", []
    if section[-1][0] >= end:
        return "not yet", [f"Stopped here: {why}."]
    *before, (_, asks) = section
    printed = "".join(output.get("text", "") for output in asks.outputs)
    if re.search(rf"^Correct: question {question.key[1:]} ", printed, re.MULTILINE):
        return "correct", []
    if any(cell.cell_type == "markdown" and re.search(rf"^{question.variable}\s*=", cell.source, re.MULTILINE)
           for _, cell in before):
        return "not yet", ["The answer stands in a text cell (Markdown), so it was not run. Make a code cell of it."]
    stopped = [error for _, cell in before for error in errors(cell)]
    if any(error.startswith("KeyboardInterrupt") for error in stopped):
        return "not yet", [f"Stopped here: a cell ran longer than {SECONDS} seconds."]
    reply = next((output.evalue.split("\n")[1:] for output in asks.outputs if output.get("ename") == "NotYet"), None)
    if reply is None:
        return "not yet", [f"The cell of the check could not be run: {error}" for error in errors(asks)]
    told = reply[0].startswith("The cell above stopped")
    return "not yet", [*(f"A cell above the check stopped with {error}." for error in stopped if not told), *reply]


def main(arguments):
    names = sorted(path.stem.removeprefix("rules_") for path in Path(__file__).parent.glob("rules_*.py"))
    wanted = [name for name in names if len(arguments) == 1 and arguments[0] in {name[:2], name, f"{name}.ipynb"}]
    if not wanted:
        print(f"checks: say which exercise: {', '.join(name[:2] for name in names)}", file=sys.stderr)
        return 2
    path = FOLDER / f"{wanted[0]}.ipynb"
    missing = [name for name in NEEDED if not importlib.util.find_spec(name)]
    if missing:
        python = "..\\.venv\\Scripts\\python" if os.name == "nt" else "../.venv/bin/python"
        print(f"checks: this Python has no {', '.join(missing)}. In the folder exercises run: {python} -m checks"
              f" {wanted[0][:2]}", file=sys.stderr)
        return 2
    os.environ["COURSE_CHECK"] = "raise"  # a check that says "Not yet" can then be told from one that was right
    logging.disable()
    try:
        cells, end, why = run(path)
    except Exception as error:  # a file that is no notebook, a kernel that cannot be started
        print(f"checks: {path.name} could not be run. {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    questions, sections, since = for_exercise(wanted[0], {}).questions, {}, 0
    for place, cell in enumerate(cells):
        asked = re.findall(r"^check\(\s*[\"'](q\d+)", cell.source, re.MULTILINE) if cell.cell_type == "code" else ()
        sections |= {key: [(n, cells[n]) for n in range(since, place + 1)] for key in asked}
        since = place + 1 if asked else since
    states = {key: judge(question, sections[key], end, why) if key in sections else ("no check", [])
              for key, question in questions.items()}
    for key, (state, lines) in states.items():
        print(f"{key[1:]:>2}  {state:<10} {questions[key].title}")
        print("".join(f"    {line}\n" for words in lines for line in wrap(words)), end="")
    right = [state for state, _ in states.values()].count("correct")
    print(f"{right} of {len(questions)} questions are right.")
    return int(right < len(questions))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
