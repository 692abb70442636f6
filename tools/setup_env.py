"""Make the course's virtual environment: python3 tools/setup_env.py [--test | --web | --nbgrader]

Creates .venv in the course's folder if need be and installs requirements.txt into it, with --test also
requirements/test.txt, every file checked against its hash. With --web it makes web/.venv instead, with --nbgrader
.venv-nbgrader. An environment that works is taken as it is, whoever made it. One that does not is made anew: it was
never finished, belongs to another folder or Python, or its Python is gone.

The mark in it, course.json, is false while work goes on and is written last: it says for which folder, Python and
locks the environment is true. Ends with one clear line when something is missing.
Written so that even an old Python can read it and say that it is too old.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COURSE = "requirements.txt"
KINDS = {"": (".venv", [COURSE]),
         "--test": (".venv", [COURSE, "requirements/test.txt"]),
         "--web": ("web/.venv", ["requirements/web.txt"]),
         "--nbgrader": (".venv-nbgrader", ["requirements/nbgrader.txt"])}
OLDEST = (3, 11)
RUNNING = "%d.%d" % sys.version_info[:2]
#: What a user may have told pip about where packages come from. What else she told it, as PIP_TARGET, sends them past
#: the environment.
SOURCES = {"PIP_" + name for name in (
    "CACHE_DIR", "CERT", "CLIENT_CERT", "CONFIG_FILE", "CONSTRAINT", "DEFAULT_TIMEOUT", "EXTRA_INDEX_URL", "FIND_LINKS",
    "INDEX_URL", "KEYRING_PROVIDER", "NO_CACHE_DIR", "NO_INDEX", "PROXY", "RETRIES", "TIMEOUT", "TRUSTED_HOST",
    "USE_DEPRECATED", "USE_FEATURE")}
#: What pip's words say about the cause, the narrower first.
CAUSES = (
    (r"DO NOT MATCH THE HASHES", "a downloaded file is not the one that was tested (its hash differs). Nothing was"
     " installed."),
    (r"No space left on device|Disk quota exceeded", "the disk is full."),
    (r"ProxyError|proxy connection error|Tunnel connection failed|407 Proxy", "the proxy did not let pip through. Look"
     " at HTTPS_PROXY, PIP_PROXY and `pip config list`, then run the same command again."),
    (r"CERTIFICATE_VERIFY_FAILED|SSLError|confirming the ssl certificate|TLS CA certificate", "the package index's"
     " certificate was not accepted. Where a company or university puts its own in between, PIP_CERT names the file of"
     " its certificates; else look at the clock."),
    (r"connection error|NewConnectionError|timed out|Connection (aborted|reset|refused|broken)|Incomplete(Read|Down)"
     r"|Network is unreachable", "the package index could not be reached. Check the network (or the proxy) and run the"
     " same command again; what was fetched is kept."),
)


def stop(line):
    sys.exit("setup: " + line)


def say(line):
    print("setup: " + line)
    sys.stdout.flush()


class Environment:
    """The virtual environment in a folder that is to hold what some lock files name."""

    def __init__(self, folder, locks):
        self.name, self.folder = folder, os.path.join(ROOT, *folder.split("/"))
        self.python = os.path.join(self.folder, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
        self.mark_path = os.path.join(self.folder, "course.json")
        self.texts = {}
        for lock in locks:
            with open(os.path.join(ROOT, *lock.split("/")), encoding="utf-8") as file:
                self.texts[lock] = file.read()
        self.version = self.packages = None
        self.pip = False

    def mark(self):
        """What the mark says; {} without one, as in an environment of somebody else's making."""
        try:
            with open(self.mark_path, encoding="utf-8") as file:
                return dict(json.load(file))
        except (OSError, ValueError, TypeError):
            return {}

    def write_mark(self, **said):
        if not said:
            os.remove(self.mark_path)
            return
        with open(self.mark_path, "w", encoding="utf-8") as file:
            json.dump(said, file, indent=1)

    def run(self, *words):
        """Run a program without what its surroundings would tell Python, pip or uv about other places.

        Returns its code and what it wrote to its error output; code None if it could not be started.
        """
        env = {name: value for name, value in os.environ.items()
               if name in SOURCES or not name.startswith(("PIP_", "PYTHON", "VIRTUAL_ENV", "__PYVENV"))}
        env["PIP_USER"] = "0"
        try:
            done = subprocess.run(words, stderr=subprocess.PIPE, env=env, cwd=ROOT, encoding="utf-8", errors="replace")
        except OSError as error:
            return None, str(error)
        return done.returncode, done.stderr.strip()

    def fault(self):
        """Why the environment cannot be used, or None."""
        mark = self.mark()
        if mark.get("finished") is False:
            return "was never finished"
        if mark and mark.get("folder") != os.path.realpath(self.folder):
            return "was made for another folder"
        fault = self.fault_of_python()
        if not fault and mark and mark.get("python") != self.version:
            return "was made for Python %s" % mark.get("python")
        return fault or ("was made for another folder" if self._scripts_lead_elsewhere() else None)

    def fault_of_python(self):
        """Ask the Python in it for its version, its place for packages and pip; returns why it does not do, or None."""
        ask = ("import importlib.util as i, sys, sysconfig; print('%d.%d' % sys.version_info[:2], bool("
               "i.find_spec('pip')), sysconfig.get_path('purelib'))")
        try:
            told = subprocess.run([self.python, "-I", "-c", ask], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  encoding="utf-8").stdout.split(None, 2)
        except OSError:
            told = []
        if len(told) != 3:
            return "has lost its Python"
        self.version, self.pip, self.packages = told[0], told[1] == "True", told[2].strip()
        if tuple(map(int, self.version.split("."))) < OLDEST:
            return "is one of Python %s, which is too old" % self.version
        return None

    def _scripts_lead_elsewhere(self):
        try:
            with open(os.path.join(os.path.dirname(self.python), "jupyter"), encoding="utf-8") as file:
                found = re.search(r"(/[^\"\n]*)/bin/python", file.read(1000))
        except (OSError, ValueError):
            return False
        return bool(found) and os.path.realpath(found.group(1)) != os.path.realpath(self.folder)

    def missing(self):
        """What the locks name and the environment does not hold, as "name version"."""
        held = {re.sub(r"[-_.]+", "-", name[:-len(".dist-info")]).lower()
                for name in os.listdir(self.packages) if name.endswith(".dist-info")}
        return ["%s %s" % (name, version) for text in self.texts.values()
                for name, version in re.findall(r"^([\w.-]+)(?:\[.+?\])?==([^ ;\\]+) *\\?$", text, re.MULTILINE)
                if re.sub(r"[-_.]+", "-", "%s-%s" % (name, version)).lower() not in held]

    def make(self):
        """Make it anew, empty but for pip."""
        base = getattr(sys, "_base_executable", None) or sys.executable
        command = [base, "-I", "-m", "venv", self.folder]
        try:
            import ensurepip  # noqa: F401
            import venv  # noqa: F401
        except ImportError:
            if not shutil.which("uv"):
                stop("this Python has no venv module. On Debian or Ubuntu: sudo apt install python3-venv")
            command = ["uv", "venv", "--quiet", "--allow-existing", "--python", base, self.folder]
        say("making %s with Python %s" % (self.name, RUNNING))
        try:
            if os.path.islink(self.folder) or os.path.isfile(self.folder):
                os.remove(self.folder)
            elif os.path.isdir(self.folder):
                shutil.rmtree(self.folder)
            os.mkdir(self.folder)
            self.write_mark(finished=False)
        except OSError as error:
            stop("could not make %s: %s" % (self.name, error))
        code, said = self.run(*command)
        fault = said if code else self.fault_of_python()
        if fault:
            stop("could not make %s. Python said:\n%s" % (self.name, fault[-2000:]))

    def install(self):
        """Install what the locks name; returns None, or what pip said when it could not."""
        say("installing %s (a few minutes the first time)" % " and ".join(sorted(self.texts)))
        words = ["--quiet", "--require-hashes", "--no-deps", "--only-binary=:all:"]  # the locks name all there is
        for lock in sorted(self.texts):
            words += ["-r", os.path.join(ROOT, *lock.split("/"))]
        said = "there is no pip"
        if shutil.which("uv"):
            code, said = self.run("uv", "pip", "install", "--python", self.python, *words)
            if code == 0:
                return None
        if not self.pip:
            code, _ = self.run(self.python, "-I", "-m", "ensurepip")
            if code != 0:
                return said
        log = os.path.join(self.folder, "pip.log")
        code, said = self.run(self.python, "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
                              "--progress-bar", "off", "--log", log, *words)
        if code and os.path.exists(log):  # why an index could not be read stands there alone
            with open(log, encoding="utf-8", errors="replace") as file:
                said = "\n".join(re.findall(r"Could not fetch URL .*", file.read())[:3] + [said])
        if os.path.exists(log):
            os.remove(log)
        return None if code == 0 else said or "nothing"


