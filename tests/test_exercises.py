"""Every exercise is proved: blank fails, the solution passes, plausible wrong answers are refused with the right hint.

The learner's cells are run here in plain Python (nbval runs the solutions as well, see the Makefile): quick enough
to try every answer of the banks in cases/answers/, on the real data and on data that were changed on purpose.
"""

import ast
import contextlib
import csv
import functools
import io
import json
import os
import random
import re
import subprocess
import sys

import consistency
import matplotlib
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from checks import checker, for_exercise
from checks.checker import State
from common import LEARNERS, ROOT, SOLUTIONS, bank, cells, copy_of_the_course, handed_out, notebook

from tools import build

matplotlib.use("agg")

EXERCISES = [path.stem for path in LEARNERS]
GENERAL = {"missing", "not answered", "type", "wrong"}
KEPT = GENERAL | {"correct", "no answer", "not run", "error"}  # what checker and grader say by themselves


def questions(exercise):
    return for_exercise(exercise, {}).questions


EVERY = [(exercise, key) for exercise in EXERCISES for key in questions(exercise)]
WRONG = [(exercise, key, i) for exercise in EXERCISES for key, part in bank(exercise).items()
         for i in range(len(part["wrong"]))]
RIGHT = [(exercise, key, i) for exercise in EXERCISES for key, part in bank(exercise).items()
         for i in range(len(part["right"]))]


@contextlib.contextmanager
def standing_in(folder):
    """In this folder, with no figure open and nothing printed."""
    plt.close("all")
    before = os.getcwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        os.chdir(before)


def parts(exercise, key=None):
    """A solution's cells without its checks, those of a question apart: (what comes before its answer, what then)."""
    code = cells(ROOT / "exercises" / f"{exercise}_solution.ipynb", "code")
    places = {cell.id: place for place, cell in enumerate(code)}
    answer, end = (places.get(f"{key}-{part}", len(code)) for part in ("answer", "check"))
    return ([cell for cell in part if not cell.id.endswith("-check") and cell.id != "progress"]
            for part in (code[:answer], code[answer:end]))


def started():
    """The names with which a notebook begins, as IPython has them."""
    return {"__name__": "__main__", "display": lambda shown: None}


def execute(code, names):
    for cell in code:
        exec(compile(cell.source, cell.id, "exec"), names)


def run(exercise, folder=ROOT / "exercises"):
    """Run the cells of a solution in a folder; returns the learner's names."""
    names = started()
    with standing_in(folder):
        execute(next(parts(exercise)), names)
    return names


@functools.lru_cache(maxsize=1)
def begun(exercise, key):
    """The learner's names before the answer to a question, and what they held then."""
    names = started()
    with standing_in(ROOT / "exercises"):
        execute(next(parts(exercise, key)), names)
    return names, fresh(names)


def fresh(names):
    """The names with copies of what an answer may change in place."""
    return {name: value.copy() if isinstance(value, (pd.DataFrame, pd.Series, list, dict, set)) else value
            for name, value in names.items()}


def judge(exercise, key, code=None):
    """The reply to an answer cell, the solution's own or another ``code``, in a notebook that was right before it."""
    names, held = begun(exercise, key)
    names.clear()
    names.update(fresh(held))
    _, (answer, *rest) = parts(exercise, key)
    with standing_in(ROOT / "exercises"):
        exec(compile(code or answer.source, answer.id, "exec"), names)
        execute(rest, names)
    return questions(exercise)[key].judge(names)


