"""Where a class stands: the tables on disk, the pages (report.html.j2), the summary on the screen.

Beside ``report.csv`` stand ``report_learners.csv`` (how many questions each learner has right), ``report_words.html``
(what they wrote to the open question of each exercise), and ``report.html`` with all the rest and one picture for
each exercise, whose words are worked out from what is drawn (notebooks/figures.py), as everywhere in this course.
Nothing that a learner wrote, or how a file is named, can be run by a spreadsheet, a browser or a terminal.
"""

import contextlib
import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import jinja2
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from .submission import exercises, open_question, questions

COLUMNS = ["learner", "exercise", "question", "result", "hint", "words", "note", "file"]
LEARNERS = ["learner", "exercise", "right", "of how many", "file"]
#: How the bars of a picture look: colour and hatch, so that colour is never the only sign.
LOOKS = {"right": ("secure", ""), "not yet": ("unresolved", "//"), "not answered": ("comparison", "."),
         "not run": ("comparison", "xx")}
HEAD = ["question", *LOOKS, "hints met most often"]
PAGES = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
                           lstrip_blocks=True, undefined=jinja2.StrictUndefined)


@dataclass(frozen=True)
class Outcome:
    """What ``grading.__main__.grade`` returns: rows as dictionaries with COLUMNS and, for each file that was graded,
    {"learner", "exercise", "file", "said"} in ``words``; seconds on the wall, the most megabytes of one submission."""

    rows: list
    words: list
    seconds: float
    megabytes: float

    @property
    def graded(self):
        return len(self.words)

    @property
    def lost(self):
        return [row for row in self.rows if row["result"] == "not graded"]