def wait_for_others():
    """Two commands may be typed at once: the second waits for the first. Returns what to close for the next one."""
    try:
        import fcntl
        place = os.open(ROOT, os.O_RDONLY)
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another command is making an environment here; waiting for it")
            fcntl.flock(place, fcntl.LOCK_EX)
        return place
    except (ImportError, OSError):  # Windows, and file systems without locks
        return None


def cause(said):
    """The line for what pip's words show to be the cause, or None."""
    return next((line for signs, line in CAUSES if re.search(signs, said)), None)


def is_outside(said):
    """Whether what pip could not do lies outside the environment, which is then left as it was."""
    return cause(said) or "No matching distribution" in said


def main(words):
    if sys.version_info < OLDEST:
        stop("Python %s is too old; the course needs Python %d.%d or newer." % (RUNNING, OLDEST[0], OLDEST[1]))
    if " ".join(words) not in KINDS:
        stop("it takes one of these words or none: %s" % " ".join(sorted(filter(None, KINDS))))
    place = wait_for_others()
    try:
        make_ready(Environment(*KINDS[" ".join(words)]))
    finally:
        if place is not None:
            os.close(place)


def make_ready(env):
    """Look at an environment and do what it needs, and no more."""
    locks = {name: hashlib.sha256(text.encode("utf-8")).hexdigest() for name, text in env.texts.items()}
    there = os.path.lexists(env.folder)
    fault = env.fault() if there else None
    if fault:
        say("%s %s; it is made anew" % (env.name, fault))
    if fault or not there:
        env.make()
    before, fresh = env.mark(), bool(fault) or not there
    if locks.items() <= before.get("locks", {}).items():
        gone = env.missing()
        if not gone:
            return
        say("%s has lost %s; it is put back" % (env.name, ", ".join(gone[:3]) + (" ..." if gone[3:] else "")))
    said = put_in(env)
    if said and not fresh and not is_outside(said):
        say("%s does not take the packages; it is made anew" % env.name)
        env.make()
        before, fresh, said = {}, True, put_in(env)
    if said:
        if is_outside(said):
            env.write_mark(**({} if fresh else before))
        stop(cause(said) or "pip could not install the packages for Python %s. It said:\n%s"
             % (env.version, said[-2000:]))
    kept = before.get("locks", {}) if before.get("python") == env.version else {}
    env.write_mark(finished=True, folder=os.path.realpath(env.folder), python=env.version, locks=dict(kept, **locks))


def put_in(env):
    """Install and look whether it is there; returns None or what is wrong."""
    try:
        env.write_mark(finished=False)
    except OSError as error:
        stop("could not write into %s: %s" % (env.name, error))
    said = env.install()
    if said is None and env.missing():
        return ("pip ended well, but %s is not in %s. Its own settings may send it elsewhere (target, prefix, root or"
                " user in `pip config list`)." % (env.missing()[0], env.name))
    return said


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("setup: interrupted. The same command begins again where it has to.")
