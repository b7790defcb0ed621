import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from annotate.export.preflight import counting
from annotate.export.preflight.counting import LONGEST_KEPT, TokenCounter
from annotate.export.preflight.errors import BadTokenizer

# How GPT-4 and, with three digits at most, Llama 3 cut texts.
CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False)
BYTES_ALONE = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
WAYS = {
    "GPT-2": BYTES,
    "SmolLM2": pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), BYTES]),
    "Llama 3": pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(CL100K), "isolated"), BYTES_ALONE]
    ),
}
CORPUS = ["the cat 12 sat on the mat. it's  the end,\n\nthe\tcat ", "Der Bär; 日本語 über"] * 3


def trained(way):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = way
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=330, initial_alphabet=alphabet, show_progress=False)
    )
    made.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    return made


COUNTERS = {name: TokenCounter(trained(way)) for name, way in WAYS.items()}
whole = trained(BYTES)
whole.normalizer = normalizers.Lowercase()
COUNTERS["a normalizer"] = TokenCounter(whole)


def test_words_are_added_up_where_tokenizers_cut_before_spaces():
    assert {name: counter.by_words for name, counter in COUNTERS.items()} == {
        "GPT-2": True,
        "SmolLM2": True,
        "Llama 3": True,
        "a normalizer": False,
    }


@pytest.mark.parametrize("way", COUNTERS)
@given(
    st.lists(
        st.text(st.sampled_from("the cat's12 \n\t.,é日\u0301\u00a0\u3000🜁<|im_end>")), min_size=1
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_text_has_as_many_tokens_as_its_words(way, texts):
    counter = COUNTERS[way]
    texts = [*texts, "the <|im_start|> cat<|im_end|> sat"]

    counted = counter.count(texts)

    encoded = counter._tokenizer.encode_batch(texts, add_special_tokens=False)
    assert counted == [len(one.ids) for one in encoded]


def test_a_tokenizer_without_cuts_encodes_whole_texts():
    """ "a b" is one piece here, and one token."""
    made = Tokenizer(models.WordLevel({"?": 0, "a b": 1}, unk_token="?"))
    made.pre_tokenizer = pre_tokenizers.Split("|", "removed")

    counter = TokenCounter(made)

    assert (counter.by_words, counter.count(["a b", "a b|a b"])) == (False, [1, 2])


def test_an_added_token_that_takes_the_space_after_it_is_heard():
    made = trained(BYTES)
    made.add_special_tokens([AddedToken("<x>", rstrip=True)])

    counter = TokenCounter(made)

    assert counter.by_words is False
    assert counter.count(["<x> a"]) == [2]


def test_what_comes_once_and_is_long_is_not_remembered():
    counter = TokenCounter(trained(BYTES))
    counter.count([f"the {'x' * (LONGEST_KEPT + 1)} cat"])

    assert (set(counter._first), set(counter._later)) == ({"the"}, {"cat"})


def test_truncation_and_padding_of_the_file_are_left_out():
    made = trained(BYTES)
    made.enable_truncation(2)
    made.enable_padding(length=9)

    assert TokenCounter(made).count(["7 7 7 7"]) == [7]


def test_what_is_no_tokenizer_is_refused_by_name(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(BadTokenizer, match=r"tokenizer\.json is not the tokenizer\.json of a"):
        TokenCounter.of(tmp_path)


def test_of_too_many_words_those_are_kept_that_came_again(monkeypatch):
    monkeypatch.setattr(counting, "WORDS_KEPT", 6)
    counter = TokenCounter(trained(BYTES))
    counter.count(["a the b c"])
    counter.count(["a the d e f"])

    assert counter.count(["7 7"]) == [3]  # "7", " ", "7"
    assert (set(counter._first), set(counter._later)) == ({"a", "7"}, {"the", "7"})