def number(count, word):
    """A count with its word: "1 file", "2 files"."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def mistakes():
    """(exercise, question, name of the mistake, hint that the learner sees) of every mistake that a rule knows."""
    return [(exercise, f"{key} {question.title}", mistake.name, mistake.hint) for exercise in exercises()
            for key, question in questions(exercise).items() for mistake in question.mistakes]


# -- tables for spreadsheets


def harmless(text):
    """Text that no spreadsheet takes for a formula, also where semicolons or tabs separate the fields."""
    return re.sub(r"""(^|[;,|])([\s"']*)([=+@\-＝＋－＠])""", r"\1\2'\3", text)


def write_sheet(path, columns, rows):
    """A table on disk; written whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    with open(new, "w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([harmless(str(row[name])) for name in columns] for row in rows)
    new.replace(path)


# -- where the class stands


def standing(rows):
    """{exercise: {question: Counter of (result, hint)}}, in order, without what could not be graded at all."""
    found = {}
    for row in sorted(rows, key=lambda row: (row["exercise"], row["question"])):
        if row["result"] != "not graded":
            counts = found.setdefault(row["exercise"], {}).setdefault(row["question"], Counter())
            counts[row["result"], row["hint"] if row["result"] == "not yet" else ""] += 1
    return found


def by_learner(rows):
    """A row with the columns LEARNERS for each file."""
    found = {}
    for row in rows:
        found.setdefault((row["learner"], row["exercise"], row["file"]), []).append(row["result"])
    return [dict(zip(LEARNERS, [learner, exercise, *(["not graded", ""] if "not graded" in results else
                                [results.count("right"), len(results)]), file], strict=True))
            for (learner, exercise, file), results in sorted(found.items())]


def _submissions(parts):
    return number(max(sum(counts.values()) for counts in parts.values()), "submission")


def _lines(exercise, parts):
    """The lines of a summary: question, right, not yet, not answered, not run, the hints met most often."""
    for key, counts in parts.items():
        of, hints = Counter(), Counter()
        for (result, hint), count in counts.items():
            of[result] += count
            if result == "not yet":
                hints[hint] += count
        most = "; ".join(f"{hint} ({count})" for hint, count in hints.most_common(2))
        yield [f"{key} {questions(exercise)[key].title}", *(of[result] for result in LOOKS), most]


def draw(exercise, parts):
    """Draw how often each question met each hint; returns a ``figures.SpeakingFigure``."""
    import figures
    from matplotlib import pyplot as plt

    bars, ticks, place = {}, {}, 0
    for key, counts in parts.items():
        ordered = sorted(counts.items(), key=lambda item: (list(LOOKS).index(item[0][0]), -item[1]))
        for (result, hint), count in ordered:
            ticks[place] = f"{key}: {hint if result == 'not yet' else result}"
            bars.setdefault(result, []).append((place, count))
            place += 1
        place += 0.6
    fig, ax = plt.subplots(figsize=(7, 1.8 + 0.34 * place))
    for result, drawn in bars.items():
        colour, hatch = LOOKS[result]
        heights, counts = zip(*drawn, strict=True)
        bar = ax.barh(heights, counts, color=figures.COLOURS[colour], edgecolor="white", hatch=hatch, label=result)
        ax.bar_label(bar, padding=4)
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.set_ylim(place - 0.4, -0.8)
    most = max(count for drawn in bars.values() for _, count in drawn)
    ax.set(xlim=(0, 1.1 * most), xlabel="submissions")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.tick_params(axis="y", length=0)
    ax.set_title(f"Exercise {exercise[:2]}: {_submissions(parts)}, by what each question met", fontsize=13)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figures.show(fig, f"Exercise {exercise}. A named hint is a mistake that can be taught again.")


# -- what is written


def written(out):
    """All files that may come to stand beside the report ``out``, with it."""
    return [out, out.with_suffix(".html"), out.with_name(f"{out.stem}_learners.csv"),
            out.with_name(f"{out.stem}_words.html"),
            *(out.with_name(f"{out.stem}_{exercise}.png") for exercise in exercises())]


def write(outcome, out):
    """Write the tables, the pictures and the pages; pictures of an earlier run go. Returns the paths."""
    _, page, learners, words, *pictures = written(out)
    for path in pictures:
        path.unlink(missing_ok=True)
    parts = []
    for exercise, counts in standing(outcome.rows).items():
        figure = draw(exercise, counts)
        out.with_name(f"{out.stem}_{exercise}.png").write_bytes(figure.png)
        parts.append({"exercise": exercise, "lines": list(_lines(exercise, counts)),
                      "figure": figure._repr_mimebundle_()["text/html"]})
    notes = {}
    for row in outcome.rows:
        if row["note"]:
            notes.setdefault((row["learner"], row["file"], row["note"]), []).append(row["question"])
    told = [[file, ", ".join(filter(None, keys)), note] for (_, file, note), keys in notes.items()]
    right = by_learner(outcome.rows)
    write_sheet(out, COLUMNS, outcome.rows)
    write_sheet(learners, LEARNERS, right)
    _page(page, "class", head=HEAD, parts=parts, notes=told, columns=LEARNERS,
          learners=[[*row.values()] for row in right], graded=number(outcome.graded, "submission"),
          lost=number(len(outcome.lost), "file"), sheet=out.name, words=words.name)
    asked = []
    for exercise in dict.fromkeys(one["exercise"] for one in outcome.words):
        title, _, text = open_question(exercise)[0].source.partition("\n")
        asked.append({"exercise": exercise, "title": title.lstrip("# "), "text": text.strip(),
                      "answers": [one for one in outcome.words if one["exercise"] == exercise]})
    _page(words, "words", asked=asked, graded=number(outcome.graded, "submission"),
          empty=sum(not one["said"] for one in outcome.words))
    return [path for path in written(out) if path.exists()]


def _page(path, kind, **values):
    text = PAGES.get_template("report.html.j2").render(kind=kind, **values)
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


# -- the screen


@contextlib.contextmanager
def progress():
    """A progress bar; gives the function that ``grade`` calls with (done, all) after each submission."""
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    bar = Progress(*columns, console=Console(stderr=True))
    task = bar.add_task("Grading")

    def tell(done, total):
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield tell
    finally:
        if bar.live.is_started:
            bar.stop()


def summary(outcome, out):
    """Print where the class stands and what could not be graded, and write the files beside ``out``, if it is given.

    Without ``out`` there is one submission, and its questions are printed one by one.
    """
    console = Console()
    for exercise, parts in standing(outcome.rows).items():
        if out:
            head, lines = HEAD, _lines(exercise, parts)
        else:
            head = ["question", "result", "hint", "words", "note"]
            lines = [[f"{row['question']} {questions(exercise)[row['question']].title}",
                      *(row[name] for name in head[1:])] for row in outcome.rows]
        table = Table(title=f"{exercise}: {_submissions(parts)}", title_justify="left", box=box.SIMPLE)
        for name in head:
            table.add_column(name, justify="right" if name in LOOKS else "left")
        for line in lines:
            table.add_row(*(Text(str(cell)) for cell in line))
        console.print(table)
    for one in () if out else outcome.words:
        console.print("In words:", _shown(one["said"]) or "no answer", markup=False, highlight=False)
    for row in outcome.lost:
        console.print(f"not graded: {row['file']}: {row['note']}", markup=False, soft_wrap=True)
    console.print(f"Graded {number(outcome.graded, 'submission')} in {outcome.seconds:.1f} s, at most"
                  f" {outcome.megabytes:.0f} MB for one of them." if outcome.graded else "Graded nothing.")
    if out:
        print("Wrote " + ", ".join(map(str, write(outcome, out))))
    if outcome.lost:
        print(f"{number(len(outcome.lost), 'file')} could not be graded:"
              f" see {out.with_suffix('.html') if out else 'above'}")


def _shown(text):
    """Text of several lines, without what a terminal would obey."""
    return "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text)
