"""Where a class stands: the tables on disk, the pages (report.html.j2), the summary on the screen.

``report.html`` says in one sentence what to know first, then for each exercise who has what right, which mistakes were
met by whom, and what to teach again. Beside it stand ``report.csv``, ``report_learners.csv`` (how many questions each
learner has right) and ``report_words.html`` (the answers to the open questions beside the model answers).
Nothing that a learner wrote, or how a file is named, can be run by a spreadsheet, a browser or a terminal.
"""

import contextlib
import csv
import re
from dataclasses import dataclass
from pathlib import Path

import jinja2
import mistune
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from tools import sheets

from .learners import visible
from .submission import EXERCISES, blank, open_question, questions, read

COLUMNS = ["learner", "exercise", "question", "result", "hint", "words", "note", "file"]
LEARNERS = ["learner", "exercise", "right", "of how many", "file"]
#: The sign of each result in the grid, so that colour is never the only one.
SIGNS = {"right": "✓", "not yet": "✗", "stopped with an error": "!", "not answered": "–", "not run": "…"}
#: What is said of rows by their result, or by their hint, where no rule has words for it.
TOLD = {"not answered": "Not answered.", "not run": "Not run: the file was stopped before.",
        "error": "The cell of the answer stopped with an error; the notes below say which."}
SHARE = 1 / 4  # an exercise of fewer people, for one of that most handed in, is not the class's
MOST_NAMES = 6  # in the first sentence
PAGES = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
                           lstrip_blocks=True, undefined=jinja2.StrictUndefined)


@dataclass(frozen=True)
class Outcome:
    """What ``grading.__main__.grade`` returns: rows as dictionaries with COLUMNS and, for each file that was graded,
    {"learner", "exercise", "file", "said"} in ``words``; ``older`` {file: the newer one of this learner and exercise,
    which counts in its place}; seconds on the wall, the most megabytes of one submission."""

    rows: list
    words: list
    older: dict
    seconds: float
    megabytes: float

    @property
    def counting(self):
        return [row for row in self.rows if row["file"] not in self.older]


def number(many, word):
    """A count with its word: "1 file", "2 files"."""
    return f"{many} {word}{'' if many == 1 else 's'}".replace("persons", "people")


def listed(names, most):
    """Names as in a sentence: "a, b and c"; those above ``most`` are counted."""
    names = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


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


def grouped(rows, *names):
    """{values of the named columns: the rows that have them}, in the order of these values."""
    found = {}
    for row in sorted(rows, key=lambda row: [row[name] for name in names]):
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found


def standing(rows):
    """{(exercise, question): its rows}, without what could not be graded at all."""
    return grouped((row for row in rows if row["result"] != "not graded"), "exercise", "question")


def count(rows, result):
    return sum(row["result"] == result for row in rows)


def seen(row):
    """The result of a row as the grid shows it, a key of SIGNS: an error of Python is another thing than a mistake."""
    return "stopped with an error" if row["hint"] == "error" else row["result"]


def again(exercise):
    """What to teach again, by the lesson's teaching sheet: {key of a question: votes to take again} and {key: section
    of the lesson}, for the questions that one is known for."""
    votes, sections = {}, {}
    with contextlib.suppress(ValueError):  # a sheet with faults: its makers say which, and no report waits for it
        for lesson in (lesson for lesson in sheets.written() if lesson.stem[:2] == exercise[:2]):
            sheet = sheets.load(lesson)
            sections = sheet["sections"]
            for poll in sheet["polls"]:
                for key in poll.get("again", []):
                    votes.setdefault(key, []).append(poll["question"])
    return votes, sections


