"""What lessons open and end with: the reader's guess, the claims that a lesson judges, and its sources."""

from consistency import table
from describe import minus
from IPython.display import Markdown


def say(words):
    """Print words to be heard too: a screen reader skips a hyphen, so a number below zero gets a minus."""
    print(minus(words))


def your_guess(guess, answer):
    """Set what the reader typed, or did not type, beside the answer. ``guess`` is three dots until something is typed;
    ``answer`` is the answer as words. Prints one line.
    """
    typed = "You typed no guess." if guess is ... else f"Your guess: {guess}."
    say(f"{typed} The answer here: {answer}.")


def closing(lesson, studies):
    """The claims of the five pages that a lesson judges, and where its studies were published, both folded.

    ``lesson`` is its number, as in the column ``lesson`` of claims.csv. Each of the ``studies`` stands once and in the
    order given; its name leads to its DOI, and where we have none, our note on the source stands in its place. Returns
    Markdown to be shown; raises KeyError for a study that is not in sources.csv.
    """
    claims = [f"- **{row['verdict']}**: {row['claim']}. Why: {minus(row['why'])} (`{row['claim_id']}`)"
              for row in table("claims") if row["lesson"] == str(lesson)]
    known, named = {row["study"]: row for row in table("sources")}, []
    for name in dict.fromkeys(studies):
        row = known[name]
        link = f"[**{name}**](https://doi.org/{row['doi']})" if row["doi"] else f"**{name}**"
        parts = [row["authors"], row["year"], row["title"], row["journal"], "" if row["doi"] else row["note"]]
        named.append(f"- {link}: {'. '.join(filter(None, parts)).removesuffix('.')}.")
    folded = [("Sentences of the pages, judged (the words are explained in lesson 12)", claims)] if claims else []
    return Markdown("\n\n".join(f"<details><summary>{summary}</summary>\n\n" + "\n".join(lines) + "\n\n</details>"
                                for summary, lines in [*folded, ("Sources", named)]))
