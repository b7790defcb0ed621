"""A whole campaign leaves one installation as files, and arrives in another one with its ids.

    tables -> leaving: rows -> lines -> parcel (annotate.parcel), written last: the manifest
    parcel, verified -> arriving: lines -> people, joined rows, ids -> insert -> tallies, reviews

``tables`` says of every model whether it is carried, derived again or left out, and why. Both ways
run in one transaction: what leaves is what stood at one moment, and what arrives is there for
everybody at once or not at all, whenever the process is killed. Nothing is ever updated here but,
where the importing admin asks for it, the quarantine of a prompt that would be on two sides.
"""
