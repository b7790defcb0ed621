"""Figures that both apps stand on: plain data in, a frozen result out, no Django.

    tiers -> pairs -> agreement | Bradley-Terry ratings
                   -> a ratio over prompts -> bootstrap interval
    votes -> ratings with style taken out -> ranks
    sizes -> chances -> some of many

Undefined is an error, never zero. Chance comes in as a seeded generator.
"""
