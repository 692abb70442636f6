"""Open the course in JupyterLab, whatever the machine looks like: .venv/bin/python tools/lab.py [JupyterLab's options]

JupyterLab and the lessons' Python see the course and its environment alone: neither another program's PYTHONPATH nor
kernels, configuration, startup files or a matplotlibrc of the user's. Her settings of JupyterLab (theme, size of the
letters, shortcuts) are kept where they can be written. What is written meanwhile goes to the environment's folder, or
to a temporary one where that is read-only.
"""

import contextlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def surroundings(env, own):
    """The variables ``env`` as JupyterLab and its kernels get them; ``own`` is the folder that they may write to."""
    foreign = ("IPYTHON", "JUPYTER", "MATPLOTLIB", "MPL", "PYTHON")
    kept = {name: value for name, value in env.items() if name == "JUPYTER_TOKEN" or not name.startswith(foreign)}
    # Not among the kernel's ways: a learner's `~/.local/lib/python3.11`, which a conda environment would search.
    kept |= {"PYTHONNOUSERSITE": "1", "JUPYTER_PREFER_ENV_PATH": "1",
             "JUPYTER_CONFIG_PATH": str(ROOT / "tools" / "jupyter")}
    kept |= {name: str(own / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
                                                       "IPYTHONDIR", "MPLCONFIGDIR")}
    home = Path(env.get("JUPYTER_CONFIG_DIR") or os.path.expanduser("~/.jupyter"))
    settings = Path(env.get("JUPYTERLAB_SETTINGS_DIR") or home / "lab" / "user-settings")
    if _can_be_written(settings):
        kept["JUPYTERLAB_SETTINGS_DIR"] = str(settings)
    return kept


def _can_be_written(folder):
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def options(given, env, system=sys.platform):
    """JupyterLab's options for this machine, before those that were ``given``, and the lines to say about them."""
    said = []

    def asked(*names):
        return any(word.split("=")[0] in names for word in given)

    words = [f"--ServerApp.root_dir={ROOT}", "--ServerApp.port_retries=50"]
    loopback = not asked("--ip", "--ServerApp.ip")
    if loopback:
        words.append("--ServerApp.ip=127.0.0.1")
    if getattr(os, "geteuid", lambda: 1)() == 0:
        words.append("--allow-root")
        if loopback:
            said.append("you are root, so JupyterLab can be reached from this machine alone (127.0.0.1)")
    screen = {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"}
    if system.startswith(("linux", "freebsd")) and not screen & env.keys() and not asked("--no-browser"):
        words.append("--no-browser")
        said.append("there is no screen here to open a browser on; open the address that JupyterLab prints below")
    return [*words, *given], said


def main(given):
    if not importlib.util.find_spec("jupyterlab"):
        sys.exit(f"lab: {sys.executable} has no JupyterLab. Run: python3 tools/setup_env.py, then"
                 " .venv/bin/python tools/lab.py (on Windows .venv\\Scripts\\python)")
    words, said = options(given, os.environ)
    for line in said:
        print("lab:", line, file=sys.stderr, flush=True)
    own = ROOT / ".venv" / "course"
    if not own.parent.is_dir() or not _can_be_written(own):
        own = Path(tempfile.mkdtemp(prefix="course-"))
    env = surroundings(os.environ, own)
    for name in ("JUPYTER_CONFIG_DIR", "MPLCONFIGDIR"):
        Path(env[name]).mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-P", "-m", "jupyterlab", *words]
    if os.name == "nt":
        server = subprocess.Popen(command, cwd=ROOT, env=env)
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # JupyterLab hears it too, and asks
                sys.exit(server.wait())
    os.chdir(ROOT)
    os.execve(sys.executable, command, env)


if __name__ == "__main__":
    main(sys.argv[1:])
