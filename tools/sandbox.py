"""A fork server: runs one learner's notebook after another, each in a process that can harm only itself.

``Server`` starts this file as a process of its own. It imports pandas, matplotlib and IPython once, holds nothing of
any learner, and for each job forks a *keeper*, which makes a folder with its own copy of the data, cuts itself off,
forks the *runner* that runs the cells, watches it, ends it with everything that it started, and sends back what it
found. The answers come back as plain values (numbers, words, lists); they are judged elsewhere (tools/grade.py), so
nothing that runs in here decides about a mark.

What holds the runner, on Linux: namespaces of its own for network (none), processes (all die with it) and files
(everything read-only but its folder, which lies in memory and has a largest size), a user without rights, and limits
on memory, processor time, processes, open files and file size. Where the system offers no namespaces, and on macOS,
only the limits, the own folder and the end of all descendants remain (on macOS without those that have left their
parent), and ``Server.missing`` says so. On Windows nothing is run.
"""

import contextlib
import ctypes
import json
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

with contextlib.suppress(ImportError):  # Windows has none: see Server
    import resource

ROOT = Path(__file__).resolve().parents[1]
#: Files of the course that a notebook needs, beside ``conftest.py`` and what it names, which nbval needs.
COURSE_FILES = ("data/*.csv", "data/datapackage.json", "notebooks/*.py", "notebooks/*.mplstyle",
                "exercises/checks/*.py", "conftest.py", "pyproject.toml", "tests/sanitize.cfg")
#: What one submission may use: seconds for a cell and in all, megabytes above what the libraries take, processes
#: and threads, megabytes of one file and of all files together.
LIMITS = {"cell_seconds": 20, "seconds": 60, "megabytes": 1024, "processes": 64, "file_megabytes": 20,
          "folder_megabytes": 100}
GUARDS = {"network": "cut off the network", "files": "make everything outside its folder read-only",
          "user": "run it as a user without rights", "processes": "hide other processes from it"}
_FIRST_USER = 65000  # the first of the numbers that no ordinary account has; each server takes one of its own
_MOST_REPLY = 2_000_000  # bytes that a runner may send back


class Server:
    """One fork server. ``run`` does one job at a time; use several servers for several jobs at once.

    Parameters: ``slot``, a small number, different for servers that run at the same time; ``hide``, folders that a
    submission must not see where the system can hide them; ``plain`` leaves the namespaces out, as on a system that
    has none. Raises OSError when no process can be started, RuntimeError when the system has no fork (Windows).
    """

    def __init__(self, slot=0, hide=(), plain=False):
        if not hasattr(os, "fork"):
            raise RuntimeError("grading a class needs Linux or macOS (on Windows: the Windows Subsystem for Linux)")
        self.closed = False
        self.runs = Path(tempfile.mkdtemp(prefix="class-"))
        self.runs.chmod(0o755)
        self.arguments = [sys.executable, "-B", __file__, str(slot), "plain" if plain else "full", self.runs, *hide]
        self._start()

    def _start(self):
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        self.process = subprocess.Popen(
            list(map(str, self.arguments)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env=kept | {"COURSE_CHECK": "raise", "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1",
                        "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"})
        first = self.process.stdout.readline()
        if not first:
            raise OSError("the fork server could not be started; its own words stand above")
        #: The guards that this system does not offer, as phrases after "cannot".
        self.missing = [GUARDS[name] for name in json.loads(first)["missing"]]

    def run(self, job):
        """Run one job and return what was found.

        ``job`` is {"steps": [...], "exercise": name, "limits": {...}} or, for nbval, {"notebook": text, ...}. A
        step is ["run", cell name, source] or ["look", question]. Returned: {"looks": [[question, found], ...],
        "errors": [[cell name, words], ...], "output": text of pytest, "ended": "" or why it did not come to its
        end, "seconds": wall clock, "megabytes": the most memory of the runner}.
        """
        try:
            print(json.dumps(job), file=self.process.stdin, flush=True)
            reply = self.process.stdout.readline()
        except BrokenPipeError:
            reply = ""
        if reply:
            return json.loads(reply)
        if not self.closed:
            self._stop()
            self._start()
        return _nothing("the grader's own process was ended")

    def close(self):
        """End the server, and the job that it runs, if any."""
        self.closed = True
        self._stop()
        _remove(self.runs)

    def _stop(self):
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _nothing(ended):
    return {"looks": [], "errors": [], "output": "", "ended": ended, "seconds": 0.0, "megabytes": 0.0}


# -- values that travel as JSON


def encode(value):
    """An answer as read by the checker, in a form that JSON can carry. Raises TypeError for anything else."""
    if isinstance(value, (set, frozenset)):
        return {"set": [encode(member) for member in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(member)] for key, member in value.items()]}
    if isinstance(value, (list, tuple)):
        return [encode(member) for member in value]
    if hasattr(value, "item"):
        value = value.item()
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise TypeError(f"a {type(value).__name__} is not a plain value")


