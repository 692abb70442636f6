"""Make the site in web/_site: make web. The readable edition, and inside it the slides and the browser edition.

The pages are made from what is stored: lessons, exercises, codebook and tables are copied into a temporary folder,
get their buttons and the links to the rows behind each figure, and are given to Sphinx (web/conf.py), which runs
nothing and treats each warning as an error. The slides of ``make slides`` are copied beside them. JupyterLite then puts
the whole course into web/_site/browser.
"""

import ast
import html
import json
import os
import re
import shutil
import subprocess
import symtable
import sys
import tempfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import nbformat
from jinja2 import Template

from grading.submission import questions
from tools import build, course, sheets
from tools.course import DATA, LEARNERS, LESSONS, ROOT, SOLUTIONS

WEB = ROOT / "web"
SITE = WEB / "_site"
#: What the browser edition holds of the course.
COURSE = ("notebooks/", "exercises/", "data/", "LICENSE")
PACKAGE = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
TABLES = {resource["name"]: resource for resource in PACKAGE["resources"]}
ROWS = {name: build.table(name) for name in TABLES}
RESULTS = [name for name in TABLES if "study" in ROWS[name][0] and name != "sources"]
#: The table to whose rows the values of a column lead.
LEADS = {"study": "sources", "evidence": "sources", "likely_source": "sources", "same_people_as": "sources",
         "modality_id": "modalities", "topic": "topics"}
STUDIES = [row["study"] for row in ROWS["sources"]]


def anchor(name):
    """The name of a row as a place on its page: "Levy 2006" is Levy-2006."""
    return re.sub(r"[^\w-]+", "-", name)


# ---------------------------------------------------------------------------------------------- notebooks


def _names(statement):
    """The names that a statement of a cell gives a value to, those whose value it changes, and those that it uses.

    Names that are local to a function do not count.
    """
    given, used = set(), set()
    scopes = [symtable.symtable(ast.unparse(statement), "cell", "exec")]
    for scope in scopes:
        scopes += scope.get_children()
        for name in scope.get_symbols():
            outer = scope is scopes[0] or name.is_global()
            given |= {name.get_name()} if outer and name.is_assigned() else set()
            used |= {name.get_name()} if outer and name.is_referenced() else set()
    changed = {node.value.id for node in ast.walk(statement) if isinstance(node, (ast.Subscript, ast.Attribute))
               and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)}
    return given, changed, used


def rows_behind(cells, number):
    """What a figure was drawn from: {table: (its studies on the way, its topics)}. Empty when no table was read.

    Follows each name that the cell uses back to the nearest statement above that gave it its value.
    """
    statements = [(at, statement) for at, cell in enumerate(cells[:number + 1]) if cell.cell_type == "code"
                  for statement in ast.parse(cell.source).body
                  if not ast.unparse(statement).startswith(("pages.", "print("))]  # these say, and draw nothing
    needed, way, read = set(), "", []
    for at, statement in reversed(statements):
        given, changed, used = _names(statement)
        if at == number or (given | changed) & needed:
            words = ast.unparse(statement)
            files = re.findall(r"\.\./data/(\w+)\.csv", words)
            if "../data/{" in words:
                files += re.findall(rf"\b({'|'.join(TABLES)})\b", words)
            read += [name for name in files if name not in given or name in needed or at == number]
            needed = (needed - given) | used
            way += f"{words}\n"
    topics = set(re.findall(r"topic == '([^']+)'", way))
    named = {study for study in STUDIES if re.search(rf"(?<!\w){re.escape(study)}(?!\w)", way)}
    behind = {}
    for name in dict.fromkeys(read):
        if name in TABLES:
            rows = [row for row in ROWS[name] if "study" in row]
            about = [row for row in rows if row.get("topic") in topics]
            behind[name] = (sorted({row["study"] for row in rows if row["study"] in named or row in about}),
                            sorted({row["topic"] for row in about}))
    return behind


