"""What is right in exercise 12, and which mistakes we know."""

from .checker import Mistake, Question, row, table
from .kinds import Drawing, Letter, Pairs

TOPIC = "nine sentences"
LETTERS = "abcdefghijk"
DONE = {"Grant 2004", "Newton-Howes 2006"}  # behind the sentences that are worked for the learner
#: {sentence: where the row stands to which it must be held}; no entry where no row speaks to it.
CITES = {2: ("proportions", {"study": "Kroger 2013", "outcome": "response"}),
         3: ("effects", {"study": "Henssler 2022", "population": "people with acute depression"}),
         4: ("proportions", {"study": "Schramm 2015", "group": "CBASP", "outcome": "remission"}),
         5: ("proportions", {"study": "Specka 2013", "group": "take-home incentive"})}
STEPS = {2: 4, 3: 5, 4: 5, 5: 5, 6: 3}
VERDICTS = {2: {"overstated"}, 3: {"supported"}, 4: {"not shown", "contradicted"}, 5: {"not shown"},
            6: {"no study found"}}
WORDS = {"supported", "partly", "overstated", "not shown", "contradicted", "no study found", "not judged"}


def _offered():
    """The rows that have a letter in the exercise, in its order."""
    return [line for name in ("proportions", "effects") for line in table(name)
            if line["topic"] == TOPIC and line["study"] not in DONE]


def _letter(name, words):
    return LETTERS[_offered().index(row(name, topic=TOPIC, **words))]


def _cited():
    return {sentence: {_letter(*CITES[sentence]) if sentence in CITES else "none"} for sentence in STEPS}


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


def _totals():
    return [total for _, total in _groups().values()]


def _together():
    """[people of both groups who completed, all people of both groups]."""
    return [sum(events for events, _ in _groups().values()), sum(_totals())]


def _sentence(number, expected, hint, *words):
    """The mistake of a wrong word at one sentence; of one of these words, where any are given."""
    name = f"sentence {number}" if not words else f"sentence {number}, {words[0]}"
    return Mistake(name, f"Sentence {number}: {hint}", when=lambda given: (
        given[number] in words if words else given[number] not in expected[number]))


def _step(number, hint):
    """The mistakes of a wrong step at one sentence: too early, no row found, and the rest, which ``hint`` is about."""
    return [
        _sentence(number, AS_TEXT, "that step is for advice, or for what nobody can observe. Is it either?", "1", "2"),
        *([_sentence(number, AS_TEXT, "that step says: no row speaks to it. Which did you name in question 1?", "3")]
          if number in CITES else []),
        _sentence(number, AS_TEXT, hint)]


def _of_an_earlier_step(number):
    """A verdict that step 5, or 4, cannot give."""
    return _sentence(number, VERDICTS, "that word is of an earlier step. At which did question 4 end for it?",
                     "no study found", "not judged")


def _counts_and_percent(drawn):
    """Has one bar the length of a count, and the other the right percentage?"""
    counted = _completed(lambda events, total: events)
    near = {group: [abs(end - value[group]) < 0.1 for value in (counted, _completed())]
            for group, end in drawn["bars"].items() if group in counted}
    return sorted(near.values()) == [[False, True], [True, False]]


AS_TEXT = {sentence: {str(step)} for sentence, step in STEPS.items()}

