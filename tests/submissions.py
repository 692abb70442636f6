"""Generated submissions whose truth is known: put together from the banks of right and wrong answers."""

import copy
import json
import random
import re
import tomllib

from checks.checker import assigned
from common import ROOT, bank, handed_out

from grading.submission import exercises, questions


def notebook(exercise, answers=None, kind=""):
    """The learner's notebook (or, with kind "_solution", the worked one) with answers in place of its own."""
    found = json.loads(handed_out(ROOT / "exercises" / f"{exercise}{kind}.ipynb"))
    for cell in found["cells"]:
        key = cell["id"].removesuffix("-answer")
        if cell["id"].endswith("-answer") and key in (answers or {}):
            cell["source"] = answers[key]
    return found


def worked(exercise, **answers):
    """A notebook in which all is right, save for the answers that are given."""
    return notebook(exercise, answers, "_solution")


def cell(book, name):
    return next(cell for cell in book["cells"] if cell["id"] == name)


def write(path, book):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(book if isinstance(book, str) else json.dumps(book), encoding="utf-8")
    return path


def mixed(exercise, chance):
    """A notebook of right, wrong and blank answers. Returns (notebook, {question: (result, hint)}).

    An answer beside which others are judged stays as it is worked.
    """
    answers, truth = {}, {}
    leaned_on = {name for question in questions(exercise).values() for name in question.beside}
    for key, question in questions(exercise).items():
        draw, cases = chance.random(), {
            kind: [case for case in bank(exercise)[key][kind] if not assigned(case["code"]) & leaned_on]
            for kind in ("right", "wrong")}
        if question.variable in leaned_on:
            answers[key], truth[key] = cell(worked(exercise), f"{key}-answer")["source"], ("right", "")
        elif draw < 0.2:
            truth[key] = "not answered", "not answered"
        elif draw < 0.6:
            answers[key], truth[key] = chance.choice(cases["right"])["code"], ("right", "")
        else:
            wrong = chance.choice(cases["wrong"])
            result = "not answered" if wrong["hint"] in {"missing", "not answered"} else "not yet"
            answers[key], truth[key] = wrong["code"], (result, wrong["hint"])
    return notebook(exercise, answers), truth


def all_right(exercise):
    return dict.fromkeys(questions(exercise), ("right", ""))


# -- what can happen to the checks in a learner's file, none of which matters


def checks_deleted(book, chance):
    book["cells"] = [cell for cell in book["cells"] if not cell["id"].endswith("-check")]


def checks_edited(book, chance):
    for cell in book["cells"]:
        if cell["id"].endswith("-check"):
            cell["source"] = f'print("Correct: question {cell["id"][1]}")'


def checks_copied(book, chance):
    checks = [dict(cell, id=f"copy-{number}") for number, cell in enumerate(book["cells"])
              if cell["id"].endswith("-check")]
    book["cells"][1:1] = copy.deepcopy(checks)
    book["cells"] += copy.deepcopy(checks[:2])


def checks_reordered(book, chance):
    places = [number for number, cell in enumerate(book["cells"]) if cell["id"].endswith("-check")]
    for number, cell in zip(places, chance.sample([book["cells"][n] for n in places], len(places)), strict=True):
        book["cells"][number] = cell


def cells_split(book, chance):
    """Each answer is cut after its first line that stands at the edge; each check gets a comment of its own."""
    cells = []
    for cell in book["cells"]:
        source = "".join(cell["source"])
        cut = re.search(r"(?<=\n)(?=[a-z])", source.replace("### BEGIN SOLUTION\n", "", 1))
        if cell["id"].endswith("-answer") and cell["cell_type"] == "code" and cut:
            source = source.replace("### BEGIN SOLUTION\n", "", 1)
            first, second = source[:cut.start()], source[cut.start():]
            if _reads(first) and _reads(second):
                cells += [dict(cell, source=first), dict(cell, id=f"{cell['id']}-2", source=second)]
                continue
        cells.append(cell)
    book["cells"] = cells


def _reads(source):
    try:
        compile(source, "cell", "exec")
    except SyntaxError:
        return False
    return True


def ids_and_tags_lost(book, chance):
    for cell in book["cells"]:
        cell.pop("id")
        cell["metadata"] = {}
    book["nbformat_minor"] = 4


def nbformat_3(book, chance):
    cells = []
    for cell in book.pop("cells"):
        kept = {"cell_type": cell["cell_type"], "metadata": {}}
        if cell["cell_type"] == "code":
            cells.append(kept | {"input": cell["source"], "language": "python", "outputs": [], "collapsed": False})
        else:
            cells.append(kept | {"source": cell["source"]})
    book.update(worksheets=[{"cells": cells, "metadata": {}}], nbformat=3, nbformat_minor=0, metadata={"name": ""})


