"""The tests stand where the code stands: ``tests/a/b/test_c.py`` is about ``a/b/c.py``."""
