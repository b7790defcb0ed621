"""Benchmarks that others published, from local files, each with its own scoring rules.

One module a benchmark: what its rows look like (``cases``) and what its scores come to
(``numbers``). ``case`` is what they share, ``reading`` opens the files and pins their revision.
"""

from collections.abc import Mapping

from rewards.engine.benchmarks import own_folder, reward_bench, reward_bench2, rm_bench
from rewards.engine.benchmarks.case import Benchmark

BENCHMARKS: Mapping[str, Benchmark] = {
    "reward-bench": reward_bench.BENCHMARK,
    "reward-bench-2": reward_bench2.BENCHMARK,
    "rm-bench": rm_bench.BENCHMARK,
    "own": own_folder.BENCHMARK,
}
