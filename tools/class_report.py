"""Where a class stands: the progress bar, the summary, one picture for each exercise and a page that holds it all.

The rows are those of tools/grade.py. The words below a picture are worked out from what is drawn
(notebooks/figures.py), as everywhere in this course.
"""

import base64
import contextlib
import html
import sys
from collections import Counter
from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebooks"))

#: How the bars of a picture look: colour and hatch, so that colour is never the only sign.
LOOKS = {"right": ("secure", ""), "not yet": ("unresolved", "//"), "not answered": ("comparison", "."),
         "not run": ("comparison", "xx")}
STYLE = """body { font: 1.1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222;
  background: #fff } table { border-collapse: collapse; margin: 1rem 0 } caption { text-align: left; font-weight: bold }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem; text-align: left } td.n { text-align: right }
figure { margin: 1rem 0 } div { overflow-x: auto }"""


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


def summary(outcome):
    """Print a table for each exercise, and what could not be graded."""
    console = Console()
    for exercise, parts in standing(outcome.rows).items():
        learners = max(sum(counts.values()) for counts in parts.values())
        table = Table(title=f"{exercise}: {learners} submissions", title_justify="left", box=box.SIMPLE)
        for name in HEAD:
            table.add_column(name, justify="right" if name in LOOKS else "left")
        for key, counts in parts.items():
            table.add_row(*_line(_titles(exercise)[key], counts))
        console.print(table)
    for row in _lost(outcome.rows):
        console.print(f"not graded: {row['file']}: {row['note']}", markup=False, soft_wrap=True)
    console.print(f"{outcome.graded} submissions in {outcome.seconds:.1f} s, "
                  f"at most {outcome.megabytes:.0f} MB for one of them.")


def _lost(rows):
    return [row for row in rows if row["result"] == "not graded"]


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
    learners = max(sum(counts.values()) for counts in parts.values())
    ax.set_title(f"Exercise {exercise[:2]}: {learners} submissions, by what each question met", fontsize=13)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figures.show(fig, f"Exercise {exercise}. A named hint is a mistake that can be taught again.")


def write(rows, out):
    """Write the pictures and the page beside the report ``out``. Returns their paths."""
    written, page = [], []
    for exercise, parts in standing(rows).items():
        figure = draw(exercise, parts)
        path = out.with_name(f"{out.stem}_{exercise}.png")
        path.write_bytes(figure.png)
        written.append(path)
        words = "".join(f"<li>{html.escape(line)}</li>" for line in figure.description)
        page += [f"<h2>{html.escape(exercise)}</h2>",
                 _table("Questions, by how many submissions stand where", HEAD,
                        [_line(_titles(exercise)[key], counts) for key, counts in parts.items()]),
                 f'<figure><img alt="{html.escape(figure.alt)}" style="max-width:100%;height:auto" '
                 f'src="data:image/png;base64,{base64.b64encode(figure.png).decode()}">'
                 f"<figcaption>{html.escape(figure.caption)}</figcaption><details><summary>The figure in words"
                 f"</summary><ul>{words}</ul></details></figure>"]
    trouble = [row for row in rows if row["result"] in {"not graded", "not run"}]
    if trouble:
        page += ["<h2>What did not run to its end</h2>",
                 _table("Files and questions that could not be graded", ["file", "question", "what happened"],
                        [[row["file"], row["question"], row["note"]] for row in trouble])]
    title = "Where the class stands"
    text = (f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
            f"<body><main><h1>{title}</h1><p>{len({row['file'] for row in rows})} submissions. A question counts as"
            " right when its answer was. The rows of each learner stand in"
            f" {html.escape(out.name)}.</p>{''.join(page)}</main></body></html>\n")
    path = out.with_suffix(".html")
    path.write_text(text, encoding="utf-8")
    return [*written, path]


def _table(caption, head, rows):
    cells = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(f'<td{" class=n" if cell.isdigit() else ""}>{html.escape(cell)}</td>'
                                    for cell in row) + "</tr>" for row in rows)
    caption = html.escape(caption)
    return (f'<div tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption>'
            f"<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div>")
