from django.db import migrations

from hansa.kit.walls import append_only, row_security

OPERATOR = "network_id = any({operated})"
REGISTRATION = f"partner_id = {{org}} or (({OPERATOR} or upstream_id = {{org}}) and review <> 'DRAFT')"
OF_REGISTRATION = "exists (select from deals_registration r where r.id = registration_id)"
OPEN_TO_PARTNER = (
    "kind in ('eligibility', 'protection', 'extension')"
    " and exists (select from deals_registration r where r.id = registration_id and r.partner_id = {org})"
)


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security("deals_project", visible=OPERATOR),
        row_security("deals_registration", visible=REGISTRATION),
        row_security("deals_version", visible=OF_REGISTRATION),
        row_security("deals_match", visible=OPERATOR),
        row_security("deals_waiting", visible=OPERATOR),
        row_security("deals_decision", visible=f"{OPERATOR} or ({OPEN_TO_PARTNER})"),
        row_security("deals_extension", visible=OF_REGISTRATION),
        append_only("deals_version"),
        append_only("deals_decision"),
        append_only("deals_extension"),
    ]
