"""One bubblewrap container for each submission: what comes in, what goes out, and the limits from outside.

Inside there is the course, this Python and the system's programs, all read-only; an own /dev, /proc and /tmp; no
network, no other process, no right to change any of that, and nothing of the teacher's. The notebook goes in as a
sealed copy; out comes one reply (grading/judging.py). Every wait here has an end that does not depend on what is
inside. Whoever grades as root has the containers run by a user number that nobody else has.
"""

import compileall
import contextlib
import os
import platform
import py_compile
import re
import selectors
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tools import course
from tools.build import learner_notebook

from .judging import MOST_REPLY
from .limits import Limits
from .submission import NotGraded, exercises

LARGEST = 100 * 1024**2  # bytes of a notebook
NOBODY = 65_000  # the number of no ordinary account
INSIDE = "/course"
WORKER = "grading.worker"
SYSTEM = ("/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/bin", "/lib", "/lib32", "/lib64",
          "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")
GRACE = 20  # seconds that a container may take to start and to end
NOT_HELD = ("A submission then runs as you and can read, change and delete your files, use the network, and leave"
            " processes behind; only time, memory and size of files have limits.")
WAY_ON = ("Install bubblewrap 0.8 or newer (Debian, Ubuntu: apt install bubblewrap) on a Linux, or in a container, that"
          f" lets users make namespaces; or, if you trust everybody whose code it is, add --unprotected. {NOT_HELD}")


class Refused(Exception):
    """The walls cannot be had; the text says why and how to go on."""


@dataclass(frozen=True)
class Result:
    """What came out of one container: at most MOST_REPLY bytes, or none and why; the most megabytes that were seen."""

    content: bytes
    why: str = ""
    late: bool = False
    megabytes: float = 0.0


