"""The checker behind ``check("q1")``: it looks at a learner's answer and says what to look at again.

In an exercise:  ``from checks import for_exercise``  then  ``check = for_exercise("01_sentence_to_row", globals())``.
``checker.py`` is the engine, ``rules_NN_topic.py`` holds what is right and which mistakes are known. Only the
standard library is used, so that it runs wherever a notebook runs; pandas objects are taken by what they can do.
"""

from .checker import for_exercise

__all__ = ["for_exercise"]
