"""What the end-to-end tests share: interpreters, copies of the course, a server, a browser."""

import contextlib
import functools
import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path
from typing import ClassVar

from tools.course import ROOT
from web.packages import node_module  # noqa: F401

WEB = ROOT / "web"
SITE = WEB / "_site"
BIN = WEB / ".venv" / "bin"


def run(*command, **rest):
    """Run a command; returns what it printed. Fails with the end of what it said when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **rest)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@functools.cache
def interpreter(version):
    """The path of a Python like "3.12", found on the path or among pyenv's, or None."""
    places = [shutil.which(f"python{version}")]
    if shutil.which("pyenv"):
        root = Path(run("pyenv", "root").strip())
        places += sorted(root.glob(f"versions/{version}.*/bin/python"), reverse=True)
    for place in filter(None, places):
        if subprocess.run([place, "-c", "import venv, ensurepip"], capture_output=True).returncode == 0:
            return str(place)
    return None


def clean_environment(**extra):
    """The environment without what an outer virtual environment or a notebook's settings would add."""
    mine = {key: value for key, value in os.environ.items()
            if not key.startswith(("VIRTUAL_ENV", "PYTHONPATH", "JUPYTER_", "PYTEST_", "CONDA"))}
    return mine | extra


def free_port():
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address, server):
    """Wait until somebody answers at an address; fails when the process that is to answer ends, or after minutes."""
    for _ in range(600):
        assert server.poll() is None, "the server stopped at once"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address).close()
            return
        time.sleep(0.5)
    raise AssertionError(f"nobody answers at {address}")


@contextlib.contextmanager
def jupyter(program, app, folder, env):
    """Run a Jupyter server on this machine only, without a token; gives its address and stops it at the end."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
               "--IdentityProvider.token="]
    server = subprocess.Popen([program, app, *options], cwd=folder, env=env, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        wait_for(f"{address}api", server)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


# -- the browser


#: As a machine without a screen and without the outer network starts it; its own calls home are switched off.
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


def chromium_path():
    """Where Chromium lies. The variable CHROMIUM names another one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert found, "make test-browser needs Chromium. On Debian or Ubuntu: sudo apt install chromium"
    return found


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map: ClassVar = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript", ".wasm": "application/wasm"}

    def log_message(self, *words):
        pass


@contextlib.contextmanager
def served(folder):
    """Serve a folder on this machine only; gives its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def watched(page, address):
    """Note every request of a page that leaves ``address``, and every error of its scripts; returns the list."""
    notes = []
    inside = (address, "data:", "blob:", "ws" + address[4:])
    page.on("request", lambda request: None if request.url.startswith(inside) else notes.append(request.url))
    page.on("pageerror", lambda error: notes.append(str(error)))
    return notes


def run_in_first_cell(page, source, last):
    """Put code in place of a notebook's first code cell in JupyterLab, run it, and wait until ``last`` is printed.

    Returns what the cell printed.
    """
    cell = page.locator(".jp-CodeCell").first
    cell.wait_for(timeout=60_000)
    # The circle beside the kernel's name says idle before there is a kernel, and a cell that is run then is dropped
    # without a word. The status bar tells the two apart: "No Kernel | Initializing".
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for(timeout=120_000)
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)
    page.wait_for_function("words => document.querySelector('.jp-CodeCell .cm-content').textContent.startsWith(words)",
                           arg=source.splitlines()[0])
    page.keyboard.press("Shift+Enter")
    cell.locator(".jp-OutputArea-output", has_text=last).first.wait_for(timeout=120_000)
    return "\n".join(cell.locator(".jp-OutputArea-output").all_inner_texts())
