"""Texts that mean harm: what a stranger, or a model, may write for other people to read.

    links, markup, parsing, writing, mathematics -> would run, fetch or break out
    reading                                      -> deceives the reader
    lengths                                      -> fills the memory or takes for ever

Each has a name that says what it tries. All were written for these tests.
"""

from tests.hostile import lengths, links, markup, mathematics, parsing, reading, writing

SHORT = {
    f"{module.__name__.rpartition('.')[2]}: {name}": text
    for module in (links, markup, parsing, writing, mathematics, reading)
    for name, text in module.VECTORS.items()
}
LONG = {f"lengths: {name}": text for name, text in lengths.VECTORS.items()}
LARGEST = {f"lengths: {name}": text for name, text in lengths.LARGEST.items()}
