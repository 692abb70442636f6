"""How fast is the course, and against what? make bench (never part of the tests).

One run on one machine, the things compared taken in turn, medians of at least five where a thing takes seconds.
Prints the ratios first and writes bench/bench.json, bench/bench.md and bench/bench.png. Needs the environments of
``make test`` and ``make test-nbgrader`` and the site of ``make web``; what is missing is left out and named.
"""

import argparse
import gzip
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import nbformat
import numpy as np
from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests"), str(ROOT / "notebooks")]

OUT = ROOT / "bench"
SITE = ROOT / "web" / "_site"
NBGRADER = ROOT / ".venv-nbgrader" / "bin" / "nbgrader"
#: What the course asks of itself: (what, the most or the least that is right).
TARGETS = {"lesson, median": ("at most", 1.4), "lesson, dearest": ("at most", 1.8),
           "nbval suite on two workers, s": ("at most", 60), "nbgrader": ("at least", 8), "nbval": ("at least", 5),
           "first page view, kB": ("at most", 500), "grading, growth exponent": ("at most", 1.1)}
PARTS = ("lessons", "suite", "grading", "environment", "sizes", "growth")
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
    paths = sorted(ROOT.glob("notebooks/*.ipynb")) + sorted(ROOT.glob("exercises/*_solution.ipynb"))
    cases = {"empty kernel": lambda: kernel([], ROOT), "pandas and one plot": lambda: kernel([ONE_BAR], ROOT)}
    cases |= {path.stem: lambda path=path: kernel(code(path), path.parent) for path in paths}
    found = rounds(cases, times)
    seconds = {name: statistics.median(run[0] for run in runs) for name, runs in found.items()}
    floor = seconds["pandas and one plot"]
    of_lessons = [seconds[path.stem] / floor for path in paths if path.parent.name == "notebooks"]
    return {"processor seconds": seconds,
            "megabytes": {name: statistics.median(run[1] for run in runs) for name, runs in found.items()},
            "ratios": {"lesson, median": statistics.median(of_lessons), "lesson, dearest": max(of_lessons)}}


# -- the suite under nbval


def suite():
    names = ["notebooks", *map(str, sorted(ROOT.glob("exercises/*_solution.ipynb")))]
    command = [sys.executable, "-m", "pytest", "--nbval", *names]
    one, two = timed(command), timed([*command, "-n", "2", "--dist", "loadfile"])
    return {"seconds, one process": one, "seconds, two workers": two,
            "ratios": {"nbval suite on two workers, s": two}}


# -- a class


def copies(folder, number, seed=7, plain=False):
    """A copy of the course in ``folder`` with ``number`` generated submissions in submitted/.

    ``plain`` ones hold right, wrong and blank answers and are otherwise as they were handed out; the others may
    also have lost their checks or ids, or be of an old format.
    """
    from submissions import a_class, exercises, mixed, write

    for name in ("data", "exercises", "notebooks", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "conftest.py", folder)
    if plain:
        chance, names = random.Random(seed), exercises()
        for n in range(number):
            name = names[n % len(names)]
            write(folder / "submitted" / f"learner{n:03d}" / f"{name}.ipynb", mixed(name, chance)[0])
    else:
        a_class(folder / "submitted", number, seed=seed, hostile_share=0)
    return folder / "submitted"


def grading(many=300):
    import grade
    import nbgrader_course

    result = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        class_of_40 = copies(folder, 40, plain=True)
        fast = statistics.median(grade.grade(class_of_40).seconds for _ in range(5))
        flat = []
        for number, path in enumerate(sorted(class_of_40.rglob("*.ipynb"))):
            exercise = grade.recognise(grade.read_cells(path), path)
            flat.append((exercise, path, folder / "exercises" / f"handed_in_{number:02d}.ipynb"))
            shutil.copy(path, flat[-1][2])
        slow = timed([sys.executable, "-m", "pytest", "--nbval-lax", *(str(path) for _, _, path in flat)], cwd=folder)
        result |= {"seconds for 40, fork server": fast, "seconds for 40, one nbval process": slow,
                   "ratios": {"nbval": slow / fast}}
        if NBGRADER.exists():
            course = folder / "nbgrader"
            if nbgrader_course.main([str(course)]):
                raise RuntimeError("the nbgrader course could not be made")
            by_exercise = {}
            for number, (exercise, path, _) in enumerate(flat):
                place = course / "submitted" / f"learner{number:02d}" / exercise
                place.mkdir(parents=True)
                shutil.copy(path, place / f"{exercise}.ipynb")
                by_exercise.setdefault(exercise, []).append(number)
            for exercise in by_exercise:
                timed([NBGRADER, "generate_assignment", exercise], cwd=course)
            usual = sum(timed([NBGRADER, "autograde", exercise], cwd=course) for exercise in by_exercise)
            result |= {"seconds for 40, nbgrader": usual}
            result["ratios"]["nbgrader"] = usual / fast
        else:
            say("   nbgrader is left out: run make nbgrader first")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        done = grade.grade(copies(Path(name), many))
        result |= {f"seconds for {many}, fork server": done.seconds, "megabytes of the largest": done.megabytes}
    return result