class Sandbox:
    """The containers of one grading. Use it in a ``with``: at its end nothing is left, whatever happened.

    Raises Refused when the walls cannot be had and ``unprotected`` is not set, or when nothing can be run at all.
    """

    def __init__(self, limits=None, unprotected=False):
        self.limits, self.unprotected, self.running = limits or Limits(), unprotected, {}
        if not hasattr(os, "fork"):
            raise Refused("grading needs Linux or macOS (on Windows: the Windows Subsystem for Linux).")
        if not unprotected and sys.platform != "linux":
            raise Refused(f"there are no walls for strangers' code on this system. {WAY_ON}")
        self.root = os.geteuid() == 0
        self.folder = Path(tempfile.mkdtemp(prefix="grading-"))
        try:
            self.course = _snapshot(self.folder / "course")
            self._try()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End whatever runs, and remove what was made."""
        for run in list(self.running.values()):
            run.end()
        self.running.clear()
        _remove(self.folder)

    def _try(self):
        """Make one container without a submission: are its walls there, does Python start? Keeps matplotlib's fonts."""
        run = self._start(b"", trial=True)
        try:
            said, why = run.process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            said, why = b"", b"it did not start within two minutes"
        finally:
            run.end()
        name, _, fonts = said.partition(b"\n")
        if run.process.returncode == 0 and name.startswith(b"fontlist"):
            (self.course / "fonts" / name.decode()).write_bytes(fonts)
            return
        told = " ".join(why.decode(errors="replace").split()[-60:]) or "it did not start"
        if self.unprotected:
            raise Refused(f"submissions cannot be run: {told}."
                          + (" Grade as an ordinary user: as root they are run by a user who may read nothing of"
                             " yours." if self.root else ""))
        raise Refused(f"the walls for strangers' code cannot be had: {told}. {WAY_ON}")

    def run(self, files, at_once):
        """Run one container for each (key, path), so many at once, and give (key, Result) as each is done."""
        waiting = list(files)[::-1]
        with selectors.DefaultSelector() as selector:
            while waiting or self.running:
                while waiting and len(self.running) < at_once:
                    key, path = waiting.pop()
                    try:
                        run = self.running[key] = self._start(_content(path))
                        selector.register(run.process.stdout, selectors.EVENT_READ, run)
                    except NotGraded as reason:
                        yield key, Result(b"", str(reason))
                for event, _ in selector.select(0.1):
                    event.data.take()
                for key, run in list(self.running.items()):
                    if run.done(self.limits):
                        selector.unregister(run.process.stdout)
                        del self.running[key]
                        run.end()
                        yield key, Result(b"" if run.why else bytes(run.received), run.why, run.late, run.megabytes)

    def _start(self, content, trial=False):
        """Start a container that reads ``content`` from its standard input."""
        place = tempfile.mkdtemp(dir=self.folder) if self.unprotected else "/tmp/run"
        settings = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": f"{place}/home", "TMPDIR": place,
                    "MPLCONFIGDIR": f"{place}/fonts", "IPYTHONDIR": f"{place}/home/ipython", "LANG": "C.UTF-8",
                    "COURSE_CHECK": "raise", "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
                    "MKL_NUM_THREADS": "1"}
        command = [sys.executable, "-B", "-s", "-m", WORKER, "trial" if trial else self.limits.as_json()]
        others = {}
        if self.unprotected and self.root:
            os.chown(place, NOBODY, NOBODY)
            others = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        fds = () if self.unprotected else (_filter(),)
        if fds:
            command = self._walls(settings, *fds) + command
        try:
            with _sealed(content) as notebook:
                process = subprocess.Popen(
                    command, env=settings, stdin=notebook, stdout=subprocess.PIPE, pass_fds=fds, start_new_session=True,
                    stderr=subprocess.PIPE if trial else subprocess.DEVNULL, cwd=self.course, **others)
        except OSError as error:
            raise Refused(f"a container cannot be started: {error}. {WAY_ON}") from None
        finally:
            for fd in fds:
                os.close(fd)
        return _Run(process, Path(place) if self.unprotected else None)

    def _walls(self, settings, filter_fd):
        """The command that makes a container, up to what it is to run."""
        bwrap, size = shutil.which("bwrap"), str(self.limits.folder_megabytes * 1024**2)
        if not bwrap:
            raise Refused(f"bubblewrap (bwrap) is not installed. {WAY_ON}")
        mounts = {INSIDE: str(self.course)}
        for path in (sys.prefix, sys.base_prefix):  # under both names, since links of an environment may use either
            if os.path.realpath(path) not in {"/", "/usr"}:
                mounts |= dict.fromkeys((path, os.path.realpath(path)), os.path.realpath(path))
        walls = ["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session",
                 "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL", "--hostname", "course", "--clearenv"]
        for name in SYSTEM:
            if os.path.islink(name):
                walls += ["--symlink", os.readlink(name), name]
            elif os.path.exists(name):
                walls += ["--ro-bind", name, name]
        # Memory can also be taken by files; what of /dev is a door to it without a size is shut.
        walls += ["--proc", "/proc", "--dev", "/dev", "--dev-bind", "/dev/null", "/dev/zero", "--size", size, "--tmpfs",
                  "/dev/shm", "--size", size, "--tmpfs", "/tmp"]
        outer, sources = [], list(mounts.values())
        if self.root:  # the number that the container is run by may not be allowed to come near these folders
            sources = [f"/tmp/{number}" for number in range(len(mounts))]
            outer = [bwrap, "--dev-bind", "/", "/", "--tmpfs", "/tmp"]
            for source, place in zip(mounts.values(), sources, strict=True):
                outer += ["--ro-bind", source, place]
            outer += ["--", os.path.realpath(sys.executable), "-I", "-S", "-c",
                      f"import os, sys; os.setgroups([]); os.setresgid(*[{NOBODY}] * 3); os.setresuid(*[{NOBODY}] * 3);"
                      " os.execv(sys.argv[1], sys.argv[1:])"]
        for source, place in zip(sources, mounts, strict=True):
            walls += ["--ro-bind", source, place]
        for name, text in settings.items():
            walls += ["--setenv", name, text]
        walls += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", INSIDE, "--seccomp", str(filter_fd), "--"]
        return [*outer, bwrap, *walls]


