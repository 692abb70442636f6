"""Grade a whole class: make grade SUBMISSIONS=FOLDER, or python -m grading FOLDER --out report.csv

Takes a folder of submitted notebooks, in whatever folders they lie, and writes ``report.csv`` (one row for each
learner and question) and beside it what grading/report.py makes of it; one notebook is only told on the screen.
Each submission runs in a container of its own (grading/sandbox.py), where our given cells and the learner's are put
together and run (worker.py, submission.py); what comes out is checked for its form and judged here (judging.py).

A question counts as right when its variable held a right answer at the end of the question's section, after a cell
that set it, or where the learner's own check stood. The checker, its rules and the worked solutions lie in every
learner's folder: these marks tell a teacher where a class stands. Marks that count need answers that learners
cannot look up, checked where learners cannot reach them.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from tools import course

from . import judging, report
from .learners import called, collect, visible
from .sandbox import NOT_HELD, Refused, Sandbox
from .submission import exercises, questions

OLDER = "not counted, since this one of the same learner and exercise is newer: "
FEW = 3
NAMELESS = "no name in the file's name"


class Stopped(Exception):
    """Nobody is marked, since what the marks are measured by is not right; the text says what and where."""


def grade(folder, *, out=None, jobs=None, unprotected=False, limits=None, tell=lambda done, total: None):
    """Grade all notebooks below ``folder``, or one notebook file: a ``report.Outcome``.

    ``out`` is the report that will be written, which is left out of what is graded; ``limits`` replaces
    ``limits.Limits``; ``tell`` is called with (done, all) after each submission. Raises FileNotFoundError when there
    is nothing to grade, ``sandbox.Refused`` when the walls cannot be had, ``Stopped`` when the tables are spoilt.
    """
    began = time.monotonic()
    handed_in = collect(folder, report.written(out) if out else ())
    _work_out()
    jobs = max(1, jobs or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count())))
    found = {}
    with Sandbox(limits, unprotected) as sandbox:
        todo = {one.path: one.path for one in handed_in if not one.reason}
        tell(0, len(todo))
        late = {}
        for path, result in sandbox.run(todo.items(), jobs):
            reply = judging.parse(result.content)
            found[path] = (reply, result)
            if result.late or (reply and reply.late):
                late[path] = path
            tell(len(found) - len(late), len(todo))
        for path, result in sandbox.run(late.items(), 1):  # once more, with nothing of ours beside it
            found[path] = (judging.parse(result.content), result)
            tell(len(todo), len(todo))
        rows, words, older = _rows(handed_in, found)
        _ask_the_solutions(rows, sandbox)
    megabytes = max((result.megabytes for _, result in found.values()), default=0.0)
    return report.Outcome(rows, words, older, time.monotonic() - began, megabytes)


def _work_out():
    """Work out every right answer once. Raises Stopped when the tables do not give one."""
    from checks.kinds import TablesBroken, worked_out

    for exercise in exercises():
        for key, question in questions(exercise).items():
            try:
                worked_out(question.expected, f"the right answer to {key} of {exercise}")
            except TablesBroken as error:
                raise Stopped(f"{error} Nobody was marked.") from None


def _ask_the_solutions(rows, sandbox):
    """Where all who tried a question, and a few did, got it wrong, our own solution must have it right.

    Raises Stopped when it does not.
    """
    doubtful = {}
    for (exercise, _), told in report.standing(rows).items():
        if not report.count(told, "right") and report.count(told, "not yet") >= FEW:
            doubtful[exercise] = course.ROOT / "exercises" / f"{exercise}_solution.ipynb"
    for exercise, result in sandbox.run(doubtful.items(), 1):
        reply = judging.parse(result.content)
        wrong = [f"{row['question']} ({row['hint'] or row['result']})" for row in judging.rows(reply)
                 if row["result"] != "right"] if reply and not reply.refused else [result.why or "no reply"]
        if wrong:
            raise Stopped(f"the course's own solution of {exercise} is not right here: {', '.join(wrong)}. A table or a"
                          " file of the course was changed. Nobody was marked.")


def _rows(handed_in, found):
    """(rows of the report, answers in words), in the order of exercises and learners, and {file: newer one of its
    learner and exercise}."""
    exercise_of = {path: reply.exercise if reply else "" for path, (reply, _) in found.items()}
    names = called(handed_in, {one.path: exercise_of.get(one.path, "") for one in handed_in})
    rows, words = [], []
    for one in handed_in:
        reply, result = found.get(one.path, (None, None))
        known = {"learner": names[one.path] or one.shown.removesuffix(one.path.suffix),
                 "exercise": exercise_of.get(one.path, ""), "file": one.shown}
        odd = [] if names[one.path] or one.reason else [NAMELESS]
        if reply and not reply.refused:
            odd += [f"the file is named {name}, but holds {reply.exercise}" for name in exercises()
                    if name in one.path.stem and name != reply.exercise]
            new = judging.rows(reply)
            words.append(known | {"said": reply.said})
        else:
            why = one.reason or (reply and reply.refused) or result.why or "no reply came out of its container"
            new = [{"question": "", "result": "not graded", "hint": "", "words": "", "note": why}]
        rows += [known | row | {"words": visible(row["words"]),
                                "note": "; ".join(filter(None, [*odd, visible(row["note"])]))} for row in new]
    works = {one.shown: (names[one.path], exercise_of.get(one.path)) for one in handed_in}
    newest = {works[one.shown]: one.shown for one in sorted(handed_in, key=lambda one: one.newness)}
    older = {file: newest[work] for file, work in works.items() if all(work) and newest[work] != file}
    for row in rows:
        if row["file"] in older:
            row["note"] = "; ".join(filter(None, [OLDER + older[row["file"]], row["note"]]))
    rows.sort(key=lambda row: (row["exercise"], row["learner"], row["file"]))
    return rows, sorted(words, key=lambda one: (one["exercise"], one["learner"], one["file"])), older


# -- the command


def main(arguments=None):
    """Returns the exit code: 0 when the class was graded, 2 for wrong use, 130 when it was interrupted."""
    parser = argparse.ArgumentParser(prog="grading", description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", nargs="?", help="a folder of submitted notebooks, or one notebook"
                        " (default: what the environment's SUBMISSIONS says)")
    parser.add_argument("--out", type=Path, help="the report (default: report.csv; for one notebook, none)")
    parser.add_argument("--jobs", type=int, help="submissions at a time (default: one for each processor)")
    parser.add_argument("--unprotected", action="store_true", help="run strangers' code without walls")
    chosen = parser.parse_args(arguments)
    folder = chosen.folder or os.environ.get("SUBMISSIONS", "")
    if not folder:
        print("grading: say which folder: python -m grading FOLDER", file=sys.stderr)
        return 2
    folder = Path(folder).expanduser()
    out = chosen.out.expanduser() if chosen.out else None if folder.is_file() else Path("report.csv")
    try:
        if out and not out.resolve().parent.is_dir():
            raise FileNotFoundError(f"{out}: there is no folder {out.parent} to write it into")
        if chosen.unprotected:
            print(f"Warning: --unprotected. {NOT_HELD}", file=sys.stderr)
        for name in ("SIGTERM", "SIGHUP"):  # end it as Ctrl-C does: no container and no folder is left
            if signal.getsignal(number := getattr(signal, name, signal.SIGINT)) is not signal.SIG_IGN:
                signal.signal(number, signal.default_int_handler)
        with report.progress() as tell:
            outcome = grade(folder, out=out, jobs=chosen.jobs, unprotected=chosen.unprotected, tell=tell)
    except (OSError, Refused, Stopped) as error:
        print(f"grading: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("grading: stopped. Nothing was written.", file=sys.stderr)
        return 130
    report.summary(outcome, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
