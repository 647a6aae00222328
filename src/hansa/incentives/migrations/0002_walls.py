from django.db import migrations

from hansa.kit.walls import append_only, row_security


class Migration(migrations.Migration):
    dependencies = [("incentives", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security("incentives_settlementrun", visible="network_id = any({operated})"),
        row_security("incentives_statement", visible="network_id = any({operated}) or party_id = {org}", writable="network_id = any({operated})"),
        row_security("incentives_statementline", visible="network_id = any({operated}) or party_id = {org}", writable="network_id = any({operated})"),
        row_security(
            "incentives_payout",
            visible="network_id = any({operated}) or (party_id = {org} and id in"
            " (select payout_id from incentives_statementline where party_id = {org}))",
            writable="network_id = any({operated})",
        ),
        append_only("incentives_payout"),
        append_only("incentives_statement"),
        append_only("incentives_statementline"),
    ]
