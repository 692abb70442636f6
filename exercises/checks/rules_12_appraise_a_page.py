"""What is right in exercise 12, and which mistakes we know."""

from .checker import Mistake, Question, row, table
from .kinds import Drawing, Letter, Pairs

TOPIC = "nine sentences"
LETTERS = "abcdefghijklm"
#: {sentence: where the row stands to which it must be held}; no entry where no row speaks to it.
CITES = {2: ("proportions", {"study": "Kroger 2013", "outcome": "response"}),
         3: ("effects", {"study": "Henssler 2022", "population": "people with acute depression"}),
         4: ("proportions", {"study": "Schramm 2015", "group": "CBASP", "outcome": "remission"}),
         5: ("proportions", {"study": "Specka 2013", "group": "take-home incentive"}),
         6: ("effects", {"study": "Newton-Howes 2006", "instrument": ""})}
STEPS = {2: 4, 3: 5, 4: 5, 5: 5, 6: 4, 7: 3, 8: 2, 9: 1}
VERDICTS = {2: {"overstated"}, 3: {"supported"}, 4: {"not shown", "contradicted"}, 5: {"not shown"},
            6: {"overstated"}, 7: {"no study found"}, 8: {"not judged"}, 9: {"not judged"}}
WORDS = {"supported", "partly", "overstated", "not shown", "contradicted", "no study found", "not judged"}


def _offered():
    """The rows that have a letter in the exercise, in its order."""
    return [line for name in ("proportions", "effects") for line in table(name)
            if line["topic"] == TOPIC and line["study"] != "Grant 2004"]


def _letter(name, words):
    return LETTERS[_offered().index(row(name, topic=TOPIC, **words))]


def _cited():
    return {sentence: {_letter(*CITES[sentence]) if sentence in CITES else "none"} for sentence in range(2, 8)}


def _letters(name, **words):
    """The letters of all offered rows that these words fit."""
    fits = [line for line in table(name) if line["topic"] == TOPIC and words.items() <= line.items()]
    return {LETTERS[place] for place, line in enumerate(_offered()) if line in fits}


def _of_another_study(given, sentence):
    """Is a sentence held against a row of another study than the one that speaks to it?"""
    return given[sentence] in LETTERS and (
        _offered()[LETTERS.index(given[sentence])]["study"] != CITES[sentence][1]["study"])


def _groups():
    return {line["group"]: (int(line["events"]), int(line["total"])) for line in table("proportions")
            if line["study"] == "Specka 2013" and line["outcome"] == "completed"}


def _completed(value=lambda events, total: 100 * events / total):
    return {group: value(*counts) for group, counts in _groups().items()}


def _together():
    return sum(total for _, total in _groups().values())


def _sentence(number, expected, hint, words=None):
    """The mistake of a wrong word at one sentence; of one of these words, where ``words`` are given."""
    name = f"sentence {number}" if words is None else f"sentence {number}, {words[0]}"
    return Mistake(name, f"Sentence {number}: {hint}", when=lambda given: (
        given[number] not in expected[number] if words is None else given[number] in words))


AS_TEXT = {sentence: {str(step)} for sentence, step in STEPS.items()}

