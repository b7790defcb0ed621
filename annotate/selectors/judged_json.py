"""Questions about what rankings hold as JSON, in the words of each database."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, IntegerField
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


class OrderedOtherwise(Func):
    """Whether two orders say something else of some two answers that both placed.

    One has the first above the second and the other has not: the other way round, or a tie against
    a preference. So pairwise agreement falls below 1 exactly where this is so.
    """

    output_field = BooleanField()
    arity = 2
    apart = (
        "EXISTS (WITH placed AS (SELECT {placed}) SELECT 1 FROM placed AS x, placed AS y "
        "WHERE (x.mine < y.mine) <> (x.theirs < y.theirs))"
    )

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        return self._said(
            compiler,
            "a.place AS mine, b.place AS theirs "
            "FROM jsonb_array_elements({0}) WITH ORDINALITY AS a(tier, place), "
            "jsonb_array_elements_text(a.tier) AS one(answer), "
            "jsonb_array_elements({1}) WITH ORDINALITY AS b(tier, place), "
            "jsonb_array_elements_text(b.tier) AS two(answer) WHERE one.answer = two.answer",
        )

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> Compiled:
        return self._said(
            compiler,
            "a.key AS mine, b.key AS theirs FROM json_each({0}) AS a, json_each(a.value) AS one, "
            "json_each({1}) AS b, json_each(b.value) AS two WHERE one.value = two.value",
        )

    def _said(self, compiler: SQLCompiler, placed: str) -> Compiled:
        (one, first), (two, second) = map(compiler.compile, self.get_source_expressions())
        return self.apart.format(placed=placed.format(one, two)), (*first, *second)


class HoldsTie(Func):
    """Whether an order has two answers in one tier."""

    output_field = BooleanField()
    arity = 1

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        [(tiers, given)] = map(compiler.compile, self.get_source_expressions())
        each = f"jsonb_array_elements({tiers}) AS one(tier)"
        return f"EXISTS (SELECT 1 FROM {each} WHERE jsonb_array_length(one.tier) > 1)", (*given,)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> Compiled:
        [(tiers, given)] = map(compiler.compile, self.get_source_expressions())
        each = f"json_each({tiers}) AS one"
        return f"EXISTS (SELECT 1 FROM {each} WHERE json_array_length(one.value) > 1)", (*given,)


class HoldsNumber(Func):
    """Whether a list of numbers has this one."""

    output_field = BooleanField()
    arity = 2

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        (numbers, first), (one, second) = map(compiler.compile, self.get_source_expressions())
        return f"{numbers} @> jsonb_build_array({one}::integer)", (*first, *second)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> Compiled:
        (numbers, first), (one, second) = map(compiler.compile, self.get_source_expressions())
        said = f"EXISTS (SELECT 1 FROM json_each({numbers}) AS one WHERE one.value = {one})"
        return said, (*first, *second)


class HowMany(Func):
    """How many entries a list has."""

    output_field = IntegerField()
    arity = 1
    function = "json_array_length"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Compiled:
        said, given = self.as_sql(compiler, connection, function="jsonb_array_length")
        return said, (*given,)


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
