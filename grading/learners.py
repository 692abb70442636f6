"""What lies in a folder of submissions, and whose it is: Moodle, Canvas, Blackboard, ILIAS, nbgrader, plain folders.

A platform writes a number or an account beside the name. Where it is needed to tell two people of one name apart it
is kept; where it is not, the name alone stands in the report, so that one learner is one learner over all exercises.
"""

import os
import re
import unicodedata
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from .submission import exercises

#: How a notebook's name ends, also where a mail program or a browser added to it.
NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
ARCHIVE = re.compile(r"\.(zip|7z|rar|tar|gz|tgz)$", re.IGNORECASE)
#: What machines leave behind beside the work of people.
MADE = re.compile(r"\.ipynb_checkpoints|\.virtual_documents|__MACOSX|__pycache__|\.git|\.venv.*|\.DS_Store|\._.*"
                  r"|\.~lock\..*|Thumbs\.db|desktop\.ini|my_progress\.json|my_appraisal\.html", re.IGNORECASE)
SOLUTION = re.compile(r"_solution([ _-]*\(\d+\)|-Copy\d*)*$")

MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?")
CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<number>\d+)_\d+_.+")
BLACKBOARD = re.compile(r"(?P<before>.+)_attempt_\d{4}(?:-\d\d){5}(?:[_.].*)?")
ILIAS = re.compile(r"(?P<name>[^_]+_.+)_(?P<number>[^_]+_\d+)")
ILIAS_FILE = re.compile(r"\d{14}_.+")
#: What Blackboard, ILIAS and Canvas count up in the names of files, and what browsers and Canvas add to the later one.
STAMP = re.compile(r".+_attempt_(\d{4}(?:-\d\d){5})|(\d{14})_|[^_]+_(?:LATE_)?\d+_(\d+)_")
COPY = re.compile(r"(?:\((\d+)\)|-Copy(\d+)|-(\d+))$")
#: How Moodle calls those whose names it hides, in some languages.
HIDDEN = re.compile(r"(particip|partecip|teilnehm|deelnem|deltag)", re.IGNORECASE)
#: Folders that say which work it is, not whose; also a whole course as it is downloaded.
WORK = re.compile(r"(submi(tted|ssions?)|exercises?|assignments?|homework|hw|hand-?ins?|week|session|lesson|unit"
                  r"|task|sheet|abgaben?|woche|aufgaben?|(ü|ue)bung(en|sblatt)?|einheit|blatt|notebooks?|downloads?)"
                  r"[ _.-]*\d*|forty-percent-secure.*|.+-(main|master)", re.IGNORECASE)


@dataclass(frozen=True)
class Owner:
    """Whose a file is: the name ("" if none was found), what the platform adds to it, and whether that stays the same
    over all exercises (an account) or not (Moodle's numbers)."""

    name: str
    number: str = ""
    stays: bool = True


@dataclass(frozen=True)
class HandedIn:
    """One file of a folder: its path, how it is written in the report, whose it is, why it is not even opened, and a
    value that is greater in the newer one of two files."""

    path: Path
    shown: str
    owner: Owner
    reason: str
    newness: tuple


