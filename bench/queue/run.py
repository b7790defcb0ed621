"""One measurement from an empty database to its figures. Django must be set up before."""

from pathlib import Path

from django.db import connections

from bench.queue.asking import Seen
from bench.queue.facts import find_facts
from bench.queue.growing import grow
from bench.queue.loading import Stock, prepare_database
from bench.queue.loads import timed_load
from bench.queue.options import Options
from bench.queue.people import hire
from bench.queue.processes import NotMeasured, last_words, say
from bench.queue.report import (
    Figures,
    about,
    asked_for,
    exactness,
    growth,
    is_exact,
    speed,
    statements,
)
from bench.queue.serving import Server, serving
from bench.queue.statements import Counting, count_statements
from bench.queue.verdict import Acknowledged

CYCLES = 50  # whose statements are counted


def measure(options: Options, state: Path) -> Figures:
    prepare_database()
    stock = Stock(overlap=options.overlap, seed=options.seed)
    first = options.grow[0] if options.grow else options.tasks
    stock.fill_up_to(first)
    *tokens, counter = hire(campaign=stock.campaign, how_many=options.annotators + 1)
    counting = count_statements(token=counter, cycles=min(CYCLES, first // 4))
    connections.close_all()
    with serving(state, workers=options.web_workers, threads=options.web_threads) as server:
        if options.kill_every and server.workers < 2:
            raise NotMeasured("to kill workers takes at least two: --web-workers 2.")
        say(f"the web answers on port {server.port} with {server.workers} workers")
        measured = _grown if options.grow else _timed
        figures = measured(options, stock, server, tokens, counting, state)
        info = about(server)
        if info["server_tracebacks"]:
            say(f"the web's log ends with:\n{last_words(server.log)}")
    told = asked_for(options) | statements(counting.sent) | figures
    return told | {"is_exact": is_exact(told), "info": info}


def _timed(
    options: Options,
    stock: Stock,
    server: Server,
    tokens: list[str],
    counting: Counting,
    state: Path,
) -> Figures:
    load = timed_load(options, server, tokens, state)
    if not load.watch.is_whole:
        raise NotMeasured("the watch over what is given out broke; its reason stands above.")
    if load.seen.ran_dry:
        say(f"{load.seen.ran_dry} annotators ran out of work: the rates are too low, load more")
    facts = find_facts(said_to([load.seen], counting), state)
    found = exactness(facts, seen=[load.seen], found=load.watch.found)
    return speed(load, options) | found


def _grown(
    options: Options,
    stock: Stock,
    server: Server,
    tokens: list[str],
    counting: Counting,
    state: Path,
) -> Figures:
    sizes = grow(options, stock=stock, server=server, token=tokens[0], state=state)
    seen = [each for size in sizes for each in (size.before, size.seen)]
    facts = find_facts(said_to(seen, counting), state)
    return {"grow": growth(sizes)} | exactness(facts, seen=seen, found=[])


def said_to(seen: list[Seen], counting: Counting) -> list[Acknowledged]:
    """Everything that was acknowledged to anybody."""
    told = [each for one in seen for each in one.acknowledged]
    return [Acknowledged(*each) for each in (*counting.acknowledged, *told)]
