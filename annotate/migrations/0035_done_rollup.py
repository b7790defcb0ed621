import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0034_ledger_is_never_emptied'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DoneRollup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('items', models.PositiveIntegerField(default=0)),
                ('tenths', models.PositiveBigIntegerField(default=0)),
                ('voided_items', models.PositiveIntegerField(default=0)),
                ('voided_tenths', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='rolluptime',
            name='done_at',
            field=models.DateTimeField(help_text='The same of what a ledger counts.', null=True),
        ),
        migrations.AddField(
            model_name='donerollup',
            name='campaign',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='annotate.campaign'),
        ),
        migrations.AddField(
            model_name='donerollup',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='donerollup',
            constraint=models.UniqueConstraint(fields=('campaign', 'day', 'person'), name='one_day_of_a_person_is_counted_once'),
        ),
    ]