def parts(rows):
    """A dictionary for each exercise of the class: "exercise", "title", "lesson" (its title), "names" of who handed
    it in, "missing" (names of who did others only), "asked" (its questions).

    An exercise that few handed in, beside the others, is not the class's.
    """
    stands, found = standing(rows), []
    names = {exercise: {row["learner"] for row in those} for (exercise,), those in grouped(rows, "exercise").items()
             if exercise}
    ours = [exercise for exercise in names if len(names[exercise]) >= SHARE * max(map(len, names.values()))]
    for exercise in ours:
        vote, section = again(exercise)
        title = blank(exercise)["title"]  # above each exercise stands a link to its lesson
        found.append({"exercise": exercise, "title": title.gist.lstrip("# "),
                      "lesson": re.search(r"\[(\d\d [^\]]+)\]\(\.\./notebooks/", title.source)[1],
                      "names": names[exercise], "missing": sorted(set().union(*names.values()) - names[exercise]),
                      "asked": [_asked(questions(exercise)[key], f" of exercise {exercise[:2]}" * (len(ours) > 1), told)
                                | {"votes": vote.get(key, []), "section": section.get(key, "")}
                                for (name, key), told in stands.items() if name == exercise]})
    return found


def _asked(question, where, rows):
    """A question as a dictionary: "place", "number", "title", "recipe", how many there are "of" and of each result,
    and "met": tuples (words of the reply, names of who met it, whether it is a mistake of which something is known)."""
    met, number = {}, question.key[1:]
    rules = {mistake.name: mistake.hint.replace("{}", "…") for mistake in question.mistakes}
    for row in rows:
        if row["result"] != "right":
            hint = row["hint"] if row["result"] == "not yet" else row["result"]
            words = rules.get(hint) or TOLD.get(hint) or row["words"] or hint
            met.setdefault((words, hint not in {"wrong", *TOLD}), []).append(row["learner"])
    return {"place": f"question {number}{where}", "number": number, "title": question.title,
            "recipe": question.recipe, "of": len(rows), **{name: count(rows, name) for name in ("right", "not yet")},
            "met": sorted(((words, names, known) for (words, known), names in met.items()),
                          key=lambda one: (one[0] in TOLD.values(), -len(one[1])))}


def sentence(rows):
    """What to know first: how many people, who is missing, the weakest question, the commonest mistake in words."""
    found = parts(rows)
    if not found:
        return "Nothing could be graded."
    several, asked = len(found) > 1, [one for part in found for one in part["asked"]]
    missing = sorted(set().union(*(part["missing"] for part in found)))
    lost = sorted({row["learner"] for row in rows} - {row["learner"] for row in rows if row["exercise"]})
    told = [f"{number(len(set().union(*(part['names'] for part in found))), 'person')} handed in exercise"
            f"{'s' * several} {listed([part['exercise'][:2] for part in found], 20)}"]
    told.append(f"missing{' from one or more' * several}: {listed(missing, MOST_NAMES)}, who handed in another one"
                " (whoever handed in nothing is not known)" if missing else
                "nobody is missing from one of them" if several else "who is missing cannot be seen from one exercise")
    told += [f"nothing could be graded of {listed(lost, MOST_NAMES)}"] * bool(lost)
    weak = min(asked, key=lambda one: (one["right"] / one["of"], -one["not yet"]))
    told.append(f"weakest is {weak['place']} ({weak['title']}), right for {weak['right']} of {weak['of']}"
                if weak["right"] < weak["of"] else "every question is right for everybody")
    words, names, place = max(((words, names, one["place"]) for one in asked for words, names, known in one["met"]
                               if known), key=lambda met: len(met[1]), default=("", "", ""))
    told.append(f"the commonest mistake, met by {len(names)} people at {place}, got the reply “{words}”"
                if len(names) > 1 else "no mistake was met by two people.")
    return "; ".join(told)


# -- what is written


def written(out):
    """All files that may come to stand beside the report ``out``, with it."""
    return [out, out.with_suffix(".html"), *(out.with_name(out.stem + end) for end in ("_learners.csv", "_words.html"))]


