"""How far people who judged the same thing see it alike, beyond chance and with an interval.

    rankings -> doubles (two rankings of one task) -> pairwise agreement | τ-b
             -> units (what one value was given to, by several) -> α (of any slice: choices)
             -> W of each task
    ratings, flags -> κ of every two raters | of all of them together

Only what was doubled by chance may come in, weighted by 1 / propensity: a third judgement that was
asked for because two people disagreed would make everybody look worse (Horvitz and Thompson 1952,
"A Generalization of Sampling Without Replacement from a Finite Universe"). Intervals resample
prompts, as the judgements of one prompt hang together.
"""
