"""Experts turn prompts into demonstrations and rankings; the result leaves as frozen files.

    prompt -> candidates -> task -> assignment -> demonstration | ranking -> quality -> snapshot

Each stage is one module of that name under ``services/`` (what may happen), ``selectors/`` (what
may be asked) and ``models/`` (what is kept). ``importing`` reads what others collected,
``export`` writes the files, and ``gateway`` is the only door for other apps. Nothing here knows
that ``rewards`` exists.
"""
