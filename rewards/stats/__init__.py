"""Decisions made by numbers: pure functions, plain data in, words out."""
