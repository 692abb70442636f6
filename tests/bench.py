"""How fast is the course, and against what? make bench (never part of the tests).

One run on one machine, the things compared taken in turn, medians of at least five where a thing takes seconds.
Prints the ratios first and writes bench/bench.json, bench/bench.md and bench/bench.png. Needs the environments of
``make test`` and ``make test-slow`` and the site of ``make web``; what is missing is left out and named.
"""

import argparse
import contextlib
import gzip
import io
import json
import os
import platform
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import matplotlib

from tools import build, course

matplotlib.use("agg")
import matplotlib.pyplot as plt
import nbformat
import numpy as np
from jupyter_client.manager import start_new_kernel

from tools.course import LESSONS, ROOT, SOLUTIONS

OUT = ROOT / "bench"
SITE = ROOT / "web" / "_site"
NBGRADER = ROOT / ".venv-nbgrader" / "bin" / "nbgrader"
#: What the course asks of itself: (what, the most or the least that is right).
TARGETS = {"lesson, median": ("at most", 2.0), "lesson, dearest": ("at most", 2.8),
           "frame that moves, median, ms": ("at most", 30), "frame that moves, median, empty ones": ("at most", 1.5),
           "moving figure, largest, kB": ("at most", 250),
           "nbval suite on two workers, s": ("at most", 60), "nbgrader": ("at least", 4),
           "first page view, kB": ("at most", 350), "grading, growth exponent": ("at most", 1.1),
           "grading, growth of memory": ("at most", 1.2)}
PARTS = ("lessons", "moving", "suite", "grading", "environment", "sizes", "growth")
ONE_BAR = ('import matplotlib.pyplot as plt\nimport pandas as pd\nfig, ax = plt.subplots()\n'
           'ax.bar(["before", "after"], [0, 40])\nplt.show()')
USAGE = ("import resource as _r; _u = _r.getrusage(_r.RUSAGE_SELF); print(_u.ru_utime + _u.ru_stime, "
         "_u.ru_maxrss / 1024)")


def say(words):
    print(words, flush=True)


def rounds(cases, times):
    """Run each case ``times`` times, one after another in each round; returns {name: list of results}."""
    found = {name: [] for name in cases}
    for number in range(times):
        for name, run in cases.items():
            found[name].append(run())
        say(f"   round {number + 1} of {times}")
    return found


def timed(command, **options):
    """Seconds of wall clock of a command. Raises RuntimeError with its last words when it fails."""
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, **{"cwd": ROOT} | options)
    if done.returncode not in (0, 1):  # 1: some cell failed, as wrong answers do
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return time.monotonic() - began


# -- lessons against two floors


