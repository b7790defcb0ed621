"""What both apps stand on and neither owns.

    models     people, their roles and tokens, the audit trail
    artifacts  files and folders that appear whole or not at all
    markdown   the one way from a text to safe HTML
    runs       rows that are a queue: claimed once, kept alive by a heartbeat
    stats      figures without Django: pairs, agreement, ratings, intervals

Nothing here knows ``annotate`` or ``rewards``.
"""
