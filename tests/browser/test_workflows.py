"""The workflows of the public repository are well formed, run only what exists, and the link check tells the truth."""

import http.server
import re
import sys
import threading

import check_links
import helpers
import pytest
import yaml
from common import ROOT

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


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers each path with the number that it names."""

    def do_GET(self):
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, *words):
        pass


def test_link_check_knows_dead_from_refused(monkeypatch):
    monkeypatch.setattr(check_links.time, "sleep", lambda pause: None)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        dead = {code: bool(check_links.fault(f"{address}{code}")) for code in (200, 403, 404, 500)}
        assert dead == {200: False, 403: False, 404: True, 500: True}
        server.shutdown()
    assert check_links.fault("http://127.0.0.1:9/")
    found = check_links.addresses()
    assert "https://findahelpline.com" in found
    assert sum(address.startswith("https://doi.org/10.") for address in found) > 50
