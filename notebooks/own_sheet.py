"""What somebody makes of a page of their own: verdicts, answers on bias, a figure, and all of it on one printed sheet.

Takes what own_page.py reads. The sheet is one HTML file that runs nothing: every text is escaped, no address leads
anywhere, and what a spreadsheet would take for a formula begins with an apostrophe. Each text has a number of lines
that it may fill, and claims and rows have their room before the figure, so that the sheet prints on one A4 page
whatever was typed; what finds no room is told at its place.
"""

import html
import math
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import own_page

VERDICTS = ("supported", "partly", "overstated", "not shown", "contradicted", "no study found", "not judged")
#: The five questions of lesson 07.
BIAS = {"allocation": "Did chance decide who got what, and could nobody foresee the next person's arm?",
        "treatment as planned": "Did people get and keep their treatment, and was everybody counted in its arm?",
        "people lost": "Are nearly all the outcomes there, or the missing ones accounted for?",
        "who measured": "Was whoever measured kept from knowing the arm?",
        "chosen result": "Is this the result that was planned?"}
SHEET = "my_appraisal.html"
ASKED_FIRST = "ask first"  # stands beside the verdicts: the question to the authors
CLAIMS = 10  # at most so many find room on the sheet
ROOM, LINE = 179, 3.4  # mm: of claims, rows and figure together, and of one line
DRAWN = 10  # rows of one panel of the figure


# ------------------------------------------------------------------------------- claims, verdicts, bias


def _parted(text, words):
    """(the one of these words, or "", and what follows) of a text that may begin with one."""
    found = re.match(rf"\s*({'|'.join(words)})\b[\s:;,.\u2013\u2014-]*(.*)", text, re.IGNORECASE | re.DOTALL)
    return (found[1].casefold(), found[2].strip()) if found else ("", text.strip())


def verdict_of(text):
    """(the verdict, or "", and its reason) of a text such as "partly: row 2 is one arm alone"."""
    return _parted(re.sub(r"^\s*no trial found\b", "no study found", text, flags=re.IGNORECASE), VERDICTS)


def rows_named(reason):
    """The numbers of the rows that a reason names: "row 2", "row two", "R2", "rows 1, 3 and 4", "lines 2 to 4"."""
    reason = re.sub(r"\blines?(?= (?:\d|[a-z]+\b))", lambda at: at[0].casefold().replace("line", "row"), reason,
                    flags=re.IGNORECASE)
    reason = re.sub(r"\bR(?=\d{1,3}\b(?!\s*[=.%]))", "row ", reason)
    text = re.sub(r" ?(?:,|&|\b(?:and|or)\b) ?", ",", " ".join(reason.casefold().split()))
    text = re.sub(r" ?(?:\bto\b|[\u2013-]) ?", "-", text)
    words = re.findall(rf"\brows? ({'|'.join(islice(own_page.UNITS, 1, None))})\b", text)
    named = {own_page.NUMERALS[word] for word in words} | {*map(int, re.findall(r"\brow (\d{1,3})(?!\.?\d|%)", text))}
    people = r"\.?\d|%| (?:(?:of|out of|against|vs\.?|versus) \d|people\b|patients\b|per ?cent\b|points\b)"  # no row
    for part in re.findall(rf"\brows (\d{{1,3}}(?!\.?\d|%)(?:[,-]+(?:row )?\d{{1,3}}(?!{people}))*)", text):
        numbers = [*map(int, re.findall(r"\d+", part))]
        named |= {*numbers}
        for (first, last), sign in zip(pairwise(numbers), re.split(r"\d+", part)[1:-1], strict=True):
            named |= {*range(first, min(last, own_page.ROWS) + 1)} if "-" in sign else set()
    return named


def numbered(texts):
    """{"1": text} of texts whose names are numbers, perhaps with a word before: 1, "claim 1", "row 1"."""
    return {re.sub(r"^(claim|row)\s*", "", name.casefold()): text for name, text in texts.items()}


