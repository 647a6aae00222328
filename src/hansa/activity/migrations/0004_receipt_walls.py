from django.db import migrations

from hansa.kit.walls import append_only, row_security


class Migration(migrations.Migration):
    dependencies = [("activity", "0003_receipts")]

    operations = [
        row_security(
            "activity_receipt",
            visible="network_id = any({operated}) or holder_id = {org}",
            writable="network_id = any({operated})",
        ),
        row_security(
            "activity_receipttext",
            visible="receipt_id in (select id from activity_receipt)",
            writable="receipt_id in (select id from activity_receipt where network_id = any({operated}))",
        ),
        append_only("activity_receipt"),
    ]
