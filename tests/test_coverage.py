"""Nothing that the five pages name gets lost: each treatment and each claim is met in a lesson or an exercise."""

import re
from collections import Counter

from common import LESSONS, SOLUTIONS, code, outputs, prose
from consistency import table

RESULTS = ("proportions", "scores", "effects", "findings")
#: How the prose says what the column ``name`` says otherwise, or with a word that means something else here as well.
SAID = {
    "trauma_therapy": "trauma[- ](focused )?therap(y|ies)",
    "behavioural_procedure": "(?<!cognitive )behavioural therap(y|ies)",
    "depth_psychology": "depth[- ]psychology",
    "analytic_procedure": r"\banalytic(al)?(,? depth-psychology| therap(y|ies))",
    "individual_counselling": "individual (drug )?counselling",
    "twice_weekly": "twice (a week|weekly)|twice-weekly",
    "family_psychosis": "famil(y|ies)\\b.{1,60}\\b(psychosis|schizophrenia)",
    "sleep_routine": "regular hours of sleep|daily routine",
    "no_alcohol": "avoid(ing)? alcohol|drink(ing)? little",
    "exercise": "physical(ly)? activ|regular exercise|aerobic|exercise (training|therapy)",
    "homework": "homework",
}


def shown(path, kinds=("stdout", "text/plain", "text/markdown")):
    """What a reader of a notebook sees beside its prose."""
    return "\n".join(text for _, kind, text in outputs(path) if kind in kinds)


def lost_claims(paths):
    """The claims whose line stands in none of these notebooks, by their claim_id."""
    met = set().union(*(re.findall(r"\(`([a-z0-9-]+)`\)$", shown(path, ["text/markdown"]), re.MULTILINE)
                        for path in paths))
    return [claim["claim_id"] for claim in table("claims") if claim["claim_id"] not in met]


def said(modality, shared):
    """What to look for in a text: the name and, unless two share it, the abbreviation; or what SAID has instead."""
    if modality["modality_id"] in SAID:
        return re.compile(SAID[modality["modality_id"]], re.IGNORECASE)
    name = re.escape(modality["name"])
    short = modality["abbreviation"]
    return re.compile(rf"(?<!\w)((?i:{name}){f'|{re.escape(short)}' if short and short not in shared else ''})(?!\w)")


def lost_modalities(paths):
    """The treatments named on a page that these notebooks neither say, judge in a claim, nor show in a topic's rows."""
    text = "\n".join(prose(path) + code(path) + shown(path) for path in paths)
    topics = set(re.findall(r"topic == '([^']+)'", text))
    rows = {row["modality_id"] for name in RESULTS for row in table(name) if row["topic"] in topics}
    gone = lost_claims(paths)
    judged = {claim["modality_id"] for claim in table("claims") if claim["claim_id"] not in gone}
    modalities = table("modalities")
    shared = {short for short, count in Counter(row["abbreviation"] for row in modalities).items() if count > 1}
    return [row["modality_id"] for row in modalities if row["named_on"] and row["modality_id"] not in rows | judged
            and not said(row, shared).search(text)]


def test_every_claim_stands_in_the_table_of_a_lesson():
    lost = lost_claims(LESSONS)
    assert not lost, f"no lesson ends with these claims (pages.closing): {lost}"


def test_every_treatment_that_a_page_names_is_met():
    lost = lost_modalities(LESSONS + SOLUTIONS)
    assert not lost, f"named on a page, and met in no lesson, exercise or table of claims: {lost}"


def test_what_is_lost_is_told_by_name():
    """Without lesson 10 the claims on methadone are gone, and without all notebooks but one nearly every treatment."""
    rest = [path for path in LESSONS if not path.name.startswith("10")]
    assert [claim for claim in lost_claims(rest) if claim.startswith("meth-")] == [
        claim["claim_id"] for claim in table("claims") if claim["page"] == "page_methadone"]
    assert {"vocational", "sertraline", "exercise"} <= set(lost_modalities(LESSONS[:1]))


def test_other_words_are_for_treatments_of_the_table():
    named = {row["modality_id"] for row in table("modalities") if row["named_on"]}
    assert SAID.keys() <= named, f"not named on a page: {SAID.keys() - named}"
