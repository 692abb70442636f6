"""Ask of every link to another place whether it still leads somewhere: python3 tools/check_links.py

Looks at the pages (README.md and its like, here and in data/ and web/), the texts of the notebooks and the DOIs of
data/sources.csv. A DOI is asked of the registry of DOIs,
since many publishers turn programs away. Prints one line for each dead link. Needs the network; no test runs it.
"""

import csv
import json
import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"https?://[^\s)\"'`<>\]|]+")


def addresses():
    """Every outer link as {address: where it stands}."""
    found = {}
    for path in [*ROOT.glob("*.md"), *ROOT.glob("data/*.md"), *ROOT.glob("web/*.md")]:
        found |= dict.fromkeys(LINK.findall(path.read_text(encoding="utf-8")), path.name)
    for path in [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("exercises/*.ipynb")]:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                found |= dict.fromkeys(LINK.findall("".join(cell["source"])), path.name)
    with open(ROOT / "data" / "sources.csv", encoding="utf-8", newline="") as file:
        found |= {f"https://doi.org/{row['doi']}": f"sources.csv, {row['study_id']}"
                  for row in csv.DictReader(file) if row["doi"]}
    return {address.rstrip(".,;:"): place for address, place in found.items()}


def fault(address, opened=urllib.request.urlopen):
    """Why a link is dead, or an empty text. A refusal (401, 403, 429) is no proof that the page is gone."""
    asked = address.replace("https://doi.org/", "https://doi.org/api/handles/", 1)
    request = urllib.request.Request(asked, headers={"User-Agent": "Mozilla/5.0 (link check of an open course)"})
    for pause in (2, 10, 0):
        try:
            with opened(request, timeout=30):
                return ""
        except urllib.error.HTTPError as error:
            if error.code in {401, 403, 429}:
                return ""
            problem = str(error)
        except (OSError, ValueError) as error:
            problem = str(error)
        time.sleep(pause)
    return problem


def main():
    dead = {address: (place, problem) for address, place in addresses().items() if (problem := fault(address))}
    for address, (place, problem) in dead.items():
        print(f"{place}: {address}: {problem}")
    sys.exit(bool(dead))


if __name__ == "__main__":
    main()