def _rows_in_words(behind):
    """The links from a figure to its rows, as a part of the figure; many studies become a link to their topic."""
    items = []
    for name, (studies, topics) in behind.items():
        if name == "sources" and len(behind) > 1:
            continue
        title = TABLES[name]["title"].lower()
        places = [(f"{name}.html#{anchor(study)}", f"{study}, {title}") for study in studies]
        if len(studies) > 8 and topics:
            places = [(f"topics.html#{anchor(topic)}", f"{topic}, {title}") for topic in topics]
        places = places if 0 < len(places) <= 8 else [(f"{name}.html", f"{title}, the whole table")]
        items += [f'<li><a href="../data/{place}">{html.escape(words)}</a></li>' for place, words in places]
    if not items:
        return ""
    return f"<details><summary>Rows behind this figure</summary><ul>{''.join(items)}</ul></details>"


def buttons(path):
    """The menu that runs a lesson or an exercise, and the way to a lesson's slides."""
    ways = [("Run on Binder", course.binder(path))] if course.published() else []
    ways.append(("Run in this browser", f"../browser/lab/index.html?path={path}"))
    menu = "".join(f'<li><a href="{html.escape(to)}">{words}</a></li>' for words, to in ways)
    kind = "lesson" if path.startswith("notebooks") else "exercise"
    deck = f"slides/{Path(path).stem}.html"
    others = {f"{Path(path).stem}_figures.html": "Only the figures"} if kind == "lesson" else {}
    others |= {f"../{deck}": "Present this lesson"} if kind == "lesson" and (sheets.MADE / deck).exists() else {}
    links = "".join(f'<a href="{to}">{words}</a>' for to, words in others.items())
    return (f'<div class="doors"><details><summary>Run this {kind}</summary><ul>{menu}<li>On your own machine, in the'
            f" course's folder: <code>make lab</code></li></ul></details>{links}</div>")


def stage_notebook(path, folder):
    """Copy a notebook with its buttons, its links to table pages, the rows behind each figure, and its code folded."""
    name = path.relative_to(ROOT).as_posix()
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(notebook.cells):
        cell.source = re.sub(r"\]\(\.\./data/(\w+)\.csv\)", r"](../data/\1.md)", cell.source)
        if path in LESSONS and any(part in cell.source for part in build.DRAWS):
            cell.metadata["tags"] = ["hide-input"]  # a reader of the page opens the code that only draws or picks rows
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                words = _rows_in_words(rows_behind(notebook.cells, number))
                data["text/html"] = data["text/html"].replace("</figure>", f"{words}</figure>")
    first = notebook.cells[0]
    title, _, rest = first.source.partition("\n")
    row = next((row for row in build.lessons() if row["lesson"] == name), None)
    if row:
        question, _, rest = rest.lstrip().partition("\n\n")
        title += f"\n\n{question}\n\n<div class=\"key\">{key_picture(row, '../')}</div>"
    if path in SOLUTIONS:
        notebook.metadata["orphan"] = True  # found by the search and by the link of its exercise
        first.source = f"{title}: solution\n{rest}"
    else:
        first.source = f"{title}\n\n{buttons(name)}\n\n{rest.lstrip()}"
    if path in SOLUTIONS:
        notebook.cells.append(nbformat.v4.new_markdown_cell(mistakes(path.stem.removesuffix("_solution")),
                                                            id="mistakes"))
    if path in LEARNERS:
        notebook.cells.append(nbformat.v4.new_markdown_cell(
            f"**When you have tried:** [the worked solution of this exercise]({path.stem}_solution.ipynb)",
            id="solution"))
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / name)


def mistakes(exercise):
    """What goes wrong at each question of an exercise as far as its rules know it: the mistake's name, its reply."""
    parts = ["## For teachers: what goes wrong, and what is replied"]
    for key, question in questions(exercise).items():
        if question.mistakes:
            parts += [f"**Question {key[1:]}, {question.title}**", "\n".join(
                f"- *{mistake.name}*: {mistake.hint.replace('{}', '…')}" for mistake in question.mistakes)]
    return "\n\n".join(parts)


# ------------------------------------------------------------------------------------------------- tables


def _cell(name, column, value):
    """One cell of a table as HTML, with a link where the value is the name of something."""
    shown = html.escape(value)
    if column == "doi" and value:
        return f'<a href="https://doi.org/{shown}">{shown}</a>'
    table = LEADS.get(column)
    if not value or not table or (table == name and column != "same_people_as"):  # a row does not lead to itself
        return shown
    return "; ".join(f'<a href="{table}.html#{anchor(part)}">{html.escape(part)}</a>' for part in value.split("; "))


