"""A page of one's own: what it claims and prints, typed as text, is read, checked, drawn and put on one printed sheet.

All rows are one text, a row to a line, with the ten cells of COLUMNS between strokes: ``1 | CBT | response | share |
77.7 | 27 | 21 | | |``. KINDS says what a number is, and what its ``plus`` holds. Everything else is text too: the
page, the claims, the ordinary reasons for what a check asks about, five answers on bias, a verdict for each claim.

The checks are those of consistency.py. Nothing that was typed is ever carried out, on the sheet least of all.
In a shell: ``python -m own_page rows.txt`` prints what the checks say about a file of rows.
"""

import re
import sys
import textwrap
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

import consistency as c

COLUMNS = ("claim", "group", "outcome", "kind", "value", "of", "plus", "low", "high", "p")
NUMBERS = COLUMNS[4:]
#: What a number is: {kind: what its plus holds}. A whole mean is one of scores that can only be whole numbers.
KINDS = {"people": "", "share": "count", "mean": "SD", "whole mean": "SD", "MD": "", "d": "", "RR": "", "OR": "",
         "HR": "", "t": "df", "F": "df", "chi2": "df", "r": "df", "z": ""}
#: What is understood in the place of a kind, in small letters.
KNOWN = {kind.casefold(): kind for kind in KINDS} | {
    "percent": "share", "%": "share", "count": "people", "n": "people", "difference": "MD", "mean difference": "MD",
    "smd": "d", "g": "d",
    "cohen's d": "d", "hedges' g": "d", "whole": "whole mean", "mean whole": "whole mean", "x2": "chi2", "χ2": "chi2",
    "chi-square": "chi2", "odds ratio": "OR", "risk ratio": "RR", "relative risk": "RR", "hazard ratio": "HR"}
TURNED = ("the two ends are printed the other way round", "a minus sign lost in copying", "cells shifted by one")
ALL = {"all", "both", "both groups", "everybody", "in all", "total", "whole"}  # names of the group of everybody
ROWS, LETTERS, LONGEST, ENTRIES = 60, 120, 8_000, 60  # rows, letters of a cell and of a text, entries of a dictionary
POINTS = {0xB7: ".", 0x2219: ".", 0x66B: "."}  # raised and other points
DASH = "[-\u2010-\u2015\u2212]"
NONE = {"", "-", "–", "—", "?", "na", "n/a", "none", "nr", "not given", "not printed", "not said"}


# ------------------------------------------------------------------------------- what was typed


def written(answer):
    """What was typed, as plain text or {name: text}; a list counts from 1. Raises ValueError, in one line."""
    if isinstance(answer, str):
        text = answer.replace("\r\n", "\n")
        if len(text) > LONGEST:
            raise ValueError(f"A text has {len(text):,} letters, and {LONGEST:,} find room: take one passage.")
        return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign)[0] != "C").strip()
    if isinstance(answer, (list, tuple)):
        answer = dict(enumerate(islice(answer, ENTRIES + 1), start=1))
    if not isinstance(answer, Mapping):
        raise ValueError("Texts in quotes are asked for, in the form that the cell shows.")
    if len(answer) > ENTRIES:
        raise ValueError(f"There are {len(answer):,} entries, and {ENTRIES} find room.")
    texts = {written(str(name))[:LETTERS].strip(): _text(value) for name, value in answer.items()}
    if sum(map(len, texts.values())) > LONGEST + 2_000:
        raise ValueError(f"Your entries have more than {LONGEST + 2_000:,} letters in all. Say it more shortly.")
    return texts


def _text(value):
    parts = value if isinstance(value, (list, tuple)) else [value]
    if not all(part is ... or isinstance(part, (str, int, float)) for part in parts):
        raise ValueError("One of the entries is no text. Put quotes around it.")
    return written(": ".join("..." if part is ... else str(part) for part in parts))


def entries(page):
    """What was typed of a page as {name: text}: one text alone is its "text"; {} where it cannot be read."""
    with suppress(ValueError):
        typed = written(page)
        return {"text": typed} if isinstance(typed, str) else typed
    return {}


def left_blank(text):
    """Has nothing been typed yet, but for dots, blanks and the names of the columns?"""
    return all(re.fullmatch(r"[.…|\s]*", line) or _cells(line) == list(COLUMNS) for line in text.split("\n"))


def shown(text, most=40):
    """A text of the learner's in one short line."""
    return textwrap.shorten(str(text)[:9 * most], most, placeholder="…") or str(text)[:most]


