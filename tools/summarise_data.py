"""Print what the data hold, as Markdown tables: make summary writes them into data/README.md, and a test compares."""

import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "data" / "README.md"
sys.path.insert(0, str(ROOT / "notebooks"))

from consistency import table

RESULTS = ("proportions", "scores", "effects", "findings")
WAYS = ("full text", "abstract", "secondary")


def markdown(head, rows):
    """A table in Markdown, with a line end behind it."""
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def summary():
    """The three tables, of tables, pages and treatments, as one text."""
    sizes = {name: table(name) for name in ("sources", "modalities", "claims", *RESULTS, "bias", "spun_words")}
    rows = [[name, len(sizes[name])] + ([Counter(r["read_as"] for r in sizes[name])[way] for way in WAYS]
                                        if "read_as" in sizes[name][0] else [""] * 3)
            + [sum(bool(r.get("flag")) for r in sizes[name]) or ""] for name in sizes]
    tables = markdown(["table", "rows", *WAYS, "flagged"], rows)

    verdicts = sorted({row["verdict"] for row in sizes["claims"]})
    pages = list(dict.fromkeys(row["page"] for row in sizes["claims"]))
    found = Counter((row["page"], row["verdict"]) for row in sizes["claims"])
    claims = markdown(["page", "claims", *verdicts],
                      [[page, sum(found[page, v] for v in verdicts), *(found[page, v] or "" for v in verdicts)]
                       for page in pages])

    results = Counter(row["modality_id"] for name in RESULTS for row in sizes[name])
    flags = Counter(row["modality_id"] for name in RESULTS for row in sizes[name] if row.get("flag"))
    treatments = markdown(["treatment", "rows of results", "flagged"],
                          [[row["name"], results[row["modality_id"]], flags[row["modality_id"]] or ""]
                           for row in sizes["modalities"]] + [["none or several", results[""], flags[""] or ""]])
    return "\n".join([tables, claims, treatments])


def renewed(page):
    """The codebook with the present tables under "What is there"; its other words are left alone."""
    return re.sub(r"(\n## What is there\n\n[^\n]+\n\n).*?(?=\n## )", lambda match: match[1] + summary(), page, count=1,
                  flags=re.DOTALL)


def main():
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print(summary(), end="")


if __name__ == "__main__":
    main()
