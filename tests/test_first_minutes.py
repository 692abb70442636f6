"""README's commands hold on machines as they are: used folders, no git, foreign settings, broken environments.

Environments are really made in tests/slow/test_setup_env.py; here pip and venv are stood in for.
"""

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from pathlib import Path

import pytest
from common import copy_of_the_course

from tools import course, lab, setup_env
from tools.course import ROOT

GIT = ["git", "-c", "user.name=test", "-c", "user.email=test", "-c", "commit.gpgsign=false"]
LITTER = ["notebooks/.ipynb_checkpoints/00_start_here-checkpoint.ipynb", "notebooks/00_start_here-Copy1.ipynb",
          "notebooks/Untitled.ipynb", "exercises/01_sentence_to_row-Copy1.ipynb", "exercises/random.py",
          "exercises/01_sentence_to_row_solution-Copy1.ipynb", "exercises/my_progress.json", "data/mine - copy.csv",
          "exercises/.ipynb_checkpoints/01_sentence_to_row-checkpoint.ipynb", "Untitled.ipynb", "mine/notes.md",
          "tests/__pycache__/x.pyc", "web/.venv/pyvenv.cfg", ".venv/pyvenv.cfg", "tests/Untitled1.ipynb"]


@pytest.fixture
def copy(tmp_path):
    """A copy of the course, as a stranger gets it."""
    return copy_of_the_course(tmp_path / "the course, kopiert für Zoë")


def commit(folder):
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "as it is"]):
        subprocess.run([*GIT, *words], cwd=folder, check=True)


def python(folder, code, **env):
    """Run code beside the tools of a copy; returns what it printed."""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder / "tools", capture_output=True, text=True,
                          env=os.environ | env)
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- the course, not the folder


@pytest.mark.parametrize("came", ["by git", "as ZIP", "as ZIP, into another repository", "by git, which is gone"])
def test_what_belongs_to_the_course(copy, came):
    """Checkpoints, copies and a learner's own files do not, however the course came here."""
    if came.startswith("by git"):
        commit(copy)
    for name in LITTER:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("{}", encoding="utf-8")
    (copy / "notebooks" / "99_a_new_lesson.ipynb").write_text("{}", encoding="utf-8")
    if came == "as ZIP, into another repository":
        commit(copy.parent)
    told = json.loads(python(copy, "import course, json; print(json.dumps([course.files(), [path.name for path in"
                                   " course.LESSONS + course.SOLUTIONS + course.LEARNERS]]))",
                             **({"PATH": ""} if came.endswith("gone") else {})))
    assert told[0] == sorted([*course.files(), "notebooks/99_a_new_lesson.ipynb"])
    assert sorted(told[1]) == sorted(path.name for path in (Path("99_a_new_lesson.ipynb"), *course.LESSONS,
                                                            *course.SOLUTIONS, *course.LEARNERS))


def test_the_repository_of_a_hook_does_not_decide(copy, tmp_path):
    """git tells the programs that it starts of the repository that it works for; it may be another one."""
    commit(copy)
    subprocess.run([*GIT, "init", "-q", tmp_path / "other"], check=True)
    assert python(copy, "import course; print(course.changed(['README.md']))",
                  GIT_DIR=str(tmp_path / "other" / ".git")) == "[]\n"


