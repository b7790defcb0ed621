"""Prompts and candidates come in by the thousand: a few statements a chunk, none per row.

    records -> arrivals -> chunk -> prompts, candidates, places -> judgements -> report
                                                  requests (API) | services.importing (files)

``arriving`` writes each record as the database will hold it, apart from the database, so that this
can go on while the database keeps the chunk before. ``sharing`` lets two threads keep chunks side
by side, but for those that ask the same. ``keeping`` keeps a chunk, by raw SQL in one module per
dialect. Every transaction touches prompts by digest, then candidates, places, pictures, the keys of
near-duplicates, raters, judgements and tallies, each in one order: two imports of the same file
wait for one another and never deadlock. An erasure (``services.erasure``) has the same order.
"""
