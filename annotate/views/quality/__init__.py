"""Behind the dashboard: how far people agree, who they are, and what else moves judgements.

    whole (agreement by slice)    people (raters, pairs of them)    person (one rater)    leaning

``framing`` is what these pages and the planner share, ``cells`` how a figure is written.
"""
