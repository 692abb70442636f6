"""What every lesson ends with: the claims that it judges, and its sources."""

from consistency import table
from IPython.display import Markdown


def judged(lesson):
    """The claims of the five pages that a lesson judges, one to a line: verdict, claim, reason and claim_id.

    ``lesson`` is its number, as in the column ``lesson`` of claims.csv. Returns Markdown to be shown.
    """
    return Markdown("\n".join(f"- **{row['verdict']}**: {row['claim']}. Why: {row['why']} (`{row['claim_id']}`)"
                              for row in table("claims") if row["lesson"] == str(lesson)))


def sources(study_ids):
    """Where studies were published, one to a line, each once and in the order given.

    The name of a study leads to its DOI; where we have none, our note on the source stands in its place. Returns
    Markdown to be shown; raises KeyError for a study that is not in sources.csv.
    """
    known = {row["study_id"]: row for row in table("sources")}
    lines = []
    for name in dict.fromkeys(study_ids):
        row = known[name]
        link = f"[**{name}**](https://doi.org/{row['doi']})" if row["doi"] else f"**{name}**"
        parts = [row["authors"], row["year"], row["title"], row["journal"], "" if row["doi"] else row["note"]]
        lines.append(f"- {link}: {'. '.join(part for part in parts if part).removesuffix('.')}.")
    return Markdown("\n".join(lines))