def kernel(sources, folder):
    """Processor seconds and the most megabytes of a kernel that has run some cells."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder), extra_arguments=["--log-level=ERROR"])
    printed = []

    def hear(message):
        if message["msg_type"] == "error":
            raise RuntimeError("\n".join(message["content"]["traceback"]))
        if message["msg_type"] == "stream":
            printed.append(message["content"]["text"])
    try:
        for source in [*sources, USAGE]:
            printed.clear()
            client.execute_interactive(source, output_hook=hear, timeout=120)
        seconds, megabytes = "".join(printed).split()
        return float(seconds), float(megabytes)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def code(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def lessons(times):
    paths = LESSONS + SOLUTIONS
    cases = {"empty kernel": lambda: kernel([], ROOT), "pandas and one plot": lambda: kernel([ONE_BAR], ROOT)}
    cases |= {path.stem: lambda path=path: kernel(code(path), path.parent) for path in paths}
    found = rounds(cases, times)
    seconds = {name: statistics.median(run[0] for run in runs) for name, runs in found.items()}
    floor = seconds["pandas and one plot"]
    of_lessons = [seconds[path.stem] / floor for path in LESSONS]
    return {"processor seconds": seconds,
            "megabytes": {name: statistics.median(run[1] for run in runs) for name, runs in found.items()},
            "ratios": {"lesson, median": statistics.median(of_lessons), "lesson, dearest": max(of_lessons)}}


# -- figures that move


def moving():
    """Processor milliseconds of each frame, drawn, judged and put into words, and kilobytes of the whole as stored.

    The floor is an empty frame: two axes with their labels, a title and one line.
    """
    import figures

    slider, milliseconds, kilobytes = figures.slider, {}, {}

    def empty(value):
        fig, ax = plt.subplots()
        ax.set(title="Nothing is drawn", xlabel="percent", ylabel="percent", xlim=(0, 100), ylim=(0, 100))
        ax.axvline(value, label="a line")
        return fig

    def measured(draw, label, values, *rest, **named):
        began = time.process_time()
        shown = slider(draw, label, values, *rest, **named)
        milliseconds[where := f"{path.stem[:2]} {label}"] = 1000 * (time.process_time() - began) / len(values)
        kilobytes[where] = len(shown._repr_mimebundle_()["text/html"].encode()) / 1000
        return shown

    path = Path("bench")
    for _ in range(2):  # the first time also pays for fonts
        measured(empty, "empty", list(range(2, 10)))
    floor = milliseconds.pop("be empty")
    kilobytes.clear()
    figures.slider, before = measured, Path.cwd()
    try:
        for path in LESSONS:
            os.chdir(path.parent)
            names = {"__name__": "__main__"}
            with contextlib.redirect_stdout(io.StringIO()):
                for source in code(path):
                    exec(source, names)
    finally:
        figures.slider = slider
        os.chdir(before)
    typical = statistics.median(milliseconds.values())
    return {"milliseconds a frame": milliseconds, "milliseconds of an empty one": floor, "kilobytes": kilobytes,
            "ratios": {"frame that moves, median, ms": typical, "frame that moves, median, empty ones": typical / floor,
                       "moving figure, largest, kB": max(kilobytes.values())}}


# -- the suite under nbval


def suite():
    command = [sys.executable, "-m", "pytest", "--nbval", *map(str, LESSONS + SOLUTIONS)]
    one, two = timed(command), timed([*command, "-n", "2", "--dist", "loadfile"])
    return {"seconds, one process": one, "seconds, two workers": two,
            "ratios": {"nbval suite on two workers, s": two}}


# -- a class


def graded(folder):
    """Seconds and the most megabytes of a process when the submissions in a folder are graded."""
    command = [sys.executable, "-m", "grading", str(folder), "--out", str(folder.parent / "report.csv")]
    began = time.monotonic()
    grader = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(grader.pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(command)} failed")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def grading(number=40):
    """A class whose answers are right, wrong and blank, by our grader and by nbgrader."""
    from submissions import exercises, mixed, write

    chance, names = random.Random(7), exercises()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        handed_in = [(names[n % len(names)], folder / "submitted" / f"learner{n:02d}") for n in range(number)]
        for exercise, learner in handed_in:
            write(learner / f"{exercise}.ipynb", mixed(exercise, chance)[0])
        runs = [graded(folder / "submitted") for _ in range(3)]
        ours = statistics.median(seconds for seconds, _ in runs)
        result = {f"seconds for {number}": ours, "most megabytes of a process": max(most for _, most in runs)}
        if not NBGRADER.exists():
            say("   nbgrader is left out: run make test-slow first")
            return result
        course_of_theirs = folder / "nbgrader"
        timed([sys.executable, "-m", "grading.nbgrader_course", course_of_theirs])
        for exercise, learner in handed_in:
            place = course_of_theirs / "submitted" / learner.name / exercise
            shutil.copytree(learner, place)
        used = sorted({exercise for exercise, _ in handed_in})
        for exercise in used:
            timed([NBGRADER, "generate_assignment", exercise], cwd=course_of_theirs)
        theirs = sum(timed([NBGRADER, "autograde", exercise], cwd=course_of_theirs) for exercise in used)
        return result | {f"seconds for {number}, nbgrader": theirs, "ratios": {"nbgrader": theirs / ours}}


# -- sizes, and how cost grows


def size(path):
    """Bytes of a folder or file on disk."""
    return path.stat().st_size if path.is_file() else sum(p.stat().st_size for p in path.rglob("*")
                                                          if p.is_file() and not p.is_symlink())


def environment():
    """Seconds from a clone to a served lesson, as README says to begin: with uv on the PATH, and with pip alone.

    Each downloads every package anew. What the second one leaves is weighed.
    """
    uv = shutil.which("uv") or ROOT / "web" / ".venv" / "bin" / "uv"
    token, seconds = "bench", {}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        for way, tools in (("uv", f"{Path(uv).parent}{os.pathsep}"), ("pip", "")):
            if way == "uv" and not Path(uv).exists():
                say("   uv is left out: it is not on the PATH")
                continue
            place, kept = Path(name) / way, os.environ["PATH"].split(os.pathsep)
            path = tools + os.pathsep.join(part for part in kept if not (Path(part) / "uv").exists())
            env = {key: value for key, value in os.environ.items() if not key.startswith(("VIRTUAL_ENV", "PYTHONPATH"))}
            env |= {"PATH": path, "PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1", "JUPYTER_TOKEN": token}
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            began = time.monotonic()
            timed(["git", "clone", "--quiet", ROOT, place])
            lab = subprocess.Popen(["make", "lab", f"PORT={port}", "ARGS=--no-browser"], cwd=place, env=env,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            lesson = f"http://127.0.0.1:{port}/api/contents/notebooks/{LESSONS[0].name}?token={token}"
            try:
                while not answers(lesson):
                    if lab.poll() is not None or time.monotonic() - began > 1200:
                        raise RuntimeError("make lab has served no lesson")
                    time.sleep(0.2)
                seconds[way] = time.monotonic() - began
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(lab.pid, signal.SIGTERM)
                lab.wait()
        return {"seconds from a clone to a served lesson": seconds,
                "megabytes of the environment": size(place / ".venv") / 1e6}


def answers(address):
    with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=20) as page:
        return page.status == 200


def sizes():
    result = {"repository, MB": sum(size(ROOT / name) for name in course.files()) / 1e6}
    start = SITE / "index.html"
    if start.exists():
        page = start.read_text(encoding="utf-8")
        names = set(re.findall(r'(?:src|href)="([^":#]+?\.(?:js|css|woff2|svg|png|webp))(?:\?[^"]*)?"', page))
        lazy = set(re.findall(r'<img[^>]*loading="lazy"[^>]*src="([^"]+)"', page))
        parts = [start, *(SITE / name for name in names - lazy if (SITE / name).exists())]
        result |= {"site, MB": size(SITE) / 1e6, "first page view on disk, kB": sum(map(size, parts)) / 1e3,
                   # as a web server sends it: text is compressed on the way
                   "first page view, kB": sum(len(gzip.compress(part.read_bytes())) for part in parts) / 1e3}
        result["ratios"] = {"first page view, kB": result["first page view, kB"]}
    else:
        say("   the site is left out: run make web first")
    return result


def growth(numbers):
    """Seconds and megabytes of grading as a class grows, and seconds of 3, 6 and 12 lessons.

    The exponent is the slope of log seconds on log number: 1 is linear, below 1 some cost is shared.
    """
    from submissions import a_class

    sources = [(code(path), path.parent) for path in LESSONS[:3]]
    seconds = {3 * times: sum(kernel(*pair)[0] for pair in sources * times) for times in (1, 2, 4)}
    runs = {}
    for number in numbers:
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            a_class(Path(name) / "submitted", number, seed=7, hostile_share=0)
            runs[number] = graded(Path(name) / "submitted")
    found = {"lessons": seconds, "submissions": {number: run[0] for number, run in runs.items()},
             "megabytes": {number: run[1] for number, run in runs.items()}}
    for name in ("lessons", "submissions"):
        found[f"{name}, exponent"] = float(np.polyfit(np.log([*found[name]]), np.log([*found[name].values()]), 1)[0])
    most = [*found["megabytes"].values()]
    return found | {"ratios": {"grading, growth exponent": found["submissions, exponent"],
                               "grading, growth of memory": most[-1] / most[0]}}


# -- the report


def judged(ratios):
    """[(what, value, target in words, held)] for every target that was measured."""
    rows = []
    for what, (side, limit) in TARGETS.items():
        if what in ratios:
            held = ratios[what] <= limit if side == "at most" else ratios[what] >= limit
            rows.append((what, ratios[what], f"{side} {limit:g}", held))
    return rows


def page(result):
    """The whole result as a page in Markdown."""
    rows = [[what, f"{value:.2f}", target, "yes" if held else "no"]
            for what, value, target, held in judged(result["ratios"])]
    parts = [f"# Benchmark\n\n{result['machine']}. Made by `make bench`.\n",
             build.markdown(["what", "measured", "target", "held"], rows)]
    for part in filter(result.get, PARTS):
        flat = {}
        for what, value in result[part].items():
            flat |= {f"{what}: {name}": number for name, number in value.items()} if isinstance(value, dict) else {
                what: value}
        rows = [[what, f"{value:.2f}"] for what, value in flat.items()]
        parts.append(f"## {part.capitalize()}\n\n{build.markdown(['what', 'value'], rows)}")
    return "\n".join(parts)


def draw(result):
    seconds = result["lessons"]["processor seconds"]
    floor = seconds["pandas and one plot"]
    names = list(seconds)[::-1]
    fig, ax = plt.subplots(figsize=(9, 9), layout="constrained")
    ax.barh(names, [seconds[name] for name in names], color="#0072B2")
    for times, style in ((1, "-"), (2.0, "--"), (2.8, ":")):
        ax.axvline(times * floor, color="#222222", linestyle=style, label=f"{times:g} times the floor")
    ax.set(xlabel="processor seconds, median", title="Each notebook beside a kernel that draws one bar chart")
    ax.legend()
    fig.savefig(OUT / "bench.png", dpi=110)


def main():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--times", type=int, default=5, help="rounds for the medians (default: 5)")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="measure these parts alone")
    parser.add_argument("--classes", type=int, nargs="+", default=[25, 100, 400], metavar="N",
                        help="how large the growing class is (default: 25 100 400)")
    chosen = parser.parse_args()
    given = {"lessons": [chosen.times], "growth": [chosen.classes]}
    os.environ.pop("COURSE_CHECK", None)
    result = {"machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"}
    began = time.monotonic()
    for name in chosen.only:
        say(f"measuring: {name}")
        result[name] = globals()[name](*given.get(name, []))
    result["ratios"] = {key: value for part in result.values() if isinstance(part, dict)
                        for key, value in part.pop("ratios", {}).items()}
    result["minutes"] = (time.monotonic() - began) / 60
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    (OUT / "bench.md").write_text(page(result), encoding="utf-8")
    if "lessons" in result:
        draw(result)
    say("")
    for what, value, target, held in judged(result["ratios"]):
        say(f"{what:32} {value:8.2f}   target {target:12} {'held' if held else 'NOT HELD'}")
    say(f"{result['minutes']:.1f} minutes. Wrote bench.json, bench.md and (with the lessons) bench.png into bench/.")
    return int(not all(held for *_, held in judged(result["ratios"])))


if __name__ == "__main__":
    sys.exit(main())
