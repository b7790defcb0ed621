"""Teams, their parts in campaigns, and for whom people work. Nothing of before is touched.

For whom somebody worked in a settled period is settled with it: the database refuses to write over
it, as over the lines beside it.
"""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


POSTGRESQL = """
CREATE TRIGGER annotate_statementteam_is_kept BEFORE UPDATE ON annotate_statementteam FOR EACH ROW
EXECUTE FUNCTION annotate_ledger_is_kept()
"""
SQLITE = """
CREATE TRIGGER annotate_statementteam_is_kept BEFORE UPDATE ON annotate_statementteam
BEGIN SELECT RAISE(ABORT, 'what was settled stays as it is: write a correction'); END
"""


def make(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL if is_postgresql else SQLITE)


def unmake(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    on_table = " ON annotate_statementteam" if is_postgresql else ""
    schema_editor.execute(f"DROP TRIGGER annotate_statementteam_is_kept{on_table}")


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0031_snapshot_weights'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('is_vendor', models.BooleanField(default=False, help_text='A company of its own, paid for what its people do.')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='TeamLead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('named_at', models.DateTimeField(auto_now_add=True)),
                ('named_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='team_leads', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='leads', to='annotate.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('team', 'person'), name='a_team_is_led_once_by_each')],
            },
        ),
        migrations.CreateModel(
            name='TeamPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('per_week', models.PositiveIntegerField(blank=True, help_text='Items of a week (UTC); empty: no number.', null=True)),
                ('in_all', models.PositiveIntegerField(blank=True, help_text='Items of all weeks together; empty: no number.', null=True)),
                ('stops', models.BooleanField(default=False, help_text='Nothing more is given where one of the numbers is reached.')),
                ('reads_texts', models.BooleanField(default=False, help_text='Its leads may read what its people hand in.')),
                ('skills', models.JSONField(blank=True, default=list, help_text='Of whoever joins by its links.')),
                ('languages', models.JSONField(blank=True, default=list, help_text='Of whoever joins by its links.')),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('counted_to', models.DateTimeField(blank=True, editable=False, null=True)),
                ('counted_week', models.DateField(blank=True, editable=False, null=True)),
                ('counted_of_week', models.PositiveIntegerField(default=0, editable=False)),
                ('counted_in_all', models.PositiveIntegerField(default=0, editable=False)),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='team_parts', to='annotate.campaign')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='annotate.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('team', 'campaign'), name='a_team_has_one_part_in_a_campaign'), models.CheckConstraint(condition=models.Q(('stops', False), ('per_week__isnull', False), ('in_all__isnull', False), _connector='OR'), name='a_quota_that_stops_has_a_number'), models.CheckConstraint(condition=models.Q(models.Q(('per_week__isnull', True), ('per_week__gte', 1), _connector='OR'), models.Q(('in_all__isnull', True), ('in_all__gte', 1), _connector='OR')), name='a_quota_is_of_some_items')],
            },
        ),
        migrations.CreateModel(
            name='StatementTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='annotate.statement')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='annotate.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('statement', 'person'), name='a_period_is_worked_for_one_team')],
            },
        ),
        migrations.RunPython(make, unmake),
        migrations.AddField(
            model_name='membership',
            name='team',
            field=models.ForeignKey(blank=True, help_text='For whom they work here; empty: for nobody but themselves.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='annotate.team'),
        ),
        migrations.AddField(
            model_name='invitation',
            name='team',
            field=models.ForeignKey(blank=True, help_text='For whom whoever joins works; empty: for nobody but themselves.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='annotate.team'),
        ),
        migrations.AlterField(
            model_name='pause',
            name='cause',
            field=models.CharField(choices=[('gold', 'Gold items'), ('lead', "A lead's decision"), ('team', 'A decision of the lead of their team')], max_length=4),
        ),
    ]
