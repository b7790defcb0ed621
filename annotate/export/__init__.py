"""Judgements leave as frozen files that trainers read as they are; no Django.

    texts -> rows, as the policy has them -> shards (Parquet and JSON lines) -> cards -> manifest

``rows`` knows each kind, ``preferences`` and ``votes`` what a pair is, ``shards`` writes a part and
``publishing`` makes a dataset of the parts. ``splits`` gives a prompt its side and ``pseudonyms``
takes a rater's name away; both are asked before the rows are made.
"""
