import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0032_teams'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CareChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uncovered', models.BooleanField(default=False, help_text='Such texts are shown at once.')),
            ],
        ),
        migrations.CreateModel(
            name='CareConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(help_text='Of the rules that were agreed to.')),
                ('words', models.TextField(help_text='As they stood then.')),
                ('agreed_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CareRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, help_text='Grows with whatever people would have to agree to anew.')),
                ('words', models.TextField(help_text='What people are about to read; they agree to these words.')),
                ('per_day', models.PositiveIntegerField(blank=True, help_text='Such items of a person on a day (UTC); empty: no limit.', null=True)),
                ('in_a_row', models.PositiveSmallIntegerField(blank=True, help_text='Such items before a break; empty: no limit.', null=True)),
                ('break_minutes', models.PositiveSmallIntegerField(default=10, help_text='How long a break lasts at least.')),
            ],
            options={
                'verbose_name_plural': 'care rules',
            },
        ),
        migrations.CreateModel(
            name='HarmfulSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('skill', models.CharField(blank=True, help_text='Empty: everything.', max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name='carechoice',
            name='person',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='care_choice', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='careconsent',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='care_consents', to='annotate.campaign'),
        ),
        migrations.AddField(
            model_name='careconsent',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='care_consents', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='carerules',
            name='campaign',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='care_rules', to='annotate.campaign'),
        ),
        migrations.AddField(
            model_name='harmfulskill',
            name='campaign',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='harmful_skills', to='annotate.campaign'),
        ),
        migrations.AddConstraint(
            model_name='careconsent',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('person', 'campaign'), name='one_consent_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='carerules',
            constraint=models.CheckConstraint(condition=models.Q(('per_day__isnull', True), ('per_day__gte', 1), _connector='OR'), name='a_day_has_a_harmful_item'),
        ),
        migrations.AddConstraint(
            model_name='carerules',
            constraint=models.CheckConstraint(condition=models.Q(('in_a_row__isnull', True), models.Q(('break_minutes__gte', 1), ('in_a_row__gte', 1)), _connector='OR'), name='a_row_ends_with_a_break'),
        ),
        migrations.AddConstraint(
            model_name='harmfulskill',
            constraint=models.UniqueConstraint(fields=('campaign', 'skill'), name='a_skill_is_marked_once'),
        ),
    ]
