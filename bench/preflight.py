"""How fast the pre-flight report looks through a dataset, and with how much memory.

    python -m bench.preflight --items N [--tokenizer FOLDER] [--workers 2] [--hostile]

1. make the tokenizer, unless one is named: byte-level BPE of 16,000 pieces, trained on other words
   of the same kind, with a ChatML template; and an evaluation set of 5,000 texts
2. scan N rankings of four answers of about 1 KB, six pairs each, in chunks of 256, split among
   ``--workers`` processes, as a freeze does it: pairs are made for the files, which is not counted,
   and ``items`` reads them there; each counts its processor seconds by section. One text in a
   hundred holds an e-mail address, a phone number or a card, one in a thousand a stretch of the set
3. merge the parts and conclude
4. with ``--hostile``: texts of 50 and of 100 KB that are meant to be slow, each by itself; a ratio
   near 2 is linear

Texts are not repeated: words are drawn by Zipf's law from 50,000, and one in twenty is nonsense of
its own. Making them is not counted. Figures for people go to standard error; the last line on
standard output is one JSON object.
"""

import argparse
import json
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import accumulate, islice
from multiprocessing import get_context
from pathlib import Path

import orjson
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from annotate.export.policy import Policy
from annotate.export.preflight.conclude import conclude
from annotate.export.preflight.feeding import items_of
from annotate.export.preflight.figures import Spread
from annotate.export.preflight.items import Settings
from annotate.export.preflight.merging import merge
from annotate.export.preflight.personal import personal_data
from annotate.export.preflight.scan import Scan
from annotate.export.preflight.texts import heard
from annotate.export.rows import batches_of_rankings
from annotate.export.texts import About, RankingText, plain

Figures = dict[str, object]

AT_ONCE, ANSWERS, ANSWER_WORDS, PROMPT_WORDS = 256, 4, 134, 50
VOCABULARY, EVALUATION = 50_000, 5_000
SYLLABLES = [
    first + vowel for first in "bdfgklmnprstvwz" for vowel in ("a", "e", "i", "o", "u", "an")
]
ODD = (
    "ada@mail.test",
    "+43 660 1234567",
    "4111 1111 1111 1111",
    "“naïve”",
    "end.\n\nAnd",
    "日本語",
)
TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
NAMES = "abcd"  # of the answers, best first
OF_RANKINGS = batches_of_rankings("preference")


def main() -> None:
    asked = options()
    with tempfile.TemporaryDirectory(prefix="laurel-bench-") as folder:
        settings = settings_in(Path(folder), asked.tokenizer)
        figures = measured(asked, settings)
    if asked.hostile:
        figures["hostile"] = hostile()
    print(orjson.dumps(figures).decode())


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m bench.preflight")
    reader.add_argument("--items", type=int, required=True, help="rankings of four answers")
    reader.add_argument("--tokenizer", type=Path, help="the folder of a tokenizer")
    reader.add_argument("--workers", type=int, default=1)
    reader.add_argument("--hostile", action="store_true", help="also texts meant to be slow")
    return reader.parse_args()


