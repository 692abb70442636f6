"""`make lab` as README tells one to type it, in the course's own folder: lesson 00 is opened and looked at.

What JupyterLab leaves behind stays: `.ci/run` runs this first, and the tests after it must not mind.
"""

import os
import re
import signal
import subprocess

import helpers
from common import ROOT

CHECKPOINT = ROOT / "notebooks" / ".ipynb_checkpoints" / "00_start_here-checkpoint.ipynb"


def test_make_lab_opens_lesson_00_and_leaves_a_checkpoint(page, tmp_path):
    CHECKPOINT.unlink(missing_ok=True)
    port = helpers.free_port()
    env = helpers.clean_environment(JUPYTER_TOKEN="first-minutes", TMPDIR=str(tmp_path))
    log = tmp_path / "log"
    with open(log, "w", encoding="utf-8") as said:
        lab = subprocess.Popen(["make", "lab", f"PORT={port}", "ARGS=--no-browser"], cwd=ROOT, env=env, stdout=said,
                               stderr=said, start_new_session=True)
    try:
        helpers.wait_for(f"http://127.0.0.1:{port}/api", lab)
        page.goto(f"http://127.0.0.1:{port}/?token=first-minutes")
        page.get_by_role("heading", name=re.compile("Start here")).first.wait_for(timeout=60_000)
        page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=120_000)
        assert CHECKPOINT.exists(), "JupyterLab no longer keeps a copy of what it opens: this test is not needed"
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait(30)