def visible(text):
    """Text of a stranger, or the name of a file, as one line that can be written anywhere."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


# -- what is there


def collect(folder, but=()):
    """A list of ``HandedIn`` for the files below ``folder``, or for one file; ``but`` lists paths to leave out.

    What lies beside a notebook of the same learner (pictures, a platform's own text) is left out. Raises
    FileNotFoundError when there is no notebook.
    """
    folder = Path(folder)
    if not folder.exists():
        raise FileNotFoundError(f"{folder}: there is no such folder")
    base = folder.parent if folder.is_file() else folder
    reasons = {folder: _reason(folder)} if folder.is_file() else _find(folder)
    but = {path.resolve() for path in but}
    reasons = {path: why for path, why in reasons.items() if path.is_symlink() or path.resolve() not in but}
    if not any(NOTEBOOK.search(path.name) for path in reasons):
        only = ", ".join(f"{visible(path.name)} ({why})" for path, why in list(reasons.items())[:5])
        raise FileNotFoundError(f"{folder}: no notebook (.ipynb) was found there" + (f", only {only}" if only else ""))
    owners = whose(reasons, base)
    having = {owners[path] for path, why in reasons.items() if not why and owners[path].name}
    return [HandedIn(path, visible(str(path.relative_to(base)).replace("\\", "\\\\")), owners[path], why,
                     _newness(path))
            for path, why in sorted(reasons.items())
            if not (why == NO_NOTEBOOK and owners[path] in having)]


NO_NOTEBOOK = "not a notebook (.ipynb)"


def _find(folder):
    """{path: why it is not opened, or ""} of everything below a folder; links are listed but never followed."""
    found, courses = {}, []

    def unreadable(error):
        found[Path(error.filename)] = f"cannot be read: {error.strerror}"

    for above, folders, files in os.walk(folder, onerror=unreadable):
        place = Path(above)
        folders[:] = [name for name in folders if not MADE.fullmatch(name)]
        if {"exercises", "notebooks", "data"} <= {*folders} or (place / "checks" / "checker.py").is_file():
            courses.append(place)
        for name in folders:
            if (place / name).is_symlink() or (NOTEBOOK.search(name) and not _holds_a_notebook(place / name)):
                found[place / name] = _reason(place / name)
        for name in files:
            if not MADE.fullmatch(name):
                found[place / name] = _reason(place / name)
    return {path: why for path, why in found.items() if not any(_of_the_course(path, place) for place in courses)}


def _holds_a_notebook(folder):
    return any(path.is_file() and NOTEBOOK.search(path.name) for path in folder.rglob("*"))


def _of_the_course(path, place):
    """Is it a file that the course, handed in as it is, brings along? What counts of it is the exercises.

    ``place`` is the folder of the exercises, or that of a whole course.
    """
    if place not in path.parents:
        return False
    inside = path.relative_to(place).parts
    beside = (place / "exercises").is_dir() and inside[0] != "exercises" and len(inside) > 1
    return beside or not NOTEBOOK.search(path.name) or bool(SOLUTION.search(NOTEBOOK.sub("", path.name)))


def _reason(path):
    """Why a file is not even opened, in words for the report, or ""."""
    if path.is_symlink():
        return "a link, which is not followed"
    if path.is_dir():
        return "a folder, not a notebook"
    if ARCHIVE.search(path.name):
        return f"a {path.suffix[1:].lower()}: unpack it first"
    if not NOTEBOOK.search(path.name):
        return NO_NOTEBOOK
    return "named like a solution of the course" if SOLUTION.search(NOTEBOOK.sub("", path.name)) else ""


def _newness(path):
    """(the platform's time of the attempt or number of the file, the number of the copy, the file's time in ns)."""
    stamp = STAMP.match(path.name)
    copy = COPY.search(NOTEBOOK.sub("", path.name))
    counted = [int(re.sub(r"\D", "", match[match.lastindex])) if match else 0 for match in (stamp, copy)]
    return *counted, path.lstat().st_mtime_ns


# -- whose it is


def whose(paths, base):
    """{path: Owner}, from the names of folders and files below ``base``; composed and decomposed letters are one."""
    parts = {path: unicodedata.normalize("NFC", str(path.relative_to(base))).split(os.sep) for path in paths}
    # What stands before the account in Blackboard's names: the work's own name, which all files of a folder share.
    told = [match["before"] for names in parts.values() if (match := BLACKBOARD.fullmatch(names[-1]))]
    alike = "".join(letter for letter, *_ in takewhile(lambda letters: len({*letters}) == 1, zip(*told, strict=False)))
    found = {path: _owner(names, alike[:alike.rfind("_") + 1]) for path, names in parts.items()}
    if not any(owner.name for path, owner in found.items() if NOTEBOOK.search(path.name)):
        name = unicodedata.normalize("NFC", base.resolve().name)  # the folder of one learner
        found = {path: Owner(owner.name or name, owner.number, owner.stays) for path, owner in found.items()}
    return found


def _owner(names, work):
    *folders, file = names
    for part in names:
        if match := MOODLE.fullmatch(part):
            return Owner(match["name"].strip(), match["number"], stays=False)
    if match := BLACKBOARD.fullmatch(file):
        return Owner(match["before"].removeprefix(work) or match["before"].rpartition("_")[2])
    for part in folders if ILIAS_FILE.fullmatch(file) else ():
        if match := ILIAS.fullmatch(part):
            return Owner(match["name"].replace("_", " "), match["number"].partition("_")[0])
    if not (above := "/".join(filter(None, map(_name, folders)))) and (match := CANVAS.fullmatch(file)):
        return Owner(match["name"], match["number"])
    return Owner(above or _name(NOTEBOOK.sub("", file) if NOTEBOOK.search(file) else Path(file).stem))


def _name(part):
    """The name in one part of a path: without what names the exercise or the work, and what counts copies."""
    part = re.sub("|".join(exercises()), "", part, flags=re.IGNORECASE)
    part = re.sub(r"(?<![^\W_])exercise[ _-]*\d*(?![^\W_])", "", part, flags=re.IGNORECASE)
    part = re.sub(r"([ _-]*\(\d+\)|-Copy\d*)+$", "", part).strip(" _-.()")
    return "" if WORK.fullmatch(part) or part in {name[:2] for name in exercises()} else part


def called(handed_in, exercise_of):
    """{path: the name in the report}; a number is added where two people have one name.

    ``exercise_of`` {path: exercise that was recognised, "" if none}. Moodle's numbers are other ones in each
    exercise, so they tell people apart only within one.
    """
    numbers = {}
    for one in handed_in:
        within = "" if one.owner.stays else exercise_of[one.path]
        numbers.setdefault((one.owner.name, one.owner.stays), {}).setdefault(within, set()).add(one.owner.number)
    names = {}
    for one in handed_in:
        owner = one.owner
        several = max(map(len, numbers[owner.name, owner.stays].values())) > 1
        hidden = not owner.stays and HIDDEN.match(owner.name)
        names[one.path] = visible(owner.name + (f" ({owner.number})" if owner.number and (several or hidden) else ""))
    return names