def measured(asked: argparse.Namespace, settings: Settings) -> Figures:
    share = -(-asked.items // asked.workers)
    shards = [(at, min(at + share, asked.items)) for at in range(0, asked.items, share)]
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        scanned = list(pool.map(partial(scan, settings=settings), shards))
    parts = [orjson.loads(part) for part, *_ in scanned]
    begun = time.process_time()
    report = conclude(merge(parts))
    took = {name: sum(seconds[name] for _, seconds, _ in scanned) for name in scanned[0][1]}
    took["merge"] = time.process_time() - begun
    for words in report.findings():
        say(words)
    seconds = sum(took.values())
    return {
        "bench": "preflight",
        "items": asked.items,
        "pairs": report.structure.rows,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "workers": asked.workers,
        "tokenizer": str(asked.tokenizer or "made here"),
        "tokens_per_row": report.tokens and mean_of(report.tokens.rows),
        "answer_characters": mean_of(report.mix.answer_characters),
        "seconds": round(seconds, 2),
        "items_per_s": round(asked.items / seconds),
        "seconds_per_million_pairs": round(seconds / report.structure.rows * 1e6, 1),
        "peak_rss_mb": max(peak for *_, peak in scanned),
        "part_kb": round(max(len(part) for part, *_ in scanned) / 1024),
        "by_part": {name: round(used, 2) for name, used in sorted(took.items())},
    }


def mean_of(found: Spread | None) -> int | None:
    return None if found is None else round(found.mean)


def scan(shard: tuple[int, int], *, settings: Settings) -> tuple[bytes, dict[str, float], int]:
    """The part of a shard, processor seconds by section, and the peak of memory in MB."""
    took: defaultdict[str, float] = defaultdict(float)
    begun = time.process_time()
    whole = Scan("preference", settings)
    took["start"] = time.process_time() - begun
    waiting = rankings(*shard)
    while prompts := [[each] for each in islice(waiting, AT_ONCE)]:
        batches = list(OF_RANKINGS(prompts, Policy()))
        begun = time.process_time()
        items = list(items_of("preference", prompts, batches))
        took["items"] += time.process_time() - begun
        begun = time.process_time()
        chunk = heard(items)
        took["texts"] += time.process_time() - begun
        for name, section in whole.sections.items():
            begun = time.process_time()
            section.hear(chunk)
            took[name] += time.process_time() - begun
    begun = time.process_time()
    part = orjson.dumps(whole.as_json())
    took["as_json"] = time.process_time() - begun
    return part, dict(took), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def rankings(first: int, last: int) -> Iterator[RankingText]:
    chance = random.Random(f"bench {first}")
    draw = drawer(chance)
    stretch = evaluation_texts(1)[0]
    for number in range(first, last):
        texts = [draw(PROMPT_WORDS if at == 0 else ANSWER_WORDS) for at in range(ANSWERS + 1)]
        if number % 20 == 0:
            texts[number % (ANSWERS + 1)] += f" {chance.choice(ODD)}"
        if number % 200 == 0:
            texts[1 + number // 200 % ANSWERS] += f" {stretch}"
        shown = chance.sample(NAMES, ANSWERS)
        rater = f"rater-{chance.randrange(200)}"
        about = About(
            prompt_id=f"{number:08x}-bench",
            prompt=plain([{"role": "user", "content": f"{texts[0]} {number}?"}]),
            side="train",
            skill=chance.choice(("law", "medicine", "python")),
            language=chance.choice(("en", "en-GB", "de-AT")),
        )
        answers = (plain([{"role": "assistant", "content": text}]) for text in texts[1:])
        yield RankingText(
            id=f"{number:08x}-ranking",
            about=about,
            candidates=dict(zip(NAMES, answers, strict=True)),
            tiers=[[name] for name in NAMES],
            unrankable=[],
            strengths=[],
            rater=rater,
            shown=shown,
        )


def drawer(chance: random.Random, seed: int = 1) -> "partial[str]":
    known = vocabulary(seed)
    weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    return partial(_text, chance, known, weights)


def _text(chance: random.Random, known: list[str], weights: list[float], words: int) -> str:
    drawn = chance.choices(known, cum_weights=weights, k=words)
    for at in range(chance.randrange(20), words, 20):
        drawn[at] = f"{chance.getrandbits(48):x}"
    for at in range(chance.randrange(12), words, 12):
        drawn[at] += chance.choice(".,;:!?")
    return " ".join(drawn)


def vocabulary(seed: int) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 5))) for _ in range(VOCABULARY)]


def evaluation_texts(count: int) -> list[str]:
    draw = drawer(random.Random(7))
    return [draw(40) for _ in range(count)]


def settings_in(folder: Path, tokenizer: Path | None) -> Settings:
    evaluation = folder / "evaluation.jsonl"
    rows = [json.dumps({"question": text}) for text in evaluation_texts(EVALUATION)]
    evaluation.write_text("\n".join(rows))
    if tokenizer is None:
        made = Tokenizer(models.BPE())
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        draw = drawer(random.Random(3), seed=2)
        trainer = trainers.BpeTrainer(
            vocab_size=16_000,
            special_tokens=["<|im_start|>", "<|im_end|>"],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        made.train_from_iterator((draw(ANSWER_WORDS) for _ in range(5_000)), trainer)
        tokenizer = folder / "tokenizer"
        tokenizer.mkdir()
        made.save(str(tokenizer / "tokenizer.json"))
        (tokenizer / "chat_template.jinja").write_text(TEMPLATE)
    return Settings(tokenizer=tokenizer, evaluations={"bench": evaluation}, regions=("US",))


HOSTILE = {
    "at signs": "a@",
    "local parts": "a." * 40 + "@",
    "domains": "x@" + "a-." * 60,
    "addresses": "a@b.co ",
    "digits": "7",
    "digits apart": "1 2-3.4/",
    "phones": "+43 660 1234567 ",
    "almost phones": "+99 123 4567 ",
    "almost cards": "4111 1111 1111 1112 ",
    "ibans": "DE89 3704 ",
    "key begins": "sk-sk_live_ghp_hf_SG.",
    "long keys": "sk-" + "A" * 400,
    "pem": "-----BEGIN RSA ",
}


def hostile() -> Figures:
    """Seconds at 50 KB and at 100 KB, and their ratio."""
    found: Figures = {}
    for name, pattern in HOSTILE.items():
        half, full = (spent(pattern, size) for size in (50_000, 100_000))
        found[name] = {
            "half": round(half, 4),
            "full": round(full, 4),
            "ratio": round(full / half, 2),
        }
        say(f"{name}: {half:.4f} s for 50 KB, {full:.4f} s for 100 KB")
    return found


def spent(pattern: str, size: int) -> float:
    text = (pattern * (size // len(pattern) + 1))[:size]
    begun = time.process_time()
    personal_data(text, ("US",))
    return max(time.process_time() - begun, 1e-6)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
