from django.db import migrations

from hansa.activity.sql import SEAL_AT_COMMIT, UNDO_SEAL_AT_COMMIT
from hansa.kit.walls import REFUSE_CHANGE, append_only, row_security, written_by_database_only


class Migration(migrations.Migration):
    dependencies = [("activity", "0001_initial")]

    operations = [
        REFUSE_CHANGE,
        migrations.RunSQL(SEAL_AT_COMMIT, UNDO_SEAL_AT_COMMIT),
        row_security(
            "activity_event",
            visible="network_id = any({operated}) or {org} = any(parties) or actor_organization_id = {org}",
            writable="actor_organization_id is not distinct from {org}",
        ),
        row_security("activity_eventtext", visible="event_id in (select id from activity_event)"),
        row_security(
            "activity_signedhead",
            visible="network_id = any({operated}) or holder_id = {org}",
            writable="network_id = any({operated})",
        ),
        row_security("activity_notification", visible="organization_id = {org}"),
        migrations.RunSQL(
            "alter table activity_link enable row level security;"
            " create policy activity_link_wall on activity_link for select using"
            " (event_id in (select id from activity_event))",
            "drop policy activity_link_wall on activity_link; alter table activity_link disable row level security",
        ),
        append_only("activity_event"),
        append_only("activity_link"),
        append_only("activity_signedhead"),
        written_by_database_only("activity_link"),
        written_by_database_only("activity_head"),
    ]
