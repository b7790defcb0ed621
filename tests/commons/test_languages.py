"""Labels inside sentences."""

from commons.languages import within


def test_a_label_inside_a_sentence_keeps_the_large_letters_of_its_nouns():
    assert within("Enthält persönliche Daten") == "enthält persönliche Daten"
    assert within("") == ""
