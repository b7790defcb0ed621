"""Figures about judgements and the people who gave them; plain data in, no Django.

    agreement     how far people see alike: by pairs, τ-b, W, α, κ
    reliability   what each person's votes and flags are worth
    bias          what else moves them; haste, pasting, carelessness
    stopping      when a pair has votes enough
    planning      how much more work it takes

What both apps need (pairs, pairwise agreement, ratings, intervals) is in ``commons.stats``. What
the figures mean to a reader is in docs/quality.md.
"""
