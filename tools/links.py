"""Write the links of README.md anew: make links. Run it after a change of address or when a lesson was added.

The repository's address stands in pyproject.toml alone. From it follow the addresses on Binder and of the published
site, and the folder that git makes; the old ones are found by what CITATION.cff says. The lesson table of README.md
keeps its words; a row needs number, name and question, and gets its links from the files that begin with its number.
"""

import re
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
START = "notebooks/00_start_here.ipynb"
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
    return ROW.sub(_row, texts[0]), texts[1]


def main():
    paths = [ROOT / "README.md", ROOT / "CITATION.cff"]
    try:
        texts = renewed(*(path.read_text(encoding="utf-8") for path in paths))
    except ValueError as error:
        sys.exit(f"make links: {error}")
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
