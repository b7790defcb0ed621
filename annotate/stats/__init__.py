"""Figures about judgements and the people who gave them; plain data in, no Django.

What both apps need (pairs, pairwise agreement, ratings, intervals) is in ``commons.stats``.
"""