def decode(value):
    """The way back. Raises ValueError or TypeError for what ``encode`` would not have written."""
    if isinstance(value, list):
        return [decode(member) for member in value]
    if isinstance(value, dict):
        (kind, members), = value.items()
        members = [decode(member) for member in members]
        return set(members) if kind == "set" else dict(members)
    return value


# -- Linux: what cuts a process off

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
_NOSUID, _NODEV, _NOEXEC, _BIND, _MOVE, _REC, _PRIVATE = 2, 4, 8, 4096, 8192, 16384, 1 << 18
_SUBREAPER, _DIE_WITH_PARENT, _NO_NEW_RIGHTS = 36, 1, 38
_MOUNT_SETATTR = 442  # the number of this system call is the same on every kind of processor


def _call(name, *arguments):
    """A function of the C library; raises OSError when it says no."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _linux():
    return sys.platform == "linux"


def _cut_off(user):
    """Give this process namespaces of its own; ``user`` is None when its own user's rights are to be kept inside."""
    if user is None:
        uid, gid = os.getuid(), os.getgid()
        _call("unshare", _NEWUSER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _call("unshare", _NEWNS | _NEWPID | _NEWNET | _NEWIPC)


def _only_this_is_writable(folder, megabytes, hide):
    """Make all files read-only but those in ``folder``, which lies in memory from now on, and hide what is private.

    Of the homes nothing is left to see but the course and this Python, whose folders then need no open door above.
    """
    _call("mount", None, b"/", None, _REC | _PRIVATE, None)
    read_only = struct.pack("QQQQ", 1, 0, 0, 0)
    _call("syscall", _MOUNT_SETATTR, -100, b"/", 0x8000, read_only, len(read_only))
    needed = {Path(path).resolve() for path in (ROOT, sys.prefix, sys.base_prefix)}
    _call("mount", b"none", os.fsencode(folder), b"tmpfs", _NOSUID | _NODEV, b"size=1m")
    for name in dict.fromkeys(Path(name).resolve() for name in ["/run", "/root", "/home", *hide]):
        inner = [path for path in sorted(needed) if name in path.parents]
        if not name.is_dir() or name in needed or (name in folder.parents and inner):
            continue
        for number, path in enumerate(inner):
            (folder / str(number)).mkdir(exist_ok=True)
            _call("mount", os.fsencode(path), os.fsencode(folder / str(number)), None, _BIND | _REC, None)
        _call("mount", b"none", os.fsencode(name), b"tmpfs", _NOSUID | _NODEV, b"size=1m,mode=0755")
        for number, path in enumerate(inner):
            path.mkdir(parents=True, exist_ok=True)
            _call("mount", os.fsencode(folder / str(number)), os.fsencode(path), None, _MOVE, None)
    folder.mkdir(parents=True, exist_ok=True)
    _call("mount", b"none", os.fsencode(folder), b"tmpfs", _NOSUID | _NODEV,
          f"size={megabytes}m,mode=0755".encode())


def _loopback():
    """Bring up the loopback of the empty network: nbval speaks to its kernel over it."""
    import fcntl
    import socket
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))