def answer(folder, name):
    book = json.loads((folder / name).read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["source"], cell["execution_count"] = "secret = 3", 7
    (folder / name).write_text(json.dumps(book), encoding="utf-8")


def pytest_in(folder, *words):
    done = subprocess.run([sys.executable, "-m", "pytest", *words], cwd=folder, capture_output=True, text=True,
                          env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"})
    return done.returncode, done.stdout


def test_an_answered_exercise_is_told_in_one_line_and_turns_nothing_red(copy):
    """Here in an unpacked ZIP, where nothing says what the exercise was before."""
    answer(copy, "exercises/01_sentence_to_row.ipynb")
    code, told = pytest_in(copy, "tests/test_build.py", "tests/test_exercises.py", "-k",
                           "every_generated or (01_sentence and (blank or nbgrader or leaks))")
    lines = [line for line in told.splitlines() if "01_sentence_to_row.ipynb" in line]
    assert code == 0 and len(lines) == 1, told
    assert "git checkout exercises/01_sentence_to_row.ipynb (or make build ONLY=pages)" in lines[0]


def test_an_exercise_that_was_committed_wrongly_is_red_and_an_answered_one_is_not(copy):
    answer(copy, "exercises/02_forty_percent_of_what.ipynb")
    commit(copy)
    answer(copy, "exercises/01_sentence_to_row.ipynb")
    code, told = pytest_in(copy, "tests/test_build.py", "-k", "every_generated")
    assert code == 1 and "exercises/02_forty_percent_of_what.ipynb: run make build ONLY=pages" in told, told
    assert "UserWarning: exercises/01_sentence_to_row.ipynb: changed since" in told


def test_nbval_runs_the_course_in_a_folder_and_anything_by_its_path(copy):
    book = (copy / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8")
    for name in [*LITTER[:3], "Untitled.ipynb"]:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(book, encoding="utf-8")
    told = pytest_in(copy, "--nbval", "notebooks", "Untitled.ipynb", "--collect-only")[1]
    assert {line.partition(":")[0] for line in told.splitlines() if ".ipynb" in line} == {
        "Untitled.ipynb", *(f"notebooks/{path.name}" for path in course.LESSONS)}


def test_make_test_names_only_what_belongs_to_the_course(copy):
    for name in LITTER:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("{}", encoding="utf-8")
    told = subprocess.run([sys.executable, "tools/course.py", "code"], cwd=copy, capture_output=True, text=True)
    names = told.stdout.split()
    assert set(names) <= set(course.files()) and {"conftest.py", "notebooks/figures.py"} <= set(names)
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "wildcard" not in recipe and "*.ipynb" not in recipe


def test_git_is_asked_in_one_place():
    """Which knows what to do without it."""
    asking = {name for name in course.files() if name.endswith(".py") and not name.startswith("tests/")
              for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8")))
              if isinstance(node, ast.Constant) and node.value == "git"}
    assert asking == {"tools/course.py"}


# -- make lab


def test_root_and_a_machine_without_a_screen_are_told(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    words, said = lab.options(["--port=9"], {}, "linux")
    assert {"--allow-root", "--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={ROOT}"} < set(words)
    assert words[-1] == "--port=9"
    assert len(said) == 2 and "this machine alone" in said[0] and "address" in said[1]
    words, said = lab.options(["--ip=0.0.0.0", "--no-browser"], {}, "linux")
    assert "--allow-root" in words and not any("127.0.0.1" in word for word in words) and said == []
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    for env, system in (({"DISPLAY": ":0"}, "linux"), ({"BROWSER": "code"}, "linux"), ({}, "darwin"), ({}, "win32")):
        words, said = lab.options([], env, system)
        assert not {"--allow-root", "--no-browser"} & set(words) and said == []


def foreign_settings(home):
    """A home as people have it: each of these files alone once kept the course from opening or running."""
    for name, text in {
            ".jupyter/jupyter_notebook_config.py": f"c.NotebookApp.notebook_dir = {str(home / 'elsewhere')!r}\n",
            ".jupyter/jupyter_server_config.py": f"c.ServerApp.root_dir = {str(home / 'elsewhere')!r}\n"
                                                 "c.ServerApp.ip = '0.0.0.0'\nc.ServerApp.port_retries = 0\n"
                                                 "c.ServerApp.contents_manager_class = 'not.installed.Manager'\n",
            ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings":
                '{"theme": "JupyterLab Dark"}',
            ".local/share/jupyter/kernels/python3/kernel.json":
                '{"argv": ["false"], "display_name": "Python 3", "language": "python"}',
            ".local/share/jupyter/labextensions/of-another-lab/package.json":
                '{"name": "of-another-lab", "version": "1.0.0", "jupyterlab": {"_build": {"load": "x.js"}}}',
            ".ipython/profile_default/startup/00.py": "import sys; sys.modules['figures'] = None\n",
            ".config/matplotlib/matplotlibrc": "text.usetex: True\n",
            "modules/figures.py": "raise ImportError('the figures of another project')\n",
            "modules/pandas.py": "raise ImportError('the pandas of another project')\n",
            "elsewhere/note.txt": ""}.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text, encoding="utf-8")
    return {"HOME": str(home), "PYTHONPATH": str(home / "modules"), "PYTHONSTARTUP": str(home / "elsewhere/note.txt"),
            "MATPLOTLIBRC": str(home / ".config" / "matplotlib"), "MPLBACKEND": "TkAgg", "JUPYTER_PORT_RETRIES": "0",
            "JUPYTER_PATH": str(home / ".local" / "share" / "jupyter"), "PYTHONWARNINGS": "error"}


@pytest.mark.parametrize("home", ["full of settings", "not there"])
def test_lab_opens_the_course_and_its_kernel_runs_a_lesson(home, copy, tmp_path):
    """As root too, on a taken port, with somebody else's settings, or with a home that cannot be written."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "MPL"))}
    env |= foreign_settings(tmp_path / "home") if home == "full of settings" else {"HOME": os.devnull + "/none"}
    env |= {"TMPDIR": str(tmp_path), "BROWSER": "true"}
    (copy / "exercises" / "random.py").write_text("raise ImportError('a learner tries out chance')\n", encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        log = tmp_path / "log"
        with open(log, "w", encoding="utf-8") as said:
            server = subprocess.Popen([sys.executable, copy / "tools" / "lab.py", f"--port={port}", "--no-browser",
                                       "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"],
                                      cwd=tmp_path, env=env, stdout=said, stderr=said)
        try:
            while not (found := re.search(r"http://127\.0\.0\.1\S+", log.read_text(encoding="utf-8"))):
                assert server.poll() is None, log.read_text(encoding="utf-8")
                time.sleep(0.1)
            address = found[0]
            assert f":{port}/" not in address
            assert address.endswith("/lab/tree/notebooks/00_start_here.ipynb")
            site = address.partition("/lab/")[0]

            def ask(place, /, **sent):
                data = json.dumps(sent).encode() if sent else None
                with urllib.request.urlopen(urllib.request.Request(f"{site}/{place}", data)) as reply:
                    return json.loads(reply.read())

            assert {"notebooks", "exercises", "data"} <= {item["name"] for item in ask("api/contents")["content"]}
            with urllib.request.urlopen(f"{site}/lab") as reply:
                assert b"of-another-lab" not in reply.read()
            if home == "full of settings":
                themes = "@jupyterlab%2Fapputils-extension:themes"
                assert ask(f"lab/api/settings/{themes}")["settings"] == {"theme": "JupyterLab Dark"}
            session = ask("api/sessions", path="exercises/01_sentence_to_row.ipynb", name="", type="notebook",
                          kernel={"name": "python3"})
            run = run_in_kernel(next(tmp_path.glob(f"course-*/*/kernel-{session['kernel']['id']}.json")))
            assert run("import sys; sys.path.append('../notebooks'); import figures, pandas, random;"
                       " import matplotlib as m; assert not m.rcParams['text.usetex']; print(figures.__file__)"
                       ) == f"{copy / 'exercises' / '..' / 'notebooks' / 'figures.py'}\n"
        finally:
            server.terminate()
            server.wait(20)


def run_in_kernel(connection):
    """Returns a function that runs code in the kernel of a connection file and returns what it printed."""
    from jupyter_client import BlockingKernelClient

    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=60)

    def run(code):
        printed = []
        reply = client.execute_interactive(code, timeout=60, output_hook=lambda message: printed.append(
            message["content"].get("text") or str(message["content"].get("traceback") or "")))
        client.stop_channels()
        assert reply["content"]["status"] == "ok", printed
        return "".join(printed)

    return run


def test_figures_look_alike_whatever_matplotlib_was_told(tmp_path):
    """Where JupyterLab was not started by tools/lab.py: in an editor, on a hub."""
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\naxes.grid: True\nfigure.autolayout: True\n",
                                           encoding="utf-8")
    code = ("import matplotlib as m, figures; print({name: repr(value) for name, value in m.rcParams.items()"
            " if not name.startswith(('backend', 'savefig.directory'))})")
    told = [subprocess.run([sys.executable, "-c", code], cwd=ROOT / "notebooks", capture_output=True, text=True,
                           check=True, env=os.environ | {"MATPLOTLIBRC": str(rc)}).stdout
            for rc in (tmp_path, tmp_path / "none")]
    assert told[0] == told[1] and "'text.usetex': 'False'" in told[0]


def test_lab_without_jupyterlab_says_what_to_run(copy):
    done = subprocess.run([sys.executable, "-I", "-S", copy / "tools" / "lab.py"], capture_output=True, text=True)
    assert done.returncode == 1 and "tools/setup_env.py" in done.stderr and done.stderr.count("\n") == 1


def test_make_takes_nothing_of_other_programs_along(copy):
    """Here Python and the environment are little scripts that tell what they were given."""
    (copy / ".venv" / "bin").mkdir(parents=True)
    tell = copy / ".venv" / "bin" / "python"
    tell.write_text("#!/bin/sh\necho \"given $*\"\nenv\n", encoding="utf-8")
    tell.chmod(0o755)
    env = os.environ | {"PYTHONPATH": "/other", "PYTHONHOME": "/other", "MATPLOTLIBRC": "/other", "MPLBACKEND": "TkAgg"}
    done = subprocess.run(["make", "lab", "PORT=9000", "ARGS=--no-browser", "PYTHON=true"], cwd=copy, env=env,
                          capture_output=True, text=True)
    assert "given tools/lab.py --port=9000 --no-browser" in done.stdout, done.stderr
    assert "/other" not in done.stdout and "TkAgg" not in done.stdout


# -- the environment heals


class Machine:
    """The course's folder with one package in its lock, on a machine whose venv, pip and uv are stood in for."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.venv, self.ran, self.errors, self.patch = folder, folder / ".venv", [], {}, monkeypatch
        self.lock("tiny==1.0")
        monkeypatch.setattr(setup_env, "ROOT", str(folder))
        monkeypatch.setattr(setup_env.Environment, "run", lambda env, *words: self.run(env, words))
        monkeypatch.setattr(shutil, "which", lambda name: None)

    def lock(self, *lines):
        (self.folder / "requirements.txt").write_text("".join(f"{line} \\\n    --hash=sha256:0\n" for line in lines),
                                                      encoding="utf-8")

    def run(self, env, words):
        what = next(word for word in ("ensurepip", "uv", "venv", "pip") if word in words)
        self.ran.append(what)
        if self.errors.get(what):
            return 1, self.errors[what].pop(0)
        if what == "venv":
            venv.create(env.folder, symlinks=True)
            pip = Path(env.folder, "lib", f"python{setup_env.RUNNING}", "site-packages", "pip")
            pip.mkdir(parents=True)
            (pip / "__init__.py").write_text("", encoding="utf-8")
        if what in ("pip", "uv"):
            for text in env.texts.values():
                name, version = text.split(" \\")[0].split("==")
                Path(env.packages, f"{name}-{version}.dist-info").mkdir(parents=True, exist_ok=True)
        return 0, ""

    def setup(self, *words):
        """Run setup_env; returns what it ran."""
        self.ran.clear()
        setup_env.main(list(words))
        return self.ran

    def mark(self, **changes):
        path = self.venv / "course.json"
        said = json.loads(path.read_text(encoding="utf-8")) | changes
        if changes:
            path.write_text(json.dumps(said), encoding="utf-8")
        return said


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


def test_an_environment_is_made_once(machine, capsys):
    assert machine.setup() == ["venv", "pip"]
    assert machine.mark()["finished"] and machine.mark()["folder"] == os.path.realpath(machine.venv)
    assert machine.setup() == []
    machine.lock("tiny==1.1")
    assert machine.setup() == ["pip"]
    assert (machine.venv / "bin" / "python").is_symlink(), "as python -m venv makes it; a copy breaks on some Macs"


def interrupted(machine):
    machine.mark(finished=False)


def of_another_folder(machine):
    machine.mark(folder="/elsewhere/.venv")


def of_another_python(machine):
    machine.mark(python="3.2")


def without_its_python(machine):
    (machine.venv / "bin" / "python").unlink()
    (machine.venv / "bin" / "python").symlink_to("/no/such/python")


def too_old(machine):
    machine.patch.setattr(setup_env, "OLDEST", (3, 11))
    (machine.venv / "bin" / "python").unlink()
    (machine.venv / "bin" / "python").write_text("#!/bin/sh\necho 3.10 True /somewhere\n", encoding="utf-8")
    (machine.venv / "bin" / "python").chmod(0o755)


def moved_by_hand(machine):
    (machine.venv / "course.json").unlink()
    (machine.venv / "bin" / "jupyter").write_text("#!/elsewhere/.venv/bin/python\n", encoding="utf-8")


def a_file_in_its_place(machine):
    shutil.rmtree(machine.venv)
    machine.venv.write_text("", encoding="utf-8")


@pytest.mark.parametrize(("spoil", "words"), [
    (interrupted, "was never finished"), (of_another_folder, "was made for another folder"),
    (of_another_python, "was made for Python 3.2"), (without_its_python, "has lost its Python"),
    (too_old, "is one of Python 3.10, which is too old"), (moved_by_hand, "was made for another folder"),
    (a_file_in_its_place, "has lost its Python")], ids=lambda value: getattr(value, "__name__", ""))
def test_what_does_not_work_is_made_anew_in_one_line(machine, capsys, spoil, words):
    machine.setup()
    spoil(machine)
    capsys.readouterr()
    assert machine.setup() == ["venv", "pip"]
    assert f"setup: .venv {words}; it is made anew\n" in capsys.readouterr().out
    assert machine.setup() == []


def test_a_link_to_an_environment_is_replaced_not_emptied(machine):
    """Somebody keeps it elsewhere: that one is hers."""
    other = machine.folder / "other"
    venv.create(other, with_pip=False)
    (other / "course.json").write_text('{"finished": false}', encoding="utf-8")
    machine.venv.symlink_to(other)
    assert machine.setup() == ["venv", "pip"] and (other / "pyvenv.cfg").exists() and not machine.venv.is_symlink()


def test_an_environment_of_another_tool_is_taken_as_it_is(machine, capsys):
    """uv's has no pip in it: it gets one, and is not made anew."""
    venv.create(machine.venv, symlinks=True)
    (machine.venv / "note").write_text("mine", encoding="utf-8")
    assert machine.setup() == ["ensurepip", "pip"] and (machine.venv / "note").exists()
    assert machine.setup() == []


def test_uv_is_used_where_it_is_and_pip_where_uv_fails(machine):
    machine.patch.setattr(shutil, "which", lambda name: name)
    machine.errors["uv"] = []
    assert machine.setup() == ["venv", "uv"]
    machine.lock("tiny==2.0")
    machine.errors["uv"] = ["error: uv does not know the index that pip was told of"]
    assert machine.setup() == ["uv", "pip"]


def test_a_package_that_was_lost_or_changed_is_put_back(machine, capsys):
    machine.setup()
    (found,) = machine.venv.rglob("tiny-1.0.dist-info")
    found.rename(found.with_name("tiny-0.9.dist-info"))
    assert machine.setup() == ["pip"] and "has lost tiny 1.0; it is put back" in capsys.readouterr().out


def test_pip_that_fails_in_an_old_environment_is_given_a_new_one_once(machine, capsys):
    machine.setup()
    machine.lock("tiny==2.0")
    machine.errors["pip"] = ["AttributeError: half of pip is missing"]
    assert machine.setup() == ["pip", "venv", "pip"] and "it is made anew" in capsys.readouterr().out
    machine.lock("tiny==3.0")
    machine.errors["pip"] = ["AttributeError: half", "AttributeError: again"]
    with pytest.raises(SystemExit, match=r"(?s)for Python 3\.\d+\. It said:\nAttributeError: again"):
        machine.setup()


@pytest.mark.parametrize(("said", "words"), [
    ("Could not fetch URL http://x/: connection error: refused\nERROR: No matching distribution found for tiny",
     "index could not be reached"),
    ("Could not fetch URL http://x/: proxy connection error: ('Unable to connect to proxy', NewConnectionError())\n"
     "ERROR: No matching distribution found for tiny", "the proxy did not"),
    ("(Caused by ProxyError('Cannot connect to proxy.', NewConnectionError()))", "the proxy did not"),
    ("Could not fetch URL https://x/: There was a problem confirming the ssl certificate: self-signed\n"
     "ERROR: No matching distribution found for tiny", "certificate was not accepted"),
    ("ERROR: No matching distribution found for tiny", "It said:\nERROR: No matching distribution found for tiny"),
    ("Could not fetch URL http://x/: 403 Client Error: Forbidden\nERROR: No matching distribution found for tiny",
     "It said:\nCould not fetch URL http://x/: 403 Client Error: Forbidden\nERROR: No matching"),
    ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "its hash differs"),
    ("OSError: [Errno 28] No space left on device", "the disk is full")], ids=lambda value: value[-24:])
def test_the_cause_is_named_as_it_is_and_the_old_environment_stays(machine, said, words):
    machine.setup()
    before = machine.mark()
    machine.lock("tiny==2.0")
    machine.errors["pip"] = [said]
    with pytest.raises(SystemExit) as stopped:
        machine.setup()
    assert words in str(stopped.value) and machine.ran == ["pip"]
    assert machine.mark() == before, "another lock, another network: the next time goes on from here"


def test_pip_whose_settings_lead_elsewhere_is_told(machine):
    machine.patch.setattr(setup_env.Environment, "missing", lambda env: ["tiny 1.0"])
    with pytest.raises(SystemExit, match=r"tiny 1\.0 is not in \.venv\. Its own settings may send it elsewhere"):
        machine.setup()


def test_pip_is_told_where_packages_come_from_and_not_where_they_go(tmp_path, monkeypatch):
    monkeypatch.setattr(setup_env, "ROOT", str(tmp_path))
    (tmp_path / "requirements.txt").write_text("", encoding="utf-8")
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_INDEX_URL", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "/other")
    code, told = setup_env.Environment(".venv", ["requirements.txt"]).run("sh", "-c", "env >&2")
    assert code == 0 and [line for line in told.splitlines() if "/other" in line] == ["PIP_INDEX_URL=/other"]


def test_two_commands_at_once_wait_for_each_other(tmp_path):
    """While one makes the environment the other says so, and then finds it made."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "setup_env.py", tmp_path / "tools")
    hold = ("import setup_env, time; held = setup_env.wait_for_others(); print('held', flush=True);"
            " time.sleep({})")
    start = [sys.executable, "-c", hold.format(2)], tmp_path / "tools"
    first = subprocess.Popen(start[0], cwd=start[1], stdout=subprocess.PIPE, text=True)
    assert first.stdout.readline() == "held\n"
    second = subprocess.run([sys.executable, "-c", hold.format(0)], cwd=start[1], capture_output=True, text=True)
    assert first.wait() == 0
    assert second.stdout.splitlines() == ["setup: another command is making an environment here; waiting for it",
                                          "held"]


def test_an_old_python_can_read_as_far_as_its_message():
    text = (ROOT / "tools" / "setup_env.py").read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 4))
    assert not any(isinstance(node, ast.JoinedStr | ast.NamedExpr | ast.AnnAssign | ast.Starred | ast.Nonlocal)
                   for node in ast.walk(tree) if not isinstance(getattr(node, "ctx", None), ast.Load)
                   or not isinstance(node, ast.Starred))
    assert text.isascii()
