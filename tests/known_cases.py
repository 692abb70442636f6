"""Try the checks of consistency.py on cases with a known answer: python tests/known_cases.py FILE

FILE is a CSV table with the columns check, inputs, expected and where (the source), such as
tests/cases/number_checks.csv; CHECKS, below, lists the checks and their inputs. Each line is told as ``ok``,
``differs`` (with what was found) or ``no check``, and a total follows; the exit code is 0 unless a line differs.

``expected`` begins with consistent, inconsistent or not testable, or holds numbers, of which the last printed digit
may be one off. A check that asks calls a case inconsistent; one that cannot refuse a case calls it consistent.
"""

import csv
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebooks"))

import consistency as c

COLUMNS = ["check", "inputs", "expected", "where"]
PLAIN = r"[-−]?(?:\d+\.?\d*|\.\d+)"
TWO_ARMS = ("m1", "sd1", "n1", "m2", "sd2", "n2")


class Given(dict):
    """The inputs of a line by name: "t=2.20; p<.05; one-tailed" holds t, p ("<.05") and one-tailed ("")."""

    def __init__(self, inputs):
        self.text = inputs
        for part in filter(None, map(str.strip, inputs.split(";"))):
            name, sign, value = re.fullmatch(r"([^=<>≤≥]*)([=<>≤≥]*)(.*)", part).groups()
            self[name.strip()] = (sign if sign.strip("=") else "") + value.strip()

    def all(self, *names):
        return [self[name] for name in names]

    def one(self, *names):
        """The name and the value of the first of ``names`` that is there, without a unit."""
        name = next((name for name in names if name in self), names[0])
        return name, re.split(r"\s", self[name])[0]


def p_from_statistic(given, _):
    kind, value = given.one(*c.STATISTICS)
    return c.p_of_statistic(kind, value, given.get("df", ""), given["p"], "one-tailed" in given)


def with_interval(check, *rest):
    def run(given, _):
        kind, value = given.one("MD", "d", "g", "SMD", *c.RATIOS)
        return check(value, *given.all("low", "high", *rest), ratio=kind in c.RATIOS)
    return run


def t_from_p(given, expected):
    t, difference = c.t_of_p(given["p"], given.get("df", "")), re.search(rf"MD ({PLAIN})", expected)
    return [t, *([float(difference[1]), float(difference[1]) / t] if difference else [])]


def interval_from_p(given, _):
    kind, value = given.one("difference", "MD", *c.RATIOS)
    return [95, *c.interval_of_p(value, given["p"], kind in c.RATIOS)]


def sd_from_interval(given, _):
    divisor = re.match(r"interval divisor for n=(\d+)", given.text)
    return ([c.widths_of_interval(divisor[1]), 2 * c.t_of_p("0.05")] if divisor else
            [c.sd_of_interval(*given.all("low", "high", "n"))])


def subgroups(given, _):
    groups = re.findall(r"(whole )?n=(\S+) mean=([^\s;]+)", given.text)
    return c.mean_of_parts([(n, mean) for whole, n, mean in groups if not whole],
                           next(mean for whole, _, mean in groups if whole))


def parts(given, _):
    listed, whole = re.search(r"(?:arms|parts) ([^;]*); whole (\S+)", given.text).groups()
    return c.parts_and_whole(re.findall(PLAIN, listed), whole)


CHECKS = {
    "GRIM": lambda given, _: c.mean_of_whole(*given.all("mean", "n"), given.get("items", "1")),
    "GRIMMER": lambda given, _: c.sd_of_whole(*given.all("mean", "sd", "n"), given.get("items", "1")),
    "DEBIT": lambda given, _: c.sd_on_scale(*given.all("share", "sd", "n"), "0", "1"),
    "SD limits": lambda given, _: c.sd_on_scale(given["mean"], given.get("sd", ""), given["n"],
                                                *re.fullmatch(r"(\S+) to (\S+)", given["scale"]).groups(),
                                                given.get("items", "1")),
    "percent of n": lambda given, _: c.percent_of_people(*given.all("percent", "n"), given.get("count", "")),
    "p from statistic": p_from_statistic,
    "p from counts": lambda given, _: c.p_of_counts(*given.all("k1", "n1", "k2", "n2", "p")),
    "p from means": lambda given, _: c.p_of_means(*given.all(*TWO_ARMS, "p")),
    "d from means": lambda given, _: c.d_of_means(*given.all(*TWO_ARMS, "d")),
    "p from interval": with_interval(c.p_of_interval, "p"),
    "estimate in interval": with_interval(c.estimate_in_interval),
    "SE from SD": lambda given, _: c.se_of_sd(*given.all("se", "sd", "n")),
    "SE from interval": lambda given, _: c.se_of_interval(*given.all("low", "high", "se"), n=given.get("n", "")),
    "ratio from shares": lambda given, _: c.ratio_of_shares(*(lambda kind, value: (
        kind, *given.all("percent1", "percent2"), value))(*given.one("OR", "RR", "RD"))),
    "t from p": t_from_p,
    "interval from p": interval_from_p,
    "SD from interval": sd_from_interval,
    "subgroups and whole": subgroups,
    "arms add up": parts,
}


def agrees(found, expected):
    """Does what a check found (a Result or a list of numbers) agree with what is expected? Returns that and words."""
    if isinstance(found, c.Result):
        words = str(found)
        if expected.startswith("consistent"):
            return found.word == c.FITS or (found.word == c.OPEN and bool(found.would_fit)), words
        if expected.startswith("inconsistent"):
            return found.word in {c.ASK, c.NOT}, words
        if expected.startswith("not testable"):
            return found.word == c.OPEN, words
        found = found.would_fit
    wanted = re.findall(rf"(?<![\w.]){PLAIN}", expected)
    near = [abs(round(number, c.decimals(printed)) - float(printed)) < 1.01 * 10 ** -c.decimals(printed)
            for number, printed in zip(found, wanted, strict=False)]
    return bool(wanted) and len(found) == len(wanted) and all(near), " ".join(f"{number:.4g}" for number in found)


def judge(case):
    """What one line of a file is told as, and what was found: ("ok" | "differs" | "no check", words)."""
    check = CHECKS.get(case["check"].strip())
    if not check:
        return "no check", f"there is no check {case['check']!r}"
    try:
        good, words = agrees(check(Given(case["inputs"]), case["expected"]), case["expected"].strip())
    except c.Unclear as gap:
        good, words = case["expected"].startswith("not testable"), str(gap)
    except (KeyError, AttributeError, StopIteration):
        return "no check", "these are not the inputs of this check"
    return "ok" if good else "differs", words


def main(path):
    """Judge every line of the file ``path``; returns the exit code."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            cases = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        print(f"{path} cannot be read: {error}", file=sys.stderr)
        return 2
    missing = [name for name in COLUMNS[:3] if not cases or cases[0].get(name) is None]
    if missing:
        print(f"{path}: a table with the columns {', '.join(COLUMNS)} is asked for; {missing[0]} is not there, or there"
              " are no lines.", file=sys.stderr)
        return 2
    told = []
    for case in cases:
        word, words = judge({name: case[name] or "" for name in COLUMNS[:3]})
        told.append(word)
        print(f"{word:8}  {case['check']}, {case['inputs']}: {case['expected']}"
              + ("" if word == "ok" else f"\n{'':10}found: {words}"))
    print(", ".join(f"{told.count(word)} {word}" for word in ("ok", "differs", "no check")), f"of {len(told)}")
    return int("differs" in told)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/known_cases.py FILE")
    sys.exit(main(sys.argv[1]))