def write(outcome, out):
    """Write the tables and the pages. Returns the paths."""
    _, page, learners, words = written(out)
    rows, found = outcome.counting, parts(outcome.counting)
    ours = [part["exercise"] for part in found]
    files = grouped(rows, "learner", "exercise", "file")
    score = {file: f"exercise {own[0]['exercise'][:2]}: {count(own, 'right')} of {len(own)} right"
             for (file,), own in grouped((row for row in outcome.rows if row["exercise"]), "file").items()}
    notes = grouped((row for row in rows if row["note"] and row["exercise"] in ours), "learner", "file", "note")
    last = [[learner, file, "; ".join(filter(None, dict.fromkeys([score.get(file), *(row["note"] for row in own)])))]
            for (learner, exercise, file), own in sorted(files.items(), key=lambda one: not one[0][1])
            if exercise not in ours]
    write_sheet(out, COLUMNS, outcome.rows)
    write_sheet(learners, LEARNERS, [dict(zip(LEARNERS, [learner, exercise, *(
        [count(own, "right"), len(own)] if exercise else ["not graded", ""]), file], strict=True))
        for (learner, exercise, file), own in files.items()])
    _page(page, "class", sentence=sentence(rows), parts=found, files=files, signs=SIGNS, seen=seen, last=last,
          words=words.name,
          notes=[[learner, file, ", ".join(row["question"] for row in own), note]
                 for (learner, file, note), own in notes.items()],
          older=[[file, score[file], newer, score[newer]] for file, newer in outcome.older.items()], sheet=out.name)
    answers = grouped((one for one in outcome.words if one["file"] not in outcome.older), "exercise")
    _page(words, "words", asked=[(*_open(exercise), those) for (exercise,), those in
                                 sorted(answers.items(), key=lambda item: (item[0][0] not in ours, item[0]))])
    return written(out)


def _open(exercise):
    """(number of the exercise, its open question, the model answer), the texts as HTML: they are our own."""
    asked, answer = open_question(exercise)
    cells = read((EXERCISES / f"{exercise}_solution.ipynb").read_bytes())
    model = next(cell.source for cell in cells if cell.id == answer.id)
    return exercise[:2], mistune.html(asked.source.replace("## ", "### ", 1)), mistune.html(model)


def _page(path, kind, **values):
    text = PAGES.get_template("report.html.j2").render(kind=kind, number=number, **values)
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


# -- the screen


@contextlib.contextmanager
def progress():
    """A progress bar; gives the function that ``grade`` calls with (done, all) after each submission."""
    bar = Progress("Grading", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True))
    task = bar.add_task("")

    def tell(done, total):
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        yield tell
    finally:
        if bar.live.is_started:
            bar.stop()


def summary(outcome, out):
    """Print what to know first and what could not be graded, and write the files beside ``out``, if it is given.

    Without ``out`` there is one submission, and its questions are printed one by one.
    """
    console, table = Console(), Table(*COLUMNS[2:7], box=box.SIMPLE)
    for (exercise, key), (row, *_) in standing(outcome.rows).items():
        table.title = blank(exercise)["title"].gist.lstrip("# ")
        table.add_row(f"{key} {questions(exercise)[key].title}", *(Text(row[name]) for name in COLUMNS[3:7]))
    console.print(Text(sentence(outcome.counting)) if out else table if outcome.words else "")
    for one in () if out else outcome.words:
        said = "\n".join(map(visible, one["said"].split("\n")))
        console.print("In words:", said or "no answer", markup=False, highlight=False)
    lost = [row for row in outcome.rows if row["result"] == "not graded"]
    for row in lost:
        console.print(f"not graded: {row['file']}: {row['note']}", markup=False, soft_wrap=True)
    console.print(f"Graded {number(len(outcome.words), 'submission')} in {outcome.seconds:.1f} s, at most"
                  f" {outcome.megabytes:.0f} MB for one of them." if outcome.words else "Graded nothing.")
    if out:
        print("Wrote " + ", ".join(map(str, write(outcome, out))))
    if lost:
        print(f"{number(len(lost), 'file')} could not be graded:"
              f" see {out.with_suffix('.html') if out else 'above'}")
