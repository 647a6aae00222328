from django.db import migrations

from hansa.disputes.sql import FROZEN, UNDO_FROZEN
from hansa.kit.walls import append_only, row_security

OPERATOR = "network_id = any({operated})"
PARTY = "claimant_id = {org} or respondent_id = {org}"
SEES_CASE = "case_id in (select id from disputes_case)"
IS_PARTY = f"case_id in (select id from disputes_case where {PARTY})"


class Migration(migrations.Migration):
    dependencies = [("disputes", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security("disputes_case", visible=f"{OPERATOR} or {PARTY}", writable=OPERATOR),
        row_security("disputes_grounds", visible=OPERATOR),
        row_security("disputes_evidence", visible=SEES_CASE, writable=IS_PARTY),
        row_security(
            "disputes_precedent", visible="network_id in (select id from networks_network)", writable=OPERATOR
        ),
        row_security(
            "disputes_remedy",
            visible=SEES_CASE,
            writable="case_id in (select id from disputes_case where network_id = any({operated}))",
        ),
        row_security("disputes_acceptance", visible=SEES_CASE, writable=IS_PARTY),
        row_security("disputes_appeal", visible=SEES_CASE, writable=IS_PARTY),
        migrations.RunSQL(FROZEN, UNDO_FROZEN),
        append_only("disputes_grounds"),
        append_only("disputes_evidence"),
        append_only("disputes_remedy"),
        append_only("disputes_acceptance"),
        append_only("disputes_appeal"),
        append_only("disputes_precedent"),
    ]
