"""Slides and handouts, made from the lessons and their teaching sheets: make slides, make handouts [ONLY=04].

The code cells of a lesson are run, and its figures are caught on the way: they are the lesson's own, drawn anew for the
screen or the sheet of paper, and without their headlines until the question has been asked. A deck is one file that
needs no network: reveal.js, as web/package-lock.json pins it, and its licence stand inside.
"""

import contextlib
import html
import io
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import figures
import jinja2
import matplotlib.pyplot as plt
import mistune
import pages
from markupsafe import Markup

from tools import sheets
from tools.course import LESSONS, ROOT

REVEAL = ROOT / "web" / "node_modules" / "reveal.js"
#: Width and height of a picture on a sheet of paper and height of its smallest type, in pixels, 300 to the inch; the
#: next where one is too large for the words of a figure.
PAPER = [(1200, 600, 29), (1200, 600, 24), (1200, 800, 24)]
#: The same on a slide for a tall figure, which stands beside its question; below a control there is less room.
BESIDE = {False: (1240, 880, 32), True: (1240, 770, 32)}
#: Height of the type of a table on a slide, in pixels; the second where its rows are too many for the first.
TABLE = [44, 36]
#: Inches of height from which a figure of a lesson is tall.
TALL = 6.5
#: The line in which a lesson keeps what was guessed under "Predict first".
GUESS = re.compile(r"^my_guess = \.\.\.", re.MULTILINE)


def markdown(text):
    """Markdown of a lesson or a sheet as HTML, its links as plain words: they lead nowhere from a slide."""
    return Markup(mistune.html(re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)))


def inline(text):
    """The same for one line, without a paragraph around it."""
    return Markup(str(markdown(text)).strip().removeprefix("<p>").removesuffix("</p>"))


TEMPLATES = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True,
                               lstrip_blocks=True, undefined=jinja2.StrictUndefined)
TEMPLATES.filters |= {"md": markdown, "line": inline}


# -- the figures of a lesson


class Headed(figures.SpeakingFigure):
    """A bare picture with its headline as text above it."""

    def __init__(self, bare, headline):
        super().__init__(bare.png, headline, [])

    def parts(self):
        picture, words = super().parts()
        return f"<h2>{html.escape(self.alt)}</h2>{picture}", words


def _keys(fig):
    """The words of the keys of a figure, as artists: ``figures.bare`` cuts the counts from them."""
    return [words for key in (*fig.legends, *(ax.get_legend() for ax in fig.axes)) if key for words in key.get_texts()]


def _page(frames, moves, caption):
    """Pictures as a part of a page: one, or frames that move as they do in the lesson."""
    if moves:
        return Markup(figures.MovingFigure(frames, *moves, caption)._repr_mimebundle_()["text/html"])
    words = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return Markup(f"<figure>{frames[0].parts()[0]}{words}</figure>")


def _headline(fig):
    return figures.describe.clean(fig.get_suptitle()).rstrip(".")


def _room(words, caption, moves):
    """Width and height of a picture on a slide of 1920 to 1080, under these words, and height of its smallest type."""
    lines, below = (math.ceil(len(text) / width) for text, width in ((words, 58), (caption, 96)))
    return 1760, 1080 - 104 - 53 * lines - 50 * below - 100 * bool(moves), 32


def _counts(frame, missing):
    """A frame whose columns of whole numbers print as such: 26, and not 26.0 because one of them is not known."""
    whole = frame.select_dtypes("float").convert_dtypes(convert_floating=False).select_dtypes("Int64")
    return frame.assign(**{name: column.astype(object).where(column.notna(), missing)
                           for name, column in whole.items()})


def _rows_that_fit(frame, words, missing, size):
    """How many rows of a table can stand on a slide under these words, in type of this size in pixels."""
    text = frame.astype(object).where(frame.notna(), missing).astype(str)
    longest = {name: max(len(name), *map(len, text[name])) for name in text}
    short = {name for name in text if longest[name] <= 20}  # these are hardly broken; the others share what is left
    room = (1760 - 40 * len(longest)) / (0.57 * size) - sum(longest[name] for name in short)
    total = sum(longest[name] for name in longest if name not in short)
    line, fit = 1.2 * size, 0
    left = 1080 - 84 - 120 - 53 * math.ceil(len(words) / 70) - 2 * (line + 9)
    for row in text.to_dict("records"):
        left -= 9 + line * max(1 if name in short else math.ceil(len(one) * total / longest[name] / max(room, 10))
                               for name, one in row.items())
        fit += left >= (line if fit + 1 < len(frame) else 0)
    return fit


def _table(shown, words, paper):
    """A table as a part of a page; on a slide as large as it fits, or as many of its rows as fit in smaller type."""
    rows = _counts(shown.frame, shown.missing)
    for size in TABLE:
        fit = len(rows) if paper else _rows_that_fit(rows, words, shown.missing, size)
        if fit == len(rows):
            break
    cut = figures.SpeakingTable(rows.head(fit), shown.caption, shown.missing)._repr_mimebundle_()["text/html"]
    more = f"<p>and {len(rows) - fit} more in the lesson</p>" * (fit < len(rows))
    return Markup(f'<div class="rows type{size}">{cut}{more}</div>')


