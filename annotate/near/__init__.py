"""Which prompts nearly repeat one another, and what that decides about their sides.

    messages -> what is asked -> words -> pairs of words -> bands -> candidates -> Jaccard -> place

``asking`` reads, ``bands`` makes what the database finds candidates by, ``placing`` decides. The
candidates are confirmed by the exact Jaccard index of their pairs of words, so that a band may
say too much and does no harm. Nothing here knows of Django.
"""