def answers_moved_to_the_end(book, chance):
    """The stubs stay; the answers stand below everything, without ids that say what they are."""
    moved = []
    for number, cell in enumerate(book["cells"]):
        if cell["cell_type"] == "code" and cell["id"].endswith("-answer"):
            moved.append(dict(cell, id=f"mine-{number}"))
            book["cells"][number] = dict(cell, source="answer = ...")
    book["cells"] += moved


def setup_and_given_deleted(book, chance):
    book["cells"] = [cell for cell in book["cells"] if not re.search(r"^setup|given$", cell["id"])]


def imports_added_to_setup(book, chance):
    first = cell(book, "setup")
    first["source"] = "import math\n" + "".join(first["source"])


HARMLESS = [checks_deleted, checks_edited, checks_copied, checks_reordered, cells_split, ids_and_tags_lost,
            nbformat_3, answers_moved_to_the_end, setup_and_given_deleted, imports_added_to_setup]


# -- code that would harm

_CASES = tomllib.loads((ROOT / "tests" / "cases" / "hostile.toml").read_text(encoding="utf-8"))
WAYS_OUT = _CASES.pop("ways_out")
HOSTILE = {name: case["code"] for name, case in _CASES.items()}
LOST, ANY = {"not answered", "not yet"}, {"right", "not answered", "not yet", "not run"}


def hostile(exercise, name):
    """A worked notebook in which question 2 is answered by harmful code."""
    return worked(exercise, q2=HOSTILE[name].replace("{variable}", questions(exercise)["q2"].variable))


def hostile_truth(exercise, name):
    """{question: (result, hint), or the results that may be} of a hostile notebook; None if all may be lost."""
    costs = _CASES[name].get("costs", "question 2")
    if costs == "everything":
        return None
    after = {"question 2": ("right", ""), "the rest": ("not run", ""), "unsure": ANY}[costs]
    lost = questions(exercise)["q2"].variable
    return {"q1": ("right", ""), **{key: ANY if lost in question.beside else after
                                    for key, question in list(questions(exercise).items())[1:]},
            "q2": ("not run", "") if costs == "the rest" else LOST}


def tries_every_way_out(exercise, **known):
    """A notebook whose second answer says, in its error, the number of each way that led out."""
    lines = [WAYS_OUT["before"]]
    for number, way in enumerate(WAYS_OUT.values()):
        if number:
            lines.append(f"try:\n    if {way.format(**known)}:\n        through.append('{number}')\n"
                         "except Exception:\n    pass")
    return worked(exercise, q2="\n".join([*lines, "raise RuntimeError('through: ' + ' '.join(through))"]))


# -- notebooks that would harm whoever reads them: (notebook, what the report says of it)


def long_text(exercise):
    return worked(exercise, q2='x = f"' + "{1}" * 120_000 + '"'), "more than 100,000 characters is not run"


def many_cells(exercise):
    book = worked(exercise)
    book["cells"] += [dict(cell(book, "q2-answer"), id=f"more-{n}") for n in range(30_000)]
    return book, "more than 2,000 cells"


def many_lines(exercise):
    return worked(exercise, q2="x = 1\n" * 1_000_000), "more than 2,000,000 characters"


def deep(exercise):
    return "[" * 100_000, "not JSON"


UNREADABLE = [long_text, many_cells, many_lines, deep]


def agrees(found, known):
    """Are the marks {question: (result, hint)} what they should be?"""
    if known is None:
        return found.get("q2", ("", ""))[0] != "right"
    return found.keys() == known.keys() and all(
        found[key] == right if isinstance(right, tuple) else found[key][0] in right for key, right in known.items())


def a_class(folder, number, seed=1, hostile_share=0.1):
    """Write ``number`` submissions; returns {file: {question: (result, hint), or the results that may be}}."""
    chance, truth, names = random.Random(seed), {}, list(HOSTILE)
    for n in range(number):
        exercise = exercises()[n % len(exercises())]
        draw = chance.random()
        if draw < hostile_share:
            name = chance.choice(names)
            book, known = hostile(exercise, name), hostile_truth(exercise, name)
        elif draw < hostile_share + 0.25:
            book, known = worked(exercise), all_right(exercise)
            chance.choice(HARMLESS)(book, chance)
        else:
            book, known = mixed(exercise, chance)
        path = write(folder / f"learner{n:03d}" / f"{exercise}.ipynb", book)
        truth[str(path.relative_to(folder))] = known
    return truth
