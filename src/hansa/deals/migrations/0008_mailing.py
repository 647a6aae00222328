import django.db.models.deletion
import hansa.kit.ids
from django.conf import settings
from django.db import migrations, models

from hansa.kit.walls import row_security


class Migration(migrations.Migration):

    dependencies = [
        ('deals', '0007_listing'),
        ('networks', '0003_readers'),
        ('organizations', '0002_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MailInvitation',
            fields=[
                ('id', models.UUIDField(db_default=hansa.kit.ids.UUIDv7(), default=hansa.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(default=hansa.kit.ids.short_code, editable=False, max_length=16, unique=True)),
                ('sent_to', models.EmailField(max_length=254)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('signed_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='networks.network')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='ReceivedMail',
            fields=[
                ('id', models.UUIDField(db_default=hansa.kit.ids.UUIDv7(), default=hansa.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('message_sha256', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('REGISTERED', 'Registered'), ('INCOMPLETE', 'Something is missing'), ('REFUSED', 'Refused'), ('IGNORED', 'Not read')], max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='deals.mailinvitation')),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='networks.network')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('registration', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deals.registration')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddIndex(
            model_name='mailinvitation',
            index=models.Index(fields=['network', '-created_at'], name='deals_mail_invitations'),
        ),
        migrations.AddIndex(
            model_name='receivedmail',
            index=models.Index(fields=['invitation', '-received_at'], name='deals_mails'),
        ),
        migrations.AddConstraint(
            model_name='receivedmail',
            constraint=models.UniqueConstraint(fields=('invitation', 'message_sha256'), name='deals_mail_same_message_once'),
        ),
        row_security("deals_mailinvitation", visible="network_id = any({operated}) or partner_id = {org}"),
        row_security("deals_receivedmail", visible="partner_id = {org}"),
    ]
