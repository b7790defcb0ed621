"""What moves a person besides the answers: evidence for somebody who looks, never a verdict.

votes with place, length, form -> logits by rater (leanings) -> corrected for many tests
judgements one after the other -> careless or attentive, valid at every look
times and characters           -> hurried, pasted; how long one's own texts are
"""
