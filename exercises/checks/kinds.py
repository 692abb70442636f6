"""The kinds of answer: how what a learner typed becomes a plain value, and when two values are the same.

A kind has ``read`` (an object of the learner's, as a plain JSON value; raises Unreadable with words that are true of
what was typed), ``valid`` (has a value from elsewhere exactly the form that ``read`` gives?), ``same`` (is it the
expected value?) and ``words``, the replies that it can give by itself to an answer that is nearly right.
"""

import decimal
import itertools
import math
import numbers
import re
import unicodedata
import weakref
from collections.abc import Collection, Iterator, Mapping
from operator import methodcaller
from typing import ClassVar

ENTRIES, CHARACTERS, LARGEST = 200, 300, 1e300  # bounds of a plain value

#: The figures for which figures.show was asked in this process (see checker.py).
SHOWN = weakref.WeakSet()


class Unreadable(Exception):
    """The answer is not of the kind that the question takes; the text says what it is and what is asked."""


class InOneLine:
    """An exception that a notebook shows in its own words, without a traceback."""

    def _render_traceback_(self):
        return str(self).splitlines()


class TablesBroken(InOneLine, Exception):
    """A table of the course cannot be read, or lacks what a question needs: nothing that a learner got wrong."""


def worked_out(work, what):
    """What ``work`` works out of the tables; raises TablesBroken, which says ``what`` it is, where that cannot be."""
    try:
        return work() if callable(work) else work
    except (ArithmeticError, LookupError, StopIteration, TypeError, ValueError) as error:
        raise TablesBroken(f"{what} cannot be worked out from the tables in data: {error!r:.200}. Get the tables"
                           " anew.") from error


# -- texts


def tidy(text):
    """A text as it was meant, cut to CHARACTERS: without signs that cannot be seen, full-width letters, wide blanks."""
    text = str(text)[:9 * CHARACTERS]
    seen = "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join(unicodedata.normalize("NFKC", seen).replace("\u2212", "-").split())[:CHARACTERS].rstrip()