def _give_up_rights(user):
    """Become ``user`` (a number, or None to stay who one is) and lose every right to change that again."""
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    if _linux():
        _call("capset", struct.pack("Ii", 0x20080522, 0), bytes(24))
        _call("prctl", _NO_NEW_RIGHTS, 1, 0, 0, 0)
        _call("prctl", _DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _works(user, runs, cut_off):
    """Can the course and this Python be read as ``user``, with or without namespaces? Tried in a process of its own."""
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            if cut_off:
                _cut_off(user)
                _only_this_is_writable(Path(runs), 1, [])
                grandchild = os.fork()
                if grandchild:
                    os._exit(os.waitpid(grandchild, 0)[1] != 0)
            _give_up_rights(user)
            for path in (json.__file__, __file__, contextlib.__file__, ctypes.__file__):
                Path(path).read_bytes()
            os._exit(not os.access(sys.executable, os.X_OK))
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _guards(slot, plain, runs):
    """Try what this system allows. Returns (user number or None, {guard: is it in force?})."""
    users = [_FIRST_USER + slot, None] if os.getuid() == 0 else [None]
    for cut_off in [False] if plain or not _linux() else [True, False]:
        for user in users:
            if _works(user, runs, cut_off):
                guards = dict.fromkeys(GUARDS, cut_off)
                return user, guards | {"user": user is not None or (os.getuid() != 0 and cut_off)}
    return None, dict.fromkeys(GUARDS, False)


# -- the keeper


def _keep(job, user, guards, hide, course, shell, runs):
    """Run one job in a runner of its own and return what was found (see ``Server.run``)."""
    limits = LIMITS | job["limits"]
    found, began = _nothing(""), time.monotonic()
    folder = Path(tempfile.mkdtemp(dir=runs))
    os.chmod(folder, 0o755)
    if _linux():
        _call("prctl", _SUBREAPER, 1, 0, 0, 0)
        _call("prctl", _DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if guards["files"]:
        _cut_off(user)
        _only_this_is_writable(folder, limits["folder_megabytes"], hide)
        if "notebook" in job:
            _loopback()
    _furnish(folder, course, user, job)
    read, write = os.pipe()
    runner = os.fork()
    if not runner:
        try:
            _run(job, folder, user, guards, limits, write, shell)
        finally:
            os._exit(1)
    os.close(write)
    received, found["ended"], used = _watch(runner, read, limits, began)
    used = _end_all(runner, used)
    found["megabytes"] = used.ru_maxrss / (1024 if _linux() else 1024**2) if used else 0.0
    if "notebook" in job:
        found["output"] = received.decode(errors="replace")
        found["ended"] = "" if found["ended"].startswith("the process ended") else found["ended"]
    else:
        _sort(received, found)
    if not guards["files"]:
        _remove(folder)
    found["seconds"] = time.monotonic() - began
    return found


def _furnish(folder, course, user, job):
    """Lay the course's files, and the notebook that nbval is to run, into the runner's folder."""
    own = {"exercises", "data", "home"}
    for name in ("data", "exercises/checks", "home", "notebooks", "tests"):
        (folder / name).mkdir(parents=True)
    files = course | ({f"exercises/{job['exercise']}.ipynb": job["notebook"].encode()} if "notebook" in job else {})
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content)
        path.chmod(0o644 if path.parent.name in own else 0o444)
        if user is not None and path.parent.name in own:
            os.chown(path, user, user)
    for name in own if user is not None else ():
        os.chown(folder / name, user, user)


def _watch(runner, read, limits, began):
    """Collect what the runner writes until it is done. Returns (bytes, "" or why it was stopped, what it used)."""
    received, look_again = bytearray(), began + 0.5
    while True:
        ready, _, _ = select.select([read], [], [], 0.05)
        chunk = os.read(read, 65536) if ready else b""
        received += chunk
        now = time.monotonic()
        if received.endswith(b'{"done": true}\n'):
            return received, "", None
        if len(received) > _MOST_REPLY:
            return received, "stopped: it sent back more than answers", None
        if now - began > limits["seconds"]:
            return received, f"stopped after {limits['seconds']:g} seconds", None
        if now > look_again:
            look_again = now + 0.1
            if too_much := _too_much(limits):
                return received, too_much, None
        if chunk:
            continue
        pid, status, used = os.wait4(runner, os.WNOHANG)
        if pid:
            while select.select([read], [], [], 0)[0] and (chunk := os.read(read, 65536)):
                received += chunk
            if received.endswith(b'{"done": true}\n'):
                return received, "", used
            return received, (f"the process was ended by {signal.Signals(os.WTERMSIG(status)).name}"
                              if os.WIFSIGNALED(status) else
                              f"the process ended itself with code {os.WEXITSTATUS(status)}"), used
        if ready:  # closed by the runner, which goes on
            time.sleep(0.05)


def _descendants():
    import psutil
    with contextlib.suppress(psutil.Error):
        return psutil.Process().children(recursive=True)
    return []


def _too_much(limits):
    """Why the runner and all that it started must be stopped now, or ""."""
    import psutil
    family = _descendants()
    if len(family) > limits["processes"]:
        return f"stopped: more than {limits['processes']} processes"
    own = 0
    for process in family if len(family) > 1 or not _linux() else ():  # on Linux one alone is held by its own limit
        with contextlib.suppress(psutil.Error, OSError):
            own += process.memory_full_info().uss if _linux() else process.memory_info().rss
    return "stopped: it took too much memory" if own > 1024**2 * limits["megabytes"] else ""


def _end_all(runner, used):
    """End the runner and everything that it started. Returns what the runner used, if it can be known."""
    for _ in range(200):
        for step in (signal.SIGSTOP, signal.SIGKILL):
            for process in _descendants():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process.pid, step)
        with contextlib.suppress(ChildProcessError):
            while (ended := os.wait4(-1, os.WNOHANG))[0]:
                used = ended[2] if ended[0] == runner else used
        if not _descendants():
            break
        time.sleep(0.005)
    return used