def caught(lesson, asked, paper=None):
    """Run a lesson, and catch what it shows in the cells of ``asked``, which is {id of the cell: question above it}.

    Returns {id: {"bare", "headed", "headline", "moves", "side"}}: "bare" is the figure without its headline, or the
    table, as HTML; "headed" the figure with it; under "answer" stands the answer to the prediction, under "answered in"
    the cell that gives it. For paper, ``paper`` is {id: which frame of a moving figure}, the middle one where none is
    named. Raises what the lesson's own code raises.
    """
    found, now, prediction = {}, "", object()  # the last stands for what the class guessed
    show, slider, table = figures.show, figures.slider, figures.table

    def take(figs, moves, caption):
        if now not in asked:
            return
        heads = [_headline(fig) for fig in figs]
        rooms = [_room(max(asked[now], *heads, key=len), caption, moves), BESIDE[bool(moves)]]
        keys = [(words, words.get_text()) for fig in figs for words in _keys(fig)]
        for room in PAPER if paper is not None else rooms[::-1] if figs[0].get_figheight() > TALL else rooms:
            try:
                bare = figures.bare(figs, *room)
                break
            except ValueError as error:
                what = "slide" if paper is None else "sheet of paper"
                fault = ValueError(f"{lesson.name}, cell {now}, on a {what}: {error}")
        else:
            raise fault
        counted = bare
        if paper is None and any(words.get_text() != before for words, before in keys):
            for words, before in keys:
                words.set_text(before)
            counted = figures._bare(figs, *room)
        headed = [Headed(*pair) for pair in zip(counted, heads, strict=True)]
        found[now] = {"bare": _page(bare, moves, caption), "headed": _page(headed, moves, caption),
                      "headline": heads[0], "moves": bool(moves), "side": " side" * (room == rooms[1])}

    def caught_show(fig, caption=""):
        shown = show(fig, caption)
        take([fig], (), caption)
        return shown

    def caught_slider(draw, label, values, start=0, caption=""):
        drawn, values = [], list(values)

        def kept(value):
            drawn.append(draw(value))
            return drawn[-1]

        shown = slider(kept, label, values, start, caption)
        if paper is not None:
            frame = paper.get(now, len(drawn) // 2)
            take([drawn[frame]], (), f"{label}: {shown.values[frame]}. {caption}")
        else:
            take(drawn, (label, shown.values, start), caption)
        return shown

    def caught_table(frame, caption, **rest):
        shown = table(frame, caption, **rest)
        if now in asked:
            found[now] = {"bare": _table(shown, asked[now], paper is not None), "headed": "", "headline": caption,
                          "moves": False, "side": ""}
        return shown

    def caught_guess(guess, answer):
        if guess is prediction:
            found.setdefault("answer", answer)
            found.setdefault("answered in", now)

    names = {"__name__": "__main__", "display": lambda *shown: None}
    with (mock.patch.multiple(figures, show=caught_show, slider=caught_slider, table=caught_table),
          mock.patch.object(pages, "your_guess", caught_guess), contextlib.chdir(lesson.parent),
          contextlib.redirect_stdout(io.StringIO())):
        for now, cell in sheets.cells(lesson).items():
            if cell["cell_type"] == "code":
                exec(compile(cell["source"], f"{lesson.name}, cell {now}", "exec"), names)
                if GUESS.search(cell["source"]):
                    names["my_guess"] = prediction
    plt.close("all")
    return found


# -- the words of a lesson


def _part(pattern, text, what):
    found = re.search(pattern, text, re.DOTALL)
    if not found:
        raise ValueError(f"{what} was not found")
    return found[1].strip()


def spoken(text):
    """Words of a lesson as one says them in class: without what is to be typed, run or moved at the screen."""
    text = re.sub(r"\b(Type|Put) (?=a |your |two )", "Write down ", text)
    text = re.sub(r" in place of the three dots(, in quotes| and run the cell)?", "", text)
    text = re.sub(r", the next cell [^,;.)]*", "", text)
    told = r"(?:Type |Run |Move the slider|[^.?!]*\b(?:[Tt]his|[Tt]he next|[Rr]un the) cell\b)"
    return re.sub(rf"(?:(?<=[.?!] )|^){told}.*?[.?!](?: |$)", "", text, flags=re.MULTILINE).strip()


def read(source):
    """A folded answer in its parts: the question above it, what comes first, what it shows and does not show."""
    ask = re.search(r"\*\*Ask\.\*\* (.*?)\n\n<details>", source, re.DOTALL)
    answer = _part(r"<summary>An answer</summary>(.*?)</details>", source, "a folded answer")
    first, _, rest = answer.partition("**It shows:**")
    shows, _, hides = rest.partition("**It does not show:**")
    asked = re.sub(r",? then open the answer", "", ask[1]) if ask else "What does the figure show?"
    return {part: spoken(words) for part, words in
            [("ask", asked), ("first", first), ("shows", shows), ("hides", hides)]}


def told(lesson, paper=False):
    """All that a deck or a handout is made from, as a dict. Raises ValueError where a sheet or a lesson lacks one."""
    sheet, cells = sheets.load(lesson), sheets.cells(lesson)
    first, recap = cells["title"]["source"], cells["recap"]["source"]
    asked, pair = {part["cell"]: part["ask"] for part in sheet["figures"]}, sheet["pair"]
    asked[pair["cell"]] = max(asked.get(pair["cell"], ""), "In pairs".ljust(60) + pair["question"], key=len)
    frames = {part["cell"]: part["paper"] for part in sheet["figures"] if "paper" in part}
    seen, meanings = caught(lesson, asked, frames if paper else None), sheets.glossary()
    if "answer" not in seen:
        raise ValueError(f"{lesson.name}: no cell answers the prediction with pages.your_guess(my_guess, ...)")
    predict = spoken(cells["predict-text"]["source"].partition("\n\n")[2])
    asked_last = _part(r"(.*\?\**)", predict.rpartition("\n\n")[2], f"{lesson.name}: the question of the prediction")
    figs = [part | seen[part["cell"]] | {"polls": [poll for poll in sheet["polls"]
                                                   if sheets.figure_after(poll, sheet, list(cells)) == part["cell"]]}
            for part in sheet["figures"]]
    for figure in figs:
        figure["read"] = read(sheets.reading(cells, figure["cell"])) if figure["headed"] else {}
    order = list(cells)
    drawn = [order.index(figure["cell"]) for figure in figs]
    answers = min(range(len(figs)), key=lambda number: abs(drawn[number] - order.index(
        sheet["predicted"] or seen["answered in"])))
    following = re.search(r"\*\*Next lesson:\*\* \[(.+?)\]", recap)
    return {"sheet": sheet, "figures": figs, "predict": predict, "guessed": asked_last, "answer": seen["answer"],
            "answers": answers, "clock": sheets.clock(sheet),
            "number": lesson.stem[:2], "title": _part(r"^# \d\d (.*?)\n", first, f"{lesson.name}: the title"),
            "question": _part(r"\*\*The question\.\*\* (.*?)\n\n", first, f"{lesson.name}: the question"),
            "words": [(word, meanings[word]) for word in sheet["words_today"]],
            "written": [(word, meanings[word]) for word in [*sheet["words_found"], *sheet["words_today"]][:5]],
            "copied": list(map(sheets.copied, sheet["copied"])),
            "recap": _part(r"## Recap\n+(.*?)\n\n\*\*", recap, f"{lesson.name}: the recap"),
            "following": following and following[1],
            "pair": seen[pair["cell"]] if pair["cell"] else {"bare": "", "side": ""}}


# -- decks and sheets of paper


def page(parts):
    """The deck of a lesson, of what ``told`` returns, as one page of HTML. Raises ValueError without reveal.js."""
    if not (REVEAL / "LICENSE").exists():
        raise ValueError("reveal.js is not installed: python -m web.packages in web/.venv does it, or make slides")
    reveal = {name: Markup((REVEAL / place).read_text(encoding="utf-8").replace("</script", "<\\/script"))
              for name, place in [("css", "dist/reveal.css"), ("js", "dist/reveal.js"),
                                  ("notes", "dist/plugin/notes.js"), ("licence", "LICENSE")]}
    return TEMPLATES.get_template("slides.html.j2").render(parts, reveal=reveal)


def pdf(text, file):
    """Print a page of HTML into a PDF. Raises ValueError without Chromium, or when it fails."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not chromium:
        raise ValueError("printing needs Chromium. On Debian or Ubuntu: sudo apt install chromium")
    source = file.with_suffix(".html")
    source.write_text(text, encoding="utf-8")
    done = subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                           f"--print-to-pdf={file}", source.as_uri()], capture_output=True, text=True)
    if done.returncode or not file.exists():
        raise ValueError(f"Chromium did not print {file.name}: {done.stderr[-500:]}")
    source.unlink()


def main(what, only=""):
    """Make slides or handouts, of all lessons or of one; returns the number of lessons that could not be done."""
    folder, failed = sheets.MADE / what, 0
    folder.mkdir(parents=True, exist_ok=True)
    for lesson in (lesson for lesson in LESSONS if lesson.name.startswith(only)):
        try:
            if what == "slides":
                (folder / f"{lesson.stem}.html").write_text(page(told(lesson)), encoding="utf-8")
            else:
                parts = told(lesson, paper=True)
                for key in (False, True):
                    sheet = TEMPLATES.get_template("handout.html.j2").render(parts, key=key)
                    pdf(sheet, folder / f"{lesson.stem}{'_key' * key}.pdf")
            print(f"wrote {what} of {lesson.stem} into {os.path.relpath(folder)}", flush=True)
        except ValueError as error:
            print(f"make {what}: {error}", file=sys.stderr)
            failed += 1
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) and 1)
