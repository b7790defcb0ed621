from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0035_done_rollup'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaignwork',
            name='second_up_to',
            field=models.FloatField(blank=True, help_text='Draw second opinions once the first is in, with a chance of up to this where its rater is not surely consistent (0–1); empty: alike for all, when a task is made.', null=True),
        ),
        migrations.AddConstraint(
            model_name='campaignwork',
            constraint=models.CheckConstraint(condition=models.Q(('second_up_to__isnull', True), models.Q(('second_up_to__gt', 0), ('second_up_to__lte', 1)), _connector='OR'), name='a_second_opinion_has_a_chance'),
        ),
    ]
