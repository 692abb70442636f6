"""Runs inside the container: reads one notebook from standard input, runs it, writes one reply (grading/judging.py).

The cells run in a process of their own, which tells this one what was found at each look; when it exits, crashes or
runs out of time, what was found until then is kept. None of this is a wall: a learner's cells can do to this process
what they like, and then there is no reply.
"""

import contextlib
import gc
import json
import math
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from . import judging, submission
from .limits import Limits

with contextlib.suppress(ImportError):  # Windows has none: see sandbox.py
    import resource

COURSE = Path(__file__).resolve().parents[1]
LARGEST_ENTRY = 60_000  # characters


class OutOfTime(BaseException):
    """A cell ran longer than a cell may."""


def reply_to(content, limits, place):
    """The Reply to the bytes of a notebook."""
    _bound(limits)
    try:
        cells = submission.read(content)
        exercise = submission.recognise(cells)
        plan = submission.assemble(cells, exercise)
    except submission.NotGraded as reason:
        return judging.Reply(refused=str(reason))
    except MemoryError:
        return judging.Reply(refused="it takes too much memory to be read")
    lines, ended, late = _run(plan, exercise, limits, place)
    told, errors = {}, {}
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, LookupError, RecursionError, AttributeError):
            one = json.loads(line)
            if "broken" in one:
                ended = judging.cut(f"the grader could not begin: {one['broken']}")
            told.setdefault(one["step"], one)  # each step has one say
    looks = {}
    for number, (kind, name, *_) in enumerate(plan.steps):
        one, owner = told.get(number, {}), plan.owners.get(name)
        if kind == "look" and judging.is_entry(one.get("entry")):
            looks.setdefault(name, []).append(one["entry"])
        elif kind == "run" and owner and isinstance(one.get("error"), str):
            errors.setdefault(owner, judging.cut(f"{name}: {one['error']}"))
            late = late or one.get("late") is True
    answers = {key: _chosen(question, looks.get(key, []), bool(ended) and plan.looks(key))
               for key, question in submission.questions(exercise).items()}
    said = plan.said if len(plan.said) <= judging.MOST_WORDS else plan.said[:judging.MOST_WORDS - 1] + "…"
    return judging.Reply(exercise=exercise, ended=ended, late=late, said=said, errors=errors, notes=plan.notes,
                         answers=answers)


def _chosen(question, entries, expected):
    """The entry that counts: one that is right, else the last that is an answer, else the last of all."""
    for entry in entries:
        if judging.judge(question, entry)[0] == "correct":
            return entry
    if len(entries) < expected:
        return {"state": "not run"}
    answered = [entry for entry in entries if entry.get("state") not in ("missing", "not answered")]
    return (answered or entries or [{"state": "missing", "words": ""}])[-1]


# -- the process of the cells


def _run(plan, exercise, limits, place):
    """Run the steps in a process of their own: (lines that it wrote, "" or why it was ended, out of wall time?)."""
    read, write = os.pipe()
    began = time.monotonic()
    runner = os.fork()
    if not runner:
        try:
            os.close(read)
            _steps(plan, exercise, limits, place, write)
        except BaseException as error:  # before the first cell: it is ours, and must not look like the learner's
            os.write(write, b"\n" + json.dumps({"broken": repr(error)[:200]}).encode() + b"\n")
        finally:
            os._exit(1)
    os.close(write)
    received, ended, late = bytearray(), "", False
    while not received.endswith(b"\n{}\n"):
        left = began + limits.wall - time.monotonic()
        ready, _, _ = select.select([read], [], [], max(0, min(0.2, left)))
        chunk = os.read(read, 65536) if ready else b""
        received += chunk
        if len(received) > judging.MOST_REPLY:
            ended = "stopped: it sent back more than answers"
        elif left <= 0:
            ended, late = f"stopped after {limits.wall:g} seconds", True
        elif not chunk:
            ended = _how_it_ended(runner, limits)
            while ended and select.select([read], [], [], 0)[0] and (chunk := os.read(read, 65536)):
                received += chunk[:judging.MOST_REPLY]
            if not ended and ready:  # closed by the runner, which goes on
                time.sleep(0.05)
        if ended:
            break
    with contextlib.suppress(OSError):
        os.kill(runner, signal.SIGKILL)
        os.waitpid(runner, 0)
    return bytes(received).split(b"\n"), ended, late


def _how_it_ended(runner, limits):
    pid, status = os.waitpid(runner, os.WNOHANG)
    if not pid:
        return ""
    if os.WIFEXITED(status):
        return f"the process ended itself with code {os.WEXITSTATUS(status)}"
    number = os.WTERMSIG(status)
    if number == signal.SIGXCPU:
        return f"stopped after {limits.cpu:g} seconds of processor time"
    return f"the process was ended by {signal.Signals(number).name}"


