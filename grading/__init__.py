"""For lecturers: grade a folder of submitted notebooks with ``python -m grading FOLDER`` or ``make grade``."""
