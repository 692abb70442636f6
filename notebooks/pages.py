"""What lessons open and end with: the reader's guess, the claims that a lesson judges, and its sources."""

from consistency import table
from IPython.display import Markdown


def judged(lesson):
    """The claims of the five pages that a lesson judges, one to a line: verdict, claim, reason and claim_id.

    ``lesson`` is its number, as in the column ``lesson`` of claims.csv. Returns Markdown to be shown.
    """
    return Markdown("\n".join(f"- **{row['verdict']}**: {row['claim']}. Why: {row['why']} (`{row['claim_id']}`)"
                              for row in table("claims") if row["lesson"] == str(lesson)))


def sources(studies):
    """Where studies were published, one to a line, each once and in the order given.

    The name of a study leads to its DOI; where we have none, our note on the source stands in its place. Returns
    Markdown to be shown; raises KeyError for a study that is not in sources.csv.
    """
    known = {row["study"]: row for row in table("sources")}
    lines = []
    for name in dict.fromkeys(studies):
        row = known[name]
        link = f"[**{name}**](https://doi.org/{row['doi']})" if row["doi"] else f"**{name}**"
        parts = [row["authors"], row["year"], row["title"], row["journal"], "" if row["doi"] else row["note"]]
        lines.append(f"- {link}: {'. '.join(part for part in parts if part).removesuffix('.')}.")
    return Markdown("\n".join(lines))


def your_guess(guess, answer):
    """Set what the reader typed, or did not type, beside the answer. ``guess`` is three dots until something is typed;
    ``answer`` is the answer as words. Prints one line.
    """
    typed = "You typed no guess." if guess is ... else f"Your guess: {guess}."
    print(f"{typed} The answer here: {answer}.")


def _folded(summary, body):
    """Markdown behind a summary that a reader opens."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def closing(lesson, studies):
    """The claims of the five pages that a lesson judges, and where its studies were published, both folded.

    ``lesson`` and ``studies`` are as in ``judged`` and ``sources``.
    """
    claims, named = judged(lesson).data, sources(studies).data
    summary = "Sentences of the pages, judged (the words are explained in lesson 12)"
    folded = [_folded(summary, claims)] if claims else []
    return Markdown("\n\n".join([*folded, _folded("Sources", named)]))
