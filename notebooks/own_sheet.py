"""What somebody makes of a page of their own: verdicts, answers on bias, a figure, and all of it on one printed sheet.

Takes what own_page.py reads. The sheet is one HTML file that runs nothing: every text is escaped, no address leads
anywhere, and what a spreadsheet would take for a formula begins with an apostrophe. Each text has a number of lines
that it may fill, so that the sheet prints on one A4 page whatever was typed.
"""

import base64
import html
import math
import re
import unicodedata
from itertools import islice, pairwise
from pathlib import Path

import own_page

VERDICTS = ("supported", "partly", "overstated", "not shown", "contradicted", "no study found", "not judged")
#: The five questions of lesson 07.
BIAS = {"allocation": "Did chance decide who got what, and could nobody know who comes next?",
        "treatment as planned": "Did people get and keep their treatment, and was everybody counted in its arm?",
        "people lost": "Are nearly all the outcomes there, or the missing ones accounted for?",
        "who measured": "Was whoever measured kept from knowing the arm?",
        "chosen result": "Is this the result that was planned?"}
SHEET = "my_appraisal.html"
CLAIMS, NUMBERS = 5, 8  # how many of them find room on the sheet
DRAWN = 10  # rows of one panel of the figure


# ------------------------------------------------------------------------------- claims, verdicts, bias


def verdict_of(text):
    """(the verdict, or "", and its reason) of a text such as "partly: row 2 is one arm alone"."""
    text = re.sub(r"^\s*no trial found\b", "no study found", text, flags=re.IGNORECASE)
    found = re.match(rf"\s*({'|'.join(VERDICTS)})\b[\s:;,.\u2013\u2014-]*(.*)", text, re.IGNORECASE | re.DOTALL)
    return (found[1].casefold(), found[2].strip()) if found else ("", text.strip())


def rows_named(reason):
    """The numbers of the rows that a reason names: "row 2", "row two", "R2", "rows 1, 3 and 4", "lines 2 to 4"."""
    reason = re.sub(r"\blines?(?= (?:\d|[a-z]+\b))", lambda at: at[0].casefold().replace("line", "row"), reason,
                    flags=re.IGNORECASE)
    reason = re.sub(r"\bR(?=\d{1,3}\b(?!\s*[=.%]))", "row ", reason)
    text = re.sub(r" ?(?:,|&|\b(?:and|or)\b) ?", ",", " ".join(reason.casefold().split()))
    text = re.sub(r" ?(?:\bto\b|[\u2013-]) ?", "-", text)
    words = re.findall(rf"\brows? ({'|'.join(islice(own_page.UNITS, 1, None))})\b", text)
    named = {own_page.NUMERALS[word] for word in words} | {*map(int, re.findall(r"\brow (\d{1,3})(?![.%\d])", text))}
    for part in re.findall(r"\brows (\d{1,3}(?:[,-]+(?:row )?\d{1,3})*)(?![.%\d])", text):
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
    found = re.match(r"\s*(yes|no|not said)\b[\s:;,.\u2013\u2014-]*(.*)", text, re.IGNORECASE | re.DOTALL)
    return (found[1].casefold(), found[2].strip(" \n\"'“”‘’«».")) if found else ("", text)


