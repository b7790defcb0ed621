"""Details that an answer names and its prompt does not."""

from rewards.stats.claims import Details, unsupported

PROMPT = [{"role": "user", "content": "When did Marie Curie move to Paris? See www.example.org/a."}]


def test_figures_names_and_links_that_the_prompt_does_not_hold() -> None:
    said = unsupported(
        "She moved in 1891, with her sister Bronia, to Paris. It cost 40.5 roubles; more at "
        "https://example.com/curie and www.example.org/a.",
        PROMPT,
    )

    assert said == Details(
        figures=("1891", "40.5"), names=("Bronia",), links=("https://example.com/curie",)
    )
    assert len(said) == 4


def test_what_the_prompt_holds_is_no_detail_of_its_own() -> None:
    asked = [{"role": "user", "content": "Is 17 prime? Ask Ada Lovelace."}]

    assert len(unsupported("Yes: 17 is prime, says Ada Lovelace.", asked)) == 0


def test_a_figure_within_a_longer_one_is_not_given_by_it() -> None:
    asked = [{"role": "user", "content": "What happened in 1917?"}]

    assert unsupported("That 17 people met.", asked).figures == ("17",)


def test_the_numbers_of_a_list_and_the_first_word_of_a_sentence_are_none() -> None:
    said = unsupported("Do this:\n1. Wash it.\n2. Dry it.\nThen I'll rest, and I wait.", PROMPT)

    assert said == Details(figures=(), names=(), links=())


def test_each_detail_counts_once() -> None:
    assert unsupported("In 1900 and again in 1900 they met Rutherford and Rutherford.", []) == (
        Details(figures=("1900",), names=("Rutherford",), links=())
    )
