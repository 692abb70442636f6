"""Each worked answer, changed a little in one place, must be refused by its check: make test-slow.

Changed are columns, comparisons, operators, constants, arms and other values of the tables, and sums for means. A
change that the check rightly lets pass stands with its reason in surviving_mutants.toml, which is held to be exact:
a listed survivor that dies, or no longer exists, fails here as an unlisted one does.
"""

import ast
import contextlib
import copy
import os
import re
import signal
import tomllib

import pytest
from checks.checker import OpenQuestion
from common import ROOT, STUDY, TABLES
from test_exercises import EVERY as ALL
from test_exercises import begun, cells, checker, questions

#: An open question has no key and its answer is words: its bank and test_own_page.py hold what must be refused.
EVERY = [(exercise, key) for exercise, key in ALL if not isinstance(questions(exercise)[key], OpenQuestion)]
LISTED = tomllib.loads((ROOT / "tests" / "cases" / "surviving_mutants.toml").read_text(encoding="utf-8"))
COLUMNS = {"events": "total", "total": "events", "ci_low": "ci_high", "ci_high": "ci_low", "estimate": "ci_low",
           "percent": "total", "mean": "sd", "sd": "mean", "n": "weeks", "group": "outcome", "outcome": "group"}
VALUES = ("group", "role", "outcome", "instrument", "time", "modality_id", "measure", "contrast", "better", "verdict",
          "direction", "comparator")
COMPARED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.Gt, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
            ast.In: ast.NotIn, ast.NotIn: ast.In}
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
             ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or, ast.Or: ast.And, ast.Mod: ast.Mult}
METHODS = {"mean": "sum", "sum": "mean", "min": "max", "max": "min", "isna": "notna", "notna": "isna", "all": "any",
           "any": "all", "idxmin": "idxmax", "idxmax": "idxmin", "head": "tail", "tail": "head", "loc": "iloc"}
#: What only speaks or only dresses a figure; a check does not look at it.
SPEAKS = re.compile(r"(print|figures\.show|ax\.bar_label|ax\.invert_[xy]axis|ax\.legend)\(")


def neighbours(source):
    """{value: another value of the same column} for the rows of the studies that a cell names."""
    found = {}
    named = set(STUDY.findall(source)) | set(re.findall(r"\bpage_[a-z_]+\b", source))
    for path in TABLES:
        rows = [row for row in checker.table(path.stem) if named & {row.get("study"), row.get("page")}]
        for column in VALUES:
            values = sorted({row[column] for row in rows if row.get(column)})
            for value, other in zip(values, values[1:] + values[:1], strict=True):
                if value != other:
                    found.setdefault(value, other)
    return found


def changes(node, values):
    """[(kind of change, function that makes it in a node)] for one node."""
    def put(name, value):
        return lambda node: setattr(node, name, value)

    def put_first(value):
        return lambda node: node.ops.__setitem__(0, value)

    def turn(name, other):
        def swap(node):
            first, second = getattr(node, name), getattr(node, other)
            setattr(node, name, second)
            setattr(node, other, first)
        return swap

    found = []
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        found.append(("comparison turned", put_first(COMPARED[type(node.ops[0])]())))
    elif isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in OPERATORS:
        found.append(("operator changed", put("op", OPERATORS[type(node.op)]())))
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div)):
            found.append(("sides swapped", turn("left", "right")))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Invert, ast.Not, ast.USub)):
        found.append(("sign dropped", put("op", ast.UAdd())))
    elif isinstance(node, ast.Call) and len(node.args) == 2:
        found.append(("arguments swapped", lambda node: node.args.reverse()))
    elif isinstance(node, ast.Attribute) and node.attr in METHODS:
        found.append(("method changed", put("attr", METHODS[node.attr])))
    elif isinstance(node, ast.IfExp):
        found.append(("branches swapped", turn("body", "orelse")))
    elif isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool):
            found.append(("constant moved", put("value", not value)))
        elif isinstance(value, (int, float)):
            found.append(("constant moved", put("value", value + 1)))
        elif value in COLUMNS:
            found.append(("column swapped", put("value", COLUMNS[value])))
        elif value in values:
            found.append(("value swapped", put("value", values[value])))
        elif isinstance(value, str) and re.fullmatch("[a-e]", value):
            found.append(("letter changed", put("value", "abcde"[("abcde".index(value) + 1) % 4])))
        elif isinstance(value, str) and re.search(" == | [<>] ", value):
            for old, new in ((" == ", " != "), (" and ", " or "), (" < ", " > "), (" > ", " < ")):
                if old in value:
                    found.append(("query turned", put("value", value.replace(old, new, 1))))
            for name, other in values.items():
                if f"'{name}'" in value:
                    found.append(("query, value swapped", put("value", value.replace(f"'{name}'", f"'{other}'"))))
    return found


