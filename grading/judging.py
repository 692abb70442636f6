"""The reply of a container: its one form, and the judging of the answers in it.

A reply is JSON, of at most ``MOST_REPLY`` bytes: {"refused": why} for what is not graded at all, else

    {"exercise": "01_sentence_to_row", "ended": "" or why it was stopped early, "late": whether the clock on the wall
     stopped anything, "said": the answer in words, "errors": {question: error of its first cell that stopped},
     "notes": {question: note}, "answers": {question: entry, for each question of the exercise and no other}}

An entry is {"read": a plain value}, {"state": "missing", "not answered" or "type", "words": text} or {"state": "not
run"}. Whoever wrote it is a stranger: what has not exactly this form counts as no reply, a value that the question's
kind does not know as no answer.
"""

import contextlib
import json
import signal
from dataclasses import dataclass, field

from . import submission

MOST_REPLY = 1_000_000
MOST_TEXT = 300  # characters of an error, a note or a hint
MOST_WORDS = 20_000  # characters of the answer in words
UNREAD = ("missing", "not answered", "type")  # values of checks.checker.State
SECONDS = 5  # processor time for judging one submission


@dataclass(frozen=True)
class Reply:
    """A reply of the right form; ``refused`` says why there is nothing else in it."""

    refused: str = ""
    exercise: str = ""
    ended: str = ""
    late: bool = False
    said: str = ""
    errors: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)

    def as_json(self):
        names = ["refused"] if self.refused else [name for name in self.__dataclass_fields__ if name != "refused"]
        return json.dumps({name: getattr(self, name) for name in names}).encode()


def parse(content):
    """The Reply in some bytes, or None for anything that is not exactly one."""
    try:
        told = json.loads(content) if len(content) <= MOST_REPLY else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    if told.keys() == {"refused"}:
        return Reply(refused=told["refused"]) if _is_text(told["refused"]) and told["refused"] else None
    if told.keys() != Reply.__dataclass_fields__.keys() - {"refused"} or told["exercise"] not in submission.exercises():
        return None
    keys = submission.questions(told["exercise"]).keys()
    fits = (_is_text(told["ended"]) and isinstance(told["late"], bool) and _is_text(told["said"], MOST_WORDS)
            and all(isinstance(told[name], dict) and told[name].keys() <= keys
                    and all(map(_is_text, told[name].values())) for name in ("errors", "notes"))
            and isinstance(told["answers"], dict) and told["answers"].keys() == keys
            and all(map(is_entry, told["answers"].values())))
    return Reply(**told) if fits else None


def _is_text(value, most=MOST_TEXT):
    return isinstance(value, str) and len(value) <= most


def is_entry(entry):
    """Has an entry its form? What a value holds is not looked at."""
    if not isinstance(entry, dict) or entry == {"state": "not run"}:
        return isinstance(entry, dict)
    if entry.keys() == {"state", "words"}:
        return entry["state"] in UNREAD and _is_text(entry["words"])
    return entry.keys() == {"read"}


def cut(text):
    """A text as long as an error or a note may be."""
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT - 1]}…"


def rows(reply):
    """{question, result, hint, words, note} for each question of a reply that was not refused."""
    found = []
    with _limited():
        for key, entry in reply.answers.items():
            note = [reply.errors.get(key, ""), reply.notes.get(key, "")]
            if entry.get("state") == "not run":
                result, hint, words = "not run", "", ""
                note.insert(0, reply.ended or "it was not run")
            else:
                try:
                    hint, words = judge(submission.questions(reply.exercise)[key], entry)
                except _TooLong:
                    hint, words = "no answer", ""
                if hint == "correct":
                    result, hint, words, note[0] = "right", "", "", ""
                elif note[0] and hint in ("missing", "not answered"):
                    result, hint = "not yet", "error"
                else:
                    result = "not answered" if hint in ("missing", "not answered", "no answer") else "not yet"
            found.append({"question": key, "result": result, "hint": hint, "words": words,
                          "note": "; ".join(filter(None, note))})
    return found


class _TooLong(Exception):
    pass


@contextlib.contextmanager
def _limited():
    """A limit on the processor time of all judging; when it is over, _TooLong is raised."""
    def stop(*_):
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, 0.1)  # again, where a rule has caught it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# -- the checker, asked on both sides


def look(question, names, errors, last):
    """The entry of a question, from the names that a learner's cells have left; used inside the container.

    As in a notebook, an older answer is not taken where the cell of the answer stopped: ``errors`` {variable: what its
    cell stopped with}, ``last`` what the last cell stopped with, or "".
    """
    from checks import checker

    error = errors.get(question.variable) or (last if question.variable not in names else "")
    found = checker.stopped(error, question.variable) if error else question.look(names)
    if isinstance(found, checker.Read):
        return {"read": found.value}
    return {"state": found.state.value, "words": cut(found.words)}


def judge(question, entry):
    """(name of the reply, its words) for an entry; "correct" when it is right, "no answer" when it is none."""
    if "read" not in entry:
        return entry["state"], entry["words"]
    if not question.kind.valid(entry["read"]):
        return "no answer", ""
    reply = question.verdict(entry["read"])
    return reply.name, reply.words