def table_page(name):
    """A table of the data as a page: every row and column, sortable and searchable where scripts run."""
    resource, rows = TABLES[name], ROWS[name]
    columns = list(rows[0])
    kinds = {field["name"]: "number" if field["type"] in {"integer", "number"} else "text"
             for field in resource["schema"]["fields"]}
    head = "".join(f'<th scope="col" data-kind="{kinds[column]}">{column}</th>' for column in columns)
    if name == "sources":
        head += '<th scope="col" data-kind="text">rows</th>'
    body, seen = [], set()
    for row in rows:
        key = row[columns[0]]
        place = f' id="{anchor(key)}"' if len(key) < 40 and key not in seen else ""
        seen.add(key)
        cells = [f'<th scope="row">{_cell(name, columns[0], key)}</th>']
        cells += [f'<td{" class=number" if kinds[column] == "number" else ""}>{_cell(name, column, row[column])}</td>'
                  for column in columns[1:]]
        if name == "sources":
            found = {result: sum(other["study"] == key for other in ROWS[result]) for result in RESULTS}
            cells.append("<td>" + ", ".join(f'<a href="{result}.html#{anchor(key)}">{count} in {result}</a>'
                                            for result, count in found.items() if count) + "</td>")
        body.append(f'<tr{place} data-key="{anchor(key)}">{"".join(cells)}</tr>')
    title = resource["title"]
    return f"""# {title}

{resource["description"]} What each column means stands in the [codebook](README.md). An empty cell means that nobody
found the number; it is never zero. The same table as a file: {{download}}`{name}.csv <{name}.csv>`.

```{{raw}} html
<div class="find" hidden><label for="find">Show rows that hold</label><input type="search" id="find">
<button type="button">All rows</button><span role="status"></span></div>
<div class="data" role="region" aria-labelledby="caption" tabindex="0"><table class="data">
<caption id="caption">{html.escape(title)}, {len(rows)} rows</caption>
<thead><tr>{head}</tr></thead>
<tbody>
{chr(10).join(body)}
</tbody></table></div>
```
"""


# -------------------------------------------------------------------------------------------------- pages


def key_picture(row, folder):
    """The first view of a lesson's best figure, as HTML on a page whose way to the start page is ``folder``."""
    alt = build.headline(build.key_figure(row["number"]))[0]
    return f'<img loading="lazy" src="{folder}_static/cards/{row["number"]}.png" alt="{html.escape(alt)}">'


def lesson_map():
    """All lessons as a list of cards, each with its best figure; the last has an exercise only."""
    cards = []
    for row in build.lessons():
        kind = "lesson" if row["lesson"] else "exercise"
        parts = [f"[{row['number']} {row['name']}]({row[kind]})", row["question"]]
        if row["lesson"]:
            doors = [f"[Exercise {row['number']}]({row['exercise']})"] if row["exercise"] else []
            doors += [f"[The figures of {row['number']}]({strip_name(row['lesson'])})"]
            parts += [key_picture(row, ""), " ".join(doors)]
        cards.append("- " + "\n\n  ".join(parts))
    return "\n".join([":::{container} map", *cards, ":::"])


def strip_name(lesson):
    """Where the figures of a lesson stand alone."""
    return lesson.replace(".ipynb", "_figures.md")


def strip(row):
    """The figures of a lesson and nothing else, one below the other, as a page."""
    figures = []
    for number, cell in enumerate(cells := nbformat.read(ROOT / row["lesson"], as_version=4).cells):
        for output in cell.get("outputs", []):
            page = output.get("data", {}).get("text/html", "")
            if page.startswith("<figure"):
                rows = _rows_in_words(rows_behind(cells, number))
                figures.append(f"```{{raw}} html\n{page.replace('</figure>', f'{rows}</figure>')}\n```")
    name = Path(row["lesson"]).name
    return "\n\n".join([f"---\norphan: true\n---\n\n# The figures of {row['number']} {row['name']}",
                        f"{row['question']}", *figures, f"[The whole lesson]({name})"]) + "\n"


def toctree(entries):
    """A list of pages, by their names, or by words and names."""
    return "\n".join(["```{toctree}", ":maxdepth: 1", "", *entries, "```", ""])


