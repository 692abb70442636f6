"""The appraisal of one's own page prints on one A4 page, whatever was typed, and asks nobody for anything."""

import json
import re
import tomllib

import helpers
import pytest
from common import ROOT
from own_sheet import BIAS

#: Run by the course's own Python, which can draw.
WRITE = """
import json, sys
sys.path.insert(0, "notebooks")
import own_sheet
for name, case in json.load(sys.stdin).items():
    figure = own_sheet.draw(case["rows"], case["page"])
    own = [case[part] for part in ("page", "claims", "rows", "asked", "bias", "verdicts")]
    with open(f"{sys.argv[1]}/{name}.html", "w", encoding="utf-8") as file:
        file.write(own_sheet.sheet(*own, figure))
"""


def full(text):
    """Everything as long and as many as it may be."""
    kinds = ("share", "OR", "d", "MD", "t")
    rows = "\n".join(f"1 | {text} | {text} | {kinds[n % 5]} | 0.55 | 90000 | | 0.12 | 1.34 | <.001" for n in range(20))
    return {"page": dict.fromkeys(["title", "link", "read_on", "read_as", "text"], text * 3), "rows": rows,
            "claims": {n: text * 3 for n in range(20)}, "asked": {n: text * 3 for n in range(1, 21)},
            "bias": dict.fromkeys(BIAS, f"yes: {text * 3}"),
            "verdicts": {n: f"partly: {text * 3}" for n in range(20)}}


CASES = {path.stem: case for path in sorted((ROOT / "tests" / "cases" / "pages").glob("*.toml"))
         if "verdicts" in (case := tomllib.loads(path.read_text(encoding="utf-8")))}
CASES |= {"plain": full("a child, week 12 ")}
CASES |= {"wide": full("W" * 120), "words": full("somebody with something " * 5), "signs": full("\u6df1" * 120)}


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheets")
    helpers.run(ROOT / ".venv" / "bin" / "python", "-c", WRITE, folder, cwd=ROOT, input=json.dumps(CASES))
    return folder


@pytest.mark.parametrize("name", CASES)
def test_it_prints_on_one_a4_page(page, sheets, name):
    address = (sheets / f"{name}.html").as_uri()
    notes = helpers.watched(page, address)
    page.goto(address)
    assert notes == []
    page.emulate_media(media="print")
    lost = page.evaluate("(main => main.scrollHeight - main.clientHeight)(document.querySelector('main'))")
    assert lost <= 0, f"{lost} pixels are cut off at the foot"
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed).groups())
    assert (round(width), round(height)) in {(595, 842), (596, 842), (595, 841), (594, 841)}, "A4"