def _sort(received, found):
    """Sort the runner's lines into looks and errors; a line that is none of them is left out."""
    for line in received.decode(errors="replace").splitlines():
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
            told = json.loads(line)
            if "look" in told:
                found["looks"].append([str(told["look"]), told["found"]])
            elif "error" in told:
                found["errors"].append([str(told["cell"]), str(told["error"])])


def _remove(folder):
    """Remove a folder in which a learner may have changed the rights; never follows a link."""
    def allow(function, path, _):
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
            function(path)
    shutil.rmtree(folder, **{"onexc" if sys.version_info >= (3, 12) else "onerror": allow})


# -- the runner


class OutOfTime(BaseException):
    """A cell ran longer than a cell may."""


def _run(job, folder, user, guards, limits, write, shell):
    """In the runner: give up every right, then run the steps and write one line for each thing found."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.dup2(write, 3)
    os.closerange(4, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 65536 else 65536)
    os.chdir(folder / "exercises")
    home = str(folder / "home")
    os.environ.update(HOME=home, TMPDIR=home, MPLCONFIGDIR=home, IPYTHONDIR=home, JUPYTER_RUNTIME_DIR=home)
    tempfile.tempdir = home
    if guards["processes"]:
        with contextlib.suppress(OSError):
            _call("unshare", _NEWNS)  # the keeper goes on seeing all processes
            _call("mount", b"proc", b"/proc", b"proc", _NOSUID | _NODEV | _NOEXEC, None)
    bounds = {"RLIMIT_CORE": 0, "RLIMIT_CPU": int(limits["seconds"]) + 5, "RLIMIT_NOFILE": 512,
              "RLIMIT_FSIZE": limits["file_megabytes"] * 1024**2}
    if guards["user"] or guards["processes"]:
        bounds["RLIMIT_NPROC"] = limits["processes"]
    if _linux() and "notebook" not in job:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        bounds["RLIMIT_AS"] = pages * resource.getpagesize() + limits["megabytes"] * 1024**2
    elif _linux():
        bounds["RLIMIT_AS"] = (1024 + limits["megabytes"]) * 1024**2
    _give_up_rights(user)
    for name, bound in bounds.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (bound, bound))
    if "notebook" in job:
        _run_nbval(job, folder, limits)
    _run_steps(job, limits, shell)


def _run_nbval(job, folder, limits):
    os.dup2(3, 1)
    os.close(3)
    os.chdir(folder)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "--nbval-lax", "--color=no", "-vv", "--rootdir=.",
                              f"--nbval-cell-timeout={limits['cell_seconds']}", f"exercises/{job['exercise']}.ipynb"])


def _run_steps(job, limits, shell):
    from checks import for_exercise
    questions = for_exercise(job["exercise"], {}).questions

    def tell(**what):
        os.write(3, (json.dumps(what) + "\n").encode())

    def too_long(*_):
        raise OutOfTime(f"ran longer than {limits['cell_seconds']:g} seconds")

    signal.signal(signal.SIGALRM, too_long)
    me = os.getpid()
    for kind, *step in job["steps"]:
        try:
            signal.setitimer(signal.ITIMER_REAL, limits["cell_seconds"])
            if kind == "run":
                cell, source = step
                result = shell.run_cell(source, store_history=False)
                if os.getpid() != me:  # a copy that the cell made does not go on
                    os._exit(0)
                error = result.error_before_exec or result.error_in_exec
                if error is not None:
                    tell(cell=cell, error=_in_one_line(error))
            else:
                found = questions[step[0]].look(shell.user_ns)
                tell(look=step[0], found=[found[0], encode(found[1])])
            signal.setitimer(signal.ITIMER_REAL, 0)
        except BaseException as error:  # whatever a learner's objects do, the next cell is run
            signal.setitimer(signal.ITIMER_REAL, 0)
            if kind == "look":
                tell(look=step[0], found=["type", "What you gave cannot be read as an answer here."])
            else:
                tell(cell=step[0], error=_in_one_line(error))
    tell(done=True)
    time.sleep(60)  # the keeper ends us


def _in_one_line(error):
    try:
        words = " ".join(str(error).split())
    except Exception:
        words = ""
    words = re.sub(r"\(<ipython-input[^>]*>, ", "(", words)
    return f"{type(error).__name__}: {words}"[:200].rstrip(": ")


# -- the server


def _warm_up():
    """Import and use once what every exercise uses; returns the shell in which the cells will run."""
    sys.path[:0] = [str(ROOT / "exercises"), str(ROOT / "notebooks")]
    import matplotlib.pyplot as plt
    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        """Behaves as the kernel does, without a terminal, a history or tracebacks."""

        def enable_gui(self, gui=None):
            pass

        def showtraceback(self, *_, **__):
            pass

        def showsyntaxerror(self, *_, **__):
            pass

    config = Config()
    config.HistoryManager.enabled = False
    with contextlib.redirect_stdout(None), tempfile.TemporaryDirectory() as folder:
        os.environ["IPYTHONDIR"] = folder
        shell = Shell.instance(config=config)
    shell.display_formatter.active_types = ["text/plain"]
    # The kernel's own backend shows and closes all figures at the end of each cell.
    shell.events.register("post_execute", lambda: plt.close("all"))
    import checks  # noqa: F401
    import consistency  # noqa: F401
    import figures
    shell.run_cell("import sys", store_history=False)
    table = pd.read_csv(ROOT / "data" / "proportions.csv").query("total > 0")
    fig, ax = plt.subplots()
    ax.barh(table["study_id"].iloc[:3], table["total"].iloc[:3], label="people")
    ax.set(title="A figure", xlabel="people")
    figures.show(fig)
    sys.path.insert(0, "")
    return shell


def _serve(slot, mode, runs, *hide):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    orders, replies = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    course = {str(path.relative_to(ROOT)): path.read_bytes() for pattern in COURSE_FILES
              for path in sorted(ROOT.glob(pattern))}
    user, guards = _guards(int(slot), mode == "plain", runs)
    shell = _warm_up()
    print(json.dumps({"missing": [name for name in GUARDS if not guards[name]]}), file=replies, flush=True)
    for line in orders:
        keeper = os.fork()
        if not keeper:
            status = 1
            try:
                found = _keep(json.loads(line), user, guards, hide, course, shell, runs)
                print(json.dumps(found), file=replies, flush=True)
                status = 0
            except Exception as error:
                print(f"grade: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            finally:
                os._exit(status)
        if os.waitpid(keeper, 0)[1]:
            print(json.dumps(_nothing("the grader could not run it")), file=replies, flush=True)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