def _snapshot(folder):
    """What a submission may see of the course, for everybody to read: as it is now, so that all are marked alike."""
    kept = ("data/*.csv", "data/datapackage.json", "notebooks/*.py", "notebooks/*.mplstyle", "exercises/checks/*.py",
            "grading/__init__.py", "grading/judging.py", "grading/limits.py", "grading/submission.py",
            "grading/worker.py")
    files = {path.relative_to(course.ROOT): path.read_bytes() for pattern in kept for path in course.ROOT.glob(pattern)}
    for name in exercises():  # blank, whatever the teacher has typed into the learner's file
        solution = course.ROOT / "exercises" / f"{name}_solution.ipynb"
        files[Path("exercises", f"{name}.ipynb")] = learner_notebook(solution).encode()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o444)
    (folder / "fonts").mkdir()
    compileall.compile_dir(folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    for place in (folder.parent, folder, *(path for path in folder.rglob("*") if path.is_dir())):
        place.chmod(0o755)
    return folder


def _content(path):
    """The bytes of a file, if it is an ordinary one of a size that can be read. Raises NotGraded."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(fd, "rb") as file:
            about = os.fstat(fd)
            if not stat.S_ISREG(about.st_mode):
                raise NotGraded("not a file")
            if about.st_size > LARGEST:
                raise NotGraded(f"larger than {LARGEST // 1024**2} MB")
            return file.read(LARGEST + 1)
    except OSError as error:
        raise NotGraded(f"cannot be read: {error.strerror}") from None


@contextlib.contextmanager
def _sealed(content):
    """A copy in memory that nobody can write to, not even through /proc, to be read from its beginning."""
    sealed = hasattr(os, "memfd_create")  # as on Linux; elsewhere a file without a name
    with (open(os.memfd_create("notebook", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), "r+b") if sealed else
          tempfile.TemporaryFile()) as file:
        file.write(content)
        file.flush()
        file.seek(0)
        if sealed:
            import fcntl

            fcntl.fcntl(file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW
                        | fcntl.F_SEAL_WRITE)
        yield file


@dataclass
class _Run:
    """One container that runs."""

    process: subprocess.Popen
    place: Path | None
    began: float = field(default_factory=time.monotonic)
    received: bytearray = field(default_factory=bytearray)
    closed: bool = False
    why: str = ""
    late: bool = False
    megabytes: float = 0.0
    looked: float = 0.0

    def take(self):
        """Take what has come out; more than a reply is not kept."""
        chunk = os.read(self.process.stdout.fileno(), 65536)
        self.closed = not chunk
        self.received += chunk
        if len(self.received) > MOST_REPLY:
            self.why = "stopped: it sent back more than a reply"

    def done(self, limits):
        """Has it ended, or must it end now?"""
        now = time.monotonic()
        if self.closed or self.why:
            return True
        if now - self.began > limits.wall + GRACE:
            self.why, self.late = f"stopped after {now - self.began:.0f} seconds", True
        elif now - self.looked > 0.1 and sys.platform == "linux":
            self.looked, self.why = now, self._too_much(limits)
        return bool(self.why)

    def _too_much(self, limits):
        """Why all of it must be stopped now, or ""; counted from outside over everything that it started."""
        family = _family(self.process.pid, most=10 * limits.processes)
        told = [_numbers(pid) for pid in family]
        seconds, memory = (sum(numbers) for numbers in zip(*told, strict=True))
        if memory > limits.megabytes + 512:  # what several share was counted more than once
            memory = sum(_own_share(pid, taken) for pid, (_, taken) in zip(family, told, strict=True))
        self.megabytes = max(self.megabytes, memory)
        if seconds > 2 * limits.cpu:
            return f"stopped after {seconds:.0f} seconds of processor time"
        if memory > limits.megabytes + 512:
            return "stopped: it took too much memory"
        return "stopped: too many processes" if len(family) > 2 * limits.processes else ""

    def end(self):
        """End it and everything that it started, without waiting for what cannot be ended."""
        if self.closed and not self.place:  # the walls fall by themselves
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        if self.place:
            _remove(self.place)


def _numbers(pid):
    """(seconds of processor time with those of ended children, megabytes) of a process; zeros when it has ended."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK"),
                int(told[21]) * os.sysconf("SC_PAGE_SIZE") / 1024**2)
    return 0.0, 0.0


