"""The environment is really made, broken and mended, by pip and uv themselves, from a package made here: no network."""

import functools
import hashlib
import http.server
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
import zipfile

import pytest

from tools.course import ROOT

NOWHERE = "http://127.0.0.1:9/simple"


class House:
    """A folder with setup_env.py and one package, tiny, in its lock; the wheel of it lies in wheels/."""

    def __init__(self, folder):
        self.folder, self.wheels = folder, folder.parent / "wheels"
        (folder / "tools").mkdir(parents=True)
        self.wheels.mkdir(exist_ok=True)
        shutil.copy(ROOT / "tools" / "setup_env.py", folder / "tools")
        wheel = self.wheels / "tiny-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as file:
            file.writestr("tiny.py", "")
            file.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
            file.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            file.writestr("tiny-1.0.dist-info/RECORD", "tiny.py,,\ntiny-1.0.dist-info/METADATA,,\n"
                                                       "tiny-1.0.dist-info/WHEEL,,\ntiny-1.0.dist-info/RECORD,,\n")
        (folder / "requirements.txt").write_text(
            f"tiny==1.0 \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n", encoding="utf-8")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
        self.env |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels),
                     "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1", "HOME": str(folder.parent),
                     "PATH": os.pathsep.join(place for place in os.environ["PATH"].split(os.pathsep)
                                             if not os.path.exists(os.path.join(place, "uv")))}

    def setup(self, **env):
        """Run setup_env; returns its code, what it said on the way and its last words."""
        done = subprocess.run([sys.executable, "tools/setup_env.py"], cwd=self.folder, capture_output=True, text=True,
                              env={name: value for name, value in {**self.env, **env}.items() if value})
        return done.returncode, done.stdout, done.stderr.strip()

    def assert_ready(self):
        """tiny can be imported, and a second run finds nothing to do."""
        done = subprocess.run([self.folder / ".venv" / "bin" / "python", "-c", "import tiny"], cwd=self.folder)
        assert done.returncode == 0
        assert self.setup() == (0, "", "")


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "the course")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A house whose environment is made already; each test leaves it whole."""
    house = House(tmp_path_factory.mktemp("made") / "the course")
    code, said, _ = house.setup()
    assert code == 0 and "making .venv" in said
    return house


def test_python_is_linked_and_the_environment_ready(made):
    made.assert_ready()
    assert (made.folder / ".venv" / "bin" / "python").is_symlink()


def test_a_lost_package_is_put_back(made):
    shutil.rmtree(next((made.folder / ".venv").rglob("tiny-1.0.dist-info")))
    code, said, _ = made.setup()
    assert code == 0 and "has lost tiny 1.0; it is put back" in said
    made.assert_ready()


def test_a_python_that_is_gone(made):
    python = made.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/no/such/python")
    code, said, _ = made.setup()
    assert code == 0 and "setup: .venv has lost its Python; it is made anew" in said
    made.assert_ready()


def test_a_folder_that_was_moved(made):
    made.folder = made.folder.rename(made.folder.with_name("moved"))
    code, said, _ = made.setup()
    assert code == 0 and "was made for another folder; it is made anew" in said
    made.assert_ready()


@pytest.mark.parametrize("seconds", [0.3, 1, 2])
def test_interrupted_and_typed_again(house, seconds):
    first = subprocess.Popen([sys.executable, "tools/setup_env.py"], cwd=house.folder, env=house.env,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    time.sleep(seconds)
    os.killpg(first.pid, signal.SIGINT)
    said = first.communicate()[1]
    assert first.returncode == 0 or said == "setup: interrupted. The same command begins again where it has to.\n"
    assert house.setup()[0] == 0
    house.assert_ready()


def test_an_environment_without_pip(house):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", ".venv"], cwd=house.folder, check=True)
    code, said, _ = house.setup()
    assert code == 0 and "making" not in said
    house.assert_ready()


@pytest.mark.parametrize("name", ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PYTHONHOME_OF_ANOTHER"])
def test_settings_that_send_packages_elsewhere(house, name):
    assert house.setup(**{name: "1" if name == "PIP_USER" else str(house.folder / "elsewhere")})[0] == 0
    assert not (house.folder / "elsewhere").exists()
    house.assert_ready()


def test_a_file_of_settings_that_sends_packages_elsewhere_is_named(house):
    settings = house.folder.parent / "pip.conf"
    settings.write_text(f"[install]\ntarget = {house.folder.parent / 'elsewhere'}\n", encoding="utf-8")
    code, _, last = house.setup(PIP_CONFIG_FILE=str(settings))
    assert code == 1 and "tiny 1.0 is not in .venv. Its own settings may send it elsewhere (target" in last
    assert house.setup()[0] == 0
    house.assert_ready()


def certificate(folder):
    """A certificate that nobody vouches for, and its key, in one file; None without openssl."""
    path = folder / "certificate.pem"
    made = shutil.which("openssl") and subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path, "-out", folder / "public.pem",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], capture_output=True)
    if not made or made.returncode:
        return None
    path.write_text(path.read_text() + (folder / "public.pem").read_text())
    return path


def test_why_pip_fails_is_said_as_it_is(house, tmp_path):
    """All in one environment, which is made once and goes on from there when the cause is gone."""
    online = {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": ""}
    empty = tmp_path / "index"
    empty.mkdir()
    code, _, last = house.setup(PIP_INDEX_URL=NOWHERE, **online)
    assert code == 1 and "the package index could not be reached" in last and "\n" not in last
    code, _, last = house.setup(PIP_INDEX_URL="https://index.invalid/simple", PIP_PROXY="http://127.0.0.1:9", **online)
    assert code == 1 and "the proxy did not let pip through" in last and "\n" not in last
    code, _, last = house.setup(PIP_INDEX_URL=empty.as_uri(), **online)
    assert code == 1 and "No matching distribution found for tiny==1.0" in last and "reached" not in last
    lock = house.folder / "requirements.txt"
    right = lock.read_text(encoding="utf-8")
    lock.write_text(right.replace("sha256:", "sha256:0")[:-2] + "\n", encoding="utf-8")
    code, _, last = house.setup()
    assert code == 1 and "its hash differs" in last and "\n" not in last
    lock.write_text(right, encoding="utf-8")
    if pem := certificate(tmp_path):
        serve = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(empty))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            code, _, last = house.setup(PIP_INDEX_URL=f"https://localhost:{server.server_port}/simple", **online)
            server.shutdown()
        assert code == 1 and "certificate was not accepted" in last and "\n" not in last
    code, said, _ = house.setup()
    assert code == 0 and "making" not in said
    house.assert_ready()


def test_uv_makes_what_setup_takes_and_installs_where_it_is(house):
    """As README's own lines for uv leave it; nothing else puts a pip into it."""
    uv = shutil.which("uv") or ROOT / "web" / ".venv" / "bin" / "uv"
    if not os.path.exists(uv):
        pytest.skip("no uv on this machine; make web installs one")
    (house.folder / "bin").mkdir()
    (house.folder / "bin" / "uv").symlink_to(uv)
    house.env |= {"PATH": f"{house.folder / 'bin'}{os.pathsep}{house.env['PATH']}", "UV_NO_INDEX": "1",
                  "UV_FIND_LINKS": str(house.wheels), "UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never",
                  "UV_CACHE_DIR": str(house.folder.parent / "cache"), "PIP_FIND_LINKS": ""}
    for words in (["venv", "--python", sys.executable],
                  ["pip", "install", "--require-hashes", "-r", "requirements.txt"]):
        subprocess.run([uv, *words], cwd=house.folder, env=house.env, check=True, capture_output=True)
    code, said, _ = house.setup()
    assert code == 0 and "making" not in said
    house.assert_ready()
    next((house.folder / ".venv").rglob("tiny.py")).unlink()
    shutil.rmtree(next((house.folder / ".venv").rglob("tiny-1.0.dist-info")))
    assert house.setup()[0] == 0
    house.assert_ready()
    assert not list((house.folder / ".venv").rglob("pip/__main__.py"))


def test_a_read_only_folder_is_one_line(house):
    if os.geteuid() == 0:
        code = f"mount --bind -o ro . . || exit 9; cd \"$PWD\"; exec '{sys.executable}' tools/setup_env.py"
        done = subprocess.run(["unshare", "--mount", "sh", "-c", code], cwd=house.folder, env=house.env,
                              capture_output=True, text=True)
        if done.returncode == 9 or "unshare" in done.stderr:
            pytest.skip("root can write anywhere here")
        last = done.stderr.strip()
    else:
        house.folder.chmod(0o555)
        last = house.setup()[2]
        house.folder.chmod(0o755)
    assert last.startswith("setup: could not make .venv") and "\n" not in last


def test_the_mark_says_for_what_it_is_true(made):
    said = json.loads((made.folder / ".venv" / "course.json").read_text(encoding="utf-8"))
    lock = (made.folder / "requirements.txt").read_bytes()
    assert said == {"finished": True, "folder": os.path.realpath(made.folder / ".venv"),
                    "python": ".".join(map(str, sys.version_info[:2])),
                    "locks": {"requirements.txt": hashlib.sha256(lock).hexdigest()}}