def bias_of(text):
    """(yes, no or not said; the words of the page that say so) of an answer such as "yes: randomly allocated"."""
    answer, words = _parted(text, ("yes", "no", "not said"))
    return answer, words.strip(" \n\"'“”‘’«».") if answer else text


def not_quoted(words, text):
    """The first of these words that do not stand in a text, or "", whatever their case, blanks, dashes and quotes.

    … stands for what was left out.
    """
    def plain(text):
        text = unicodedata.normalize("NFKC", text).casefold()
        return " ".join(re.sub(r"[\W_]+", " ", text).split())
    text = plain(text)
    for part in map(str.split, re.split(r"\.\.\.|…", words)):
        stand = next(most for most in range(len(part), -1, -1) if plain(" ".join(part[:most])) in text)
        if stand < len(part):
            return " ".join(part[stand:])
    return ""


# ------------------------------------------------------------------------------- the figure


def draw(rows, page):
    """Draw the numbers that share an axis: percentages with Wilson intervals, ratios, d and differences.

    Returns what figures.show gives, or None, with a printed line, where there is nothing to draw.
    """
    import figures
    import matplotlib.pyplot as plt
    from matplotlib.ticker import FixedLocator, NullFormatter

    panels = [(name, kind, found[:DRAWN]) for name, kind in (
        ("percent of people", "share"), ("ratio", "ratio"), ("d, in standard deviations", "d"),
        ("difference, each in its own unit", "MD")) if (found := list(filter(None, map(
            _mark[kind], own_page.read(rows).rows))))]
    if not panels:
        print("There is nothing to draw: only percentages, ratios and differences share an axis.")
        return None
    counts = [len(found) for *_, found in panels]
    fig, axes = plt.subplots(len(panels), figsize=(7, 0.8 + sum(0.8 + 0.5 * count for count in counts)), squeeze=False,
                             gridspec_kw={"height_ratios": [count + 0.4 for count in counts]})
    for ax, (name, kind, found) in zip(axes[:, 0], panels, strict=True):
        labels, values, lows, highs = zip(*found, strict=True)
        figures.intervals(ax, labels, values, lows, highs, _read_as(page), name="printed")
        ax.set_xlabel(name)
        if kind == "share":
            ax.set_xlim(0, 100)
            continue
        ends = [number for number in (*values, *lows, *highs) if math.isfinite(number)]
        ax.axvline(int(kind == "ratio"), color="#222222", linewidth=1.2, label="no difference")
        if kind == "ratio":
            ax.set_xscale("log")
            low, high = min(0.8, *ends) / 1.1, max(1.25, *ends) * 1.1
            steps = [step for step in (0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 4, 10, 100, 1000) if low <= step <= high]
            ax.xaxis.set_major_locator(FixedLocator(steps[::-(-len(steps) // 6)]))
            ax.xaxis.set_major_formatter(lambda number, _: f"{number:g}")
            ax.xaxis.set_minor_formatter(NullFormatter())
            ax.set_xlim(low, high)
    fig.suptitle("What the page prints, and how sure it is")
    title = own_page.shown(own_page.entries(page).get("title", ""), 100) or "the page"
    try:
        return figures.show(fig, f"As typed from: {title}. {caption(page)}")
    except (TypeError, ValueError) as refusal:
        plt.close(fig)
        print(f"The figure cannot be shown: {own_page.shown(refusal, 200)}")
        return None


def caption(page):
    """What lines and marks of the figure mean."""
    marks = {"full text": "Square marks: read in the full text.", "abstract": "Round marks: read in the abstract.",
             "secondary": "Open marks: read neither in an abstract nor in a full text."}
    return ("Lines are 95% intervals: of percentages worked out from n (Wilson), of the others as printed. "
            + marks[_read_as(page)])


def both_ends(text, most):
    """A text with its beginning and its end, where the time often stands, and … between them if it is long."""
    text, half = " ".join(text.split()), most // 2
    if len(text) <= most:
        return text
    first, last = text[:half], text[-half:]
    return f"{first.rpartition(' ')[0] or first}…{last.partition(' ')[2] or last}"


def _label(row, more):
    first, second = (both_ends(row[name], 32).replace("$", r"\$") for name in ("group", "outcome"))
    return f"{row['row']}: {first}\n{second}{more}"


def _share(row):
    from methods import wilson

    of = int(row["of"] or 0)
    if row["kind"] not in {"share", "people"} or not row["value"] or (row["kind"] == "people" and not of):
        return None
    percent = float(row["value"]) if row["kind"] == "share" else 100 * int(row["value"]) / of
    if not 0 <= percent <= 100:
        return None
    ends = wilson(percent * of / 100, of) if of else (math.nan, math.nan)
    return _label(row, f", n = {of}" if of else ", n not printed"), percent, *ends


def _printed(*kinds, ratio=False):
    def mark(row):
        value, low, high = (float(row[name] or "nan") for name in ("value", "low", "high"))
        if row["kind"] not in kinds or math.isnan(value) or any(
                abs(number) > 1e6 or (ratio and not 0.001 <= number <= 1000) for number in (value, low, high)
                if math.isfinite(number)):
            return None
        low, high = (low, high) if low <= value <= high else (math.nan, math.nan)  # only an interval can be drawn
        return _label(row, "" if math.isfinite(low) else ", no interval"), value, low, high
    return mark


_mark = {"share": _share, "ratio": _printed("RR", "OR", "HR", ratio=True), "d": _printed("d"), "MD": _printed("MD")}


def _read_as(page):
    typed = own_page.entries(page).get("read_as", "").casefold()
    return next((way for way in ("full text", "abstract") if way in typed), "secondary")


# ------------------------------------------------------------------------------- the sheet


STYLE = """@page{size:A4;margin:10mm}*{box-sizing:border-box}
body{margin:0 auto;width:190mm;font:8pt/1.2 sans-serif;color:#222}
main{height:276mm;overflow:hidden;display:flex;flex-direction:column}
h1{font-size:12pt;margin:0 0 1mm}h2{font-size:9.5pt;margin:1.5mm 0 .5mm}p,ol,table{margin:0}
table{border-collapse:collapse;width:100%;table-layout:fixed}
td,th{border-top:.2mm solid #999;padding:.3mm 1mm;text-align:left;vertical-align:top}
ol{padding:0}li{list-style:none}details{width:190mm}@media print{details{display:none}}
img{flex:1 1 0;min-height:0;max-height:125mm;object-fit:contain;margin:1mm 0}
.a,.b,.c{display:-webkit-box;-webkit-box-orient:vertical;overflow:hidden;overflow-wrap:anywhere}
.a{-webkit-line-clamp:1}.b{-webkit-line-clamp:2}.c{-webkit-line-clamp:3}"""
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def harmless(text):
    """A text that no spreadsheet takes for a formula, wherever it is pasted; plain numbers stay as they are."""
    if re.fullmatch(r"[-+]?\d*\.?\d+", text):
        return text
    return re.sub(r"""^([\s"']*)([=+@\-＝＋－＠])""", r"\1'\2", text)


def _p(text, lines="b", lead=""):
    """A text in at most two lines (or one, "a", or three, "c"), with a minus before a number below zero."""
    text = re.sub(r"(?<![\w.\u2212-])-(?=\.?\d)", "\u2212", " ".join(str(text).split()))
    text = text if len(text) <= 600 else f"{text[:600]}…"
    lead = f"<strong>{html.escape(lead)}</strong> " if lead else ""
    return f'<span class="{lines}">{lead}{html.escape(harmless(text))}</span>'


def _number_as_typed(row):
    words = [f"{row['kind']} {row['value']}", row["of"] and f"of {row['of']}",
             row["plus"] and f"{own_page.KINDS.get(row['kind']) or 'plus'} {row['plus']}",
             row["low"] and row["high"] and f"{row['low']} to {row['high']}", row["p"] and f"p {row['p']}"]
    return ", ".join(filter(None, words))


def _lines(text, width, most):
    """How many lines a text fills in a column of so many mm, rather more than fewer, and at most."""
    length = sum(2.9 if unicodedata.east_asian_width(sign) in "WF" else 2.7 if sign in "MWmw@…" else
                 2.2 if sign.isupper() else 1.7 for sign in text)
    return min(most, 1 + int(length / (0.9 * width)))


def _height(one):
    """mm of the row of a Checked."""
    return 0.9 + LINE * max(_lines(f"{one.row['group']}, {one.row['outcome']}", 43, 2), _lines(one.word, 17, 2),
                            _lines(_number_as_typed(one.row), 39, 2),
                            3 if one.word == own_page.c.ASK else _lines(" ".join(one.told), 74, 2))


@dataclass(frozen=True)
class Layout:
    """What finds room on the sheet: names of claims, in how many lines each, numbers of rows, and the figure."""

    claims: tuple
    claim_lines: int
    rows: tuple
    picture: bool


def layout(claims, verdicts, found, picture=None):
    """The Layout of a sheet: claims and rows first, and the figure if it can then still be read."""
    names = tuple(claims)[:CLAIMS]
    named = {row for name in names for row in rows_named(verdicts.get(name, ""))}
    reasons, kept = sum(_lines(verdicts.get(name, ""), 187, 2) for name in names), []
    long = sum(_lines(f"{name}. {claims[name]}", 187, 2) for name in names)
    claim_lines = 2 if LINE * (long + reasons) <= ROOM / 2 else 1
    room = ROOM - LINE * (reasons + (long if claim_lines == 2 else len(names)))
    # first those that are asked about, then those that a verdict names
    for one in sorted(found, key=lambda one: (one.word != own_page.c.ASK, one.row["row"] not in named)):
        if _height(one) > room:
            break
        room -= _height(one)
        kept.append(one.row["row"])
    readable = False
    if picture is not None and len(kept) == len(found) and len(names) == len(claims):
        wide, high = (int.from_bytes(picture.png[at:at + 4]) for at in (16, 20))  # as a PNG begins
        readable = room + 4 * LINE >= 0.36 * 178 * high / wide  # title, address and notes seldom fill their lines
    return Layout(names, claim_lines, tuple(sorted(kept)), readable)


def _listed(names):
    """1, 2, 3 and 5 as "1 to 3 and 5"."""
    runs = []
    for name in names:
        if runs and name.isdigit() and runs[-1][-1].isdigit() and int(name) == int(runs[-1][-1]) + 1:
            runs[-1].append(name)
        else:
            runs.append([name])
    parts = [part for run in runs for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else run)]
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def _told(what, names, said):
    """A paragraph such as "Claims 1 to 4 have no verdict yet.", or ""."""
    if not names:
        return ""
    one = len(names) == 1
    text = f"{what if one else what + 's'} {_listed(names)} {said.format(has='has' if one else 'have')}"
    return f"<p><em>{_p(text, 'a')}</em></p>"


def _content(page, claims, rows, asked, bias, verdicts, picture):
    page, claims, asked, bias, verdicts = ({} if isinstance(typed, str) else own_page.entries(typed) for typed in
                                           (page, claims, asked, bias, verdicts))
    claims, asked, verdicts = map(numbered, (claims, asked, verdicts))
    bias = {name.casefold(): text for name, text in bias.items()}
    claims = {name: text for name, text in claims.items() if not own_page.left_blank(text)}
    verdicts = {name: "" if own_page.left_blank(text) else text for name, text in verdicts.items()}
    found = own_page.checked(own_page.read(rows).rows)
    return page, claims, asked, bias, verdicts, found, layout(claims, verdicts, found, picture)


def sheet(page, claims, rows, asked, bias, verdicts, picture=None):
    """The appraisal as one HTML page, as text. ``picture`` is what ``draw`` has returned."""
    marks = caption(page)
    page, claims, asked, bias, verdicts, found, room = _content(page, claims, rows, asked, bias, verdicts, picture)
    judged = []
    for name in room.claims:
        verdict, reason = verdict_of(verdicts.get(name, ""))
        judged.append(f"<li>{_p(f'{name}. {claims[name]}', 'ab'[room.claim_lines - 1])}"
                      f"{_p(reason, lead=f'{verdict}:' if verdict else '') if verdict or reason else ''}</li>")
    head = "".join(f'<th scope="col">{name}</th>' for name in ("row", "who, what", "printed", "check", "why"))
    lines = []
    for one in (one for one in found if one.row["row"] in room.rows):
        row, reason = one.row, asked.get(str(one.row["row"]), "")
        why = " ".join(one.told) + (f" Perhaps: {reason}" if reason else "")
        lines.append(f"<tr><td>{row['row']}</td><td>{_p(row['group'] + ', ' + row['outcome'])}</td><td>"
                     f"{_p(_number_as_typed(row))}</td><td>{_p(one.word)}</td><td>"
                     f"{_p(why, 'bc'[one.word == own_page.c.ASK])}</td></tr>")
    answers = [f"<li>{_p(f'{question} {chr(8211)} {answer}', 'a')}</li>" for name, question in BIAS.items()
               for answer in ["not answered" if own_page.left_blank(bias.get(name, "")) else bias[name]]]
    first = verdicts.get(ASKED_FIRST) or "_" * 80  # room for a pen
    words = [one.word for one in found]
    no_room = "found no room on this sheet."
    of_claims = (_told("Claim", [name for name in room.claims if not verdicts.get(name)], "{has} no verdict yet.")
                 + _told("Claim", [name for name in claims if name not in room.claims], no_room))
    of_rows = _told("Row", [str(one.row["row"]) for one in found if one.row["row"] not in room.rows], no_room)
    image, spoken = ("", "") if picture is None else picture.parts() if room.picture else (
        "<p><em>The figure found no room on this sheet; it stands in the notebook.</em></p>", "")
    image += f"<p>{_p(marks)}</p>" if spoken else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{html.escape(harmless(page.get("title", "")[:200])) or "A page"}, appraised</title>
<style>{STYLE}</style></head><body><main>
<h1>{_p(page.get("title", ""))}</h1>
<p>{_p(f"Found at {page.get('link', '')}, read on {page.get('read_on', '')} as {page.get('read_as', '')}")}</p>
<h2>What it claims, and how far its numbers carry it</h2><ol>{"".join(judged)}</ol>{of_claims}
<h2>Its numbers, checked: {words.count("fits")} fit, {words.count("ask")} asked about, {words.count(own_page.c.OPEN)}
cannot be checked</h2>
<p>Fits: nothing beside it speaks against it. Ask: the numbers do not go together as they stand, and there is often an
ordinary reason.</p>
<table><colgroup><col style="width:4%"><col style="width:24%"><col style="width:22%"><col style="width:10%"><col>
</colgroup><tr>{head}</tr>{"".join(lines)}</table>
{of_rows}{image}
<p>{_p(first, lead="What we ask the authors first:")}</p><h2>Where bias can get in</h2><ol>{"".join(answers)}</ol>
<h2>What this sheet does not show</h2>
<p>A number that fits may be wrong, and one that is asked about may be right. The verdicts speak of what was read, not
of what helps a person: that is for them and for those who treat them.</p>
</main>{spoken}</body></html>
"""


def appraisal(page, claims, rows, asked, bias, verdicts, picture=None, folder="."):
    """Write the sheet into a folder, and print where it lies; what cannot be written is told in a line."""
    if own_page.left_blank(own_page.entries(page).get("title", "")):
        print("The sheet is made when the page has a title.")
        return
    try:
        Path(folder, SHEET).write_text(sheet(page, claims, rows, asked, bias, verdicts, picture), encoding="utf-8")
    except OSError as error:
        print(f"{SHEET} cannot be written: {error.strerror}.")
    else:
        print(f"Wrote {SHEET} beside this notebook. Open it in a browser and print it: one A4 page.")
        _, known, *_, found, room = _content(page, claims, rows, asked, bias, verdicts, picture)
        if len(room.claims) < len(known) or len(room.rows) < len(found):
            print(f"The sheet has room for {len(room.claims)} claims and {len(room.rows)} rows.")
        if picture is not None and not room.picture:
            print("It has no room for the figure.")
