"""What the tests of several doors need: interpreters, copies of the course, a server, a browser."""

import contextlib
import functools
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from common import ROOT

WEB = ROOT / "web"
BIN = WEB / ".venv" / "bin"


def run(*command, **rest):
    """Run a command; returns what it printed. Fails with the end of what it said when it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **rest)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def tracked():
    """The files of the course, as git would give them to a stranger."""
    names = run("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=ROOT).split("\0")[:-1]
    return [name for name in names if (ROOT / name).exists()]


def copy_of_the_course(folder):
    """Write a copy of the course, as a clone would hold it, into a folder that does not exist yet."""
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


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
        for _ in range(120):
            assert server.poll() is None, "the server stopped at once"
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}api").close()
                break
            time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(20)
