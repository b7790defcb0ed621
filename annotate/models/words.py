"""What prompts and answers can be found by."""

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
        model = self.lhs.target.model
        index = f"{model._meta.db_table}_index"
        row = f'{compiler.quote_name_unless_alias(self.lhs.alias)}."{model._meta.pk.column}"'
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


class Words(models.Model):
    """The words of one text, in an index; while the row is missing, search does not find it.

    A worker writes it soon after the text came: beside the import it would be a third of its
    work. On SQLite triggers keep the index of what stands here.
    """

    said = WordsField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"words of {self.pk}"


class PromptWords(Words):
    """What the turns of a prompt say."""

    prompt = models.OneToOneField(
        "annotate.Prompt", primary_key=True, on_delete=models.CASCADE, related_name="words"
    )

    class Meta(Words.Meta):
        verbose_name_plural = "words of prompts"


class CandidateWords(Words):
    """What an answer that may be chosen says."""

    candidate = models.OneToOneField(
        "annotate.Candidate", primary_key=True, on_delete=models.CASCADE, related_name="words"
    )

    class Meta(Words.Meta):
        verbose_name_plural = "words of candidates"


class DemonstrationWords(Words):
    """What a written answer says, in each of its revisions."""

    demonstration = models.OneToOneField(
        "annotate.Demonstration", primary_key=True, on_delete=models.CASCADE, related_name="words"
    )

    class Meta(Words.Meta):
        verbose_name_plural = "words of demonstrations"
