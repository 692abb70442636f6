"""What is asked of an appraisal of one's own page. There is no key: an answer goes back for what is missing in it."""

import re
from dataclasses import replace

import own_page
import own_sheet

from .checker import Mistake, OpenQuestion, State, no_key
from .kinds import Kind, Unreadable

ENTRIES = ("title", "link", "read_on", "read_as", "text")
FORMS = {"page": dict, "claims": dict, "rows": str, "asked": dict, "bias": dict, "verdicts": dict}
ROWLESS = {"no study found", "not judged"}  # verdicts that rest on no row
SEVEN = " or ".join([", ".join(own_sheet.VERDICTS[:-1]), own_sheet.VERDICTS[-1]])
GRAVE = re.compile(r"\b(fraud|fake|forge[ds]?\b|forger|lied\b|cheat|dishonest|manipulat)", re.IGNORECASE)
YET = re.compile(r"\b(although|though|but|despite|however|yet|even if|except)\b", re.IGNORECASE)


class Written(Kind):
    """What was typed, as texts, with the other variables beside which it is judged: {name: text or {name: text}}.

    With ``may_be_empty`` an empty dictionary is an answer.
    """

    def __init__(self, *names, may_be_empty=False):
        self.names, self.may_be_empty = names, may_be_empty

    def blank(self, answer):
        if answer is ...:
            return True
        try:
            typed = own_page.written(answer)
        except ValueError:
            return False
        texts = [typed] if isinstance(typed, str) else typed.values()
        return all(map(own_page.left_blank, texts)) and not (self.may_be_empty and not texts)

    def read(self, answer, **beside):
        try:
            own = own_page.written(answer)
        except ValueError as reason:
            raise Unreadable(str(reason)) from None
        if self.names[0] == "asked" and isinstance(answer, (list, tuple)) and own:
            raise Unreadable('A list does not say which row a reason is for. Give it with its row: {7: "..."}.')
        if not isinstance(own, FORMS[self.names[0]]):
            raise Unreadable("One text between triple quotes is asked for." if isinstance(own, dict) else
                             "You gave one text. A dictionary is asked for, in the form that the cell shows.")
        value = {self.names[0]: own}
        for name in self.names[1:]:
            try:
                other = own_page.written(beside[name])
            except ValueError:
                other = None
            value[name] = other if isinstance(other, FORMS[name]) else FORMS[name]()
        return value

    def valid(self, value):
        return type(value) is dict and tuple(value) == self.names and all(
            type(value[name]) is FORMS[name] and self._plain(value[name]) for name in self.names)

    @staticmethod
    def _plain(typed):
        texts = [typed] if isinstance(typed, str) else [*typed, *typed.values()]
        try:
            return all(type(text) is str for text in texts) and own_page.written(typed) == typed
        except ValueError:
            return False


def _first(found):
    """The first thing that was found, or None."""
    return next(iter(found), None)


def _blank(text):
    return own_page.left_blank(text or "")


def _words(text):
    return re.findall(r"[\u3040-\u9fff]|[^\W_\u3040-\u9fff]+", text)  # where no blanks are written, each sign is one


def _claims(value):
    return {name: text for name, text in own_sheet.numbered(value["claims"]).items() if not _blank(text)}


# -- the page and its claims


def _day_missing(value):
    """Is there no year in the date, or nothing but a year?"""
    date, years = re.subn(r"(19|20)\d\d", "", value["page"]["read_on"], count=1)
    return not years or not re.search(r"\w", date)


def _claims_short(value):
    return _first(name for name, text in _claims(value).items() if len(_words(text)) < 4)


def _claims_twice(value):
    told = {}
    for name, text in _claims(value).items():
        if told.setdefault(" ".join(_words(text.casefold())), name) != name:
            return name
    return None


def _plain_words(text):
    return re.findall(r"[^\W_]+", text.casefold())


def _claims_copied(value):
    page = _plain_words(value["page"].get("text", ""))
    runs = {tuple(page[at:at + 8]) for at in range(len(page) - 7)}
    return _first(name for name, text in _claims(value).items() if (words := _plain_words(text))
                  and any(tuple(words[at:at + 8]) in runs for at in range(len(words) - 7)))


class Claims(OpenQuestion):
    """Good claims; where one may hold two, a question stands beside the praise, and nothing is refused."""

    def verdict(self, value):
        reply = super().verdict(value)
        two = _first(f'Claim {name} has "{at[0].strip()}": one claim, or two?' for name, text in _claims(value).items()
                     if (at := re.search(r"\b(?i:and)\b|;|[.!?] (?=[A-Z])", text)))
        return replace(reply, words=f"{reply.words} {two}") if two and reply.state is State.CORRECT else reply


