"""The teaching sheets: teaching/NN_topic.toml, one for each lesson. What stands in one, and what must be true of it.

``say_first``, ``content_note``, ``home``; ``words_today``, the words of the course that this hour needs, the most
important first; ``minutes``, which add up to 45, and may say ``at`` which figure, or at predict, pair or recap, a part
begins; three ``figures`` by the id of the cell that draws them, each with the question before it and what one may hear;
three ``polls``, each with the id of the cell that it comes before; ``pair``. Optional are ``setting``, the study in a
few lines, ``words_found``, words that figures and votes let people find, so that they stand on paper and on no slide,
``predicted``, the cell of the figure that shows what was predicted, where it is not the one nearest to the answer,
``paper`` of a figure that moves, the frame for a sheet of paper, counted from 0, where it is not the middle one,
``hear`` of the pair, ``again`` of a poll, the questions of the exercise that are lost without its thought,
``sections``, the heading of the lesson for a question of the exercise, and ``copied``, text of lessons for the back of
the sheet of paper: the cell of a lesson, or with ``folded`` what it folds under these words.
teaching/04_compared_with_what.toml shows the form, that of 12 ``copied``.
Used by slides, handouts, site and the class report.
"""

import json
import re
import tomllib

from tools.course import LESSONS, ROOT

FOLDER = ROOT / "teaching"
#: Where decks, handouts and forms are written.
MADE = FOLDER / "_made"
MINUTES = 45
#: The fewest and the most words of the course that an hour begins with.
WORDS = (3, 8)
LETTERS = ["a", "b", "c", "d"]
DRAWS = re.compile(r"\bfigures\.(show|slider)\(")
SHOWS = re.compile(r"\bfigures\.(show|slider|table)\(")
_HEAR = {"says": str, "answer": str}
#: What ends in a question mark may be left out; empty is as good.
_FORM = {"say_first": str, "content_note?": str, "setting?": str, "words_today": [str], "words_found?": [str],
         "predicted?": str, "sections?": dict, "copied?": [{"lesson": str, "cell": str, "folded?": str}],
         "home": [str], "minutes": [{"what": str, "minutes": int, "at?": str}],
         "figures": [{"cell": str, "ask": str, "hear": [_HEAR], "paper?": int}],
         "polls": [{"cell": str, "question": str, "right": str, "options": dict, "wrong": dict, "again?": [str]}],
         "pair": {"question": str, "cell?": str, "hear?": [_HEAR]}}


def cells(lesson):
    """The cells of a lesson in their order: {id: cell}, the source of each as one text."""
    stored = json.loads(lesson.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: cell | {"source": "".join(cell["source"])} for cell in stored}


def path(lesson):
    """Where the sheet of a lesson lies."""
    return FOLDER / f"{lesson.stem}.toml"


def written():
    """The lessons that have a sheet."""
    return [lesson for lesson in LESSONS if path(lesson).exists()]


def load(lesson):
    """The sheet of a lesson as a dict. Raises ValueError, which names the file and every fault, for one that is missing
    or not as it should be."""
    name = f"teaching/{lesson.stem}.toml"
    if not path(lesson).exists():
        raise ValueError(f"lesson {lesson.stem} has no teaching sheet: write {name}, as 04_compared_with_what.toml is")
    try:
        sheet = tomllib.loads(path(lesson).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{name} is not TOML in UTF-8: {error}") from error
    found = list(_shape(sheet, _FORM, "")) or list(faults(sheet, cells(lesson)))
    if found:
        raise ValueError("\n".join(f"{name}: {fault}" for fault in found))
    for part, form in ((sheet, _FORM), (sheet["pair"], _FORM["pair"])):
        for key in (key for key in form if key.endswith("?")):
            part.setdefault(key[:-1], "" if form[key] is str else {} if form[key] is dict else [])
    return sheet


def copied(part):
    """The text of a lesson that a part of ``copied`` names: a cell as far as it is not folded, or what it folds. Raises
    ValueError where there is none."""
    source = next((cells(lesson).get(part["cell"], {}).get("source", "") for lesson in LESSONS
                   if lesson.stem[:2] == part["lesson"]), "")
    open_text, *folded = re.split(r"<details>\s*<summary>", source)
    if "folded" in part:
        open_text = next((f"## {head}{text.partition('</details>')[0]}" for head, _, text in
                          (one.partition("</summary>") for one in folded) if head == part["folded"]), "")
    if not open_text.strip():
        raise ValueError(f"copied: lesson {part['lesson']} has no text in cell {part['cell']}"
                         + f" folded under {part.get('folded')!r}" * ("folded" in part))
    return open_text.strip()


def clock(sheet):
    """{where a part of the hour begins, as its ``at`` says: "Minute 7 to 16."}"""
    told, now = {}, 0
    for part in sheet["minutes"]:
        now += part["minutes"]
        told[part.get("at")] = f"Minute {now - part['minutes']} to {now}."
    return told


def glossary():
    """{word: what it means}, from notebooks/glossary.md."""
    text = (ROOT / "notebooks" / "glossary.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^- \*\*(.+?)\*\* \(.*?\): (.*)$", text, re.MULTILINE))


