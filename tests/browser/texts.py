"""What the people of the browser tests read: code, a table and mathematics are in it."""

QUESTION = """\
My father has taken 100 mg of aspirin a day since his stent. Now his knee hurts, and he bought \
ibuprofen.

Why does the **timing** of the two matter? Explain it as to a final-year pharmacy student.
"""

ANSWERS = [
    """\
Aspirin acetylates **serine 529** of COX-1 in platelets, *irreversibly*. A platelet has no nucleus \
and cannot make new enzyme, so one dose lasts as long as the platelet lives: about 7–10 days.

Ibuprofen sits in the same channel, but leaves again. If it is there first, aspirin finds the door \
shut and is gone from the blood before it opens:

- aspirin at least **30 minutes before** ibuprofen, or
- aspirin **8 hours after** it.

With a stent, paracetamol is the first thing to try for the knee.
""",
    """\
Both drugs block cyclo-oxygenase. What differs is the kinetics:

| Drug | Binding | Effect on platelets |
|---|---|---|
| Aspirin | covalent | 7–10 days |
| Ibuprofen | competitive | 6–8 hours |

The occupied share is $\\theta = \\frac{[I]}{[I] + K_i}$; while it is near one, aspirin cannot bind.
""",
    """\
They should not be taken together because that may hurt the stomach. Please ask a doctor.
""",
    """\
Think of a lock with one keyhole:

```python
def protected(first: str) -> bool:
    return first == "aspirin"  # ibuprofen in the keyhole keeps aspirin out
```

So give aspirin first and wait half an hour. Taken the other way round, the patient has only \
ibuprofen's short effect, and the stent is less safe.
""",
]

GUIDELINE = """\
## What a good answer is

1. **Correct.** One wrong dose outweighs everything else.
2. **Complete enough to act on**, for the person who asks.
3. **Short.** Never reward length for its own sake.

Tie two answers when you would be equally glad to have given either.
"""