def _cells(line):
    cells = [" ".join(cell.split()) for cell in line.split("|" if "|" in line else "\t")]
    if not cells[0] and len(cells) > 4 and cells[4].casefold() in {*KNOWN, "kind"}:  # as a table in Markdown begins
        cells.pop(0)
    return cells[:-1] if len(cells) > len(COLUMNS) and not cells[-1] else cells


@dataclass(frozen=True)
class Reading:
    """Rows as {column: plain text, "row": its number}, what cannot be read, and what was understood otherwise."""

    rows: tuple = ()
    faults: tuple = ()
    mended: tuple = ()


def read(text):
    """The Reading of the rows of a page."""
    try:
        text = written(text)
    except ValueError as fault:
        return Reading(faults=(str(fault),))
    if not isinstance(text, str):
        return Reading(faults=("The rows are one text between triple quotes.",))
    lines = [cells for line in text.split("\n") if not re.fullmatch(r"[-:.…|\s]*", line)
             and "|".join(cells := _cells(line)).casefold() != "|".join(COLUMNS)]
    if len(lines) > ROWS:
        return Reading(faults=(f"There are {len(lines):,} rows, and {ROWS} find room.",))
    rows, faults, mended = [], [], []
    for number, cells in enumerate(lines, start=1):
        if not 5 <= len(cells) <= len(COLUMNS):
            over = ", ".join(repr(shown(cell, 20)) for cell in cells[len(COLUMNS):][:3])
            faults.append(
                f"Row {number} has {len(cells)} cell{'s' * (len(cells) > 1)}, and {len(COLUMNS)} are asked for, with | "
                "between. " + (f"Its p is {shown(cells[9], 20)!r}, and after it stands {over}: take out strokes, or "
                               "give a second number a row of its own." if over else "Are strokes missing?"))
            continue
        row = dict(zip(COLUMNS, [*cells, *[""] * (len(COLUMNS) - len(cells))], strict=True)) | {"row": number}
        long = next((name for name in COLUMNS if len(row[name]) > LETTERS), None)
        if long:
            faults.append(f"Row {number}, {long}: more than {LETTERS} letters.")
            continue
        faults += _kind(row, mended)
        for name in NUMBERS:
            typed = row[name]
            row[name], fault = _number(typed, name, row["kind"])
            if fault:
                faults.append(f"Row {number}, {name}: {fault}")
            elif row[name] != typed and typed.casefold() not in NONE:
                mended.append(f"Row {number}, {name}: {shown(typed, 20)} is read as {row[name]}.")
        if row["plus"] and not KINDS.get(row["kind"], "?") and bool(row["low"]) != bool(row["high"]):
            faults.append(f"Row {number}, plus: {row['plus']} stands there, and an end of the interval is missing. "
                          f"Is a stroke missing before {row['plus']}?")
        rows.append(row)
    return Reading(tuple(rows), tuple(faults), tuple(mended))


def _kind(row, mended):
    typed = row["kind"]
    row["kind"] = KNOWN.get(unicodedata.normalize("NFKC", typed).casefold(), "")
    if not row["kind"]:
        shifted = not re.search(r"[^\W\d]", typed) or {row["outcome"].casefold(), row["value"].casefold()} & {*KNOWN}
        return [f"Row {row['row']}, kind: {shown(typed, 20)!r} is none of {', '.join(KINDS)}. " + (
            "Count the strokes: is a cell shifted?" if shifted else "A number of another kind is left out.")]
    if row["kind"].casefold() != typed.casefold():
        mended.append(f"Row {row['row']}, kind: {shown(typed, 20)} is read as {row['kind']}.")
    return []