def _own_share(pid, megabytes):
    """The megabytes of a process without the shares of others in them: all of them where that cannot be seen, and
    none where it has ended meanwhile."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0
    except ProcessLookupError:
        return 0.0
    except OSError:
        return megabytes if os.path.exists(f"/proc/{pid}") else 0.0


def _family(pid, most):
    """The numbers of a process and of everything that it started."""
    found, todo = [], [pid]
    while todo and len(found) < most:
        found.append(todo.pop())
        with contextlib.suppress(OSError, ValueError):
            for thread in os.listdir(f"/proc/{found[-1]}/task"):
                todo += map(int, Path(f"/proc/{found[-1]}/task/{thread}/children").read_text().split())
    return found


def _remove(folder):
    """Remove a folder in which a learner may have changed the rights; never follows a link."""
    def allow(function, path, _):
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
            function(path)
    shutil.rmtree(folder, **{"onexc" if sys.version_info >= (3, 12) else "onerror": allow})


# -- system calls that are not allowed inside, since what they take is counted nowhere or outlives the container:
# memory without an address or a name (memfd_create, memfd_secret, shmget), queues (msgget, semget, mq_open), keys
# (add_key, request_key, keyctl), rings (io_setup, io_uring_setup), and doors into the kernel that no exercise needs
# (bpf, perf_event_open, userfaultfd). Sockets are only those between processes; shared memory only that in files.

FORBIDDEN = {
    "x86_64": (0xC000003E, 9, 41, (319, 447, 29, 68, 64, 240, 248, 249, 250, 206, 425, 321, 298, 323)),
    "aarch64": (0xC00000B7, 222, 198, (279, 447, 194, 186, 190, 180, 217, 218, 219, 0, 425, 280, 241, 282)),
}
LOAD, EQUAL, AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
KILL, REFUSE, ALLOW = 0x80000000, 0x00050001, 0x7FFF0000  # REFUSE: EPERM


def _filter():
    """The end of a pipe that holds the filter of system calls for bubblewrap (see seccomp(2)). Raises Refused."""
    if platform.machine() not in FORBIDDEN:
        raise Refused(f"the limits on memory are not known for this kind of processor ({platform.machine()})."
                      f" {WAY_ON}")
    architecture, mmap, socket, forbidden = FORBIDDEN[platform.machine()]
    program = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0),
               (AT_LEAST, 0, 1, 0x40000000), (RETURN, 0, 0, REFUSE)]
    for number in forbidden:
        program += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    shared_without_name, between_processes = 0x21, 1
    program += [(EQUAL, 0, 4, mmap), (LOAD, 0, 0, 40), (AND, 0, 0, shared_without_name),
                (EQUAL, 0, 1, shared_without_name), (RETURN, 0, 0, REFUSE), (LOAD, 0, 0, 0),
                (EQUAL, 0, 3, socket), (LOAD, 0, 0, 16), (EQUAL, 1, 0, between_processes), (RETURN, 0, 0, REFUSE),
                (RETURN, 0, 0, ALLOW)]
    read, write = os.pipe()
    os.write(write, b"".join(struct.pack("HBBI", *step) for step in program))
    os.close(write)
    return read
