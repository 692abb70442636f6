"""What is right in exercise 12, and which mistakes we know."""

from .checker import Mistake, Question, row, table
from .kinds import Drawing, Names, Number, Pairs

#: {sentence: (the number of the page, table, column of the number, the words that name the row)}.
SAYS = {1: (6.5, "proportions", "percent", {"study": "Grant 2004", "outcome": "any PD",
                                            "group": "people with a current drug use disorder"}),
        2: (45, "proportions", "percent", {"study": "Kroger 2013", "outcome": "response"}),
        3: (0.31, "effects", "estimate", {"study": "Henssler 2022", "population": "people with acute depression"}),
        4: (50.0, "proportions", "percent", {"study": "Schramm 2015", "group": "CBASP", "outcome": "remission"})}
STUDIES = {1: "Grant 2004", 2: "Kroger 2013", 3: "Henssler 2022", 4: "Schramm 2015", 5: "Specka 2013",
           6: "Newton-Howes 2006"}
CANDIDATES = {*STUDIES.values(), "Loerinc 2015", "Rice 2020", "Vazquez 2021"}
VERDICTS = {1: {"contradicted"}, 2: {"partly", "overstated"}, 3: {"supported", "partly"}, 4: {"contradicted"},
            5: {"contradicted", "overstated"}, 6: {"overstated", "partly"},
            7: {"no study found", "overstated"}, 8: {"not judged"}, 9: {"not judged"}}
WORDS = {claim["verdict"] for claim in table("claims")}


def _swapped():
    """The sentences whose number is not that of the row they speak of."""
    return {sentence for sentence, (number, name, column, words) in SAYS.items()
            if number != float(row(name, **words)[column])}


def _odds_ratio(instrument=""):
    return float(row("effects", study="Newton-Howes 2006", instrument=instrument)["estimate"])


def _risk(ratio, share=0.25):
    """Percent with the outcome when the odds at ``share`` are multiplied by ``ratio``."""
    return 100 * share * ratio / (1 - share + share * ratio)


def _expected_risk():
    return _risk(_odds_ratio())


def _arms():
    return {line["group"]: (int(line["events"]), int(line["total"])) for line in table("proportions")
            if line["study"] == "Specka 2013" and line["outcome"] == "completed"}


def _completed(value=lambda events, total: 100 * events / total):
    return {group: value(*counts) for group, counts in _arms().items()}


def _sentence(number, expected, hint, name="sentence"):
    """The mistake of a wrong word at one sentence."""
    return Mistake(f"{name} {number}", f"Sentence {number}: {hint}",
                   when=lambda words: words[number] not in expected[number])


