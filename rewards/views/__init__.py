"""Pages for leads: find what this person may see, parse, call one service, answer.

    track -> cycle: the stations of a week -> policy: promote, hold, roll back
    training -> reward_model: live progress, report card
    dashboard: the panel on annotate's page

``numbers`` reads what runs measured, ``progress`` how far they are; neither asks the database.
"""
