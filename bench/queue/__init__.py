"""How fast, and how exactly, people get work and hand it in.

    options -> surroundings -> loading -> statements -> serving -> client -> facts -> verdict

``python -m bench.queue --database-url URL`` fills an empty database, starts the web as production
does, lets N annotators take and submit against it, and asks afterwards whether anything was given
out too often or lost. The last line on standard output is one JSON object.
"""