def _steps(plan, exercise, limits, place, write):
    """Run cells and take looks, and write one line for each thing found."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.dup2(write, 3)
    os.closerange(4, 256)
    os.chdir(_furnish(place))
    kernel, questions = _Kernel(limits), submission.questions(exercise)
    _bound(limits, for_good=True)
    for number, (kind, name, *source) in enumerate(plan.steps):
        told = {"entry": kernel.look(questions[name])} if kind == "look" else kernel.run(*source)
        if told:
            os.write(3, b"\n" + json.dumps({"step": number} | told).encode() + b"\n")
    os.write(3, b"\n{}\n")
    time.sleep(60)  # we are ended


class _Kernel:
    """Runs cells as a kernel does, each within its time."""

    def __init__(self, limits):
        self.limits, self.shell, self.me, self.late = limits, _shell(), os.getpid(), False
        self.stopped, self.last = {}, ""  # {name: what the last cell that gives it a value stopped with}
        signal.signal(signal.SIGALRM, self._too_long)
        signal.signal(signal.SIGPROF, self._too_long)

    def _too_long(self, number, _):
        self.late = number == signal.SIGALRM
        seconds, of = (self.limits.cell_wall, "") if self.late else (self.limits.cell_cpu, " of processor time")
        raise OutOfTime(f"ran longer than {seconds:g} seconds{of}")

    def _within_its_time(self, work, *arguments):
        """(what it gave, what it raised); whatever a learner's objects do, the next step is taken."""
        try:
            try:
                _timers(self.limits.cell_cpu, self.limits.cell_wall)
                return work(*arguments), None
            finally:
                _timers(0, 0)
        except BaseException as error:
            return None, error

    def run(self, source):
        """What a cell stopped with, as {"error", "late"}, or {}."""
        from checks import checker

        names, self.late = checker.assigned(source), False
        for name in names:
            self.stopped.pop(name, None)
        result, error = self._within_its_time(self.shell.run_cell, source)
        if os.getpid() != self.me:  # a copy that the cell made does not go on
            os._exit(0)
        error = error or result.error_before_exec or result.error_in_exec
        self.last = "" if error is None else checker.in_one_line(error)
        if not self.last:
            return {}
        self.stopped |= dict.fromkeys(names, self.last)
        return {"error": self.last, "late": self.late}

    def look(self, question):
        """The entry of a question."""
        entry, error = self._within_its_time(judging.look, question, self.shell.user_ns, self.stopped, self.last)
        if error is not None:
            return {"state": "type", "words": "What you gave cannot be read as an answer here."}
        if len(json.dumps(entry)) > LARGEST_ENTRY:
            return {"state": "type", "words": "What you gave is too large to be an answer here."}
        return entry


def _timers(cpu, wall):
    signal.setitimer(signal.ITIMER_PROF, cpu)
    signal.setitimer(signal.ITIMER_REAL, wall)


def _bound(limits, for_good=False):
    """Limits that the system keeps, for this process and what it starts; memory counts from what is taken now."""
    bounds = {"RLIMIT_CORE": 0, "RLIMIT_CPU": math.ceil(limits.cpu), "RLIMIT_NOFILE": 128,
              "RLIMIT_NPROC": limits.processes, "RLIMIT_FSIZE": limits.file_megabytes * 1024**2}
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        bounds["RLIMIT_AS"] = pages * resource.getpagesize() + limits.megabytes * 1024**2
    for name, bound in bounds.items():
        with contextlib.suppress(ValueError, OSError):
            hard = resource.getrlimit(getattr(resource, name))[1]
            bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            last = bound + 2 * (name == "RLIMIT_CPU")  # a warning first, which ends it and says why
            resource.setrlimit(getattr(resource, name), (bound, last if for_good else hard))


def _furnish(place):
    """Lay out the course as a notebook expects it, with folders that can be written to; returns where it is run."""
    exercises = place / "course" / "exercises"
    for folder in (exercises, place / "course" / "data", place / "home"):
        folder.mkdir(parents=True)
    for link, target in ((exercises / "checks", "exercises/checks"), (place / "course" / "notebooks", "notebooks"),
                         *((place / "course" / "data" / path.name, f"data/{path.name}")
                           for path in (COURSE / "data").iterdir())):
        link.symlink_to(COURSE / target)
    return exercises


def _shell():
    """IPython's shell, which behaves as the kernel does, without a terminal, a history or tracebacks."""
    gc.disable()  # nothing that is imported becomes garbage: a tenth of the time
    import matplotlib.pyplot as plt
    import pandas  # noqa: F401  with what every exercise uses, before the time of a cell is taken
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    gc.enable()

    class Shell(InteractiveShell):
        def enable_gui(self, gui=None):
            pass

        def showtraceback(self, *_, **__):
            pass

        def showsyntaxerror(self, *_, **__):
            pass

    config = Config()
    config.HistoryManager.enabled = False
    shell = Shell.instance(config=config)
    shell.display_formatter.active_types = ["text/plain"]
    # The kernel's own backend shows and closes all figures at the end of each cell.
    shell.events.register("post_execute", lambda: plt.close("all"))
    sys.path.insert(0, "")
    return shell


def trial():
    """Prove that a container does what it should; prints the name and the content of matplotlib's list of fonts."""
    if os.geteuid() == 0:
        sys.exit("submissions would be run as root")
    subprocess.run(["true"], check=True)
    _shell()
    fonts, = Path(os.environ["MPLCONFIGDIR"]).glob("fontlist*.json")
    print(fonts.name, fonts.read_text(encoding="utf-8"), sep="\n", end="")


def main():
    os.umask(0o022)
    sys.path[:0] = [str(COURSE / "exercises"), str(COURSE / "notebooks")]
    place = Path(os.environ["TMPDIR"])
    place.mkdir(exist_ok=True)
    if sys.argv[1] == "trial":
        return trial()
    limits = Limits(**json.loads(sys.argv[1]))
    shutil.copytree(COURSE / "fonts", os.environ["MPLCONFIGDIR"])
    sys.stdout.buffer.write(reply_to(sys.stdin.buffer.read(), limits, place).as_json())


if __name__ == "__main__":
    main()
