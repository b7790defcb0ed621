"""Pages for leads: find what this person may see, parse, call one service, answer.

    reward_model: list, live progress, report card        cycle: the stations of a track's week
    policy: numbers, promote, hold, roll back             dashboard: the panel on annotate's page

``numbers`` reads what runs measured, ``progress`` how far they are; neither asks the database.
"""