# -- two files from one


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda path: path.stem)
def test_learners_file_is_blank_and_ready(learner):
    text = handed_out(learner)
    assert "BEGIN SOLUTION" not in text and "model answer." not in text.lower().replace("a model answer stands", "")
    assert all(not cell.outputs and cell.execution_count is None for cell in cells(learner, "code"))
    assert not any("solution" in cell.metadata.get("tags", []) for cell in notebook(learner).cells)
    keys = questions(learner.stem)
    ids = {cell.id for cell in notebook(learner).cells}
    assert ids >= {f"{key}-{part}" for key in keys for part in ("text", "answer", "check")}
    for key, question in keys.items():
        cell = next(cell for cell in notebook(learner).cells if cell.id == f"{key}-text")
        assert f"`{question.variable}`" in cell.source, f"{key} does not name its variable"
    assert 4 <= len(keys) <= 7, f"an exercise has 4 to 7 questions that are checked; this one has {len(keys)}"
    count = {4: "Four", 5: "Five", 6: "Six", 7: "Seven"}[len(keys)]
    assert f"\n{count} questions " in notebook(learner).cells[0].source, f"the first cell should say: {count} questions"
    assert len({question.variable for question in keys.values()}) == len(keys)


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda path: path.stem)
def test_only_an_answer_gives_its_variable_a_value(learner):
    """Else what a given cell drew would be judged where nobody has answered yet."""
    variables = {question.variable for question in questions(learner.stem).values()}
    assert {cell.id: found for cell in cells(learner, "code") if not cell.id.endswith("-answer")
            and (found := variables & checker.assigned(cell.source))} == {}


@pytest.mark.parametrize("path", LEARNERS + SOLUTIONS, ids=lambda path: path.stem)
def test_nbgrader_finds_what_it_needs(path):
    for key in questions(path.stem.removesuffix("_solution")):
        answer, check = (next(c for c in notebook(path).cells if c.id == f"{key}-{part}").metadata["nbgrader"]
                         for part in ("answer", "check"))
        assert answer["solution"] and not answer["grade"] and not answer["locked"]
        assert check["grade"] and check["locked"] and not check["solution"] and check["points"] == 1


@pytest.mark.parametrize(("new", "words"), [("q5-answer", "two cells have the id q5-answer"),
                                            ("q7-answer", "no rule says what is right there")])
