"""The workflows of the public repository are well formed, run only what exists, and look at every link."""

import html
import re
import sys

import consistency
import helpers
import pytest
import yaml
from common import ROOT

from tools import course

WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))


def steps(path):
    for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
        yield from job["steps"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_keeps_to_the_schema(path):
    helpers.run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_step_names_what_exists(path):
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for step in steps(path):
        for target in re.findall(r"\bmake ([\w-]+)", step.get("run", "")):
            assert target in targets
        for name in re.findall(r"\b(?:tools|tests|web)/[\w./-]+", step.get("run", "")):
            assert (ROOT / name).exists(), name
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))


def test_every_supported_python_and_system_is_tried_on_a_schedule():
    tests = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
    assert "schedule" in tests[True]  # YAML reads the word on as a truth value
    matrix = tests["jobs"]["locked"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert [name.partition("-")[0] for name in matrix["system"]] == ["ubuntu", "macos", "windows"]


def test_link_check_reads_every_page_and_the_doi_of_every_study():
    """lychee itself needs the network; that the pages hold what it is to look at can be seen here."""
    step = next(step for path in WORKFLOWS for step in steps(path) if "lychee" in step.get("uses", ""))
    asked = step["with"]["args"].split()
    pages = {path for word in asked if word.endswith((".md", ".html")) for path in ROOT.glob(word)}
    assert {path for path in ROOT.glob("**/*.md") if path.relative_to(ROOT).as_posix() in course.files()} <= {
        *pages, *ROOT.glob("notebooks/*.md"), *ROOT.glob("web/index.md")}, "the others are pages of the site"
    linked = (helpers.SITE / "data" / "sources.html").read_text(encoding="utf-8")
    dois = [row["doi"] for row in consistency.table("sources") if row["doi"]]
    assert len(dois) > 50 and helpers.SITE / "data" / "sources.html" in pages
    assert [doi for doi in dois if f'href="https://doi.org/{html.escape(doi)}"' not in linked] == []
