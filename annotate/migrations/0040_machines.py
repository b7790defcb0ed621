import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0039_rates_of_a_kind'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='demonstration',
            name='counts_as',
            field=models.CharField(choices=[('work', 'Work'), ('surplus', 'Surplus'), ('held-out', 'Held Out'), ('gold', 'Gold'), ('practice', 'Practice'), ('machine', 'Machine')], max_length=8),
        ),
        migrations.AlterField(
            model_name='ranking',
            name='counts_as',
            field=models.CharField(choices=[('work', 'Work'), ('surplus', 'Surplus'), ('held-out', 'Held Out'), ('gold', 'Gold'), ('practice', 'Practice'), ('machine', 'Machine')], max_length=8),
        ),
        migrations.CreateModel(
            name='MachineJudge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('way', models.CharField(choices=[('program', 'A program with a token'), ('reward-model', 'A reward model of ours'), ('server', 'A model on a server')], max_length=12)),
                ('name', models.CharField(max_length=60)),
                ('setup', models.JSONField(default=dict, help_text='Which model with which settings and wording; never a key.')),
                ('share', models.FloatField(help_text="Of the campaign's rankings, above 0 up to 1.")),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='machines', to='annotate.campaign')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('rater', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='machine', to='annotate.rater')),
            ],
        ),
        migrations.CreateModel(
            name='MachineVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('silence', models.CharField(blank=True, choices=[('unreadable', 'What it said could not be read'), ('refused', 'It declined to judge'), ('too-long', 'The item was too long for it'), ('failed', 'It could not be asked')], help_text='Why there is no judgement; empty where there is one.', max_length=10)),
                ('seed', models.BigIntegerField()),
                ('orders', models.JSONField(help_text='Lists of candidate ids, as the machine was shown them.')),
                ('said', models.JSONField(default=list, help_text='Of each order its tiers, best first.')),
                ('made_with', models.JSONField(default=dict, help_text='What a program says of itself.')),
                ('key', models.UUIDField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('judge', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='annotate.machinejudge')),
                ('ranking', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='machine_verdict', to='annotate.ranking')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='machine_verdicts', to='annotate.task')),
            ],
        ),
        migrations.AddConstraint(
            model_name='machinejudge',
            constraint=models.UniqueConstraint(fields=('campaign', 'name'), name='one_machine_per_name_and_campaign'),
        ),
        migrations.AddConstraint(
            model_name='machinejudge',
            constraint=models.CheckConstraint(condition=models.Q(('share__gt', 0), ('share__lte', 1)), name='a_machine_judges_a_share'),
        ),
        migrations.AddConstraint(
            model_name='machineverdict',
            constraint=models.UniqueConstraint(fields=('judge', 'task'), name='one_verdict_per_machine_and_task'),
        ),
        migrations.AddConstraint(
            model_name='machineverdict',
            constraint=models.UniqueConstraint(fields=('judge', 'key'), name='one_verdict_per_machine_and_key'),
        ),
        migrations.AddConstraint(
            model_name='machineverdict',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ranking__isnull', False), ('silence', '')), models.Q(('ranking__isnull', True), models.Q(('silence', ''), _negated=True)), _connector='OR'), name='a_machine_judges_or_says_why_not'),
        ),
    ]
