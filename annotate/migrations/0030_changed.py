from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0029_announcement'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='demonstration',
            index=models.Index(condition=models.Q(('current', False)), fields=['campaign', 'rater', 'created_at'], name='changed_demonstrations'),
        ),
        migrations.AddIndex(
            model_name='ranking',
            index=models.Index(condition=models.Q(('current', False)), fields=['campaign', 'rater', 'created_at'], name='changed_rankings'),
        ),
    ]