QUESTIONS = [
    Question(
        "q1", "the row that it cites", "row_of", Pairs(range(2, 8), {*LETTERS, "none"}), _cited,
        fixed="a reading question: which row speaks of what",
        recipe="Cover the numbers of the page. For each sentence underline treatment, people and outcome, and look for "
               "the row that has all three. Does it say 'all', or a part of the people or outcomes?",
        wrong="Treatment, people and outcome: does each of your rows have all three?",
        praise="Words choose the row, and only then are the numbers compared.",
        mistakes=[
            Mistake("a row for 7", "Sentence 7: does that row tell of a contact for emergencies?",
                    when=lambda given: given[7] != "none"),
            Mistake("none found", "For a sentence before 7 you found no row. Is there none with its treatment?",
                    when=lambda given: any(given[sentence] == "none" for sentence in CITES)),
            *(Mistake(f"sentence {sentence}, another study", f"Sentence {sentence}: whose treatment and outcome does "
                      "that row tell of?", when=lambda given, sentence=sentence: _of_another_study(given, sentence))
              for sentence in CITES),
            Mistake("by its number", "Sentence 4: that row has the page's number. Whose number is it?",
                    when=lambda given: given[4] in _letters("proportions", study="Schramm 2015",
                                                            group="escitalopram", outcome="remission")),
            Mistake("response", "Sentence 4: is response what the sentence speaks of?",
                    when=lambda given: given[4] in _letters("proportions", study="Schramm 2015", outcome="response")),
            Mistake("unchanged", "Sentence 2: are those the people of whom the sentence speaks?",
                    when=lambda given: given[2] in _letters("proportions", outcome="unchanged")),
            Mistake("other group", "Sentence 5: that group is the comparison. Which one does the page praise?",
                    when=lambda given: given[5] in _letters("proportions", group="usual care")),
            Mistake("a part", "One of your rows holds only a part of what its sentence speaks of.",
                    when=lambda given: given[3] not in _cited()[3] or given[6] not in _cited()[6]),
        ]),
    Question(
        "q2", "what is wrong with this row", "reading", Letter("abcd"), lambda: "b", fixed="a reading question",
        recipe="What do the two printed lists say about 30, and what about other wholes? Then ask of each option: does "
               "the row tell that, or would you have to guess?",
        praise="It is a question to the authors, and no verdict on them.",
        mistakes=[
            Mistake("made up", "Is there a plainer reason why a share cannot be of all who began?", gives="a"),
            Mistake("too sure", "Does the row tell how many were counted, and why others were not?", gives="c"),
            Mistake("rounding", "Was the first list empty or not? What would 11 of 30 be printed as?", gives="d"),
        ]),
    Question(
        "q3", "what sentence 5 leaves out", "ax", Drawing("percent", within=0.1), _completed,
        recipe="The names are the column group of stayed. Each length is 100 times the events of a group, divided by "
               "the total of the same group.",
        wrong="What is each of your bars a percentage of?",
        praise="With the other group beside it, the claim has gone.",
        mistakes=[
            Mistake("one group", "There is one bar. What does the page leave out?",
                    when=lambda drawn: len(drawn["bars"]) == 1),
            Mistake("people", "Your bars count people. Are the groups equally large?",
                    gives=lambda: [_completed(lambda events, total: events), _completed(lambda events, total: total)]),
            Mistake("both together", "You divided by the people of both groups. Whose share is it?",
                    gives=lambda: _completed(lambda events, total: 100 * events / _together())),
            Mistake("left", "Your bars show those who did not complete. Who is asked for?",
                    gives=lambda: _completed(lambda events, total: 100 - 100 * events / total)),
            Mistake("swapped", "The values are right, and each stands at the name of the other group.",
                    gives=lambda: dict(zip(_completed(), reversed([*_completed().values()]), strict=True))),
        ]),
    Question(
        "q4", "the step", "steps", Pairs(STEPS, set("12345")), lambda: AS_TEXT,
        fixed="a reading question: steps of the tree",
        recipe="Go through the five steps in order for each sentence and stop at the first that applies. For 2 to 6"
               " look at the verb: does it say that one thing brings about another? Then look at the kind of row that"
               " you cited: two arms, one group, or people who differ to begin with.",
        wrong="Take one sentence after the other: does an earlier step apply already?",
        praise="Two people with these steps would know where they differ.",
        mistakes=[
            Mistake("one step", "You gave one step eight times. Does the tree end for all at the same place?",
                    when=lambda given: len(set(given.values())) == 1),
            _sentence(9, AS_TEXT, "does it say how something is, or what somebody ought to do?"),
            _sentence(8, AS_TEXT, "what is it about: a treatment, or something else?"),
            _sentence(7, AS_TEXT, "could a trial test it? And did you cite a row in question 1?"),
            _sentence(2, AS_TEXT, "what does its verb claim, and who was there without DBT?"),
            _sentence(6, AS_TEXT, "what does its verb claim, and what kind of row did you cite?"),
            _sentence(3, AS_TEXT, "with what are two antidepressants compared in your row?"),
            _sentence(4, AS_TEXT, "your row is one of two arms. What kind of row is that?"),
            _sentence(5, AS_TEXT, "your figure of question 3 has two groups. What kind of row is that?"),
        ]),
    Question(
        "q5", "the verdict", "verdicts", Pairs(VERDICTS, WORDS), lambda: VERDICTS,
        fixed="a reading question: verdicts are words",
        recipe="Take your steps of question 4: each allows only some of the words. At step 5 set the row beside the "
               "sentence: which way does it point, is the difference clear, and does the wording say more?",
        wrong="Take one sentence after the other, beginning with the step.",
        praise="Eight verdicts, and each says no more than it can.",
        mistakes=[
            Mistake("one word", "You gave one word eight times. Do all the sentences fail in one way?",
                    when=lambda given: len(set(given.values())) == 1),
            _sentence(5, VERDICTS, "does your figure say clearly that fewer stay with the reward?", ("contradicted",)),
            _sentence(7, VERDICTS, "where is the row that says otherwise?", ("contradicted", "overstated", "partly")),
            _sentence(7, VERDICTS, "that word needs a trial in which no difference was found. Is there one?",
                      ("not shown", "supported")),
            _sentence(2, VERDICTS, "which part of it, with its verb, does a row with two arms carry?",
                      ("partly", "supported")),
            _sentence(6, VERDICTS, "which part of it, with its verb, does a row with two arms carry?",
                      ("partly", "supported")),
            _sentence(2, VERDICTS, "what does the row that does not count point to?"),
            _sentence(3, VERDICTS, "people, number, direction, wording: what of it goes wrong?"),
            _sentence(4, VERDICTS, "in which arm were more people in remission, and is the difference clear?"),
            _sentence(5, VERDICTS, "what does your figure of question 3 say about the reward?"),
            _sentence(6, VERDICTS, "what does the row that does not count point to?"),
            _sentence(7, VERDICTS, "what do you know of a thing that nobody has tested?"),
            _sentence(8, VERDICTS, "is there anything in it that a study could find?"),
            _sentence(9, VERDICTS, "is there anything in it that a study could find?"),
        ]),
]