def _number(typed, name, kind):
    """(the number as consistency.py reads it, "") or ("", what is wrong with it)."""
    text = unicodedata.normalize("NFKC", typed).translate(POINTS | {0x2212: "-", 0x2013: "-"})
    if typed.casefold() in NONE:
        return "", ""
    bad = f"{shown(typed, 20)!r} is no plain number."
    if name == "p":
        text = re.sub(r"\b(?:below|under|less than)\b", "<", text, flags=re.IGNORECASE)
        text = re.sub(r"(?<=\d),(?=\d)", ".", c.plain_p(text))
        with suppress(c.Unclear):
            c.p_reach(text)
            return ("n.s." if text[0] in "nN" else text), ""
        over = " Is there a stroke too many before it?" if c.PLAIN.fullmatch(text) else ""
        return "", bad.replace("no plain number", "no p such as n.s., <.05 or .03") + over
    text = re.sub(r"^[A-Za-z\u03c7]{1,4}\d?\s*[=:]\s*|^(?:df|SD|[nN])\s+(?=\d)|^±\s*|\s*(?:%|per ?cent)$", "",
                  text.strip("()[] "))
    if kind == "F" and name == "plus":
        parts = re.split(r"\s*[,;/]\s*|\s+", text)
        good = len(parts) == 2 and all(c.PLAIN.fullmatch(part) for part in parts)
        return (", ".join(parts), "") if good else ("", f"F has two df, such as 2, 28, not {shown(typed, 20)!r}.")
    text = re.sub(r"^([1-9]\d{0,2})((?:[, '\u2019]\d{3})+)$", lambda at: at[1] + re.sub(r"\D", "", at[2]), text)
    text = re.sub(r"^(-?\d*),(\d+)$", r"\1.\2", text).replace("- ", "-")
    if not c.PLAIN.fullmatch(text):
        slipped = re.match(r"[<>≤≥]|p\b|n\.?s\b", text, re.IGNORECASE)
        return "", bad + (" It looks like a p: is a stroke missing before it?" if slipped else
                          _two_numbers(text, name, kind))
    part = name == "plus" and KINDS.get(kind) == "count"
    if name == "of" or part or (name == "value" and kind == "people"):
        with suppress(c.Unclear):
            c.people(text, least=0 if name != "of" else 1)
            return text, ""
        missing = " Is a stroke missing before it?" if name == "of" and "." in text else ""
        return "", f"{shown(typed, 20)!r} is no whole number of people up to ten million.{missing}"
    if name == "plus" and KINDS.get(kind) == "df" and not 0 < Fraction(text.rstrip(".")) <= 10**4:
        return "", f"a df lies between 0 and 10,000, and is not {shown(typed, 20)!r}."
    return text, ""


def _two_numbers(text, name, kind):
    """What to do with two numbers in one cell, or ""."""
    part = re.fullmatch(r"(\d+) ?(/|of|out of|in) ?(\d+)", text)
    if part and name == "value" and (kind == "share" or part[2] == "in" or int(part[3]) <= 10):
        return f" Of {part[1]} in {part[3]} type the percentage, as a share."
    if part and name not in {"low", "high"}:
        return " Two numbers take two cells: value, and of."
    if re.fullmatch(r"-?[\d.]+%? ?(?:to|-|;) ?-?[\d.]+", text):
        return (" Two numbers take two cells: low, and high." if name in {"low", "high"} else
                " A range takes two rows, one for each end. Low and high are for a confidence interval."
                if name == "value" else "")
    return ""


# ------------------------------------------------------------------------------- the text of the page