# -- the rows


def _rows(value):
    return own_page.read(value["rows"]).rows


def _unreadable(value):
    return _first(own_page.read(value["rows"]).faults)


def _cell_empty(value):
    return _first(f"{row['row']}, {name}," for row in _rows(value) for name in ("group", "outcome", "value")
                  if not row[name])


def _claim_unknown(value):
    known = _claims(value)
    return _first(row["row"] for row in _rows(value) if known for name in re.split(r"\s*[,;/&+]\s*", row["claim"])
                  if name and re.sub(r"^claim\s*", "", name.casefold()) not in known)


def _row_twice(value):
    told = {}
    for row in _rows(value):
        cells = tuple(" ".join(str(text).casefold().split()) for name, text in row.items() if name != "row")
        if told.setdefault(cells, row["row"]) != row["row"]:
            return row["row"]
    return None


def _no_text(value):
    return _blank(value["page"].get("text", ""))


def _not_in_text(value):
    rows = {row["row"]: row for row in _rows(value)}
    return _first(f"Row {row}, {name}: {rows[row][name]}" for row, name in
                  own_page.not_printed(_rows(value), value["page"]["text"]))


def _rows_first(value):
    reading = own_page.read(value["rows"])
    return bool(reading.faults) or not reading.rows or not all(row["value"] for row in reading.rows)


# -- what a check asks about


def _asked_rows(value):
    return [str(one.row["row"]) for one in own_page.checked(_rows(value)) if one.word == own_page.c.ASK]


def _asked(value):
    return {name: text for name, text in own_sheet.numbered(value["asked"]).items() if not _blank(name)}


def _no_reason(value):
    return _first(row for row in _asked_rows(value) if _blank(_asked(value).get(row)))


def _not_asked(value):
    return _first(row for row in _asked(value) if row not in _asked_rows(value))


def _reason_short(value):
    return _first(row for row, text in _asked(value).items() if len("".join(_words(text))) < 5)


def _reason_grave(value):
    return _first(row for row, text in _asked(value).items() if GRAVE.search(text))


# -- bias


def _answers(value):
    given = {name.casefold(): text for name, text in value["bias"].items()}
    return {name: given.get(name, "") for name in own_sheet.BIAS}


def _one_passage(value):
    """Do all five answers rest on the same words of the page?"""
    answers = [own_sheet.bias_of(text) for text in _answers(value).values()]
    return all(word != "not said" for word, _ in answers) and len({words.casefold() for _, words in answers}) == 1


def _bias(value, wrong):
    return _first(name.capitalize() for name, text in _answers(value).items() if wrong(*own_sheet.bias_of(text)))


def _words_not_on_page(value):
    return _first(f"{name.capitalize()}: the words from {own_page.shown(missing)!r} on"
                  for name, text in _answers(value).items() for word, words in [own_sheet.bias_of(text)]
                  if word != "not said" and (missing := own_sheet.not_quoted(words, value["page"]["text"])))


# -- verdicts


def _verdicts(value):
    """{claim: (verdict, reason)} for all claims; ("", "") where there is none."""
    given = own_sheet.numbered(value["verdicts"])
    return {name: own_sheet.verdict_of("" if _blank(given.get(name)) else given[name]) for name in _claims(value)}


def _verdict(value, wrong):
    return _first(name for name, (verdict, reason) in _verdicts(value).items() if wrong(name, verdict, reason))


def _row_missing(value):
    return _verdict(value, lambda name, verdict, reason: verdict not in ROWLESS and not own_sheet.rows_named(reason))


def _row_unknown(value):
    known = {row["row"] for row in _rows(value)}
    return _verdict(value, lambda name, verdict, reason: own_sheet.rows_named(reason) - known)


def _rows_of_claims(value):
    """{claim: the rows whose claim cell names it}."""
    rows = {}
    for row in _rows(value):
        for name in re.split(r"\s*[,;/&+]\s*", row["claim"].casefold()):
            rows.setdefault(re.sub(r"^claim\s*", "", name), set()).add(row["row"])
    return rows


def _none_beside_rows(value):
    rows = _rows_of_claims(value)
    return _verdict(value, lambda name, verdict, reason: verdict == "no study found" and name in rows)