QUESTIONS = [
    Question(
        "q1", "what can a study speak to", "no_claim", Names(lambda: set(range(1, 10)), of="numbers"), lambda: {8, 9},
        fixed="a reading question",
        recipe="Ask of each sentence: could a study come out against it? If none could, it claims nothing. Which two "
               "sentences could no study ever find to be wrong?",
        praise="Praise and advice are no claims. Leave them out before you look for studies.",
        mistakes=[
            Mistake("no trial", "That no trial was found does not make it a sentence that no trial could test.",
                    when=lambda numbers: 7 in numbers),
            Mistake("with a number", "A sentence with a number in it can be looked up. It claims something.",
                    when=lambda numbers: bool(numbers & set(range(1, 7)))),
        ]),
    Question(
        "q2", "which study", "study_of", Pairs(STUDIES, CANDIDATES), lambda: {n: {s} for n, s in STUDIES.items()},
        fixed="a reading question: which study speaks of what",
        recipe="Filter a table by study and print group, outcome and number. Begin with the population. Compare "
               "people, treatment and number of each sentence with the rows of its study.",
        praise="Number, people and treatment together point to one study.",
        mistakes=[
            _sentence(1, {1: {"Grant 2004"}}, "look for a survey that counts two disorders in the same people."),
            _sentence(2, {2: {"Kroger 2013"}}, "look for one large group in hospital, before and after."),
            _sentence(3, {3: {"Henssler 2022"}}, "two drugs against one, and in acute depression. Who asked that?"),
            _sentence(4, {4: {"Schramm 2015"}}, "look for the trial that sets CBASP against one drug."),
            _sentence(5, {5: {"Specka 2013"}}, "look for the study with a reward in one arm and people who completed."),
            _sentence(6, {6: {"Newton-Howes 2006"}}, "look for an OR of personality disorder with a bad outcome."),
        ]),
    Question(
        "q3", "whose number is it", "not_as_printed", Names(lambda: set(SAYS), of="numbers"), _swapped,
        recipe="For each entry of says, pick the row by study, group (or population) and outcome, and compare. Compare"
               " the number of each entry of says with the percent or estimate of its row.",
        praise="A sound number in the wrong sentence passes every check but this one."),
    Question(
        "q4", "doubled", "with_disorder", Number(decimals=1, unit="percent"), _expected_risk,
        recipe="An odds ratio multiplies odds: one part to the other part. What are the odds without? Odds without: 25"
               " to 75. Times the OR gives the odds with. Share = odds / (1 + odds).",
        praise="A higher risk, and well short of the double. Odds are not risks.",
        mistakes=[
            Mistake("as a risk ratio", "You multiplied the share by the odds ratio. It multiplies the odds.",
                    gives=lambda: 25 * _odds_ratio()),
            Mistake("doubled", "You took the page's word for it and doubled the share. Go by way of the odds.",
                    gives=50),
            Mistake("odds", "Those are the odds with a disorder. Turn them back: odds / (1 + odds).",
                    gives=lambda: [_odds_ratio() / 3, 100 * _odds_ratio() / 3]),
            Mistake("share as odds", "You multiplied 0.25 as if it were the odds. The odds are 25 to 75.",
                    gives=lambda: 100 * 0.25 * _odds_ratio() / (1 + 0.25 * _odds_ratio())),
            Mistake("turned round", "You divided by the odds ratio. With a disorder the outcome is worse.",
                    gives=lambda: _risk(1 / _odds_ratio())),
            Mistake("other row", "That is the ratio for Hamilton-type outcomes. Take the one over all outcomes.",
                    gives=lambda: _risk(_odds_ratio("Hamilton-type scales"))),
            Mistake("risk ratio", "That is how many times the risk is raised. The share itself is asked for.",
                    gives=lambda: _expected_risk() / 25),
        ]),
    Question(
        "q5", "what sentence 5 leaves out", "ax", Drawing("percent", within=0.1), _completed,
        recipe="Keep the two rows 'completed' of Specka 2013; a bar is events of total, in percent. Two bars are asked "
               "for, named by group: events of total of each arm, in percent.",
        praise="With the other arm beside it, the claim has gone.",
        mistakes=[
            Mistake("one arm", "There is one bar. The arm without rewards is what the page leaves out.",
                    when=lambda drawn: len(drawn["bars"]) == 1),
            Mistake("people", "Your bars count people. The arms differ in size: draw the share of each arm.",
                    gives=lambda: _completed(lambda events, total: events)),
            Mistake("both arms together", "You divided by the people of both arms. Each arm is its own whole.",
                    gives=lambda: _completed(lambda events, total: 100 * events / sum(n for _,
                                  n in _arms().values()))),
            Mistake("left", "Your bars show those who did not complete. Those who did are asked for.",
                    gives=lambda: _completed(lambda events, total: 100 - 100 * events / total)),
        ]),
    Question(
        "q6", "the verdicts", "verdicts", Pairs(VERDICTS, WORDS), lambda: VERDICTS,
        fixed="a reading question: verdicts are words",
        recipe="Use questions 3 to 5: a number of other people contradicts, half a comparison overstates. Go through "
               "the sentences once more with the five steps.",
        praise="Nine sentences, nine verdicts, and each says no more than it can.",
        mistakes=[
            _sentence(1, VERDICTS, "question 3 found the share of the people it speaks of. Does it agree?"),
            _sentence(2, VERDICTS, "the share is as printed. Was there anybody without DBT?"),
            _sentence(3, VERDICTS, "people, number and direction: is anything wrong with them?"),
            _sentence(4, VERDICTS, "in which arm were more people in remission? See question 3."),
            _sentence(5, VERDICTS, "what does your figure of question 5 say about rewards in this trial?"),
            _sentence(6, VERDICTS, "something is raised, but is it as much as 'doubles' says? See question 4."),
            _sentence(7, VERDICTS, "what is known when nobody has tested it? There is a word for just that."),
            _sentence(8, VERDICTS, "is there anything in it that a study could find?"),
            _sentence(9, VERDICTS, "is there anything in it that a study could find?"),
        ]),
]
