"""Judgements leave as frozen files that trainers read as they are; no Django.

    judgements -> rows -> shards (JSONL and Parquet) -> dataset card -> manifest -> one rename

``snapshot.write_snapshot`` runs the whole road. ``splits`` gives a prompt its side and
``pseudonyms`` takes a rater's name away; both are asked before the rows are made.
"""
