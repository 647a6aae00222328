import django.db.models.deletion
import hansa.kit.ids
from django.conf import settings
from django.db import migrations, models

from hansa.kit.walls import row_security


class Migration(migrations.Migration):

    dependencies = [
        ('deals', '0006_by_submission'),
        ('networks', '0003_readers'),
        ('organizations', '0002_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RegistrationList',
            fields=[
                ('id', models.UUIDField(db_default=hansa.kit.ids.UUIDv7(), default=hansa.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(default=hansa.kit.ids.short_code, editable=False, max_length=16, unique=True)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('READ', 'Waits for your word'), ('TAKING', 'Being registered'), ('TAKEN', 'Registered')], default='READ', max_length=6)),
                ('received_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='networks.network')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ListedRow',
            fields=[
                ('id', models.UUIDField(db_default=hansa.kit.ids.UUIDv7(), default=hansa.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('row', models.PositiveIntegerField()),
                ('said', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('GOOD', 'Can be registered'), ('WRONG', 'To be mended'), ('REGISTERED', 'Registered'), ('DRAFTED', 'Kept as a draft'), ('KNOWN', 'There already'), ('REFUSED', 'Refused')], max_length=10)),
                ('problems', models.JSONField(default=list)),
                ('reason', models.TextField(blank=True)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='networks.network')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('registration', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.registration')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='deals.registrationlist')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='registrationlist',
            index=models.Index(fields=['partner', '-received_at'], name='deals_lists'),
        ),
        migrations.AddConstraint(
            model_name='registrationlist',
            constraint=models.UniqueConstraint(fields=('network', 'partner', 'sha256'), name='deals_list_same_file_once'),
        ),
        migrations.AddIndex(
            model_name='listedrow',
            index=models.Index(fields=['network', 'partner', 'digest'], name='deals_listed_digest'),
        ),
        migrations.AddConstraint(
            model_name='listedrow',
            constraint=models.UniqueConstraint(fields=('file', 'row'), name='deals_listed_row_once'),
        ),
        row_security("deals_registrationlist", visible="partner_id = {org}"),
        row_security("deals_listedrow", visible="partner_id = {org}"),
    ]
