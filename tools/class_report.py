"""Where a class stands: the progress bar, the summary, and what stands beside ``report.csv`` (here by example).

``report_learners.csv`` has how many questions each learner has right, ``report_words.html`` what they wrote to the
open question of each exercise, ``report.html`` all the rest, with one picture for each exercise. The rows are those
of tools/grade.py. The words below a picture are worked out from what is drawn (notebooks/figures.py), as everywhere
in this course.
"""

import contextlib
import csv
import html
import sys
from collections import Counter
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "notebooks"))

#: How the bars of a picture look: colour and hatch, so that colour is never the only sign.
LOOKS = {"right": ("secure", ""), "not yet": ("unresolved", "//"), "not answered": ("comparison", "."),
         "not run": ("comparison", "xx")}
STYLE = """body { font: 1.1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222;
  background: #fff } table { border-collapse: collapse; margin: 1rem 0 } caption { text-align: left; font-weight: bold }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem; text-align: left; font-weight: normal }
thead th { font-weight: bold } td.n { text-align: right } td:last-child { overflow-wrap: anywhere }
figure { margin: 1rem 0 } div { overflow-x: auto } .said { white-space: pre-wrap; overflow-wrap: anywhere }"""
FORMULA = {"=", "+", "-", "@"}  # a spreadsheet would take a cell that begins like this for a formula


def number(count, word):
    """A count with its word: "1 file", "2 files"."""
    return f"{count} {word}{'' if count == 1 else 's'}"


@contextlib.contextmanager
def sheet(path, columns, rows):
    """A table on disk that spreadsheets read, begun with some rows; gives the function that adds more."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")

        def add(rows):
            writer.writerows({name: f"'{text}" if text[:1] in FORMULA else text for name, text in row.items()}
                             for row in rows)
            file.flush()

        writer.writeheader()
        add(rows)
        yield add


def read_sheet(path):
    """The rows of such a table, without those that an interruption has cut short."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{name: text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text for name, text in row.items()}
                for row in csv.DictReader(file) if None not in row.values() and None not in row]


@contextlib.contextmanager
def progress():
    """A progress bar; gives the function that ``grade.grade`` calls after each submission."""
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    bar = Progress(*columns, console=Console(stderr=True))
    task = bar.add_task("Grading")

    def tell(done, total, missing):
        if not done and missing:
            bar.console.print(f"Warning: this system does not let us {', '.join(missing)}. Grade only what comes"
                              " from people you trust, or use another machine.", style="bold", soft_wrap=True)
        if total:
            bar.start()
            bar.update(task, completed=done, total=total)
    try:
        yield tell
    finally:
        if bar.live.is_started:
            bar.stop()


def standing(rows):
    """{exercise: {question: Counter of (result, hint)}}, in order, without what could not be graded at all."""
    found = {}
    for row in sorted(rows, key=lambda row: (row["exercise"], row["question"])):
        if row["result"] != "not graded":
            counts = found.setdefault(row["exercise"], {}).setdefault(row["question"], Counter())
            counts[row["result"], row["hint"] if row["result"] == "not yet" else ""] += 1
    return found


def _submissions(parts):
    return number(max(sum(counts.values()) for counts in parts.values()), "submission")


def _line(title, counts):
    """One line of a summary table: question, right, not yet, not answered, not run, the hint met most often."""
    of = Counter()
    for (result, _), count in counts.items():
        of[result] += count
    hints = Counter({hint: count for (result, hint), count in counts.items() if result == "not yet"})
    most = "; ".join(f"{hint} ({count})" for hint, count in hints.most_common(2))
    return [title, *(str(of[result]) for result in LOOKS), most]


def _titles(exercise):
    from checks import for_exercise
    return {key: f"{key} {question.title}" for key, question in for_exercise(exercise, {}).questions.items()}


HEAD = ["question", *LOOKS, "hints met most often"]
LEARNERS = ["learner", "exercise", "right", "of how many", "file"]


def by_learner(rows):
    """A row with the columns LEARNERS for each file."""
    found = {}
    for row in rows:
        found.setdefault((row["learner"], row["exercise"], row["file"]), []).append(row["result"])
    return [dict(zip(LEARNERS, [learner, exercise, *(["not graded", ""] if "not graded" in results else
                                [str(results.count("right")), str(len(results))]), file], strict=True))
            for (learner, exercise, file), results in sorted(found.items())]


