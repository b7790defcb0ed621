"""Teams, as leads of campaigns and of teams see them: ``selectors.team`` says who sees whom.

    whole (a team)    person (one of its people)    campaign (its part in one)    ledger

``tables`` is how its numbers are written, on pages and in files.
"""
