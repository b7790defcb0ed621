"""What is paid for work. What was settled is never written over: the database refuses it.

A correction gets its statement once; its reason may be erased. SQLite makes a table anew when a
later migration alters it and loses its triggers: such a migration makes them again.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


WORDS = "what was settled stays as it is: write a correction"
ALWAYS = "TRUE", "1"  # on PostgreSQL, on SQLite
KEPT = ["uuid", "campaign_id", "person_id", "amount", "currency", "by_id", "at"]
SETTLED = "OLD.statement_id IS NOT NULL AND {differs}"

POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION annotate_ledger_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW
WHEN ({when}) EXECUTE FUNCTION annotate_ledger_is_kept()
"""
SQLITE = """
CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table}
WHEN ({when})
BEGIN SELECT RAISE(ABORT, '{words}'); END
"""


def conditions(is_postgresql):
    unlike = "OLD.{0} IS DISTINCT FROM NEW.{0}" if is_postgresql else "OLD.{0} IS NOT NEW.{0}"
    rewritten = [unlike.format(name) for name in KEPT]
    rewritten.append("NEW.reason <> '' AND " + unlike.format("reason"))
    rewritten.append(SETTLED.format(differs=unlike.format("statement_id")))
    always = ALWAYS[0 if is_postgresql else 1]
    return {
        "annotate_statement": always,
        "annotate_ledgerline": always,
        "annotate_correction": " OR ".join(f"({each})" for each in rewritten),
    }


def make(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if is_postgresql:
        schema_editor.execute(POSTGRESQL_FUNCTION)
    for table, when in conditions(is_postgresql).items():
        statement = POSTGRESQL if is_postgresql else SQLITE
        schema_editor.execute(statement.format(table=table, when=when, words=WORDS))


def unmake(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in conditions(is_postgresql):
        on_table = f" ON {table}" if is_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {table}_is_kept{on_table}")
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION annotate_ledger_is_kept()")


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0025_campaign_skills'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('since', models.DateField(blank=True, help_text='Empty: from the beginning.', null=True)),
                ('until', models.DateField(help_text='The first day that it does not hold.')),
                ('closed_at', models.DateTimeField(auto_now_add=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='annotate.campaign')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField(help_text='Its Monday (UTC).')),
                ('currency', models.CharField(max_length=3)),
                ('per_item', models.DecimalField(decimal_places=4, max_digits=10)),
                ('per_hour', models.DecimalField(decimal_places=4, max_digits=10)),
                ('items', models.PositiveIntegerField()),
                ('tenths', models.PositiveBigIntegerField(help_text='Of a second at work, idle time left out.')),
                ('voided_items', models.PositiveIntegerField(default=0)),
                ('voided_tenths', models.PositiveBigIntegerField(default=0)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=14)),
                ('voided_amount', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ledger_lines', to=settings.AUTH_USER_MODEL)),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='annotate.statement')),
            ],
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('amount', models.DecimalField(decimal_places=2, help_text='Below 0: taken off.', max_digits=12)),
                ('currency', models.CharField(max_length=3)),
                ('reason', models.TextField(help_text='The person reads it.')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='annotate.campaign')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to=settings.AUTH_USER_MODEL)),
                ('statement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='annotate.statement')),
            ],
        ),
        migrations.CreateModel(
            name='Rate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holds_from', models.DateField()),
                ('currency', models.CharField(help_text='Its code (ISO 4217), as in EUR.', max_length=3)),
                ('per_item', models.DecimalField(decimal_places=4, default=0, max_digits=10)),
                ('per_hour', models.DecimalField(decimal_places=4, default=0, max_digits=10)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='annotate.campaign')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'holds_from'), name='one_rate_from_a_day'), models.CheckConstraint(condition=models.Q(('per_hour__gte', 0), ('per_item__gte', 0)), name='a_rate_takes_nothing_away')],
            },
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('campaign', 'number'), name='statements_of_a_campaign_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('campaign', 'until'), name='a_week_is_settled_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('since__isnull', True), ('since__lt', models.F('until')), _connector='OR'), name='a_statement_holds_some_days'),
        ),
        migrations.AddConstraint(
            model_name='ledgerline',
            constraint=models.UniqueConstraint(fields=('statement', 'person', 'week', 'currency', 'per_item', 'per_hour'), name='a_week_of_a_person_is_paid_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerline',
            constraint=models.CheckConstraint(condition=models.Q(('voided_items__lte', models.F('items')), ('voided_tenths__lte', models.F('tenths'))), name='what_is_voided_was_done'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='a_correction_changes_something'),
        ),
        migrations.RunPython(make, unmake),
    ]