def summary(outcome, out):
    """Print where the class stands and what could not be graded, and write the files beside ``out``, if it is given.

    Without ``out`` there is one submission, and its questions are printed one by one.
    """
    console = Console()
    for exercise, parts in standing(outcome.rows).items():
        titles = _titles(exercise)
        if out:
            head, lines = HEAD, [_line(titles[key], counts) for key, counts in parts.items()]
        else:
            head = ["question", "result", "hint", "words", "note"]
            lines = [[titles[row["question"]], *(row[name] for name in head[1:])] for row in outcome.rows]
        table = Table(title=f"{exercise}: {_submissions(parts)}", title_justify="left", box=box.SIMPLE)
        for name in head:
            table.add_column(name, justify="right" if name in LOOKS else "left")
        for line in lines:
            table.add_row(*map(Text, line))
        console.print(table)
        if not out:
            _, said = outcome.words[exercise]
            console.print("In words:", *said.values() if any(said.values()) else ["no answer"], markup=False)
    lost = [row for row in outcome.rows if row["result"] == "not graded"]
    for row in lost:
        console.print(f"not graded: {row['file']}: {row['note']}", markup=False, soft_wrap=True)
    kept = f"Kept {outcome.kept} from {out.name}, graded" if outcome.kept else "Graded"
    console.print(f"{kept} {number(outcome.graded, 'submission')} in {outcome.seconds:.1f} s, at most"
                  f" {outcome.megabytes:.0f} MB for one of them." if outcome.graded else f"{kept} nothing.")
    if out:
        print("Wrote " + ", ".join(map(str, write(outcome, out))))
    if lost:
        print(f"{number(len(lost), 'file')} could not be graded: see {out.with_suffix('.html') if out else 'above'}")


def draw(exercise, parts):
    """Draw how often each question met each hint; returns a ``figures.SpeakingFigure``."""
    import figures
    from matplotlib import pyplot as plt

    bars, place = {}, 0
    ticks = {}
    for key, counts in parts.items():
        ordered = sorted(counts.items(), key=lambda item: (list(LOOKS).index(item[0][0]), -item[1]))
        for (result, hint), count in ordered:
            ticks[place] = f"{key}: {hint if result == 'not yet' else result}"
            bars.setdefault(result, []).append((place, count))
            place += 1
        place += 0.6
    fig, ax = plt.subplots(figsize=(8, 1.8 + 0.34 * place))
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


def written(out):
    """All files that may come to stand beside the report ``out``, with it."""
    pictures = [out.with_name(f"{out.stem}_{path.stem.removeprefix('rules_')}.png")
                for path in ROOT.glob("exercises/checks/rules_*.py")]
    return [out, out.with_suffix(".html"), out.with_name(f"{out.stem}_learners.csv"),
            out.with_name(f"{out.stem}_words.html"), *pictures]


def write(outcome, out):
    """Write the tables, the pictures and the pages beside ``out``; pictures of an earlier run go. Returns the paths."""
    _, page, learners, words, *pictures = written(out)
    for path in pictures:
        path.unlink(missing_ok=True)
    rows, parts_of = outcome.rows, standing(outcome.rows)
    body = []
    for exercise, parts in parts_of.items():
        figure = draw(exercise, parts)
        out.with_name(f"{out.stem}_{exercise}.png").write_bytes(figure.png)
        body += [f"<h2>{html.escape(exercise)}</h2>",
                 _table("Questions, by how many submissions stand where", HEAD,
                        [_line(_titles(exercise)[key], counts) for key, counts in parts.items()]),
                 figure._repr_mimebundle_()["text/html"]]
    notes = {}
    for row in rows:
        if row["note"]:
            notes.setdefault((row["file"], row["note"]), []).append(row["question"])
    if notes:
        body += ["<h2>What did not run to its end</h2>",
                 _table("Files and questions that were not graded, cells that stopped, and odd names of files",
                        ["file", "questions", "what happened"],
                        [[file, ", ".join(keys), note] for (file, note), keys in notes.items()])]
    right = by_learner(rows)
    with sheet(learners, LEARNERS, right):
        pass
    body += ["<h2>Each learner</h2>", _table("How many questions are right", LEARNERS, map(dict.values, right))]
    answers = [answer for _, said in outcome.words.values() for answer in said.values()]
    _page(page, "Where the class stands", f"{number(len(answers), 'submission')} graded,"
          f" {number(len(right) - len(answers), 'file')} not graded. A question counts as right when its answer was."
          f" Question by question it stands in {out.name}, what was answered in words in {words.name}.", body)
    body, who = [], {row["file"]: row["learner"] for row in rows}
    for exercise, (asked, said) in outcome.words.items():
        title, _, text = asked.partition("\n")
        body.append(f"<h2>{exercise}, {html.escape(title.lstrip('# '))}</h2>"
                    f"<p class=said>{html.escape(text.strip())}</p>")
        for file, answer in said.items():
            body.append(f"<h3>{html.escape(who[file])}</h3><p>{html.escape(file)}</p>"
                        f"<blockquote class=said>{html.escape(answer or 'no answer')}</blockquote>")
    _page(words, "Answers in words", f"{number(len(answers), 'submission')}, of which"
          f" {answers.count('')} without an answer in words.", body)
    return [path for path in written(out) if path.exists()]


def _page(path, title, words, body):
    path.write_text(f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
                    f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
                    f"<body><main><h1>{title}</h1><p>{html.escape(words)}</p>{''.join(body)}</main></body></html>\n",
                    encoding="utf-8", errors="backslashreplace")


def _table(caption, head, rows):
    """A table whose first column names its rows."""
    cells = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    lines = ""
    for first, *rest in rows:
        lines += f'<tr><th scope="row">{html.escape(first)}</th>' + "".join(
            f'<td{" class=n" if cell.isdigit() else ""}>{html.escape(cell)}</td>' for cell in rest) + "</tr>"
    caption = html.escape(caption)
    return (f'<div tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
            f"<thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>")
