"""Prompts that nearly repeat one another share a side: that of the first of them, for ever.

``settling`` decides in the transaction that keeps a prompt, with one statement that finds, one that
reads what was found and one that keeps the keys of a whole chunk; on PostgreSQL one transaction at
a time, so that of two near prompts that come at once the second one sees the first. ``walking``
gives keys to the prompts that were there before, and looks again at what came from elsewhere.
"""