def quoted(words, text):
    """Do words stand in a text, whatever their case, blanks, dashes and quotes, and with … for what was left out?"""
    def plain(text):
        text = unicodedata.normalize("NFKC", text).casefold()
        return " ".join(re.sub(r"[\W_]+", " ", text).split())
    parts = [plain(part) for part in re.split(r"\.\.\.|…", words) if plain(part)]
    text = plain(text)
    return bool(parts) and all(part in text for part in parts)


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
    fig, axes = plt.subplots(len(panels), figsize=(7, 1 + sum(0.9 + 0.62 * count for count in counts)), squeeze=False,
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
    try:
        return figures.show(fig, f"As typed from: {own_page.shown(_entry(page, 'title'), 100) or 'the page'}. Lines are"
                                 " 95% intervals: of percentages worked out from n (Wilson), of the others as printed.")
    except (TypeError, ValueError) as refusal:
        plt.close(fig)
        print(f"The figure cannot be shown: {own_page.shown(refusal, 200)}")
        return None


def _label(row, more):
    first, second = (own_page.shown(row[name], 20).replace("$", r"\$") for name in ("group", "outcome"))
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
    return next((way for way in ("full text", "abstract") if way in _entry(page, "read_as").casefold()), "secondary")


def _entry(page, name):
    page = _typed(page)
    return page.get(name, "") if isinstance(page, dict) else ""


def _typed(answer):
    try:
        return own_page.written(answer)
    except ValueError:
        return {}


# ------------------------------------------------------------------------------- the sheet


STYLE = """@page{size:A4;margin:10mm}*{box-sizing:border-box}
body{margin:0 auto;width:190mm;font:8.5pt/1.25 sans-serif;color:#222}
main{height:276mm;overflow:hidden;display:flex;flex-direction:column}
h1{font-size:13pt;margin:0 0 1mm}h2{font-size:10pt;margin:2mm 0 .5mm}p,ol,table{margin:0}
table{border-collapse:collapse;width:100%;table-layout:fixed}
td,th{border-top:.2mm solid #999;padding:.3mm 1mm;text-align:left;vertical-align:top}
ol{padding:0}li{list-style:none}img{flex:1 1 48mm;min-height:0;max-height:110mm;object-fit:contain;margin:1mm 0}
.a,.b{display:-webkit-box;-webkit-box-orient:vertical;overflow:hidden;overflow-wrap:anywhere}
.a{-webkit-line-clamp:1}.b{-webkit-line-clamp:2}"""
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def harmless(text):
    """A text that no spreadsheet takes for a formula, wherever it is pasted; plain numbers stay as they are."""
    if re.fullmatch(r"[-+]?\d*\.?\d+", text):
        return text
    return re.sub(r"""^([\s"']*)([=+@\-＝＋－＠])""", r"\1'\2", text)


def _p(text, lines="b", lead=""):
    """A text in at most two lines (or one, "a"), with a minus before a number below zero."""
    text = re.sub(r"(?<![\w.\u2212-])-(?=\.?\d)", "\u2212", " ".join(str(text).split())[:600])
    lead = f"<strong>{html.escape(lead)}</strong> " if lead else ""
    return f'<span class="{lines}">{lead}{html.escape(harmless(text))}</span>'


def _number_as_typed(row):
    words = [f"{row['kind']} {row['value']}", row["of"] and f"of {row['of']}",
             row["plus"] and f"{own_page.KINDS.get(row['kind']) or 'plus'} {row['plus']}",
             row["low"] and row["high"] and f"{row['low']} to {row['high']}", row["p"] and f"p {row['p']}"]
    return ", ".join(filter(None, words))


def sheet(page, claims, rows, asked, bias, verdicts, picture=None):
    """The appraisal as one HTML page, as text. ``picture`` is what ``draw`` has returned."""
    page, claims, asked, bias, verdicts = ({} if isinstance(typed, str) else typed for typed in map(
        _typed, (page, claims, asked, bias, verdicts)))
    claims, asked, verdicts = map(numbered, (claims, asked, verdicts))
    found = own_page.checked(own_page.read(rows).rows)
    named = {row for words in verdicts.values() for row in rows_named(words)}
    # first those that are asked about, then those that a verdict names
    first = sorted(found, key=lambda one: (one.word != own_page.c.ASK, one.row["row"] not in named))[:NUMBERS]
    judged = []
    for name, claim in list(claims.items())[:CLAIMS]:
        verdict, reason = verdict_of(verdicts.get(name, ""))
        judged.append(f"<li>{_p(f'{name}. {claim}')}{_p(reason, lead=f'{verdict or chr(8230)}:')}</li>")
    lines = []
    for one in sorted(first, key=lambda one: one.row["row"]):
        row, why = one.row, " ".join(one.told)
        reason = asked.get(str(row["row"]), "")
        lines.append(f"<tr><td>{row['row']}</td><td>{_p(row['group'] + ', ' + row['outcome'])}</td><td>"
                     f"{_p(_number_as_typed(row))}</td><td>{_p(one.word)}</td><td>"
                     f"{_p(why + (f' Perhaps: {reason}' if reason else ''))}</td></tr>")
    answers = [f"<li>{_p(f'{question} {chr(8211)} {bias.get(name, chr(8230))}', 'a')}</li>"
               for name, question in BIAS.items()]
    words = [one.word for one in found]
    left = "".join(f" {number} more {what} not shown here." for number, what in (
        (len(claims) - CLAIMS, "claims are"), (len(found) - len(first), "numbers are")) if number > 0)
    image = "" if picture is None else (f'<img alt="{html.escape(picture.alt)}" src="data:image/png;base64,'
                                        f'{base64.b64encode(picture.png).decode()}">')
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{html.escape(harmless(page.get("title", "")[:200])) or "A page"}, appraised</title>
<style>{STYLE}</style></head><body><main>
<h1>{_p(page.get("title", ""))}</h1>
<p>{_p(f"Found at {page.get('link', '')}, read on {page.get('read_on', '')} as {page.get('read_as', '')}")}</p>
<h2>What it claims, and how far its numbers carry it</h2><ol>{"".join(judged)}</ol>
<h2>Its numbers, checked: {words.count("fits")} fit, {words.count("ask")} asked about, {words.count(own_page.c.OPEN)}
cannot be checked</h2>
<table><colgroup><col style="width:4%"><col style="width:21%"><col style="width:20%"><col style="width:15%"><col>
</colgroup><tr><th>row</th><th>who, what</th><th>printed</th><th>check</th><th>why</th></tr>{"".join(lines)}</table>
{image}<h2>Where bias can get in</h2><ol>{"".join(answers)}</ol>
<h2>What this sheet does not show</h2>
<p>A number that fits may be wrong, and one that is asked about may be right. The verdicts speak of what was read, not
of what helps a person: that is for them and for those who treat them.{left}</p>
</main></body></html>
"""


def appraisal(page, claims, rows, asked, bias, verdicts, picture=None, folder="."):
    """Write the sheet into a folder, and print where it lies; what cannot be written is told in a line."""
    if own_page.left_blank(_entry(page, "title")):
        print("The sheet is made when the page has a title.")
        return
    try:
        Path(folder, SHEET).write_text(sheet(page, claims, rows, asked, bias, verdicts, picture), encoding="utf-8")
    except OSError as error:
        print(f"{SHEET} cannot be written: {error.strerror}.")
    else:
        print(f"Wrote {SHEET} beside this notebook. Open it in a browser and print it: one A4 page.")
