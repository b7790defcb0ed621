"""Questions about what rankings hold as JSON, in the words of each database."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func
from django.db.models.sql.compiler import SQLCompiler

Compiled = tuple[str, tuple[Any, ...]]


class BestInCommon(Func):
    """Whether two orders, lists of tiers, have an answer of their first tiers in common."""

    output_field = BooleanField()
    arity = 2

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        return self._said(
            compiler,
            "jsonb_exists_any({0} -> 0, ARRAY(SELECT jsonb_array_elements_text({1} -> 0)))",
        )

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> Compiled:
        return self._said(
            compiler,
            "EXISTS (SELECT 1 FROM json_each({0}, '$[0]') AS one, json_each({1}, '$[0]') AS two "
            "WHERE one.value = two.value)",
        )

    def _said(self, compiler: SQLCompiler, words: str) -> Compiled:
        (one, first), (two, second) = map(compiler.compile, self.get_source_expressions())
        return words.format(one, two), (*first, *second)


class SaysYes(Func):
    """Whether the answers of a ranking say yes to a flag, whichever candidate it is of.

    On PostgreSQL in the very words of the index ``rankings_by_flag``.
    """

    output_field = BooleanField()
    arity = 2  # the answers, the name of the flag

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        (answers, first), (name, second) = map(compiler.compile, self.get_source_expressions())
        said = (
            f"({answers} <> '{{}}'::jsonb AND jsonb_path_query_array({answers}, "
            "'$.*.flags.keyvalue() ? (@.value == true).key', '{}', true) "
            f"@> jsonb_build_array({name}::text))"
        )
        return said, (*first, *first, *second)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> Compiled:
        (answers, first), (name, second) = map(compiler.compile, self.get_source_expressions())
        said = (
            f"EXISTS (SELECT 1 FROM json_each({answers}) AS one, json_each(one.value, '$.flags') "
            f"AS flag WHERE flag.key = {name} AND flag.type = 'true')"
        )
        return said, (*first, *second)