def fold(text):
    """A name as it is compared: in any case, with or without accents."""
    text = tidy(text).casefold().translate(str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"}))
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _spelled(names, known):
    """Names in the spelling of those that are known; a name that is not known stays as it is."""
    spelling = {fold(name): name for name in known}
    return [spelling.get(fold(name), name) for name in names]


def _letter(text):
    return tidy(tidy(text).strip(" ()[]{}.:,'\"").lower())


# -- objects


def _a(value):
    name = type(value).__name__
    return {"NoneType": "None, that is, nothing", "str": "a text", "bool": "True or False", "list": "a list",
            "dict": "a dictionary", "int": "one number", "float": "one number",
            "function": "a function (were the round brackets forgotten?)",
            "method": "a method (were the round brackets forgotten?)", "ellipsis": "three dots",
            "builtin_function_or_method": "a function (were the round brackets forgotten?)",
            "DataFrame": "a table", "Series": "a column", "Index": "an index", "ndarray": "an array"}.get(
                name, f"{'an' if name[:1].lower() in 'aeio' else 'a'} {name[:40]}")


def _values(members):
    return "one value" if len(members) == 1 else f"{len(members)} values"


def _is_table(value):
    return hasattr(value, "columns") and hasattr(value, "index")


def _index_holds_names(value):
    """Do texts stand in the index of a table or a column?"""
    labels = list(itertools.islice(getattr(value, "index", ()), 3)) if hasattr(value, "iloc") else []
    return bool(labels) and all(isinstance(label, str) for label in labels)


def _is_nan(value):
    return isinstance(value, float) and math.isnan(value)


def _is_mask(members):
    return bool(members) and all(type(member).__name__ in {"bool", "bool_"} for member in members)


def _decimal_comma(value, count=1):
    """Was a comma typed where Python has a point, so that 55,0 became the two numbers 55 and 0?"""
    return (isinstance(value, tuple if count == 1 else (tuple, list)) and len(value) == 2 * count
            and all(type(part) is int and abs(part) < 1e9 for part in value) and min(value[1::2]) >= 0)


def _scalar(value):
    """A numpy or pandas scalar, or a column with one thing in it, as a plain Python value."""
    if not hasattr(value, "item") or isinstance(value, Mapping):
        return value
    members = value.tolist() if hasattr(value, "tolist") else [value.item()]
    if not isinstance(members, list):
        return members
    if len(members) == 1 and not isinstance(members[0], list):
        return members[0]
    if not members:
        raise Unreadable("What you gave is empty: no row fits what it asks for. One value is wanted.")
    if all(map(_is_nan, members)):
        raise Unreadable("You gave a column of nan: pandas pairs rows by their index, and these have no index in "
                         "common. Take the number out of each row first.")
    if _is_mask(members):
        raise Unreadable("You gave a mask: True or False for each row. One value is asked for.")
    raise Unreadable(f"You gave {_a(value)} of {_values(members)}; one value is asked for.")


def _members(value, of):
    """The members of anything that holds several: list, set, tuple, column, index, array, keys; ``of``: of what."""
    if isinstance(value, str):
        raise Unreadable(f"You gave one text. Give a list of {of}, in square brackets, each by itself." if "," in value
                         else f"You gave one text. A list of {of}, in square brackets, is asked for.")
    if isinstance(value, Mapping):
        raise Unreadable(f"You gave a dictionary. Put the {of} into a list, in square brackets.")
    if _is_table(value):
        raise Unreadable(f"You gave a whole table, with the {of} in its index. The index alone is asked for."
                         if _index_holds_names(value) else
                         "You gave a whole table. Pick the one column that is asked for.")
    if isinstance(value, Iterator):
        raise Unreadable(f"You gave {_a(value)}, which has not been carried out yet. Put list( ) around it.")
    held = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(held, Collection) or isinstance(held, (str, bytes, bytearray)):
        raise Unreadable(f"You gave {_a(value)}. A list of {of}, in square brackets, is asked for.")
    held = list(itertools.islice(held, ENTRIES + 1))
    if len(held) > ENTRIES:
        raise Unreadable(f"You gave more than {ENTRIES} {of}. Far fewer are asked for.")
    if any(member is ... for member in held):
        raise Unreadable("Some of the three dots are left. Put an answer in place of each.")
    return held


def _is_text(value):
    return type(value) is str and len(value) <= CHARACTERS and value == tidy(value)


def _is_number(value):
    return type(value) is float and -LARGEST <= value <= LARGEST


class Kind:
    """What all kinds of answer share."""

    words: ClassVar[dict] = {}  #: {name: what is said to an answer that is nearly right in this way}
    unanswered = "Not answered yet: put your answer in place of the three dots."

    def blank(self, answer):
        """Has the learner not begun yet?"""
        return answer is ... or (isinstance(answer, (list, tuple)) and bool(answer)
                                 and all(member is ... for member in answer))

    def unpack(self, value, expected):
        """A plain value as the rules see it."""
        return value

    def single(self, value):
        """Is this one value of the kind, and not a list of several (see Mistake.gives)?"""
        return not isinstance(value, (list, tuple, Iterator))

    def fault(self, value, expected, right):
        """The name of the reply to what is told before any mistake of the question, or None."""
        return None

    def taken(self, value, given):
        """Is this the value that a known mistake gives?"""
        return self.same(value, given)

    def rounded(self, value, given):
        """Is this the value that a known mistake gives, rounded as a learner types it?"""
        return False

    def nearly(self, value, expected):
        """The name of the reply that an answer earns by being nearly right, or None."""
        return None

    def partly(self, value, expected):
        """The name of the reply where all but one part is right and nothing better is known, or None."""
        return None


# -- numbers


def _places(number):
    """With how many decimals was a number given? 7 stands for more than six."""
    return next((places for places in range(7) if abs(number - round(number, places)) <= 1e-9 * max(1, abs(number))), 7)


def _typed(value, number, decimals):
    """Is a value a number as it is typed: rounded to so many decimals, or to fewer that leave at least two digits?"""
    places = _places(value)
    if not value or places > decimals:
        return False
    kept = places if abs(value) >= 10.0 ** (1 - places) else decimals  # 18 may be 18.4; 0.1 may be 0.104 but not 0.14
    return abs(value - number) <= 0.5 * 10.0**-kept + 1e-9


class Number(Kind):
    """One number, right to ``decimals``; or ``within`` so much of the expected one, where decimals do not say it.

    A number given with the decimals that are asked for may be off by half of the last one. A number given with more
    must be nearer, so that what was rounded on the way, or comes from another method, is not taken for right.
    ``unit`` is "percent", "points", "share", "people" or nothing: with it, a fraction in place of percent is noticed,
    and a whole number of people was counted, so that nothing is said of rounding.
    ``below_zero`` goes on from the reply to the root of a number below zero, which Python gives as a complex number.
    """

    words: ClassVar[dict] = {
        "fraction": "That is a fraction. The question asks for percent: multiply by 100.",
        "fraction of points": "That is a fraction. Percentage points are asked for: multiply by 100.",
        "percent given": "That is in percent. A share, from 0 to 1, is asked for.",
        "complement": "That is what is missing to 100 percent: the others are asked for.",
        "sign turned": "The size is right and the sign is not. What is taken from what?",
        "rounded too far": "The method is right. Give it with the decimals that are asked for.",
        "cut short": "That is near. Were decimals cut off, and not rounded? Give as many as are asked for.",
        "rounded on the way": "That is near. Was a number rounded before the last step, or taken as it is printed?",
    }

    def __init__(self, decimals=None, within=None, unit="", below_zero="Look at what stands under the root."):
        if (decimals is None) == (within is None):
            raise ValueError("A number is right to so many decimals, or within a distance: give one of the two.")
        self.within, self.unit, self.below_zero = within, unit, below_zero
        self.decimals = decimals if within is None else 2 if within < 0.01 else 1

    def read(self, answer):
        if _decimal_comma(answer):
            raise Unreadable(f"You gave two numbers, {answer[0]} and {answer[1]}. Was a decimal comma meant? "
                             "Python takes a point.")
        if _is_table(answer):
            raise Unreadable("You gave a table. One number out of it is asked for.")
        answer = _scalar(answer)
        if isinstance(answer, str):
            raise Unreadable("Your answer is a text. A number has no quotes and no % sign; a text that came out of a "
                             "table becomes a number with float( ).")
        if isinstance(answer, complex):
            raise Unreadable(f"You took the root of a number below zero. {self.below_zero}")
        if isinstance(answer, Collection) and not isinstance(answer, (bytes, Mapping)):
            raise Unreadable(f"You gave {_a(answer)} of {_values(answer)}; one number is asked for.")
        if isinstance(answer, bool) or not isinstance(answer, (numbers.Real, decimal.Decimal)):
            raise Unreadable(f"You gave {_a(answer)}. One number is asked for.")
        try:
            answer = float(answer)
        except OverflowError:
            answer = math.inf
        if math.isnan(answer):
            raise Unreadable("Your number is nan, that is, not known: somewhere a value is missing.")
        if abs(answer) > LARGEST:
            raise Unreadable("Your number is infinite: something was divided by zero.")
        return answer

    def valid(self, value):
        return _is_number(value)

    def tolerance(self, answer):
        """The largest distance from the expected number that still counts as right."""
        if self.within is not None:
            return self.within + 1e-9
        return 0.5 * 10.0 ** -min(max(_places(answer), self.decimals), self.decimals + 1) + 1e-9

    def same(self, value, expected):
        return abs(value - expected) <= self.tolerance(value)

    def taken(self, value, given):
        return abs(value - given) <= min(self.tolerance(value), 0.02 * abs(given) + 1e-9)

    def rounded(self, value, given):
        return _typed(value, given, self.decimals)

    def nearly(self, value, expected):
        return next((name for name, other in self._other_units(value, expected) if self.same(other, expected)), None) \
            or self._rounded(value, expected) or self._rounded_fraction(value, expected)

    def _rounded_fraction(self, value, expected):
        name = {"percent": "fraction", "points": "fraction of points"}.get(self.unit)
        return name if name and _typed(value, expected / 100, self.decimals + 2) else None

    def _other_units(self, value, expected):
        """(reply, the answer put right) for each way of giving the right number in another form."""
        if self.unit == "percent":
            yield "fraction", 100 * value
            yield "complement", 100 - value
        elif self.unit == "points":
            yield "fraction of points", 100 * value
        elif self.unit == "share":
            yield "percent given", value / 100
        if expected:
            yield "sign turned", -value

    def _rounded(self, value, expected):
        off = abs(value - expected)
        if self.unit == "people" and _places(value) == 0:
            return None
        for places in range(self.decimals):
            step = 10.0**-places
            if _places(value) <= places and abs(expected) >= step and off < step:
                toward_zero = abs(value) <= abs(expected)
                name = "rounded too far" if off <= 0.5 * step + 1e-9 else "cut short" if toward_zero else None
                if name:
                    return name
        last = 10.0**-self.decimals
        if abs(expected) >= 10 * last and off <= max(2 * last, 0.01 * abs(expected)):
            return "rounded on the way"
        return None


class Numbers(Number):
    """Several numbers in a fixed order; ``names`` says which, such as ("low", "high"). The rest as in Number."""

    def __init__(self, names, **how):
        super().__init__(**how)
        self.names = list(names)
        self.words = Number.words | {
            "wrong order": f"The numbers are right and their order is not: {', '.join(self.names)}.",
            "fraction": "Those are fractions. The question asks for percent: multiply by 100.",
            "fraction of points": "Those are fractions. Percentage points are asked for: multiply by 100.",
            "sign turned": "The sizes are right and the signs are not. What is taken from what?",
            "complement": "Those are what is missing to 100 percent: the others are asked for.",
        } | {f"off: {name}": f"The rest is right. Look again at this: {name}." for name in self.names}

    def read(self, answer):
        count = len(self.names)
        wanted = f"{count} numbers are asked for: {', '.join(self.names)}."
        if isinstance(answer, (set, frozenset)):
            raise Unreadable(f"You gave a set, in curly brackets, which has no order. {wanted} Use square brackets.")
        if isinstance(answer, Mapping) and {fold(key) for key in answer} == set(map(fold, self.names)):
            answer = [next(value for key, value in answer.items() if fold(key) == fold(name)) for name in self.names]
        if isinstance(answer, numbers.Real) and not isinstance(answer, bool):
            raise Unreadable(f"You gave one number; {wanted}")
        members = _members(answer, "numbers")
        if _decimal_comma(members, count):
            raise Unreadable(f"You gave {2 * count} numbers. Were decimal commas meant? Python takes a point. {wanted}")
        if members and all(map(_is_nan, members)):
            _scalar(answer)  # a column of nan is told as such
        if len(members) != count:
            raise Unreadable(f"You gave {_values(members)}; {wanted}")
        nested = next((member for member in members if isinstance(member, (list, tuple))), None)
        if nested is not None:
            raise Unreadable(f"In place of a number stands {_a(nested)} of {_values(nested)}; {wanted}")
        return [super(Numbers, self).read(member) for member in members]

    def valid(self, value):
        return type(value) is list and len(value) == len(self.names) and all(map(_is_number, value))

    def single(self, value):
        return not isinstance(value, Iterator) and all(isinstance(member, numbers.Real) for member in value)

    def same(self, value, expected):
        return all(Number.same(self, one, other) for one, other in zip(value, expected, strict=True))

    def taken(self, value, given):
        most = max(0.02 * max(map(abs, given)), 1e-9)  # of a list the largest number is the measure: one may be near 0
        return all(abs(one - other) <= min(self.tolerance(one), most) for one, other in zip(value, given, strict=True))

    def rounded(self, value, given):
        return all(Number.rounded(self, one, other) or Number.taken(self, one, other)
                   for one, other in zip(value, given, strict=True))

    def nearly(self, value, expected):
        if self.same(sorted(value), sorted(expected)):
            return "wrong order"
        turned = {name: [] for name in self.words}
        for one, other in zip(value, expected, strict=True):
            for name, put_right in self._other_units(one, other):
                turned[name].append(Number.same(self, put_right, other))
        found = next((name for name, fits in turned.items() if len(fits) == len(value) and all(fits)), None)
        if found is None and self.same([-one for one in reversed(value)], expected):
            found = "sign turned"  # an interval whose ends change places with their signs
        each = [None if Number.same(self, one, other) else self._rounded(one, other) or "not"
                for one, other in zip(value, expected, strict=True)]
        rounded = set(each) - {None}
        return found or (rounded.pop() if len(rounded) == 1 and "not" not in rounded else None)

    def partly(self, value, expected):
        off = [name for name, one, other in zip(self.names, value, expected, strict=True)
               if not Number.same(self, one, other)]
        return f"off: {off[0]}" if len(off) == 1 < len(self.names) else None


# -- words


class Letter(Kind):
    """One letter of several offered answers."""

    def __init__(self, letters):
        self.letters = letters

    def read(self, answer):
        answer = _scalar(answer[0] if isinstance(answer, (list, tuple)) and len(answer) == 1 else answer)
        letter = _letter(answer) if isinstance(answer, str) else ""
        if len(letter) != 1 or letter not in self.letters:
            raise Unreadable(f"{self._instead(answer)}Answer with one letter in quotes: {', '.join(self.letters)}.")
        return letter

    def _instead(self, answer):
        """What was given in place of one letter, as a sentence; nothing where it is hard to say."""
        if not isinstance(answer, (str, list, tuple, set)):
            return f"You gave {_a(answer)}. "
        parts = [answer] if isinstance(answer, str) else itertools.islice(answer, ENTRIES)
        words = re.findall(r"\w+", fold(" ".join(map(str, parts))))
        several = [word for word in words if word not in {"and", "or"}]
        run = len(several) == 1 and 1 < len(several[0]) <= len(self.letters) and {*several[0]} <= {*self.letters}
        if run or (len(several) > 1 and {*several} <= {*self.letters}):
            return "You gave more than one letter. "
        if any(len(word) > 2 for word in words):
            return "You gave words in place of a letter: which of the answers do they belong to? "
        return "None of the answers has that letter. " if len(several) == 1 == len(several[0]) else ""

    def valid(self, value):
        return type(value) is str and len(value) == 1 and value in self.letters

    def same(self, value, expected):
        return value == expected


class Names(Kind):
    """A set of names, letters or whole numbers; their order, case, accents and repetitions do not matter.

    ``among`` holds all that are offered (or a function that works them out): a name that is none of them is told as
    such, and "all" or "the others" are known for what they are. ``of`` is what the members are: "names", "letters" or
    "numbers". Rules see a set, in the spelling of ``among`` and of the expected names.
    """

    words: ClassVar[dict] = {
        "none": "An empty list says that there is none. There is at least one.",
        "one text": "Several names stand in one text, with commas. Put quotes around each name by itself.",
        "unknown": "At least one of them is not among those that the question offers. Are they what is asked for, "
                   "spelled as there?",
        "turned round": "Read the question once more: are those asked for that are so, or those that are not?",
        "everything": "Those are all that there are. Some of them do not belong there.",
        "not all": "All that you named is right, and there are more.",
        "too many": "All that are asked for are there, and at least one too many.",
    }

    def __init__(self, among=None, of="names"):
        self.of, self._among = of, among

    @property
    def among(self):
        return set(worked_out(self._among, "What the question offers") or ())

    def read(self, answer):
        members = _members(answer, self.of)
        if _is_mask(members):
            raise Unreadable(f"You gave a mask: True or False for each row. The {self.of} of those rows are asked for.")
        if members and any(map(_is_nan, members)) and self.of != "numbers":
            raise Unreadable(f"There is a nan, that is, nothing known, among your {self.of}.")
        return sorted(set(self._numbers(members) if self.of == "numbers" else self._texts(answer, members)))

    def _texts(self, answer, members):
        members = [_scalar(member) for member in members]
        if any(not isinstance(member, str) for member in members):
            raise Unreadable(f"You gave the values of a column; the {self.of} stand in its index." if
                             _index_holds_names(answer) else f"{self.of.capitalize()} are asked for, each in quotes.")
        if any(len(member) > CHARACTERS for member in members):
            raise Unreadable(f"That is a long text. {self.of.capitalize()} are asked for, each in quotes.")
        return [_letter(member) if self.of == "letters" else tidy(member) for member in members]

    def _numbers(self, members):
        members = [_scalar(member) for member in members]
        if members and all(isinstance(member, str) for member in members):
            raise Unreadable("Your numbers are texts. Whole numbers stand without quotes.")
        if any(isinstance(m, bool) or not isinstance(m, numbers.Real) or not abs(m) <= 1e9 or m != int(m)
               for m in members):
            raise Unreadable("Whole numbers are asked for, without quotes.")
        return [int(member) for member in members]

    def valid(self, value):
        if type(value) is not list or len(value) > ENTRIES:
            return False
        fits = all(type(m) is int and abs(m) <= 10**9 for m in value) if self.of == "numbers" \
            else all(map(_is_text, value))
        return fits and value == sorted(set(value))

    def unpack(self, value, expected):
        return set(value) if self.of == "numbers" else set(_spelled(value, self.among | set(expected)))

    def same(self, value, expected):
        return value == set(expected)

    def fault(self, value, expected, right):
        """What is true of the list as a whole."""
        expected, among = set(expected), self.among
        parts = set() if self.of == "numbers" else \
            set(_spelled((part for name in value for part in name.split(",")), expected | among))
        tests = {
            "none": not value,
            "one text": value.isdisjoint(among | expected) and parts & (among | expected),
            "unknown": among and not value <= among | expected,
            "turned round": among and value == among - expected,
            "everything": among and value == among,
        }
        return next((name for name, holds in tests.items() if holds and not right), None)

    def nearly(self, value, expected):
        return "not all" if value < set(expected) else "too many" if value > set(expected) else None


class Pairs(Kind):
    """One word for each of several keys, as a dictionary or a column.

    ``keys`` are whole numbers or texts; ``offered`` are the words that may be given (or a function that works them
    out), and ``each`` says what one of them is; the expected value is {key: set of words that are right for it}.
    """

    def __init__(self, keys, offered, each=""):
        self.keys, self._offered = list(keys), offered
        self.each = each

    @property
    def misfit(self):
        few = f": {', '.join(self.offered)}." if len(self.offered) <= 4 else ". Look at its spelling."
        return f"is not {self.each}." if self.each else f"is none of the words that are offered{few}"

    @property
    def offered(self):
        return sorted(worked_out(self._offered, "What the question offers"))

    def blank(self, answer):
        return super().blank(answer) or (isinstance(answer, Mapping) and bool(answer)
                                         and all(value is ... for value in answer.values()))

    def read(self, answer):
        if hasattr(answer, "to_dict") and not _is_table(answer):
            answer = answer.to_dict()
        if not isinstance(answer, Mapping):
            raise Unreadable(f"You gave {_a(answer)}. A dictionary is asked for: "
                             f"{{{', '.join(f'{key!r}: ...' for key in self.keys[:2])}}}, and so on.")
        given = {fold(key): word for key, word in itertools.islice(answer.items(), ENTRIES)}
        missing = [str(key) for key in self.keys if fold(key) not in given]
        if missing:
            other = [str(key) for key in given if key not in map(fold, self.keys)]
            raise Unreadable(f"Your dictionary has no entry for {', '.join(missing)}" + (
                f", and one for {other[0][:40]}, which is not asked for." if other else "."))
        found = {str(key): _scalar(given[fold(key)]) for key in self.keys}
        for key, word in found.items():
            if word is ...:
                raise Unreadable(f"The entry for {key} still has its three dots.")
            if isinstance(word, float) and word.is_integer():
                word = int(word)
            found[key], = _spelled([str(word)], self.offered)
            if found[key] not in self.offered:
                raise Unreadable(f"The entry for {key} " + (self.misfit if self.each or isinstance(word, str) else
                                                            f"is {_a(word)}; a word in quotes is asked for."))
        return found

    def valid(self, value):
        return type(value) is dict and list(value) == [str(key) for key in self.keys] and all(
            type(word) is str and word in self.offered for word in value.values())

    def unpack(self, value, expected):
        return {key: value[str(key)] for key in self.keys}

    def same(self, value, expected):
        return all(value[key] in expected[key] for key in self.keys)


# -- drawings


def same_bars(bars, expected, within=0.051):
    """Do two {place: value} agree in every place and, within the rounding, in every value?"""
    return bars.keys() == expected.keys() and all(abs(bars[at] - expected[at]) <= within for at in expected)


class Drawing(Kind):
    """Bars, read off what is drawn: every container on the axes, the place and the value of each bar, and the words.

    ``label`` is what the axis of the values must say ("percent", "claims"); ``within`` the largest distance of a bar
    from its value; with ``named`` the bars must have a series name, with ``shown`` figures.show must have been called.
    The expected value is {place: value}. Rules see a dictionary with "bars", {place: value}, and the words.
    """

    unanswered = "Not answered yet: put your answer in place of the three dots, and take away the # before its line."

    #: What may be wrong with the bars whatever their values, in the order in which it is told.
    FORM: ClassVar[dict] = {
        "no bars": "There are no bars on your axes. Draw them with ax.bar or ax.barh.",
        "text": "Your values are still text, so matplotlib took them for names. Make numbers of them.",
        "turned": "Names stand where the lengths belong. Which comes first, the name or the length?",
        "no value": "At least one bar has no length: its value is missing (nan).",
        "no zero": "On this scale of the axis there is no zero for a bar to stand on. Use the ordinary one.",
        "floating": "A bar begins where another ends, or somewhere else. Each has to begin at zero.",
        "two sets": "Two bars stand at the same place: a name that comes twice, or another set on these axes?",
        "not from zero": "A bar's length is its value only if the axis begins at zero. Yours does not.",
        "cut off": "At least one bar is cut off by the end of an axis. Let the axes reach further.",
    }

    def __init__(self, label, within=0.051, named=True, shown=True):
        self.label, self.within, self.named, self.shown = label, within, named, shown
        self.words = self.FORM | {
            "fractions": "Your bars show fractions, from 0 to 1. What is asked for runs to 100.",
            "too few bars": "You drew fewer bars than are asked for.",
            "one length": "Your bars are all of one length. Those that are asked for differ.",
            "other places": "Names and values are right, and some values stand under the wrong name.",
            "names of the bars": "Your bars have the right values. Name each of them exactly as the question says.",
            "rounded bars": "You rounded the values of the bars. Draw them as they come.",
            "missing bars": "The bars that you drew are right, and at least one is missing.",
            "more bars": "All the bars are there, and at least one that is not asked for.",
            "one bar": "All bars but one are as they should be. Which one does not agree with its row?",
            "no label": f"The axis of the values needs a label that says what it counts: {label}.",
            "other unit": f"The label of the axis speaks of percent, and your bars count: {label}.",
            "no title": "The figure has no title. Say in a few words what it shows: ax.set_title('...').",
            "no name": "The bars have no name. Say what they are where you draw them: label='...'.",
            "not shown": "The figure is not shown yet: end the cell with figures.show(fig, '...').",
        }

    def blank(self, answer):
        return answer is ... or (hasattr(answer, "get_xlabel") and hasattr(answer, "has_data")
                                 and not answer.has_data())

    def read(self, answer):
        ax = self._axes(answer)
        ax.figure.draw_without_rendering()
        groups = [group for group in ax.containers if hasattr(group, "patches") and hasattr(group, "orientation")]
        on_side = any(group.orientation == "horizontal" for group in groups)
        measure, place = (ax.xaxis, ax.yaxis) if on_side else (ax.yaxis, ax.xaxis)
        bars, faults = {}, set()
        ticks = self._ticks(place)
        for group in groups:
            for bar in filter(methodcaller("get_visible"), group.patches):
                name, end, found = self._bar(bar, on_side, ticks, sorted(map(float, measure.get_view_interval())),
                                             sorted(map(float, place.get_view_interval())))
                faults |= found | ({"two sets"} if name in bars else set())
                bars.setdefault(name, end)
                if len(bars) > ENTRIES:
                    raise Unreadable("Your axes hold very many bars. Far fewer are asked for.")
        if not bars:
            faults = {"no bars"}
        if measure.get_scale() != "linear":
            faults.add("no zero")
        if type(measure.get_major_formatter()).__name__ == "StrCategoryFormatter":
            as_text = any(re.fullmatch(r"-?[\d.]+%?", name) for _, name in self._ticks(measure))
            faults.add("text" if as_text else "turned")
        titles = (*(ax.get_title(loc=side) for side in ("left", "center", "right")), ax.figure.get_suptitle())
        return {"bars": bars, "faults": [name for name in self.FORM if name in faults],
                "label": tidy(measure.get_label_text()), "title": tidy(" ".join(titles)),
                "named": bool(groups) and all(map(self._has_name, groups)), "shown": ax.figure in SHOWN}

    @staticmethod
    def _ticks(axis):
        return [(float(tick.get_loc()), tidy(tick.label1.get_text())) for tick in axis.get_major_ticks()]

    @staticmethod
    def _bar(bar, on_side, ticks, limits, side_limits):
        """(name of its place, end, names of its faults) of one bar."""
        start, size, left, width = bar.get_y(), bar.get_height(), bar.get_x(), bar.get_width()
        if on_side:
            start, size, left, width = left, width, start, size
        start, end, middle, faults = float(start), float(start + size), float(left + width / 2), set()
        if not all(map(math.isfinite, (start, end, middle))) or max(abs(start), abs(end)) > LARGEST:
            return f"{middle:.4g}", 0.0, {"no value"}
        near = [(abs(at - middle), name) for at, name in ticks if abs(at - middle) <= abs(width) / 2 + 1e-6]
        slack = 1e-6 * max(1.0, *map(abs, limits))
        if abs(start) > 1e-6 * max(1, abs(end)):
            faults.add("floating")
        if not limits[0] - slack <= 0 <= limits[1] + slack:
            faults.add("not from zero")
        elif not limits[0] - slack <= end <= limits[1] + slack or not side_limits[0] <= middle <= side_limits[1]:
            faults.add("cut off")
        return min(near)[1] if near else f"{middle:.4g}", end, faults

    @staticmethod
    def _has_name(group):
        labels = (group.get_label(), *(bar.get_label() for bar in group.patches))
        return any(label and not str(label).startswith("_") for label in labels)

    @staticmethod
    def _axes(answer):
        if hasattr(answer, "iloc"):  # a table has a list of axes, too
            raise Unreadable(f"You gave {_a(answer)}, and that is no figure. Give the axes: fig, ax = plt.subplots().")
        if isinstance(getattr(answer, "axes", None), list):  # a figure
            if len(answer.axes) != 1:
                raise Unreadable(f"Your figure has {len(answer.axes)} sets of axes; one is asked for.")
            answer = answer.axes[0]
        if hasattr(answer, "patches") and hasattr(answer, "orientation"):
            raise Unreadable("You gave the bars. Give the axes on which they stand.")
        if not hasattr(answer, "get_xlabel") or not hasattr(answer, "containers"):
            raise Unreadable(f"You gave {_a(answer)}. Give the axes: fig, ax = plt.subplots().")
        return answer

    def valid(self, value):
        return (type(value) is dict and list(value) == ["bars", "faults", "label", "title", "named", "shown"]
                and type(value["bars"]) is dict and len(value["bars"]) <= ENTRIES
                and all(map(_is_text, value["bars"])) and all(map(_is_number, value["bars"].values()))
                and type(value["faults"]) is list and len(value["faults"]) <= len(self.FORM)
                and value["faults"] == [name for name in self.FORM if name in value["faults"]]
                and _is_text(value["label"]) and _is_text(value["title"])
                and type(value["named"]) is bool and type(value["shown"]) is bool)

    def unpack(self, value, expected):
        places = _spelled(value["bars"], expected)
        return value | {"bars": dict(zip(places, value["bars"].values(), strict=True))}

    def same(self, value, expected):
        return same_bars(value["bars"], expected, self.within)

    def taken(self, value, given):
        places = _spelled(value["bars"], given)
        return len(given) == len(value["bars"]) and same_bars(
            dict(zip(places, value["bars"].values(), strict=True)), given, self.within)

    def fault(self, value, expected, right):
        """A fault of the bars comes before the values are looked at, one of the words only once these are right.

        A bar that is cut off may be so because its value is wrong: that is told first (see nearly)."""
        if value["faults"] and (right or value["faults"] != ["cut off"]):
            return value["faults"][0]
        label, percent = value["label"].casefold(), ("percent", "per cent", "%")
        in_percent = any(word in label for word in percent)
        wrong = {
            "no label": self.label.casefold() not in label and not (self.label == "percent" and in_percent),
            "other unit": in_percent and self.label not in percent,
            "no title": not value["title"],
            "no name": self.named and not value["named"],
            "not shown": self.shown and not value["shown"],
        }
        return next((name for name, holds in wrong.items() if right and holds), None)

    def nearly(self, value, expected):
        return self._nearly_right(value["bars"], expected) or (
            "cut off" if "cut off" in value["faults"] else self._at_a_glance(value["bars"], expected))

    @staticmethod
    def _at_a_glance(bars, expected):
        """What is seen of bars whose values nobody knows."""
        if len(bars) < len(expected):
            return "too few bars"
        return "one length" if len(set(bars.values())) == 1 < len(set(expected.values())) else None

    def _nearly_right(self, bars, expected):
        values, right = sorted(bars.values()), sorted(expected.values())
        if max(values) <= 1 and same_bars({at: 100 * length for at, length in bars.items()}, expected, 0.51):
            return "fractions"
        if len(bars) == len(expected) and all(abs(v - r) <= self.within for v, r in zip(values, right, strict=True)):
            return "other places" if bars.keys() == expected.keys() else "names of the bars"
        if bars.keys() == expected.keys() and all(
                abs(bars[at] - expected[at]) <= self.within or (_places(bars[at]) == 0 and abs(expected[at]) >= 1
                                                                and abs(bars[at] - expected[at]) <= 0.5 + 1e-9)
                for at in expected):
            return "rounded bars"
        shared = {at: length for at, length in bars.items() if at in expected}
        if shared and same_bars(shared, {at: expected[at] for at in shared}, self.within):
            return "missing bars" if shared == bars else "more bars" if len(shared) == len(expected) else None
        return None

    def partly(self, value, expected):
        bars = value["bars"]
        off = [at for at in expected if at in bars and abs(bars[at] - expected[at]) > self.within]
        return "one bar" if bars.keys() == expected.keys() and len(off) == 1 < len(bars) - 1 else None
