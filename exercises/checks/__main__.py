"""A short report on your own exercise: in the folder ``exercises`` run ``python -m checks 04``.

Runs ``04_....ipynb`` from top to bottom in a fresh kernel, as it was last saved, and prints one line for each
question and the hint below it. Nothing is changed and nothing is sent anywhere. Ends with 0 when all are right.
"""

import re
import subprocess
import sys

from .checker import FOLDER, for_exercise


def main(arguments):
    paths = [path for path in sorted(FOLDER.glob("[0-9]*.ipynb")) if not path.stem.endswith("_solution")]
    wanted = [path for path in paths if len(arguments) == 1 and arguments[0] in {path.stem[:2], path.stem, path.name}]
    if not wanted:
        print(f"checks: say which exercise: {', '.join(path.stem[:2] for path in paths)}", file=sys.stderr)
        return 2
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--color=no", "-vv", f"exercises/{wanted[0].name}"]
    done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True)
    states = dict(re.findall(r"::(q\d+)-check (PASSED|FAILED)", done.stdout))
    if not states:
        words = (done.stdout + done.stderr)[-1000:]
        print(f"checks: {wanted[0].name} could not be run.\n{words}", file=sys.stderr)
        return 2
    hints = dict(re.findall(r"^Not yet: question (\d+) \(.*\)\n((?:(?![_=]{3}).+\n)+)", done.stdout, re.MULTILINE))
    questions = for_exercise(wanted[0].stem, {}).questions
    for key, question in questions.items():
        number = key.removeprefix("q")
        state = {"PASSED": "correct", "FAILED": "not yet"}.get(states.get(key), "no check")
        print(f"{number:>2}  {state:<10} {question.title}")
        if state == "not yet":
            words = hints.get(number, "The cell of the check could not be run.\n")
            print("".join(f"    {line}\n" for line in words.splitlines()), end="")
    right = sum(states.get(key) == "PASSED" for key in questions)
    print(f"{right} of {len(questions)} questions are right.")
    return int(right < len(questions))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
