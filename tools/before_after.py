"""The questions before and after the course: make before-after prints the forms; with SHEETS=file.csv it draws a class.

The file has one row for each sheet of paper: code, when (before or after), form (A or B), q1 to q12 (a to e, or empty).
TAUGHT="01 02 03 04 05 12" names the lessons that were taught; without it all count as taught. A code is one person's
in capitals or small letters. The result is a change
of the same people, so the change is drawn, with its interval; who was there only once is counted and never filled in.
"""

import csv
import os
import sys
import tomllib
from pathlib import Path

import consistency
import figures
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from tools.sheets import FOLDER, LETTERS, MADE
from tools.slides import TEMPLATES, pdf

TEST = tomllib.loads((FOLDER / "before_after.toml").read_text(encoding="utf-8"))
ITEMS = TEST["items"]
QUESTIONS = [f"q{number}" for number in range(1, len(ITEMS) + 1)]
#: The lessons that teach each item.
TEACH = [[*item.get("also", []), item["lesson"]] for item in ITEMS]
COLUMNS = ["code", "when", "form", *QUESTIONS]
KEY = {form: [item[form]["right"] for item in ITEMS] for form in "AB"}
ALLOWED = {"when": {"before", "after"}, "form": {"A", "B"}} | {name: {*LETTERS, "e", ""} for name in QUESTIONS}
FEWEST = 8


def read(path):
    """The sheets of a class as a data frame with COLUMNS, text, as a spreadsheet saves it (commas or semicolons).

    Raises ValueError, which names the line, for a column that is missing, a value that cannot be and a code twice.
    """
    try:
        sheets = pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, csv.Error) as error:
        said = getattr(error, "strerror", None) or error
        raise ValueError(f"{path} cannot be read as a table in UTF-8: {said}") from error
    sheets.columns = sheets.columns.str.strip()
    missing = [column for column in COLUMNS if column not in sheets]
    if missing:
        raise ValueError(f"{path} has no column {', '.join(missing)}. It needs {', '.join(COLUMNS)}")
    sheets = sheets[COLUMNS].apply(lambda column: column.str.strip())
    sheets[QUESTIONS] = sheets[QUESTIONS].apply(lambda column: column.str.lower())
    sheets["form"] = sheets["form"].str.upper()
    sheets[["code", "when"]] = sheets[["code", "when"]].apply(lambda column: column.str.lower())
    for line, row in enumerate(sheets.to_dict("records"), 2):
        if not row["code"]:
            raise ValueError(f"{path}, line {line}: no code, so nobody knows whose sheet it is")
        for column, allowed in ALLOWED.items():
            if row[column] not in allowed:
                raise ValueError(f"{path}, line {line}: {column} is {row[column]!r} and should be one of "
                                 f"{', '.join(sorted(allowed - {''}))}")
    twice = sheets.duplicated(["code", "when"])
    if twice.any():
        row = sheets[twice].iloc[0]
        raise ValueError(f"{path}, line {twice.idxmax() + 2}: a second sheet of {row['code']} {row['when']} the course")
    return sheets


def paired(sheets):
    """The sheets of those who were there both times, once with each form, and in words who was not.

    Returns two data frames of True (right) and False, before and after: a row for each code, a column for each
    question; and a sentence. Raises ValueError for fewer than FEWEST pairs: an interval would promise too much.
    """
    right = pd.DataFrame({question: [KEY[form][at] == answer for form, answer in zip(sheets["form"], sheets[question],
                                                                                   strict=True)]
                          for at, question in enumerate(QUESTIONS)}, index=sheets.index)
    marked = sheets[["code", "when", "form"]].join(right)
    parts = {when: part.set_index("code").sort_index() for when, part in marked.groupby("when")}
    before, after = (parts.get(when, marked.iloc[:0].set_index("code")) for when in ("before", "after"))
    both = before.index.intersection(after.index)
    same = both[before["form"].loc[both] == after["form"].loc[both]]
    pairs = both.difference(same)
    if len(pairs) < FEWEST:
        raise ValueError(f"{len(pairs)} people have a sheet before and one after, with the two forms: a figure needs "
                         f"{FEWEST}")
    words = (f"{len(before) - len(both)} were there only before, {len(after) - len(both)} only after"
             + f", {len(same)} had one form twice" * bool(len(same)) + ": not drawn.")
    return before.loc[pairs, QUESTIONS], after.loc[pairs, QUESTIONS], words


def mean_interval(values):
    """Mean of paired differences with its 95% interval by Student's t."""
    reach = consistency.t_turning(0.05, len(values) - 1) * np.std(values, ddof=1) / len(values) ** 0.5
    return np.mean(values), np.mean(values) - reach, np.mean(values) + reach


def share_interval(before, after, z=1.96):
    """Change of a share in the same people, with the 95% interval of Bonett and Price (2012), all in points."""
    n, up, down = len(before), int((after & ~before).sum()), int((before & ~after).sum())
    gained, lost = (up + 1) / (n + 2), (down + 1) / (n + 2)
    reach = z * ((gained + lost - (gained - lost) ** 2) / (n + 2)) ** 0.5
    return 100 * (up - down) / n, 100 * (gained - lost - reach), 100 * (gained - lost + reach)