def test_an_answer_is_not_handed_out_for_want_of_a_name(new, words, tmp_path):
    """An id that stands twice, as in a text editor, or a question without a rule."""
    text = json.loads(SOLUTIONS[0].read_text(encoding="utf-8"))
    extra = dict(next(cell for cell in text["cells"] if cell["id"] == "q5-answer"), id=new)
    text["cells"].append(extra)
    (tmp_path / SOLUTIONS[0].name).write_text(json.dumps(text), encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        build.learner_notebook(tmp_path / SOLUTIONS[0].name)
    if "two cells" in words:
        before = (tmp_path / SOLUTIONS[0].name).read_bytes()
        with pytest.raises(ValueError, match=f"{words}. After a new question"):
            build.run(tmp_path / SOLUTIONS[0].name)
        assert (tmp_path / SOLUTIONS[0].name).read_bytes() == before


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_no_later_cell_of_ours_takes_the_name_of_an_answer(path):
    """A check that is run again, or a grader that looks at the end, would find our value in place of the learner's."""
    variables = {key: question.variable for key, question in questions(path.stem.removesuffix("_solution")).items()}
    asked = set()
    for cell in cells(path, "code"):
        key = cell.id.removesuffix("-answer")
        given = {node.id for node in ast.walk(ast.parse(cell.source))
                 if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        assert not given & (asked - {variables.get(key)}), f"{cell.id} gives another value to an answer"
        asked |= {variables[key]} if cell.id == f"{key}-answer" and key in variables else set()


def test_the_id_of_a_cell_says_all(tmp_path):
    """A question typed in without metadata comes out ready for nbgrader and without its solution."""
    book = nbformat.read(SOLUTIONS[0], as_version=4)
    for cell in book.cells:
        cell.metadata = {}
    nbformat.write(book, tmp_path / SOLUTIONS[0].name)
    assert build.learner_notebook(tmp_path / SOLUTIONS[0].name) == handed_out(LEARNERS[0])


@pytest.mark.parametrize(("part", "kind"), build.PARTS.items())
def test_a_question_without_its_cell_is_named(tmp_path, part, kind):
    book = nbformat.read(SOLUTIONS[0], as_version=4)
    next(cell for cell in book.cells if cell.id == f"q3-{part}").id = "3f2a"
    nbformat.write(book, tmp_path / SOLUTIONS[0].name)
    with pytest.raises(ValueError, match=f"no {kind} cell whose id is q3-{part}"):
        build.learner_notebook(tmp_path / SOLUTIONS[0].name)


def test_a_drawing_begins_with_its_frame():
    """The learner is given title, labels and figures.show, and fills in the bars; a frame without bars is no answer."""
    frame = 'fig, ax = plt.subplots()\n{}\nax.set(xlabel="percent", title="Who left")\nfigures.show(fig, "Who left.")'
    bars = '# ax.barh(..., ..., label="people")  <- the arms, and the share of each'
    solution = f"### BEGIN SOLUTION\n{bars}\n# the worked answer\nax.barh(lost.index, lost)\n### END SOLUTION"
    assert build.stub(frame.format(solution), "ax", "q1") == frame.format(bars)
    assert build.stub(solution, "lost", "q1") == f"{bars}\nlost = ..."
    with pytest.raises(ValueError, match="q1: one solution is expected, 2 found"):
        build.stub(f"{solution}\n{solution}", "ax", "q1")
    names, key = run(EXERCISES[0]), "q5"
    with contextlib.redirect_stdout(io.StringIO()):
        exec(frame.format(bars), names)
    assert questions(EXERCISES[0])[key].judge(names).state is State.NOT_ANSWERED


# -- blank, solution, and the bank


def test_blank_exercises_run_through_and_every_check_says_not_answered(tmp_path):
    """Under nbval a blank exercise fails in its checks and nowhere else. One run for all: each start has its price."""
    files = [f"exercises/{exercise}.ipynb" for exercise in EXERCISES]
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--color=no", *files]
    done = subprocess.run(command, cwd=copy_of_the_course(tmp_path), capture_output=True, text=True)
    failed = set(re.findall(r"^FAILED (\S+::\S+)", done.stdout, re.MULTILINE))
    assert failed == {f"{file}::{key}-check" for file, exercise in zip(files, EXERCISES, strict=True)
                      for key in questions(exercise)}
    report = done.stdout.partition("short test summary")[0]
    assert report.count("Not answered yet: put your answer in place of the three dots") == len(failed)


@pytest.mark.parametrize(("exercise", "key"), EVERY)
def test_solution_passes(exercise, key):
    reply = judge(exercise, key)
    assert reply.state is State.CORRECT, reply.words


@pytest.mark.parametrize(("exercise", "key"), EVERY)
def test_bank_is_large_enough_and_reaches_every_hint(exercise, key):
    assert key in bank(exercise), f"tests/cases/answers/{exercise}.toml has no [{key}]"
    part, question = bank(exercise)[key], questions(exercise)[key]
    assert len(part["wrong"]) >= 4 and len(part["right"]) >= 2
    assert KEPT.isdisjoint({mistake.name for mistake in question.mistakes} | set(question.kind.words))
    reached = {case["hint"] for case in part["wrong"]}
    assert {mistake.name for mistake in question.mistakes} <= reached, "a hint that no wrong answer reaches"
    assert reached <= {mistake.name for mistake in question.mistakes} | set(question.kind.words) | GENERAL


@pytest.mark.parametrize(("exercise", "key", "case"), WRONG)
def test_wrong_answer_is_refused_with_its_hint(exercise, key, case):
    wrong = bank(exercise)[key]["wrong"][case]
    reply = judge(exercise, key, wrong["code"])
    assert reply.name == wrong["hint"], reply.words


@pytest.mark.parametrize(("exercise", "key", "case"), RIGHT)
def test_right_answer_in_other_clothes_is_accepted(exercise, key, case):
    right = bank(exercise)[key]["right"][case]
    reply = judge(exercise, key, right["code"])
    assert reply.state is State.CORRECT, f"{reply.name}: {reply.words}"


ODD = [None, True, "", "forty", b"x", 3 + 4j, float("nan"), float("inf"), [], [[1, 2], [3]], {}, {"a": 1}, set(),
       object(), len, Ellipsis, range(3), np.array([]), np.array([1, 2]), pd.Series(dtype=float),
       pd.DataFrame({"a": [1]}), plt.figure(), pd.NA, pd.NaT, lambda: 1, int, 10**400, -1e308]


@pytest.mark.parametrize(("exercise", "key"), EVERY)
def test_no_odd_object_stops_the_checker(exercise, key):
    question = questions(exercise)[key]
    for odd in ODD:
        reply = question.judge({question.variable: odd})
        assert reply.state is not State.CORRECT and reply.words, repr(odd)
    assert question.judge({}).state is State.MISSING


# -- hints and leaks


@pytest.mark.parametrize(("exercise", "key"), EVERY)
def test_hints_are_short(exercise, key):
    question = questions(exercise)[key]
    for words in (question.wrong, question.praise, *(m.hint for m in question.mistakes), *question.kind.words.values()):
        assert len(checker.wrap(words)) <= 2, f"more than two lines: {words}"
    assert len(checker.wrap(question.recipe)) <= 4, f"more than four lines: {question.recipe}"


def answers_as_printed(expected):
    """Every way in which a numeric answer might give itself away: at 0, 1 and 2 decimals, as percent or fraction."""
    numbers = expected if isinstance(expected, (list, set)) else [expected]
    if isinstance(expected, dict):
        numbers = expected.values()
    printed = set()
    for number in numbers:
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            printed |= {f"{value:.{places}f}" for value in (number, number / 100) for places in (0, 1, 2)}
    # Digits alone (a count of claims, "0.6") stand everywhere and give nothing away.
    return {text for text in printed if len(text.replace(".", "").strip("0")) >= 2}


@pytest.mark.parametrize(("exercise", "key"), EVERY)
def test_no_answer_leaks(exercise, key):
    question = questions(exercise)[key]
    expected = question.expected()
    learner = handed_out(ROOT / "exercises" / f"{exercise}.ipynb")
    learner = re.sub(r'"(id|grade_id)": "[^"]*"', "", learner)
    hints = "\n".join([question.recipe, question.wrong, *(mistake.hint for mistake in question.mistakes)])
    for text in answers_as_printed(expected):
        pattern = rf"(?<![\d.]){re.escape(text)}(?![\d]|\.\d)"
        assert not re.search(pattern, hints), f"{text} stands in a hint of {key}"
        assert not re.search(pattern, learner), f"{text}, an answer of {key}, stands in the learner's file"


# -- shadow data: no check holds a literal


def perturb(folder, seed):
    """Change counts, percentages, scores, effects and verdicts in a copy of the tables, keeping every row possible.

    Each row draws from a stream of its own, so that a new row changes no other.
    """
    for name in ("proportions", "scores", "effects", "claims"):
        rows = consistency.table(name, folder)
        for row in rows:
            chance = random.Random(f"{seed} {' '.join(row.values())}")
            if name == "proportions":
                if row["total"]:
                    row["total"] = str(int(row["total"]) + chance.randint(1, 9))
                if row["events"]:
                    most = int(row["total"]) if row["total"] else 10**6
                    row["events"] = str(min(most, int(row["events"]) + chance.randint(1, 5)))
                if row["percent"]:
                    places = consistency.decimals(row["percent"])
                    share = chance.uniform(1, 99)
                    if row["events"] and row["total"]:
                        share = 100 * int(row["events"]) / int(row["total"])
                    row["percent"] = f"{share:.{places}f}"
                elif chance.random() < 0.1:
                    row["percent"] = "50"
            elif name == "scores":
                for column in ("mean", "sd"):
                    row[column] = row[column] and f"{float(row[column]) * chance.uniform(1, 1.2):.2f}"
            elif name == "effects":
                for column in ("estimate", "ci_low", "ci_high"):
                    row[column] = row[column] and f"{1.1 * float(row[column]):.3f}"
            elif chance.random() < 0.4:
                row["verdict"] = "partly"
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture
def shadows(tmp_path):
    """Three copies of the course, each with other numbers in its tables."""
    folders = []
    for seed in (1, 2, 3):
        folder = copy_of_the_course(tmp_path / str(seed), "data", "exercises", "notebooks")
        perturb(folder / "data", seed)
        folders.append(folder)
    return folders


@pytest.mark.parametrize("exercise", EXERCISES)
def test_solutions_follow_the_data_and_typed_answers_do_not(exercise, shadows, monkeypatch):
    """On changed data the solution is still right, and the answer that was right before no longer is."""
    typed = {key: question.expected() for key, question in questions(exercise).items()}
    differs = dict.fromkeys(typed, False)
    for folder in shadows:
        monkeypatch.setattr(checker, "DATA", folder / "data")
        checker._lines.cache_clear()
        names = run(exercise, folder / "exercises")
        for key, question in questions(exercise).items():
            reply = question.judge(names)
            assert reply.state is State.CORRECT, (
                f"on changed data the solution of {key} is called {reply.name!r} ({reply.words}): it does not follow"
                " the data, or the checker works the right answer out in another way")
            differs[key] |= question.expected() != typed[key]
    for key, question in questions(exercise).items():
        if question.fixed:
            assert not differs[key], f"{key} is said not to depend on the data, and does"
        else:
            assert differs[key], f"{key}: a typed-in answer would pass on other data"


# -- the checker's three voices


def voice(code, tmp_path, **environment):
    """Run a few lines beside a copy of the checker; returns what they print."""
    if not (tmp_path / "data").exists():
        copy_of_the_course(tmp_path, "data", "exercises")
    clean = {key: value for key, value in os.environ.items() if key not in {"COURSE_CHECK", "NBGRADER_EXECUTION"}}
    start = "from checks import for_exercise\ncheck = for_exercise('01_sentence_to_row', globals())\n"
    return subprocess.run([sys.executable, "-c", start + code], cwd=tmp_path / "exercises", capture_output=True,
                          text=True, env=clean | environment)


def test_in_a_notebook_it_prints_and_goes_on(tmp_path):
    done = voice("social_nervousness = 'a'\ncheck('q1')\nprint('on')", tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "Not yet: question 1 (a spun word)" and done.stdout.endswith("on\n")


@pytest.mark.parametrize("name", ["COURSE_CHECK", "NBGRADER_EXECUTION"])
def test_when_validated_it_raises(tmp_path, name):
    done = voice("social_nervousness = 'a'\ncheck('q1')", tmp_path, **{name: "raise"})
    assert done.returncode == 1 and "Not yet: question 1 (a spun word)" in done.stderr


def test_hint_before_any_attempt(tmp_path):
    done = voice("check.hint('q2')", tmp_path)
    assert done.stdout.startswith("Move 2 with two conditions")


def test_progress_is_kept_between_sessions_and_survives_a_broken_tally(tmp_path):
    voice("social_nervousness = 'c'\ncheck('q1')", tmp_path)
    assert "1 of 5 questions are right." in voice("check.progress()", tmp_path).stdout
    for broken in ("not json", "[1, 2]", '{"01_sentence_to_row": 3}'):
        (tmp_path / "exercises" / "my_progress.json").write_text(broken, encoding="utf-8")
        done = voice("check.progress()", tmp_path)
        assert done.returncode == 0 and "0 of 5 questions are right." in done.stdout, broken


def test_unknown_names_are_told(tmp_path):
    done = voice("check('q9')", tmp_path)
    assert "There is no question 'q9' here. The questions are q1" in done.stderr
    with pytest.raises(ValueError, match="An exercise is named like"):
        for_exercise("../data", {})