def _shape(value, form, place):
    """What of a sheet is missing, empty or of another type, with its place in the file."""
    if isinstance(form, dict):
        if not isinstance(value, dict):
            yield f"{place or 'the sheet'} should be a table"
            return
        for key, part in form.items():
            name = key.removesuffix("?")
            if value.get(name) or (name in value and name == key):
                yield from _shape(value[name], part, f"{place}.{name}".strip("."))
            elif name == key:
                yield f"{place}.{name} is missing".strip(".")
        for name in value.keys() - {key.removesuffix("?") for key in form}:
            yield f"{place}.{name} is no part of a sheet: is it misspelt?".strip(".")
    elif isinstance(form, list):
        if not isinstance(value, list) or not value:
            yield f"{place} should be a list of at least one"
            return
        for number, part in enumerate(value, 1):
            yield from _shape(part, form[0], f"{place}[{number}]")
    elif not isinstance(value, form) or not value:
        yield f"{place} should be a {form.__name__} that is not empty"


def faults(sheet, lesson):
    """What is wrong with a sheet of the right form; ``lesson`` are the cells of its lesson by id."""
    order = list(lesson)
    drawn = [figure["cell"] for figure in sheet["figures"]]
    asked = [name for name, cell in lesson.items() if DRAWS.search(cell["source"]) and reading(lesson, name)]
    if len(asked) < 3:  # lesson 00, where a table may stand for a figure
        asked += [name for name, cell in lesson.items() if SHOWS.search(cell["source"]) and name not in asked]
    for name, count in (("figures", min(3, len(asked))), ("polls", 3)):
        if len(sheet[name]) != count:
            yield f"{name} are {len(sheet[name])} and should be {count}"
    for name in drawn:
        if name not in order:
            yield f"the lesson has no cell {name}"
        elif DRAWS.search(lesson[name]["source"]) and not reading(lesson, name):
            yield f"below cell {name} no folded answer says what the figure shows"
        elif name not in asked:
            yield f"cell {name} draws no figure"
    if set(drawn) <= set(order) and drawn != sorted(set(drawn), key=order.index):
        yield f"the figures are not in the lesson's order: {', '.join(drawn)}"
    for number, poll in enumerate(sheet["polls"], 1):
        if not figure_after(poll, sheet, order):
            yield f"poll {number} comes before {poll['cell']}, and no figure of the sheet is there or later"
        if list(poll["options"]) != LETTERS or not all(isinstance(words, str) for words in poll["options"].values()):
            yield f"poll {number} has the options {', '.join(poll['options'])} and should have {', '.join(LETTERS)}"
        if poll["right"] not in LETTERS:
            yield f"poll {number} has no option {poll['right']}, which is called right"
        elif sorted(poll["wrong"]) != [letter for letter in LETTERS if letter != poll["right"]]:
            yield f"poll {number} explains {', '.join(sorted(poll['wrong']))}, and right is {poll['right']}"
        for letter, why in poll["wrong"].items():
            yield from _shape(why, {"mistake": str, "say": str}, f"polls[{number}].wrong.{letter}")
    if len({poll["right"] for poll in sheet["polls"]}) == 1:
        yield f"the right answer is {sheet['polls'][0]['right']} in all polls: whoever shows one letter throughout wins"
    total = sum(part["minutes"] for part in sheet["minutes"])
    if total != MINUTES:
        yield f"the minutes add up to {total}, not to {MINUTES}"
    places = [part["at"] for part in sheet["minutes"] if "at" in part]
    for place in places:
        if place not in {"predict", "pair", "recap", *drawn} or places.count(place) > 1:
            yield f"minutes: {place} is no figure of the sheet, nor predict, pair or recap, or is named twice"
    if sheet.get("predicted") and sheet["predicted"] not in drawn:
        yield f"predicted: {sheet['predicted']} is no figure of the sheet"
    noted = "content-note" in lesson or "where to find help" in lesson[order[0]]["source"]
    if noted and not sheet.get("content_note"):
        yield "content_note is missing, and the lesson has one"
    if not WORDS[0] <= len(sheet["words_today"]) <= WORDS[1]:
        yield f"words_today are {len(sheet['words_today'])} and should be {WORDS[0]} to {WORDS[1]}"
    found = sheet.get("words_found", [])
    if unknown := {*sheet["words_today"], *found} - glossary().keys():
        yield f"words: the glossary lacks {', '.join(sorted(unknown))}"
    if early := set(sheet["words_today"]) & set(found):
        yield f"words_today tells what people are to find: {', '.join(sorted(early))}"
    heads = {head for cell in lesson.values() if cell["cell_type"] == "markdown"
             for head in re.findall(r"^## (.+)$", cell["source"], re.MULTILINE)}
    for question, head in sheet.get("sections", {}).items():
        if head not in heads:
            yield f"sections: the lesson has no section {head!r}, for {question}"
    for part in sheet.get("copied", []):
        try:
            copied(part)
        except ValueError as error:
            yield str(error)
    shown = sheet["pair"].get("cell", "")
    if shown and not SHOWS.search(lesson.get(shown, {"source": ""})["source"]):
        yield f"pair.cell: the lesson has no cell {shown} with a figure or a table"


def figure_after(poll, sheet, order):
    """The id of the figure of a sheet before which a poll is taken: at its cell, or the next one. None without one."""
    later = order[order.index(poll["cell"]):] if poll["cell"] in order else []
    return next((figure["cell"] for figure in sheet["figures"] if figure["cell"] in later), None)


def reading(lesson, name):
    """The text cell that says what a figure shows: the next one with a folded answer, before another figure."""
    order = list(lesson)
    for after in order[order.index(name) + 1:]:
        if lesson[after]["cell_type"] == "markdown" and "<summary>An answer</summary>" in lesson[after]["source"]:
            return lesson[after]["source"]
        if lesson[after]["cell_type"] == "code" and DRAWS.search(lesson[after]["source"]):
            break
    return ""
