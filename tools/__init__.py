"""For authors: python -m tools.build and the like, from the course's folder. Puts the course's modules on the path."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Last, so that a learner's `random.py` beside an exercise takes no module's place.
sys.path += [str(ROOT / name) for name in ("notebooks", "exercises") if str(ROOT / name) not in sys.path]