def _row_of_another(value):
    rows = _rows_of_claims(value)
    return _verdict(value, lambda name, verdict, reason: verdict not in ROWLESS and name in rows
                    and not own_sheet.rows_named(reason) & rows[name])


def _no_row_of_its_own(value):
    rows = _rows_of_claims(value)
    return _verdict(value, lambda name, verdict, reason: verdict == "supported" and name not in rows)


def _two_words(value):
    second = re.compile(rf"(?:and|or|to|/|&)\s*(?:{'|'.join(own_sheet.VERDICTS)})\b", re.IGNORECASE)
    return _verdict(value, lambda name, verdict, reason: second.match(reason))


def _claim_unwritten(value):
    return _first(name for name, text in own_sheet.numbered(value["verdicts"]).items()
                  if name not in _claims(value) and name != own_sheet.ASKED_FIRST and not _blank(text))


def _supported_though_asked(value):
    asked = {*map(int, _asked_rows(value))}
    return _verdict(value, lambda name, verdict, reason: verdict == "supported" and not YET.search(reason)
                    and own_sheet.rows_named(reason) & asked)


QUESTIONS = [
    OpenQuestion(
        "q1", "the page", "page", Written("page"), no_key,
        recipe="Type between the quotes. link may be an address, or where you got a leaflet; read_as says what you had "
               "before you: abstract, full text, web page, leaflet. text is the passage, pasted as it stands.",
        praise="Whoever reads your appraisal can find the page and look for themselves.",
        mistakes=[
            Mistake("no entry", "There is no entry called {}.",
                    when=lambda value: _first(name for name in ENTRIES if name not in value["page"])),
            Mistake("empty entry", "The entry {} is empty.",
                    when=lambda value: _first(name for name in ENTRIES if _blank(value["page"][name]))),
            Mistake("no day", "When did you read it? Give the day with its year, since pages change.",
                    when=_day_missing),
            Mistake("short text", "The text is short. Paste the whole passage that you judge, word for word.",
                    when=lambda value: len(_words(value["page"]["text"])) < 25),
            Mistake("few numbers", "The passage prints fewer than four numbers. Take a longer one, or another page.",
                    when=lambda value: len(own_page.numbers_in(value["page"]["text"])) < 4),
        ]),
    Claims(
        "q2", "what it claims", "claims", Written("claims", "page"), no_key, beside=("page",),
        recipe="One claim to a line: who, what, and compared with what, in your own words. Cut a sentence with two "
               "claims in two. What a page hints at is a claim as well.",
        praise="Claims first, numbers second: so the numbers cannot choose the question.",
        mistakes=[
            Mistake("few claims", "At least three claims are asked for, and you have {}.",
                    when=lambda value: len(_claims(value)) < 3 and str(len(_claims(value)))),
            Mistake("short claim", "Claim {} is short. Whom does it speak of, what happens, compared with what?",
                    when=_claims_short),
            Mistake("twice", "Claim {} says the same as another one.", when=_claims_twice),
            Mistake("copied", "Claim {} has eight words in a row from the page. How would you say it yourself?",
                    when=_claims_copied),
        ]),
    OpenQuestion(
        "q3", "the numbers", "rows", Written("rows", "page", "claims"), no_key, beside=("page", "claims"),
        recipe="A row to a number: claim | group | outcome | kind | value | of | plus | low | high | p. Cells at the "
               "end may be left out. Type numbers as printed; a count and its percentage go into one row, kind share.",
        praise="Every number has its outcome beside it, its people where you found them, and can be looked up.",
        mistakes=[
            Mistake("unreadable", "{}", when=_unreadable),
            Mistake("few rows", "At least four numbers are asked for, and you have {}.",
                    when=lambda value: len(_rows(value)) < 4 and str(len(_rows(value)))),
            Mistake("row twice", "Row {} says the same as one above it. Each number has one row.", when=_row_twice),
            Mistake("empty cell", "Row {} is empty. A number needs its group, outcome, kind and value.",
                    when=_cell_empty),
            Mistake("no such claim", "Row {} is for a claim that you have not written.", when=_claim_unknown),
            Mistake("no page", "The text of the page is missing. Answer question 1 first.", when=_no_text),
            Mistake("not in the text", "{} does not stand in the text of the page. Is it typed as it is printed?",
                    when=_not_in_text),
        ]),
    OpenQuestion(
        "q4", "what a check asks about", "asked", Written("asked", "rows", may_be_empty=True), no_key, beside=("rows",),
        recipe="The cell above lists the rows that are asked about and ends with the form to copy: {row: \"reason\"}. "
               "People who left, rounding, an adjusted analysis, a misprint are ordinary. No row asked about: {}.",
        praise="A question with an ordinary reason beside it is a fair question.",
        mistakes=[
            Mistake("rows first", "The rows cannot all be read yet. Answer question 3 first.", when=_rows_first),
            Mistake("not all", "Row {} is asked about by a check, and you give no reason for it.", when=_no_reason),
            Mistake("not asked", "Row {} is not asked about by any check. Leave it out.", when=_not_asked),
            Mistake("short reason", "Row {}: say the reason in words that somebody else understands.",
                    when=_reason_short),
            Mistake("grave reason", "Row {}: a printed error is no fraud. Which ordinary reason could it have?",
                    when=_reason_grave),
        ]),
    OpenQuestion(
        "q5", "where bias can get in", "bias", Written("bias", "page"), no_key, beside=("page",),
        recipe="yes: the risk was dealt with; no: it was not; not said: the page does not settle it. Behind yes and no "
               "stand words of the page, copied: \"no: the therapists themselves rated\". Most pages leave most open.",
        praise="Each answer rests on words of the page, or says that there are none.",
        mistakes=[
            Mistake("no page", "The text of the page is missing. Answer question 1 first.", when=_no_text),
            Mistake("unanswered", "{}: there is no answer yet.",
                    when=lambda value: _first(name.capitalize() for name, text in _answers(value).items()
                                              if _blank(text))),
            Mistake("other word", "{}: begin with yes, no or not said.",
                    when=lambda value: _bias(value, lambda word, words: not word)),
            Mistake("no words", "{}: with which words does the page say so? If with none, it is not said.",
                    when=lambda value: _bias(value, lambda word, words: word != "not said" and not _words(words))),
            Mistake("few words", "{}: copy at least three words, so that they can be found on the page.",
                    when=lambda value: _bias(value, lambda word, words: word != "not said" and len(_words(words)) < 3)),
            Mistake("other words", "{} do not stand in the text of the page. Copy its words, and keep your own for the "
                                   "verdict.", when=_words_not_on_page),
            Mistake("one passage", "All five answers rest on the same words. Which of the five do they answer?",
                    when=_one_passage),
        ]),
    OpenQuestion(
        "q6", "a verdict for each claim", "verdicts", Written("verdicts", "claims", "rows"), no_key,
        beside=("claims", "rows"),
        recipe="{1: \"partly: row 2 is one arm alone, so ...\"}: one of the seven words, a colon, and why. Ask in the "
               "order of the tree: can it be judged? Does a row speak to it? Does the wording go further than the row?",
        praise="Each claim has a word and a reason. Let somebody read whether they fit.",
        mistakes=[
            Mistake("claims first", "There are no claims to judge yet. Answer question 2 first.",
                    when=lambda value: not _claims(value)),
            Mistake("rows first", "The rows cannot all be read yet. Answer question 3 first.", when=_rows_first),
            Mistake("no verdict", "Claim {} has no verdict yet.",
                    when=lambda value: _verdict(value, lambda name, verdict, reason: not verdict and not reason)),
            Mistake("other word", f"Claim {{}}: begin with {SEVEN}, then a colon and the reason.",
                    when=lambda value: _verdict(value, lambda name, verdict, reason: not verdict)),
            Mistake("two words", "Claim {} has two of the seven words. Which of them is its verdict?",
                    when=_two_words),
            Mistake("no such claim", "There is a verdict {}, and no claim with that number.", when=_claim_unwritten),
            Mistake("no study beside rows", "Claim {} has rows, so a study was found. How far do they carry it?",
                    when=_none_beside_rows),
            Mistake("short reason", "Claim {}: a reason has eight words or more.",
                    when=lambda value: _verdict(value, lambda name, verdict, reason: len(_words(reason)) < 8)),
            Mistake("no row named", "Claim {}: on which row does the verdict rest? Name it, such as: row 2.",
                    when=_row_missing),
            Mistake("no such row", "Claim {} names a row that there is not.", when=_row_unknown),
            Mistake("row of another claim", "Claim {} has rows of its own, and the reason names none of them.",
                    when=_row_of_another),
            Mistake("no row of its own", "Supported, and no row of yours is for claim {}. Which of them speaks to it?",
                    when=_no_row_of_its_own),
            Mistake("supported though asked", "Claim {} rests on a row that a check asks about. Keep the word if "
                                              "you can say why, and begin the reason with: although.",
                    when=_supported_though_asked),
        ]),
]
