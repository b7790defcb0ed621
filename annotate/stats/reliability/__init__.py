"""How far each person's judgements can be relied on, found together with what is true.

    votes on two answers -> consistency of each rater -> scores of answers   (crowd Bradley-Terry)
    flags and choices    -> confusion of each rater   -> what each unit is   (Dawid and Skene)

Nobody is compared with a truth that is known: who agrees with the others where the others agree
is relied on. So where most people are wrong in the same way, both are wrong with them, and gold
items are the only remedy. Every figure of a person is an interval.
"""
