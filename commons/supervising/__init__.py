"""Everything that Laurel needs, kept running by one process, without any tool of the system.

    state (one supervisor a folder) -> brokers -> programs -> supervisor -> child -> journal

Knows nothing of Django, so that settings may ask it whether a supervisor runs here.
``manage.py up`` puts it together.
"""