def people_figure(before, after, words):
    """One mark for each person, right before against right after."""
    first, second = before.sum(axis=1), after.sum(axis=1)
    gain, low, high = mean_interval(second - first)
    found = figures.describe.minus(f"{gain:+.1f} of {len(QUESTIONS)}, from {low:.1f} to {high:.1f}")
    fig, ax = plt.subplots(figsize=(7, 6))
    ax.plot([0, 12], [0, 12], color="#555555", linestyle="--", linewidth=1.5, label="as many right as before")
    ax.annotate("as many as before", (2.4, 1.9), va="top")
    for (x, y), count in pd.Series(list(zip(first, second, strict=True))).value_counts().sort_index().items():
        ax.scatter(x, y, s=70 * count, color=figures.COLOURS["treatment"], label=f"{count} at {x}, {y}")
    ax.annotate(f"{len(first)} people: {found}", (-0.3, 12.4), va="bottom")
    ax.set(xlim=(-0.5, 12.5), ylim=(-0.5, 13.4), xlabel="right before, of 12", ylabel="right after, of 12",
           xticks=range(0, 13, 3), yticks=range(0, 13, 3))
    ax.set_title(f"After minus before: {found}")
    return figures.show(fig, f"{len(first)} people before and after; a larger mark is several. {words} 95% interval. No"
                             " control group. By guessing alone about 3 are right.")


def ideas_figure(before, after, taught):
    """One row for each idea: the change in the same people, filled where a lesson that teaches it was taught."""
    done = [not set(lessons).isdisjoint(taught) for lessons in TEACH]
    order = sorted(range(len(ITEMS)), key=lambda at: not done[at])
    fig, ax = plt.subplots(figsize=(7, 9.6))
    for kind in dict.fromkeys(done[at] for at in order):
        rows = [(-place, *share_interval(before[QUESTIONS[at]], after[QUESTIONS[at]]))
                for place, at in enumerate(order) if done[at] == kind]
        y, middle, low, high = map(np.array, zip(*rows, strict=True))
        ax.errorbar(middle, y, xerr=[middle - low, high - middle], fmt="o", color=figures.COLOURS["treatment"],
                    markerfacecolor=figures.COLOURS["treatment"] if kind else "white", markeredgewidth=2,
                    label="taught" if kind else "not taught")
    ax.axvline(0, color="#222222", linewidth=1.5, label="no change")
    labels = [f"{', '.join(TEACH[at])} {ITEMS[at]['idea'].rstrip('?')}\n"
              f"{100 * before[QUESTIONS[at]].mean():.0f}%, then "
              f"{100 * after[QUESTIONS[at]].mean():.0f}% right" for at in order]
    ax.set_yticks([-place for place in range(len(order))], labels)
    ax.set(xlim=(-75, 95), ylim=(-11.6, 1.1), xlabel="change in points")
    if len(set(done)) == 1:
        ax.set_title("One class says next to nothing about a single idea")
    else:
        gain = 100 * (after.astype(int) - before.astype(int))
        here, there = ([question for question, kind in zip(QUESTIONS, done, strict=True) if kind == wanted]
                       for wanted in (True, False))
        lead = mean_interval(gain[here].mean(axis=1) - gain[there].mean(axis=1))
        lead = figures.describe.minus("{:+.0f} points, from {:.0f} to {:.0f}".format(*lead))
        ax.annotate(lead, (95, 0.6), ha="right", bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
        ax.set_title(f"Taught minus not taught: {lead}")
        fig.legend(handles=[handle for handle in ax.get_legend_handles_labels()[0]
                            if handle.get_label() != "no change"], loc="outside lower right", ncols=2)
    return figures.show(fig, f"The same {len(before)} people, the two forms changed over by lot. 95% intervals. Ideas"
                             " that were not taught are no control group: they are other questions.")


def forms(folder):
    """Print the two forms and the key, and write the questions for a form tool and an empty table for the answers."""
    for name in ("form_A", "form_B", "key"):
        page = TEMPLATES.get_template("before_after.html.j2").render(TEST, name=name, letters=LETTERS)
        pdf(page, folder / f"{name}.pdf")
    with open(folder / "questions.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["form", "number", "question", *LETTERS, "e"],
             *([form, number, item[form]["question"], *(item[form][letter] for letter in LETTERS), "I do not know."]
               for form in "AB" for number, item in enumerate(ITEMS, 1))])
    (folder / "sheets.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")


def main():
    folder = MADE / "before_after"
    folder.mkdir(parents=True, exist_ok=True)
    path, lessons = os.environ.get("SHEETS", ""), [item["lesson"] for item in ITEMS]
    taught = os.environ.get("TAUGHT", "").split() or lessons
    try:
        if set(taught) - set(lessons):
            raise ValueError(f"TAUGHT names {', '.join(sorted(set(taught) - set(lessons)))}; there are "
                             f"{', '.join(lessons)}")
        if path:
            before, after, words = paired(read(Path(path)))
            drawn = [people_figure(before, after, words), ideas_figure(before, after, taught)]
            page = TEMPLATES.get_template("before_after.html.j2").render(TEST, name="class", drawn=[
                figure._repr_mimebundle_()["text/html"] for figure in drawn])
            (folder / "class.html").write_text(page, encoding="utf-8")
            said = "open class.html"
        else:
            forms(folder)
            said = "print the forms; type one line for each sheet that comes back into sheets.csv"
    except ValueError as error:
        sys.exit(f"make before-after: {error}")
    print(f"before-after: written to {os.path.relpath(folder)}; {said}")


if __name__ == "__main__":
    main()
