from annotate.export.preflight.kept import BOUNDS, Examples, Histogram


def histogram(values):
    made = Histogram()
    for value in values:
        made.hear(value)
    return made


def test_quantiles_of_small_numbers_are_exact():
    """Of 1 to 100 the least value that 5 % do not exceed is 5, and so on."""
    found = histogram(range(1, 101))

    assert [found.quantile(q) for q in (0.05, 0.5, 0.95, 1)] == [5, 50, 95, 100]


def test_quantiles_of_large_numbers_are_at_most_one_percent_too_large():
    values = [201, 999, 12_345, 678_901, 10**8]

    for value in values:
        found = histogram([value, 10**9])
        assert value <= found.quantile(0.5) <= value * 1.01


def test_no_number_has_no_quantile():
    assert histogram([]).quantile(0.5) is None


def test_each_bound_begins_a_bin_of_its_own_number():
    assert all(histogram([bound]).bins == {place: 1} for place, bound in enumerate(BOUNDS[:-1]))


def test_what_is_larger_than_the_last_bound_is_counted_in_the_last_bin():
    found = histogram([10**12])

    assert (found.count, found.quantile(0.5), found.greatest) == (1, BOUNDS[-1] - 1, 10**12)


def test_the_first_examples_are_the_same_in_every_order_of_reading():
    forth, back = Examples(2), Examples(2)
    for number in range(20):
        forth.hear((f"p{number:02}", 0))
        back.hear((f"p{19 - number:02}", 0))

    assert forth.places() == back.places() == [("p00", 0), ("p01", 0)]