def stage(folder):
    """Write the whole source of the site into an empty folder."""
    for path in (*LESSONS, *LEARNERS, *SOLUTIONS):
        stage_notebook(path, folder)
    for row in build.lessons():
        if row["lesson"]:
            (folder / strip_name(row["lesson"])).write_text(strip(row), encoding="utf-8")
    (folder / "data").mkdir()
    shutil.copy(ROOT / "notebooks" / "glossary.md", folder / "notebooks")
    for name in TABLES:
        shutil.copy(DATA / f"{name}.csv", folder / "data")
        (folder / "data" / f"{name}.md").write_text(table_page(name), encoding="utf-8")
    rows = {kind: [f"{row['number']} {row['name']} <{Path(row[kind]).stem}>" for row in build.lessons() if row[kind]]
            for kind in ("lesson", "exercise")}
    codebook = (DATA / "README.md").read_text(encoding="utf-8")
    pages = {"data/README.md": codebook.replace(
                 "## What is there\n", f"## The tables, row by row\n\n{toctree(TABLES)}\n## What is there\n", 1),
             "index.md": Template((WEB / "index.md").read_text(encoding="utf-8"), keep_trailing_newline=True).render(
                 course=course, start=build.START, lesson_map=lesson_map(),
                 best_figure=build.key_figure(*build.BEST)["text/html"]),
             "notebooks/index.md": "# Lessons\n\nEach lesson has one question, and each builds on those before it.\n\n"
                                   + toctree(rows["lesson"]),
             "exercises/index.md": "# Exercises\n\nHere they can be read. To answer and be checked, open them in this"
                                   " browser, or on your own machine. At the end of each exercise a link leads to its"
                                   f" worked solution.\n\n{toctree(rows['exercise'])}"}
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def readable(site):
    """Build the readable edition into a folder. Stops with Sphinx's own words when a page has a fault."""
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary) / "source"
        source.mkdir()
        stage(source)
        command = [sys.executable, "-m", "sphinx", "--builder", "html", "--conf-dir", WEB, "--doctree-dir",
                   Path(temporary) / "doctrees", "--fail-on-warning", "--keep-going", "--quiet", source,
                   Path(temporary) / "site" / "html"]
        done = subprocess.run([str(part) for part in command], env=os.environ | {"PYTHONPATH": str(ROOT)})
        if done.returncode:
            sys.exit("web: the site has faults; they are told above.")
        shutil.copytree(Path(temporary) / "site" / "html", site, ignore=shutil.ignore_patterns(
            ".buildinfo", "objects.inv", "webpack-macros.html", "*.map"))
    cards = site / "_static" / "cards"
    cards.mkdir()
    for number in build.KEY_FIGURES:
        (cards / f"{number}.png").write_bytes(build.key_figure(number)["image/png"])


# ---------------------------------------------------------------------------------------- browser edition


def wheel_of(name, folder):
    """Pack an installed package of pure Python into a wheel again, so that the site can carry it."""
    package = distribution(name)
    wheel = folder / f"{name}-{package.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in package.files:
            if file.suffix != ".pyc" and ".." not in file.parts and file.name not in {"INSTALLER", "REQUESTED"}:
                packed.write(package.locate_file(file), file.as_posix())


def in_the_browser(site):
    """Put JupyterLite with the whole course into a folder. Its Python comes from the CDN that its kernel names."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        contents = folder / "contents"
        for name in filter(lambda name: name.startswith(COURSE), course.files()):
            (contents / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, contents / name)
        shutil.copy(WEB / "jupyter-lite.json", folder)
        (folder / "pypi").mkdir()
        wheel_of("comm", folder / "pypi")
        command = [sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", folder, "--contents", contents,
                   "--output-dir", site, "--apps", "lab", "--no-sourcemaps", "--no-unused-shared-packages"]
        done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"web: JupyterLite could not be built.\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def main():
    shutil.rmtree(SITE, ignore_errors=True)
    readable(SITE)
    shutil.copytree(sheets.MADE / "slides", SITE / "slides")
    in_the_browser(SITE / "browser")
    print(f"web: the site is in {os.path.relpath(SITE)}; its start page is index.html")


if __name__ == "__main__":
    main()
