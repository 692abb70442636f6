"""Write the links and the picture of README.md anew: make links.

Run it after a change of address, when a lesson was added, or when the figure on top was drawn anew.

The repository's address stands in pyproject.toml alone. From it follow the addresses on Binder and of the published
site, and the folder that git makes; the old ones are found by what CITATION.cff says. The lesson table of README.md
keeps its words; a row needs number, name and question, and gets its links from the files that begin with its number.
"""

import base64
import html
import json
import re
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
START = "notebooks/00_start_here.ipynb"
#: The figure on top of README.md and of the site's start page: lesson and cell.
BEST_FIGURE = ("notebooks/02_forty_percent_of_what.ipynb", "interval-draw")
PICTURE = "web/static/best_figure.png"
ROW = re.compile(r"^\| (?:\[(\d\d [^\]]+)\]\([^)]*\)|(\d\d [^|]+?)) \| ([^|]+) \|.*$", re.MULTILINE)


def repository():
    """The repository's public address, from pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]["repository"]


def site(address=None):
    """The address of the published site, which ends in a slash."""
    owner, name = urlsplit(address or repository()).path.strip("/").split("/")
    return f"https://{owner.lower()}.github.io/{name}/"


def binder(path, address=None):
    """The address that opens a notebook on Binder, in JupyterLab."""
    return f"https://mybinder.org/v2/gh{urlsplit(address or repository()).path}/HEAD?urlpath=lab/tree/{path}"


def browser(path, address=None):
    """The address that opens a notebook in the browser edition."""
    return f"{site(address)}browser/lab/index.html?path={path}"


def anchor(heading):
    """The anchor of a heading, as Jupyter names it."""
    return heading.strip().replace(" ", "-")


def lessons(text=None):
    """The course as README.md tells it: a dict for each row of the lesson table.

    Keys: ``number``, ``name``, ``question``, ``lesson``, the notebook's path, and ``exercise``, its path or None.
    Raises ValueError for a row whose lesson is not there.
    """
    rows = []
    for linked, plain, question in ROW.findall(text or (ROOT / "README.md").read_text(encoding="utf-8")):
        number, _, name = (linked or plain).partition(" ")
        row = {"number": number, "name": name, "question": question}
        for kind, folder in (("lesson", "notebooks"), ("exercise", "exercises")):
            found = [path for path in sorted(ROOT.glob(f"{folder}/{number}_*.ipynb"))
                     if not path.stem.endswith("_solution")]
            row[kind] = f"{folder}/{found[0].name}" if found else None
        if not row["lesson"]:
            raise ValueError(f"README.md has a row for lesson {number}, but there is no notebooks/{number}_*.ipynb")
        rows.append(row)
    return rows


def best_figure():
    """The stored output of the cell that draws the best figure: {"text/html": page, "image/png": bytes}."""
    path, name = BEST_FIGURE
    cells = json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"]
    data = next(cell for cell in cells if cell["id"] == name)["outputs"][0]["data"]
    return {"text/html": "".join(data["text/html"]), "image/png": base64.b64decode("".join(data["image/png"]))}


def _picture():
    """The picture as README.md shows it: with its text alternative, leading to its lesson."""
    page = best_figure()["text/html"]
    alt, caption = (html.unescape(re.search(part, page)[1]) for part in ('alt="([^"]*)"', "<figcaption>(.*?)<"))
    return f"[![{alt} {caption}]({PICTURE})]({BEST_FIGURE[0]})"


def _row(match):
    row = lessons(match[0])[0]
    name = f"{row['number']} {row['name']}"
    exercise = f"exercise {row['number']}"
    links = [f"[lesson {row['number']}]({binder(row['lesson'])})"]
    if row["exercise"]:
        links.append(f"[{exercise}]({binder(row['exercise'])})")
    local = f"[{exercise}]({row['exercise']})" if row["exercise"] else ""
    return f"| [{name}]({row['lesson']}) | {row['question']} | {local} | {', '.join(links)} |"


def renewed(readme, citation):
    """README.md and CITATION.cff, given as text, with every address and every row of the table as it should be."""
    old = re.search(r'^repository-code: "(.+)"$', citation, re.MULTILINE)[1]
    texts = []
    for text in (readme, citation):
        for was, now in ((f"/gh{urlsplit(old).path}/HEAD", f"/gh{urlsplit(repository()).path}/HEAD"),
                         (site(old), site()), (old, repository()),
                         (f"cd {Path(old).name}\n", f"cd {Path(repository()).name}\n")):
            text = text.replace(was, now)
        texts.append(text)
    readme = re.sub(rf"^\[!\[.*\]\({PICTURE}\)\].*$", _picture(), texts[0], flags=re.MULTILINE)
    return ROW.sub(_row, readme), texts[1]


def main():
    paths = [ROOT / "README.md", ROOT / "CITATION.cff"]
    try:
        texts = renewed(*(path.read_text(encoding="utf-8") for path in paths))
    except ValueError as error:
        sys.exit(f"make links: {error}")
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    (ROOT / PICTURE).write_bytes(best_figure()["image/png"])


if __name__ == "__main__":
    main()