# -- sizes, and how cost grows


def size(path):
    """Bytes of a folder or file on disk."""
    return path.stat().st_size if path.is_file() else sum(p.stat().st_size for p in path.rglob("*")
                                                          if p.is_file() and not p.is_symlink())


def environment():
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        place = Path(name) / ".venv"
        timed([sys.executable, "-m", "venv", place])
        seconds = timed([place / "bin" / "pip", "install", "--quiet", "--require-hashes", "--only-binary=:all:", "-r",
                         ROOT / "requirements.txt"])
        return {"seconds to install what a learner needs": seconds, "megabytes of it": size(place) / 1e6}


def sizes():
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split("\0")
    result = {"repository, MB": sum(size(ROOT / name) for name in files if name) / 1e6}
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


def growth():
    """Seconds for 1, 2 and 4 times the first three lessons, and for 1, 2, 4 and 8 times 10 submissions.

    The exponent is the slope of log seconds on log number: 1 is linear, below 1 some cost is shared.
    """
    import grade

    found = {}
    paths = sorted(ROOT.glob("notebooks/*.ipynb"))[:3]
    sources = [(code(path), path.parent) for path in paths]
    costs = {times: sum(kernel(*pair)[0] for pair in sources * times) for times in (1, 2, 4)}
    found["lessons"] = {3 * times: seconds for times, seconds in costs.items()}
    found["submissions"] = {}
    for number in (10, 20, 40, 80):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            found["submissions"][number] = grade.grade(copies(Path(name), number)).seconds
    for name in ("lessons", "submissions"):
        sizes_, seconds = zip(*found[name].items(), strict=True)
        found[f"{name}, exponent"] = float(np.polyfit(np.log(sizes_), np.log(seconds), 1)[0])
    found["ratios"] = {"grading, growth exponent": found["submissions, exponent"]}
    return found


# -- the report


def judged(ratios):
    """[(what, value, target in words, held)] for every target that was measured."""
    rows = []
    for what, (side, limit) in TARGETS.items():
        if what in ratios:
            held = ratios[what] <= limit if side == "at most" else ratios[what] >= limit
            rows.append((what, ratios[what], f"{side} {limit:g}", held))
    return rows


def markdown(result):
    lines = ["# Benchmark", "", f"{result['machine']}. Made by `make bench`.", "",
             "| what | measured | target | held |", "|---|---|---|---|"]
    lines += [f"| {what} | {value:.2f} | {target} | {'yes' if held else 'no'} |"
              for what, value, target, held in judged(result["ratios"])]
    for part in filter(result.get, PARTS):
        lines += ["", f"## {part.capitalize()}", "", "| what | value |", "|---|---|"]
        for what, value in result[part].items():
            if isinstance(value, dict):
                lines += [f"| {what}: {name} | {number:.2f} |" for name, number in value.items()]
            else:
                lines.append(f"| {what} | {value:.2f} |")
    return "\n".join(lines) + "\n"


def draw(result):
    seconds = result["lessons"]["processor seconds"]
    floor = seconds["pandas and one plot"]
    names = list(seconds)[::-1]
    fig, ax = plt.subplots(figsize=(9, 9), layout="constrained")
    ax.barh(names, [seconds[name] for name in names], color="#0072B2")
    for times, style in ((1, "-"), (1.4, "--"), (1.8, ":")):
        ax.axvline(times * floor, color="#222222", linestyle=style, label=f"{times:g} times the floor")
    ax.set(xlabel="processor seconds, median", title="Each notebook beside a kernel that draws one bar chart")
    ax.legend()
    fig.savefig(OUT / "bench.png", dpi=110)


def main():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--times", type=int, default=5, help="rounds for the medians (default: 5)")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="measure these parts alone")
    chosen = parser.parse_args()
    os.environ.pop("COURSE_CHECK", None)
    result = {"machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"}
    began = time.monotonic()
    for name in chosen.only:
        say(f"measuring: {name}")
        result[name] = lessons(chosen.times) if name == "lessons" else globals()[name]()
    result["ratios"] = {key: value for part in result.values() if isinstance(part, dict)
                        for key, value in part.pop("ratios", {}).items()}
    result["minutes"] = (time.monotonic() - began) / 60
    OUT.mkdir(exist_ok=True)
    (OUT / "bench.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    (OUT / "bench.md").write_text(markdown(result), encoding="utf-8")
    if "lessons" in result:
        draw(result)
    say("")
    for what, value, target, held in judged(result["ratios"]):
        say(f"{what:32} {value:8.2f}   target {target:12} {'held' if held else 'NOT HELD'}")
    say(f"{result['minutes']:.1f} minutes. Wrote bench.json, bench.md and (with the lessons) bench.png into bench/.")
    return int(not all(held for *_, held in judged(result["ratios"])))


if __name__ == "__main__":
    sys.exit(main())