UNITS = dict(zip(("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
                  "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
                 range(20), strict=True))
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMERALS = UNITS | {f"{ten}-{unit}" if digit else ten: 10 * place + digit for place, ten in enumerate(TENS, start=2)
                    for unit, digit in UNITS.items() if digit < 10} | {"zero": 0}


def numbers_in(text):
    """The numbers that stand in a text, in figures or in words: {number without its sign: as printed}."""
    text = unicodedata.normalize("NFKC", text).translate(POINTS)
    found = {}
    for words in re.findall(r"\b(?=([a-z]+(?:[- ][a-z]+)?))", text.casefold()):
        for part in (words.replace(" ", "-"), re.split("[- ]", words)[0]):
            if part in NUMERALS:
                found.setdefault(Fraction(NUMERALS[part]), part)
    for printed in re.findall(r"(?<![\d.])\d{1,3}(?: \d{3})+(?![\d.,]\d)|\d+(?:[.,'\u2019]\d+)*|(?<!\d)\.\d+", text):
        for part in (printed, *(printed.split(" ") if " " in printed else ())):
            ways = [re.sub(r"[ ,'\u2019]", "", part), part.replace(",", ".")]  # a comma may stand for either
            ways += [part.replace(".", "")] if re.fullmatch(r"\d{1,3}(\.\d{3})+", part) else []
            for way in ways:
                if c.PLAIN.fullmatch(way):
                    found.setdefault(Fraction(way), part)
    return found


def _one_in(text):
    """The percentages that a text gives as "1 in 3", rounded in some way: {percentage: as printed}."""
    found = {}
    number = rf"(\d{{1,3}}|{'|'.join(sorted(NUMERALS, key=len, reverse=True))})"
    for at in re.finditer(rf"\b{number} in {number}\b(?![.,]\d)", " ".join(text.casefold().split())):
        part, whole = (int(word) if word.isdigit() else NUMERALS[word] for word in at.groups())
        if 0 < part < whole <= 100:
            exact = Fraction(100 * part, whole)
            found |= {Fraction(int(exact * 10 ** places + Fraction(1, 2)), 10 ** places): at[0] for places in range(3)}
    return found


def not_in_text(rows, text, columns=NUMBERS):
    """(row, column) of the typed numbers that do not stand in the text; a number that was worked out has no place."""
    there, shares = numbers_in(text), _one_in(text)
    return [(row["row"], name) for row in rows for name in columns
            for part in re.findall(r"\d*\.?\d+", row[name]) if Fraction(part) not in there
            and not (name == "value" and row["kind"] == "share" and Fraction(part) in shares)]


def not_printed(rows, text):
    """(row, column) of the numbers that neither stand in the text nor follow from others: n as the sum of two groups,
    an end from a number and its ±. A count beside its percentage may be worked out, so it is not asked for.
    """
    there = {*numbers_in(text)}
    groups = [int(row["of"]) for row in rows if row["of"]]
    sums = {one + other for at, one in enumerate(groups) for other in groups[at + 1:]}
    found = []
    for row, name in not_in_text(rows, text):
        line = next(one for one in rows if one["row"] == row)
        away = c.PLAIN.fullmatch(line["value"]) and c.PLAIN.fullmatch(line[name]) and abs(
            c.number(line["value"], "value") - c.number(line[name], name))
        if not ((name == "of" and int(line["of"]) in sums) or (name in {"low", "high"} and away in there)
                or (name == "plus" and KINDS[line["kind"]] != "SD")):
            found.append((row, name))
    return found


def other_sign(rows, text):
    """(row, column, "with" or "without") of numbers that the text prints only with, or only without, a minus."""
    text = unicodedata.normalize("NFKC", text).translate(POINTS)
    signed, bare, told = set(), set(), []
    for at in re.finditer(r"(?<![\d.,])\d+(?:[.,]\d+)*|(?<![\d.])\.\d+", text):
        before = text[max(0, at.start() - 4):at.start()]
        # a dash that may mean "to", stand between words or begin a line of a list: either sign will do
        either = re.search(rf"[\w%)]{DASH}\s?$|[\w%)] {DASH} $|(?:^|\n) ?{DASH}\s$", before)
        kinds = (signed, bare) if either else (signed,) if re.search(rf"{DASH} ?$", before) else (bare,)
        for way in (at[0].replace(",", ""), at[0].replace(",", ".")):
            if c.PLAIN.fullmatch(way):
                for kind in kinds:
                    kind.add(Fraction(way))
    for row in rows:
        for name in ("value", "low", "high"):
            if c.PLAIN.fullmatch(row[name]) and (number := Fraction(row[name].rstrip("."))):
                own, other = (signed, bare) if number < 0 else (bare, signed)
                if abs(number) in other - own:
                    told.append((row["row"], name, "without" if number < 0 else "with"))
    return told


def not_in_rows(rows, text):
    """The numbers of the text, as printed, that no row has; without 0 and 1, years, and the 95 of an interval."""
    text = re.sub(r"\b9[059]\s*%(?=\s*(?:confidence|CI|C\.I|interval))", "", text, flags=re.IGNORECASE)
    typed = {Fraction(part) for row in rows for name in NUMBERS for part in re.findall(r"\d*\.?\d+", row[name])}
    typed |= {Fraction(0), Fraction(1), *map(Fraction, range(1900, 2100))}
    for percent, printed in _one_in(text).items():  # typed as a percentage
        if percent in typed:
            text = re.sub(re.escape(printed).replace("\\ ", r"\s+"), "", text, flags=re.IGNORECASE)
    found = numbers_in(text)
    known = {printed for number, printed in found.items() if number in typed}
    return list(dict.fromkeys(printed for printed in found.values() if printed not in known and printed[-1].isdigit()))


# ------------------------------------------------------------------------------- checks


@dataclass(frozen=True)
class Checked:
    """What the checks say of one row: a word (fits, ask, cannot be checked), the sentences, ordinary reasons."""

    row: dict
    word: str
    told: tuple
    reasons: tuple = ()


def checked(rows):
    """A Checked for each row, from its own numbers and from those that stand beside it for the same claim."""
    results = {row["row"]: list(_alone(row)) for row in rows}
    groups = {}
    for row in rows:
        groups.setdefault((row["claim"], row["outcome"].casefold()), []).append(row)
    for beside in groups.values():
        for row, result, others in _together(beside):
            results[row["row"]].append(result)
            for other in others if result.word != c.OPEN else ():
                fits = result.word == c.FITS
                results[other["row"]].append(c.Result(c.FITS if fits else c.OPEN, (
                    f"{'Checked' if fits else 'Asked about'} together with row {row['row']}.")))
    for found in results.values():  # what stands beside a count says more of it
        found[:] = [result for result in found if result.why != BARE or len(found) == 1]
    found = []
    for row in rows:
        words = [result.word for result in results[row["row"]]]
        word = c.ASK if {c.ASK, c.NOT} & {*words} else c.FITS if c.FITS in words else c.OPEN
        mine = [result for result in results[row["row"]]
                if (c.ASK if result.word == c.NOT else result.word) == word]
        found.append(Checked(row, word, tuple(dict.fromkeys(result.why for result in mine)),
                             tuple(dict.fromkeys(reason for result in mine for reason in result.reasons))))
    return found


BARE = "A count by itself has nothing to be held against; its percentage, or the other groups, would do."


def _open(why):
    return c.Result(c.OPEN, why)


def _fitting(result):
    """A Result with the reasons that fit it: a slip in typing in place of "cut off" where cutting off would not do."""
    if "is more than all" in result.why:
        return replace(result, why=f'{result.why} Are "of" and "plus" exchanged?', reasons=())
    if "lies between" in result.why:
        return replace(result, reasons=("a slip in typing", "a change in percent, which is no share"))
    if "cut off" in result.why or not result.reasons:
        return result
    return replace(result, reasons=("a slip in typing", *(one for one in result.reasons if "cut off" not in one)))


def _alone(row):
    kind, value, of, plus, low, high, p = (row[name] for name in COLUMNS[3:])
    ratio = kind in c.RATIOS
    if not value:
        yield _open("No value is typed.")
        return
    if kind == "people":
        if of and int(c.number(value, "value")) > int(of):
            yield c.Result(c.NOT, f"{value} of {of} is more than all.", ("people counted twice", "events, not people"))
        yield _open(BARE)
    elif kind == "share":
        yield _fitting(c.percent_of_people(value, of, plus))
    elif kind == "whole mean":
        yield _fitting(c.mean_of_whole(value, of))
        if plus:
            yield _fitting(c.sd_of_whole(value, plus, of))
    elif kind in c.STATISTICS:
        df = plus or (str(int(of) - 2) if kind == "r" and of and int(of) > 2 else "")
        yield c.p_of_statistic(kind, value, df, p)
    if low and high and kind != "share":
        inside = c.estimate_in_interval(value, low, high, ratio)
        turned = c.number(low, "limit") > c.number(high, "limit")
        yield replace(inside, reasons=TURNED) if turned else inside
        if p and kind in {"MD", "d", "RR", "OR", "HR"}:
            yield c.p_of_interval(value, low, high, p, ratio, of)
    elif low and high:
        inside = c.number(low, "limit") <= c.number(value, "value") <= c.number(high, "limit")
        yield c.Result(c.FITS if inside else c.NOT, f"{value} is {'' if inside else 'not '}between {low} and {high}.")
    elif kind in {"mean", "MD", "d", "RR", "OR", "HR"}:
        yield _open("No interval is printed." if p or kind != "mean" else
                    "No interval is printed, and whether the scores are whole numbers is not marked.")


def _counted(row):
    """(count, of) of a row of people or a share, where both are known."""
    if row["kind"] == "people" and row["of"]:
        return row["value"], row["of"]
    if row["kind"] == "share" and row["of"]:
        fit = [row["plus"]] if row["plus"] else (
            c.counts_for(row["value"], int(row["of"])) if int(row["of"]) <= 1000 and row["value"] else [])
        return (str(fit[0]), row["of"]) if len(fit) == 1 else None
    return None


def _together(beside):
    """(row, Result, rows it was held against) of the checks of several rows: parts and whole, p, ratios, d of means."""
    whole = [row for row in beside if row["group"].casefold() in ALL]
    arms = [row for row in beside if row not in whole]
    people = [row for row in arms if row["kind"] == "people" and row["value"]]
    for row in whole:
        if row["kind"] == "people" and len(people) > 1:
            yield row, c.parts_and_whole([arm["value"] for arm in people], row["value"]), people
    shares = [row for row in arms if row["kind"] in {"people", "share"} and row["value"]]
    means = [row for row in arms if row["kind"] in {"mean", "whole mean"} and row["plus"] and row["of"]]
    for pair in ([shares, means] if len({row["group"].casefold() for row in arms}) > 1 else []):
        if len(pair) != 2 or pair[0]["group"].casefold() == pair[1]["group"].casefold():
            continue
        printed = next((row for row in pair if row["p"]), None)
        if pair is means:
            six = [row[name] for row in pair for name in ("value", "plus", "of")]
            if printed:
                yield printed, c.p_of_means(*six, printed["p"]), [row for row in pair if row is not printed]
            yield from ((row, c.d_of_means(*six, row["value"]), means)
                        for row in arms if row["kind"] == "d" and row["value"])
            continue
        counts = [_counted(row) for row in pair]
        if printed and all(counts):
            yield (printed, c.p_of_counts(*counts[0], *counts[1], printed["p"]),
                   [row for row in pair if row is not printed])
        elif all(counts):
            yield from ((row, _open("Two groups are there; a p would let them be checked."), ())
                        for row in pair if row["kind"] == "people")
        percents = [row["value"] if row["kind"] == "share" else
                    f"{100 * int(count[0]) / int(count[1]):.4f}" if count else "" for row, count in
                    zip(pair, counts, strict=True)]
        for row in arms if all(percents) else ():
            if row["kind"] in {"OR", "RR", "MD"} and row["value"]:
                kind = "RD" if row["kind"] == "MD" else row["kind"]
                tried = [c.ratio_of_shares(kind, *order, row["value"]) for order in (percents, percents[::-1])]
                yield row, next((result for result in tried if result.word == c.FITS), tried[0]), pair


# ------------------------------------------------------------------------------- in a notebook, and in a shell


def reading(rows, page=""):
    """Print how the rows are read, which typed numbers do not stand in the text of the page, and which it has more."""
    found, text = read(rows), entries(page).get("text", "")
    if not found.rows and not found.faults:
        print("No row is typed yet.")
        return
    print(f"{len(found.rows)} rows, {sum(bool(row[name]) for row in found.rows for name in NUMBERS)} numbers.")
    print(*found.faults, *found.mended, sep="\n")
    if text:
        missing = [f"row {row}, {name}" for row, name in not_in_text(found.rows, text)]
        more = not_in_rows(found.rows, text)
        print(f"Typed, and not in the text of the page: {', '.join(missing) or 'none'}.")
        for row, name, sign in other_sign(found.rows, text):
            slip = "added" if sign == "without" else "lost"
            print(f"Row {row}, {name}: the text prints it {sign} a minus. Was one {slip}?")
        for row in found.rows:
            if row["kind"] == "people" and row["of"] in {str(n) for n in range(2, 101)}:
                said = next((words for percent, words in _one_in(text).items()
                             if percent in _one_in(f"{row['value']} in {row['of']}")), "")
                if said:
                    print(f"Row {row['row']}: the text says {said}. Were there {row['of']} people, or is it a share?")
        print(f"In the text, and in no row: {', '.join(more[:40]) or 'none'}{' and more' if len(more) > 40 else ''}.")


def checks(rows):
    """Print what the checks say of each row, and the rows that are asked about as a form; returns (checkable, all)."""
    found = checked(read(rows).rows)
    for one in found:
        print(f"Row {one.row['row']} ({shown(one.row['group'], 24)}, {shown(one.row['outcome'], 24)}): {one.word}.")
        could = [f"Could it be: {', '.join(one.reasons)}?"] if one.word == c.ASK and one.reasons else []
        for words in (*one.told, *could):
            print(textwrap.indent(textwrap.fill(words, 76), "    "))
    asked = [one.row["row"] for one in found if one.word == c.ASK]
    if found:
        print(f"\nTo answer:  asked = {{{', '.join(f'{row}: ...' for row in asked)}}}")
    else:
        print("No row is typed yet.")
    return sum(one.word != c.OPEN for one in found), len(found)


def main(arguments):
    """Returns 0 when nothing is asked about, 1 when something is, 2 when rows, or the file, cannot be read."""
    if len(arguments) != 1:
        print("own_page: say which file of rows: python -m own_page rows.txt", file=sys.stderr)
        return 2
    try:
        with open(arguments[0], encoding="utf-8-sig") as file:
            rows = file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        print(f"own_page: {arguments[0]} cannot be read: {error}", file=sys.stderr)
        return 2
    found = read(rows)
    reading(rows)
    if found.faults or not found.rows:
        return 2
    checks(rows)
    return int(any(one.word == c.ASK for one in checked(found.rows)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