def silent(tree, variable):
    """The nodes of statements on which the answer does not depend: what only speaks, or only dresses a figure."""
    needed, idle = {variable}, set()
    for statement in reversed(tree.body):
        nodes = list(ast.walk(statement))
        names = [node for node in nodes if isinstance(node, ast.Name)]
        lines = [ast.unparse(node) for node in nodes if isinstance(node, ast.Expr)]
        acts = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        acts |= {re.match(r"\w*", line).group() for line in lines if not SPEAKS.match(line)}
        if any(isinstance(node, ast.Call) and ast.unparse(node.func).startswith(f"{variable}.") for node in nodes) \
                and not (lines and SPEAKS.match(lines[0])):
            acts.add(variable)  # such as bars = ax.barh(...)
        if needed & acts:
            needed |= {node.id for node in names}
        else:
            idle |= {id(node) for node in nodes}
    # Inside a loop too, what only speaks is left alone.
    return idle | {id(node) for inner in ast.walk(tree) if isinstance(inner, ast.Expr)
                   and SPEAKS.match(ast.unparse(inner)) for node in ast.walk(inner)}


def mutants(source, variable):
    """Yield (name, changed source) for every small change of a cell that answers with ``variable``."""
    tree, values, seen = ast.parse(source), neighbours(source), {}
    strings = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    left_out = silent(tree, variable) | strings
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in left_out:
            continue
        for kind, change in changes(node, values):
            changed = copy.deepcopy(tree)
            there = list(ast.walk(changed))[number]
            change(there)
            name = f"{kind}: {ast.unparse(node)} -> {ast.unparse(there)}"
            seen[name] = seen.get(name, 0) + 1
            yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), ast.unparse(changed)


def survives(source, names, question):
    """Is the answer of a changed cell still called right? Tried in a process of its own, which has ten seconds."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    verdict = 1
    with contextlib.suppress(BaseException):
        signal.alarm(10)
        os.chdir(ROOT / "exercises")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        with contextlib.suppress(Exception):
            exec(compile(source, "cell", "exec"), names)
        verdict = int(question.judge(names).state is not checker.State.CORRECT)
    os._exit(verdict)


@pytest.mark.parametrize(("exercise", "key"), EVERY)
def test_a_changed_solution_is_refused(exercise, key):
    question = questions(exercise)[key]
    answer = next(cell.source for cell in cells(ROOT / "exercises" / f"{exercise}_solution.ipynb", "code")
                  if cell.id == f"{key}-answer")
    names, _ = begun(exercise, key)
    expected = question.expected()
    question.expected = lambda: expected
    assert survives(answer, names, question), "the unchanged answer must be right"
    changed = dict(mutants(answer, question.variable))
    survivors = {name for name, source in changed.items() if survives(source, names, question)}
    listed = set(LISTED.get(exercise, {}).get(key, {}))
    unlisted, gone = "\n".join(sorted(survivors - listed)), "\n".join(sorted(listed - survivors))
    place = f"in tests/cases/surviving_mutants.toml, [{exercise}.{key}]"
    assert not unlisted, f"the check calls these right; mend it, or list them with a reason {place}:\n{unlisted}"
    assert not gone, f"listed {place}, but they die or no longer exist:\n{gone}"
    assert changed, "nothing in this answer was changed: teach test_mutants.py to change it"


def test_the_list_names_only_questions_that_exist_and_gives_reasons():
    for exercise, parts in LISTED.items():
        for key, survivors in parts.items():
            assert (exercise, key) in EVERY
            assert all(len(reason.split()) >= 4 for reason in survivors.values()), f"{exercise} {key}"
