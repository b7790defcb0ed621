"""Servers that write answers: OpenAI-compatible ones (vLLM, llama.cpp), each by a name of ours."""

import re

from config.settings.env import environment, hidden, refusal

__all__ = ["GENERATORS", "GENERATOR_KEYS"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
REMEDY = "set it to NAME=URL, with commas between, such as gpu=https://gpu.example.org/v1"


def _servers() -> dict[str, str]:
    found: dict[str, str] = {}
    for said in environment.words("GENERATORS"):
        name, _, address = said.partition("=")
        if NAME.fullmatch(name) is None or name in found:
            raise refusal("GENERATORS", hidden(said), REMEDY)
        found[name] = environment.address("GENERATORS", address)
    return found


def _keys() -> dict[str, str]:
    found = {}
    for server in GENERATORS:
        name = f"GENERATOR_KEY_{server.upper()}"
        key = environment.text(name)
        if not key.isascii() or not key.isprintable() or " " in key:  # it is sent in a header
            raise refusal(name, "***", "set it to a key of ASCII signs without spaces")
        if key:
            found[name] = key
    return found


# Their addresses, up to and with /v1. Plain http:// is for this host and for a closed network.
GENERATORS = _servers()
# By the names of their variables, as the engine looks for them. Only children that ask are told.
GENERATOR_KEYS = _keys()
