"""What the database finds the candidates by: MinHash (Broder 1997) and its bands.

One place of two prompts' signatures is equal with probability s, the Jaccard index of their
shingles. A band of r places is equal with s^r, and at least one of b bands with the S-curve

    P(s) = 1 - (1 - s^r)^b        (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4)

With b = 8 and r = 4:

    s       0.1     0.3     0.5     0.7     0.8     0.85    0.9
    P(s)    0.0008  0.0630  0.4033  0.8888  0.9852  0.9973  0.9998

Its steepest point lies near (1/b)^(1/r) = 0.59; what is found too much is confirmed by its words.
The places of rensa's signatures are drawn without replacement as far as they go (Dahlgaard,
Knudsen, Thorup 2017, "Fast Similarity Sketching"), which finds a little more than this.

A further key stands for the whole: whoever says the same is found, however many others share each
of its bands. A short prompt has this one alone.

Keys are 63 bits: 7 of ``VERSION``, 56 of what is hashed. They are stored for ever: a test holds
them, and whoever must change them (another rensa, other words) raises ``VERSION`` and empties the
table in a migration; the walk of ``services.near`` fills it again.
"""

import hashlib
from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from annotate.near.asking import form_of
from commons.likeness import SHORT, words_of

VERSION = 1
BANDS, PLACES = 8, 4
SEED = 1

_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, as splitmix64 has it
_HALF = np.uint64(32)
_HASHED = 56

Keys = tuple[int, ...]
Hashes = npt.NDArray[np.uint64]


def chance_to_meet(s: float, *, bands: int = BANDS, places: int = PLACES) -> float:
    """How likely two prompts of Jaccard index ``s`` share a band: the S-curve above."""
    return 1 - (1 - s**places) ** bands


def keys_of(asked: Sequence[str]) -> list[Keys]:
    """For each text the keys by which it is found, that of the whole first."""
    words = [words_of(each) for each in asked]
    wholes = [_whole(form_of(*each)) for each in zip(asked, words, strict=True)]
    long = [each for each in words if len(each) >= SHORT]
    bands = iter(_bands(long) if long else ())
    return [
        (whole, *(next(bands) if len(each) >= SHORT else ()))
        for whole, each in zip(wholes, words, strict=True)
    ]


def _whole(form: str) -> int:
    head = hashlib.blake2b(form.encode("utf-8", "surrogatepass"), digest_size=7).digest()
    return VERSION << _HASHED | int.from_bytes(head, "big")


def _bands(texts: Sequence[Sequence[str]]) -> list[list[int]]:
    places = _signatures(texts).reshape(len(texts), BANDS, PLACES)
    keys = np.broadcast_to(np.arange(1, BANDS + 1, dtype=np.uint64), places.shape[:2])
    for place in range(PLACES):
        keys = _mixed(keys ^ places[:, :, place])
    found: list[list[int]] = (keys >> np.uint64(8) | np.uint64(VERSION << _HASHED)).tolist()
    return found


def _signatures(texts: Sequence[Sequence[str]]) -> Hashes:
    """MinHash of each text's pairs of words: shape (texts, BANDS * PLACES).

    A pair is the hash of its first word, mixed, and that of its second: no string is made of it.
    """
    counts = np.fromiter(map(len, texts), np.int64, len(texts))
    said = chain.from_iterable(RMinHash.hash_token_sets(texts))
    hashes = np.fromiter(said, np.uint64, int(counts.sum()))
    pairs = _mixed(hashes[:-1]) ^ hashes[1:]
    ends = np.cumsum(counts)
    within = np.ones(len(pairs), bool)
    within[ends[:-1] - 1] = False  # the last word of a text and the first of the next
    offsets = np.concatenate([[0], np.cumsum(counts - 1)]).astype(np.uint64)
    signed = RMinHash.digest_matrix_from_flat_token_hashes(
        pairs[within], offsets, BANDS * PLACES, SEED
    )
    return np.array(signed.to_rows(), np.uint64)


def _mixed(values: Hashes) -> Hashes:
    spread: Hashes = values * _ODD  # modulo 2^64
    return spread ^ spread >> _HALF
