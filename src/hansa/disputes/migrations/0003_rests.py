import django.db.models.deletion
import hansa.kit.ids
from django.conf import settings
from django.db import migrations, models

from hansa.kit.walls import append_only, row_security

SEES_CASE = "case_id in (select id from disputes_case)"
IS_PARTY = (
    "case_id in (select id from disputes_case where claimant_id = {org} or respondent_id = {org})"
)


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0002_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Rest',
            fields=[
                ('id', models.UUIDField(db_default=hansa.kit.ids.UUIDv7(), default=hansa.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('CLAIMANT', 'Claimant'), ('RESPONDENT', 'Respondent')], max_length=10)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rests', to='disputes.case')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('case', 'side'), name='disputes_rest_once')],
            },
        ),
        row_security("disputes_rest", visible=SEES_CASE, writable=IS_PARTY),
        append_only("disputes_rest"),
    ]