QUESTIONS = [
    Question(
        "q1", "the row to hold it against", "row_of",
        Pairs(STEPS, {*LETTERS, "none"}, each='one letter, or "none"'), _cited,
        fixed="a reading question: which row speaks of what",
        recipe="Cover the numbers of the page. For each sentence underline treatment, people and outcome, and look for "
               "the row that has all three. Does it say 'all', or a part of the people or outcomes?",
        wrong="Treatment, people and outcome: does each of your rows have all three?",
        praise="Words choose the row, and only then are the numbers compared.",
        mistakes=[
            Mistake("a row for 6", "Sentence 6: does that row tell of a contact for emergencies?",
                    when=lambda given: given[6] != "none"),
            Mistake("none found", "For a sentence before 6 you found no row. Is there none with its treatment?",
                    when=lambda given: any(given[sentence] == "none" for sentence in CITES)),
            *(Mistake(f"sentence {sentence}, another study", f"Sentence {sentence}: whose treatment and outcome does "
                      "that row tell of?", when=lambda given, sentence=sentence: _of_another_study(given, sentence))
              for sentence in CITES),
            Mistake("by its number", "Sentence 4: that row has the page's number. Whose number is it?",
                    when=lambda given: given[4] in _letters("proportions", study="Schramm 2015",
                                                            group="escitalopram", outcome="remission")),
            Mistake("response", "Sentence 4: is response what the sentence speaks of?",
                    when=lambda given: given[4] in _letters("proportions", study="Schramm 2015", outcome="response")),
            Mistake("unchanged", "Sentence 2: that row counts those who stayed as they were. Of whom does "
                    "the sentence speak?",
                    when=lambda given: given[2] in _letters("proportions", outcome="unchanged")),
            Mistake("other group", "Sentence 5: that group is the comparison. Which one does the page praise?",
                    when=lambda given: given[5] in _letters("proportions", group="usual care")),
            Mistake("a part", "One of your rows holds only a part of what its sentence speaks of.",
                    when=lambda given: given[3] not in _cited()[3]),
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
        recipe="Which column names the bars? In each group, how many of how many completed? Groups of unlike size are "
               "set side by side on one scale, from 0 to 100.",
        wrong="What is each of your bars a percentage of?",
        praise="With the other group beside it, the claim has gone.",
        mistakes=[
            Mistake("one group", "There is one bar. What does the page leave out?",
                    when=lambda drawn: len(drawn["bars"]) == 1),
            Mistake("people", "Your bars count people. Are the groups equally large?",
                    gives=lambda: [_completed(lambda events, total: events), _completed(lambda events, total: total)]),
            Mistake("both together", "You divided by people of both groups. Whose share is it?",
                    gives=lambda: [_completed(lambda events, total, whole=whole: 100 * events / whole)
                                   for whole in _together()]),
            Mistake("left", "Your bars show those who did not complete. Who is asked for?",
                    gives=lambda: [_completed(lambda events, total: 100 - 100 * events / total),
                                   _completed(lambda events, total: total - events)]),
            Mistake("upside down", "Your bars are longer than the whole. What is divided by what?",
                    gives=lambda: [_completed(lambda events, total: 100 * total / events),
                                   _completed(lambda events, total: total / events)]),
            Mistake("above all", "A bar is longer than the whole. Was it in percent already?",
                    when=lambda drawn: max(drawn["bars"].values()) > 100),
            Mistake("other total", "Is each count divided by the people of its own group?",
                    gives=lambda: [_completed(lambda events, total: 100 * events / (sum(_totals()) - total)),
                                   *(_completed(lambda events, total, whole=whole: 100 * events / whole)
                                     for whole in _totals())]),
            Mistake("one for both", "Both bars are equally long. Does each group have a share of its own?",
                    when=lambda drawn: len(drawn["bars"]) == 2 and len(set(drawn["bars"].values())) == 1),
            Mistake("count and percent", "One bar is a count, the other a percentage. Which does the axis say?",
                    when=_counts_and_percent),
            Mistake("swapped", "The values are right, and each stands at the name of the other group.",
                    gives=lambda: dict(zip(_completed(), reversed([*_completed().values()]), strict=True))),
        ]),
    Question(
        "q4", "the step", "steps", Pairs(STEPS, set("12345"), each="a whole number from 1 to 5"), lambda: AS_TEXT,
        fixed="a reading question: steps of the tree",
        recipe="Go through the five steps in order for each sentence and stop at the first that applies. Look at the "
               "verb: does it say that one thing brings about another? Then look at the kind of row that you cited: "
               "two arms, one group, or people who differ to begin with.",
        wrong="Take one sentence after the other: does an earlier step apply already?",
        praise="Two people with these steps would know where they differ.",
        mistakes=[
            Mistake("one step", "You gave one step five times. Does the tree end for all at the same place?",
                    when=lambda given: len(set(given.values())) == 1),
            *_step(2, "what does its verb claim, and who was there without DBT?"),
            *_step(3, "with what are two antidepressants compared in your row?"),
            *_step(4, "your row is one of two arms. What kind of row is that?"),
            *_step(5, "your figure of question 3 has two groups. What kind of row is that?"),
            *_step(6, "that step needs a row that speaks to it. Is there one in the list?"),
        ]),
    Question(
        "q5", "the verdict", "verdicts", Pairs(VERDICTS, WORDS), lambda: VERDICTS,
        fixed="a reading question: verdicts are words",
        recipe="Take your steps of question 4: each allows only some of the words. At step 5 set the row beside the "
               "sentence: which way does it point, is the difference clear, and does the wording say more?",
        wrong="Take one sentence after the other, beginning with the step.",
        praise="Five verdicts, and each says no more than it can.",
        mistakes=[
            Mistake("one word", "You gave one word five times. Do all the sentences fail in one way?",
                    when=lambda given: len(set(given.values())) == 1),
            _sentence(2, VERDICTS, "which part of it, with its verb, does a row with two arms carry?",
                      "partly", "supported"),
            _of_an_earlier_step(2),
            _sentence(2, VERDICTS, "that word is of step 5, and needs two arms. Which way does your row point?"),
            _of_an_earlier_step(3),
            _sentence(3, VERDICTS, "which of its words goes further than the row that you cited?", "overstated"),
            _sentence(3, VERDICTS, "which part of it does the row that you cited not carry?", "partly"),
            _sentence(3, VERDICTS, "which way does your row point, and does its interval reach zero?"),
            _of_an_earlier_step(4),
            _sentence(4, VERDICTS, "in which arm were more people in remission, and is the difference clear?"),
            _of_an_earlier_step(5),
            _sentence(5, VERDICTS, "does your figure say clearly that fewer stay with the reward?", "contradicted"),
            _sentence(5, VERDICTS, "what does your figure of question 3 say about the reward?"),
            _sentence(6, VERDICTS, "where is the row that says otherwise?", "contradicted"),
            _sentence(6, VERDICTS, "from which row do its words depart?", "overstated", "partly"),
            _sentence(6, VERDICTS, "that word needs a trial in which no difference was found. Is there one?",
                      "not shown", "supported"),
            _sentence(6, VERDICTS, "could a trial test it?"),
        ]),
]
