"""The checker behind ``check("q1")``: it looks at a learner's answer and says what to look at again.

In an exercise:  ``from checks import for_exercise``  then  ``check = for_exercise("01_sentence_to_row", globals())``.
``kinds.py`` reads answers, ``checker.py`` is the engine, ``rules_NN_topic.py`` holds what is right and which mistakes
are known. Only the standard library is used, so that it runs wherever a notebook runs; pandas objects are taken by
what they can do.

To import it puts the course's own modules first and what lies beside the exercises last: neither a figures.py of
somebody else's nor a random.py of the learner's takes the place of what an exercise imports.
"""

import os
import sys

_here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_notebooks = os.path.join(os.path.dirname(_here), "notebooks")
sys.path[:] = [_notebooks, *(path for path in sys.path if path not in {"", ".", _here, _notebooks}), _here]

from .checker import for_exercise  # noqa: E402

__all__ = ["for_exercise"]
