"""What both apps stand on and neither owns.

    models     people, their roles and tokens, the audit trail
    artifacts  files and folders that appear whole or not at all
    markdown   the one way from a text to safe HTML
    runs       rows that are a queue: claimed once, kept alive by a heartbeat
    tokens     keys by which programs speak for a person; authentication, permissions, throttling
    problems   every error of the API; bodies, shapes, pagination: what all its answers share
    sentences  what workers say, in English, kept as what it was made of; translating says it anew
    handbook   the files of docs/ as pages of the product
    openapi    how the API is described; reference: the same as plain data for a page
    stats      figures without Django: pairs, agreement, ratings, intervals

Nothing here knows ``annotate`` or ``rewards``.
"""
