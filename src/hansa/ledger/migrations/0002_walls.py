from django.db import migrations

from hansa.kit.walls import append_only, row_security
from hansa.ledger.sql import BALANCE, CLOSED_PERIODS, UNDO_BALANCE, UNDO_CLOSED_PERIODS


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security(
            "ledger_rate",
            visible="network_id in (select id from networks_network)",
            writable="network_id = any({operated})",
        ),
        row_security("ledger_period", visible="network_id = any({operated})"),
        row_security(
            "ledger_account",
            visible="network_id = any({operated}) or party_id = {org}",
            writable="network_id = any({operated})",
        ),
        row_security("ledger_journal", visible="network_id = any({operated})"),
        row_security(
            "ledger_transaction",
            visible="network_id = any({operated}) or party_id = {org}",
            writable="network_id = any({operated})",
        ),
        row_security(
            "ledger_entry",
            visible="network_id = any({operated}) or account_id in (select id from ledger_account where party_id = {org})",
            writable="network_id = any({operated})",
        ),
        migrations.RunSQL(BALANCE, UNDO_BALANCE),
        migrations.RunSQL(CLOSED_PERIODS, UNDO_CLOSED_PERIODS),
        append_only("ledger_journal"),
        append_only("ledger_transaction"),
        append_only("ledger_entry"),
    ]
