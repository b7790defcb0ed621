"""What a prompt can be found by."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler

MOST_SEARCHED = 100_000  # characters: a tsvector ends at 1 MB, and nobody looks for more


class WordsField(models.TextField[str, str]):
    """Text that is written to be found again: a tsvector on PostgreSQL, indexed beside on SQLite.

    It is looked up by ``find``, in the words of a search box: all words, "a phrase", -without.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "tsvector" if connection.vendor == "postgresql" else super().db_type(connection)

    def get_placeholder(
        self, value: object, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> str:
        return "to_tsvector('simple', %s)" if connection.vendor == "postgresql" else "%s"


@WordsField.register_lookup
class Find(Lookup[str]):
    lookup_name = "find"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} @@ websearch_to_tsquery('simple', %s)", (*params, self.rhs)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        index = f"{PromptWords._meta.db_table}_index"
        row = f'{compiler.quote_name_unless_alias(self.lhs.alias)}."prompt_id"'
        matching = f"SELECT rowid FROM {index} WHERE {index} MATCH %s"
        return f"{row} IN ({matching})", (fts5(str(self.rhs)),)


def fts5(said: str) -> str:
    """What was typed into a search box, in the words of SQLite's FTS5."""
    parts = [part.split() if at % 2 == 0 else [part] for at, part in enumerate(said.split('"'))]
    words = [word for part in parts for word in part if word.strip("- ")]
    wanted = [f'"{word}"' for word in words if not word.startswith("-")]
    unwanted = [f'"{word.lstrip("-")}"' for word in words if word.startswith("-")]
    if not wanted:
        return '""'  # finds nothing
    return " NOT ".join([" AND ".join(wanted), *unwanted])


class PromptWords(models.Model):
    """The words of a prompt, in an index; while the row is missing, search does not find it.

    A worker writes it soon after the prompt came: beside the import it would be a third of its
    work. On SQLite triggers keep the index of what stands here.
    """

    prompt = models.OneToOneField(
        "annotate.Prompt", primary_key=True, on_delete=models.CASCADE, related_name="words"
    )
    said = WordsField()

    class Meta:
        verbose_name_plural = "words of prompts"

    def __str__(self) -> str:
        return f"words of {self.prompt_id}"
