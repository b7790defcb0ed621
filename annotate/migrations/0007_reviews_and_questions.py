"""Items are reviewed, and people ask about them; both leave notes on a desk."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('annotate', '0006_conversations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReviewCursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('demonstrate', 'Write an answer'), ('rank', 'Rank answers'), ('talk', 'Talk with the models')], max_length=11, unique=True)),
                ('at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ItemQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField()),
                ('key', models.UUIDField(editable=False, help_text='A repeat of the request finds this row.')),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered')], default='open', max_length=8)),
                ('answer', models.TextField(blank=True, help_text='Markdown.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assignment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='annotate.assignment')),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='annotate.campaign')),
            ],
        ),
        migrations.CreateModel(
            name='Precedent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked', models.TextField()),
                ('answer', models.TextField(help_text='Markdown.')),
                ('skill', models.CharField(blank=True, max_length=64)),
                ('language', models.CharField(max_length=16)),
                ('words', models.JSONField(blank=True, default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='precedents', to='annotate.campaign')),
                ('question', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='precedent', to='annotate.itemquestion')),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('disagrees', models.BooleanField(default=False, help_text='Its judgements disagree.')),
                ('spread', models.FloatField(default=0, help_text='How far the two widest apart are: 0 alike, 1 the other way round.')),
                ('propensity', models.FloatField(blank=True, help_text='The chance it had to be drawn; empty: it was not.', null=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('decided', 'Decided'), ('void', 'Void')], default='open', max_length=7)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('decision', models.CharField(blank=True, choices=[('accept', 'Accept one version'), ('correct', 'Correct'), ('reject', 'Reject')], max_length=7)),
                ('reason', models.CharField(blank=True, choices=[('guideline', 'Against the guideline'), ('factual', 'Factually wrong'), ('careless', 'Careless'), ('ambiguous', 'The prompt is ambiguous'), ('tie-break', 'Close: one had to be chosen'), ('other', 'Another reason')], max_length=9)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('campaign', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='annotate.campaign')),
                ('demonstration', models.OneToOneField(blank=True, help_text='The resolved label.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resolves', to='annotate.demonstration')),
                ('ranking', models.OneToOneField(blank=True, help_text='The resolved label.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='resolves', to='annotate.ranking')),
                ('reviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='annotate.task')),
            ],
        ),
        migrations.CreateModel(
            name='Rejection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('root', models.UUIDField(help_text='Of the ranking or the demonstration.')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rejections', to='annotate.review')),
            ],
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='annotate.itemquestion')),
                ('review', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='annotate.review')),
            ],
        ),
        migrations.AddIndex(
            model_name='itemquestion',
            index=models.Index(fields=['campaign', 'state', 'id'], name='questions_by_state'),
        ),
        migrations.AddConstraint(
            model_name='itemquestion',
            constraint=models.UniqueConstraint(fields=('assignment', 'key'), name='one_question_per_key'),
        ),
        migrations.AddConstraint(
            model_name='itemquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'open')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('state', 'answered'), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='an_answered_question_has_its_answer'),
        ),
        migrations.AddIndex(
            model_name='precedent',
            index=models.Index(fields=['campaign', 'language', '-id'], name='precedents_by_language'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(models.F('campaign'), models.OrderBy(models.F('spread'), descending=True), models.F('id'), condition=models.Q(('state', 'open')), name='open_reviews'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'decided'])), fields=('task',), name='one_review_per_task'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), _negated=True), ('disagrees', True), ('propensity__isnull', False), _connector='OR'), name='an_open_review_has_a_cause'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', False), ('reviewer__isnull', False), ('state', 'decided'), models.Q(('decision', ''), _negated=True)), models.Q(models.Q(('state', 'decided'), _negated=True), ('decided_at__isnull', True), ('decision', '')), _connector='OR'), name='a_decided_review_says_how'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('reviewer__isnull', True), ('claimed_until__isnull', False), _connector='OR'), name='a_claim_ends'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('demonstration__isnull', True), ('ranking__isnull', True), models.Q(('decision__in', ['accept', 'correct']), _negated=True)), models.Q(('decision__in', ['accept', 'correct']), ('ranking__isnull', False), ('demonstration__isnull', True)), models.Q(('decision__in', ['accept', 'correct']), ('ranking__isnull', True), ('demonstration__isnull', False)), _connector='OR'), name='what_is_resolved_has_one_label'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('spread__gte', 0), ('spread__lte', 1)), name='a_spread_is_0_to_1'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('propensity__isnull', True), models.Q(('propensity__gt', 0), ('propensity__lte', 1)), _connector='OR'), name='a_review_was_drawn_by_a_chance'),
        ),
        migrations.AddConstraint(
            model_name='rejection',
            constraint=models.UniqueConstraint(fields=('root',), name='a_judgement_is_turned_down_once'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(fields=['person', '-id'], name='notes_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['person'], name='unread_notes'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('question__isnull', True), ('review__isnull', False)), models.Q(('question__isnull', False), ('review__isnull', True)), _connector='OR'), name='a_note_is_about_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.UniqueConstraint(fields=('person', 'review'), name='one_note_per_person_and_review'),
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.UniqueConstraint(fields=('person', 'question'), name='one_note_per_person_and_question'),
        ),
    ]
