"""What is told of a campaign's judgements: measured at once, from one reading, as plain values.

    rows as they are read -> gathered in few bytes -> doubled rankings
    doubled rankings -> facets of agreement, with the whole: slices | changes from week to week
                     -> figures of each rater, and in parts of the work | pairs of raters
    all of lately    -> leanings, haste, pasting, likeness to models
    both             -> findings: what somebody should look at

Each of these is computed by the parts of ``annotate.stats``; here it is decided what of, and what
is said where a figure is undefined.
"""
