from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rewards', '0012_judging_by_server'),
    ]

    operations = [
        migrations.AddField(
            model_name='arena',
            name='tells_voters',
            field=models.BooleanField(db_default=False, default=False, help_text='Who voted learns which policy was which, once the vote cannot be changed.'),
        ),
    ]
