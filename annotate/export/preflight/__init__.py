"""What a dataset is like, before and beside its freezing: read once, in a stream; no Django.

    items -> Scan (one a shard) -> part -> merge -> conclude -> Report -> findings | refusals

``scan.Scan`` hears chunks of items through its sections: ``tokens``, ``structure``, ``personal``,
``overlap``, ``mix``, ``choices``, ``constants``. Each keeps what can be added up (``kept``,
``samples``), so parts of shards, made by several workers, merge in any order to what one scan
would have kept. ``report`` turns the whole into numbers and words, ``rules`` into refusals.

Import the module that is needed: only ``scan`` and its sections load the tokenizer and the tables
of phone numbers.
"""
