"""What takes longer to prove about grading: make prove. The marks are nbval's marks, and 300 submissions lose none."""

import re

import grade
import pytest
from sandbox import Server
from submissions import a_class, agrees, hostile, write


def marks(rows, file):
    return {row["question"]: (row["result"], row["hint"]) for row in rows if row["file"] == file}


def test_the_fork_server_gives_nbvals_marks(tmp_path):
    """On 40 generated submissions and three that do harm, question by question, with the same hints."""
    truth = a_class(tmp_path, 40, seed=11, hostile_share=0)
    for name in ("80 GB list", "exit", "huge file"):
        path = write(tmp_path / name / f"{grade.exercises()[0]}.ipynb", hostile(grade.exercises()[0], name))
        truth[str(path.relative_to(tmp_path))] = None
    fast = grade.grade(tmp_path, jobs=2)
    slow = grade.grade(tmp_path, jobs=2, with_nbval=True, limits={"cell_seconds": 30, "seconds": 180})
    print(f"{len(truth)} submissions: fork server {fast.seconds:.1f} s, nbval {slow.seconds:.1f} s")
    for file, known in truth.items():
        found, reference = marks(fast.rows, file), marks(slow.rows, file)
        if known:
            assert found == reference == known, file
        else:  # a dead kernel fails every later check, where the fork server says that the question was not run
            assert {key for key in found if found[key][0] == "right"} == \
                   {key for key in reference if reference[key][0] == "right"} != set(), file


def test_300_submissions_are_graded_without_loss(tmp_path, capsys):
    """Right, partly right, blank, changed and hostile ones in one run; the generator knows what is true of each."""
    server = Server()
    server.close()
    if server.missing:
        pytest.skip(f"this system cannot {', '.join(server.missing)}")
    truth = a_class(tmp_path, 300, seed=3)
    outcome = grade.grade(tmp_path, out=tmp_path / "report.csv", limits={"cell_seconds": 3, "seconds": 9})
    with capsys.disabled():
        print(f"\n300 submissions: {outcome.seconds:.0f} s, at most {outcome.megabytes:.0f} MB for one of them")
    wrong = [(file, marks(outcome.rows, file), known) for file, known in truth.items()
             if not agrees(marks(outcome.rows, file), known)]
    assert not wrong, wrong[:3]
    assert len(re.findall(r"learner\d+/", (tmp_path / "report.csv").read_text(encoding="utf-8"))) == len(outcome.rows)
