from annotate.export.preflight.samples import Sample


def kept(sample):
    return [
        (int(key), int(sub), *map(int, counts))
        for key, sub, counts in zip(sample.keys, sample.subs, sample.counts, strict=True)
    ]


def test_equal_keys_and_subs_are_counted_together():
    sample = Sample(most=10)
    for key, sub in [(5, 1), (3, 0), (5, 1), (5, 2)]:
        sample.hear(key, sub, 1)
    sample.settle()

    assert kept(sample) == [(3, 0, 1), (5, 1, 2), (5, 2, 1)]
    assert (sample.level, sample.distinct()) == (0, 2)


def test_too_many_keys_leave_those_that_end_in_zeros():
    """Of 1 to 8 four end in the bit 0; of two at most, 4 and 8 end in 00."""
    sample = Sample(most=2)
    for key in range(1, 9):
        sample.hear(key, 0, 1, name=f"p{key}")
    sample.settle()

    assert kept(sample) == [(4, 0, 1), (8, 0, 1)]
    assert (sample.level, sample.names) == (2, {4: "p4", 8: "p8"})


def test_a_sample_comes_back_from_json_with_counts_of_every_size():
    sample = Sample(most=10, columns=2)
    sample.hear(1, 0, 70_000, 0)
    sample.hear(2**64 - 1, 2**64 - 1, 1, 300, name="p")

    again = Sample.from_json(sample.as_json())

    assert kept(again) == [(1, 0, 70_000, 0), (2**64 - 1, 2**64 - 1, 1, 300)]
    assert again.names == {2**64 - 1: "p"}
