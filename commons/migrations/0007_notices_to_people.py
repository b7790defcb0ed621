"""People are told by mail of what happened to themselves, by their choice and in their language."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commons', '0006_presence'),
    ]

    operations = [
        migrations.AddField(
            model_name='channel',
            name='personal',
            field=models.JSONField(blank=True, help_text='Of a mail: what its owner wants to hear of what happens to themselves; empty: they have not chosen.', null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='language',
            field=models.CharField(blank=True, db_default='', help_text="Of mail to this person, as in de; empty for the installation's.", max_length=8),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('cycle.promoted', 'A cycle promoted its policy'), ('cycle.held', 'A cycle held its policy'), ('cycle.failed', 'A step of a cycle failed'), ('snapshot.frozen', 'A dataset is frozen'), ('snapshot.failed', 'A dataset could not be frozen'), ('worker.dead', 'A worker fell silent'), ('notice.test', 'A test'), ('person.paused', 'I am paused, or a pause of mine ends'), ('person.answered', 'An appeal or a question of mine is answered'), ('person.announced', 'A lead announces something to me'), ('person.reviewed', 'A reviewer writes me a note, changes my work or turns it down')], max_length=20),
        ),
        migrations.AlterField(
            model_name='notice',
            name='title',
            field=models.TextField(),
        ),
    ]
