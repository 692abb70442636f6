"""Print what the data hold, as Markdown tables: make summary. data/README.md quotes it, and a test compares."""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebooks"))

from consistency import table

RESULTS = ("proportions", "scores", "effects", "findings")
WAYS = ("full text", "abstract", "secondary")


def markdown(head, rows):
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def main():
    sizes = {name: table(name) for name in ("sources", "modalities", "claims", *RESULTS, "spun_words")}
    rows = [[name, len(sizes[name])] + ([Counter(r["read_as"] for r in sizes[name])[way] for way in WAYS]
                                        if name in RESULTS else [""] * 3)
            + [sum(bool(r.get("flag")) for r in sizes[name]) or ""] for name in sizes]
    print(markdown(["table", "rows", *WAYS, "flagged"], rows))

    verdicts = sorted({row["verdict"] for row in sizes["claims"]})
    pages = list(dict.fromkeys(row["page"] for row in sizes["claims"]))
    found = Counter((row["page"], row["verdict"]) for row in sizes["claims"])
    print(markdown(["page", "claims", *verdicts],
                   [[page, sum(found[page, v] for v in verdicts), *(found[page, v] or "" for v in verdicts)]
                    for page in pages]))

    results = Counter(row["modality_id"] for name in RESULTS for row in sizes[name])
    flags = Counter(row["modality_id"] for name in RESULTS for row in sizes[name] if row.get("flag"))
    print(markdown(["treatment", "rows of results", "flagged"],
                   [[row["name"], results[row["modality_id"]], flags[row["modality_id"]] or ""]
                    for row in sizes["modalities"]] + [["none or several", results[""], flags[""] or ""]]))


if __name__ == "__main__":
    main()
