"""Make a folder that nbgrader understands: python -m grading.nbgrader_course FOLDER

Writes, into a folder that does not exist yet or is empty,
``source/NN_topic/NN_topic.ipynb`` for each exercise (the learner's notebook with the worked answers between
nbgrader's marks), ``nbgrader_config.py``, and copies of what the notebooks need: ``data``, ``notebooks`` and
``exercises/checks``. Then, in that folder:

    nbgrader generate_assignment 01_sentence_to_row     writes release/: equal to the learner's notebook of the course
    (put what comes back into submitted/LEARNER/01_sentence_to_row/01_sentence_to_row.ipynb)
    nbgrader autograde 01_sentence_to_row               runs every submission, as you and with the network: no sandbox
    nbgrader generate_feedback 01_sentence_to_row       writes feedback/

``python3 tools/setup_env.py --nbgrader`` installs nbgrader; its commands then stand in .venv-nbgrader/bin.
"""

import shutil
import sys
from pathlib import Path

import nbformat

from tools.build import learner_notebook
from tools.course import LEARNERS, ROOT, SOLUTIONS

CONFIG = '''"""nbgrader's settings for this course; each notebook finds ../data and ../notebooks as it does there."""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821
here = Path(__file__).resolve().parent
c.CourseDirectory.course_id = "forty_percent_secure"
c.CourseDirectory.root = str(here)
c.ClearSolutions.code_stub = {"python": ""}  # the three dots already stand there
c.ClearSolutions.enforce_metadata = False  # some of our answers stand below a line that is given
c.ExecutePreprocessor.timeout = 60

# nbgrader calls alembic, which lies beside this Python; the notebooks import the checks.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(here / "exercises"), os.environ.get("PYTHONPATH")]))
for learner in sorted((here / "submitted").glob("*")):
    for name in ("data", "notebooks"):
        link = here / "autograded" / learner.name / name
        if learner.is_dir() and not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(here / name)
'''


def source_notebook(solution):
    """The learner's notebook of a solution, with the worked answer behind each stub, as nbgrader wants its source."""
    worked = {cell.id: cell.source for cell in nbformat.read(solution, as_version=4).cells}
    notebook = nbformat.reads(learner_notebook(solution), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id.endswith("-answer"):
            answer = "\n".join(line for line in worked[cell.id].split("\n") if not line.startswith("### "))
            cell.source = f"{cell.source}\n### BEGIN SOLUTION\n{answer}\n### END SOLUTION"
    return nbformat.writes(notebook) + "\n"


def make(folder):
    """Make the folder. Raises FileExistsError when it holds something already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} exists and is not an empty folder; choose another name")
    for solution, learner in zip(SOLUTIONS, LEARNERS, strict=True):
        path = folder / "source" / learner.stem / learner.name
        path.parent.mkdir(parents=True)
        path.write_text(source_notebook(solution), encoding="utf-8")
    left_out = shutil.ignore_patterns("__pycache__", "*.ipynb", "*.md", ".*")
    for name in ("data", "notebooks", "exercises/checks"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")


def main(arguments):
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("nbgrader_course: say which folder to make: python -m grading.nbgrader_course FOLDER", file=sys.stderr)
        return 2
    try:
        make(Path(arguments[0]))
    except OSError as error:
        print(f"nbgrader_course: {error}", file=sys.stderr)
        return 2
    print(f"Wrote {arguments[0]}. Go there and run: nbgrader generate_assignment {LEARNERS[0].stem}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
