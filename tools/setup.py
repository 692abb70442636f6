"""Make the course's virtual environment: python3 tools/setup.py [--test | --web | --nbgrader]

Creates .venv beside this folder if need be and installs requirements.txt into it (with --test also
requirements/test.txt), every file checked against its hash. With --web it makes web/.venv from requirements/web.txt
instead (the site and the end-to-end tests), with --nbgrader .venv-nbgrader from requirements/nbgrader.txt.
Ends with one clear line when something is missing.
Written so that even an old Python can read it and say that it is too old.
"""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
APART = {"--web": (os.path.join("web", ".venv"), "requirements/web.txt"),
         "--nbgrader": (".venv-nbgrader", "requirements/nbgrader.txt")}
CHOSEN = [APART[word] for word in sys.argv[1:] if word in APART]
VENV = os.path.join(ROOT, CHOSEN[0][0] if CHOSEN else ".venv")
OLDEST = (3, 11)


def stop(line):
    sys.exit("setup: " + line)


def venv_python():
    folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(VENV, folder, name)


def make_venv():
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        stop("this Python has no venv module. On Debian or Ubuntu: sudo apt install python3-venv")
    where, (major, minor) = os.path.relpath(VENV, ROOT), sys.version_info[:2]
    print("setup: making %s with Python %d.%d" % (where, major, minor), flush=True)
    try:
        venv.EnvBuilder(with_pip=True, clear=True).create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        stop("could not make %s (%s). Is the disk full, or the folder read-only?" % (VENV, error))


def install(names):
    print("setup: installing %s (a few minutes the first time)" % " and ".join(names), flush=True)
    command = [venv_python(), "-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary=:all:",
               "--disable-pip-version-check", "--no-input"]
    for name in names:
        command += ["-r", os.path.join(ROOT, name)]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return
    errors = done.stderr or ""
    if any(sign in errors for sign in ("NewConnectionError", "ConnectTimeout", "NameResolution", "ProxyError",
                                       "No matching distribution", "Could not find a version")):
        stop("the package index could not be reached. Check the network (or the proxy) and run the same command"
             " again; what is already there is kept.")
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in errors:
        stop("a downloaded file is not the one that was tested (its hash differs). Nothing was installed.")
    stop("pip could not install the packages. It said:\n" + errors.strip()[-2000:])


def main():
    if sys.version_info < OLDEST:
        stop("Python %d.%d is too old; the course needs Python %d.%d or newer."
             % (sys.version_info[:2] + OLDEST))
    names = ["requirements.txt"] + (["requirements/test.txt"] if "--test" in sys.argv[1:] else [])
    if CHOSEN:
        names = [CHOSEN[0][1]]
    done = [os.path.join(VENV, "." + os.path.basename(name) + ".done") for name in names]
    if not os.path.exists(venv_python()):
        make_venv()
    wanted = [open(os.path.join(ROOT, name), encoding="utf-8").read() for name in names]
    found = [open(path, encoding="utf-8").read() if os.path.exists(path) else "" for path in done]
    if wanted != found:
        install(names)
        for path, text in zip(done, wanted):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)


if __name__ == "__main__":
    main()
