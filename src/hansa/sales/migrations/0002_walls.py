from django.db import migrations

from hansa.kit.walls import append_only, row_security


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security("sales_salesreport", visible="network_id = any({operated}) or sender_id = {org}"),
        row_security("sales_reading", visible="network_id = any({operated}) or sender_id = {org}"),
        row_security("sales_alias", visible="network_id = any({operated}) or sender_id = {org}"),
        row_security(
            "sales_linefile",
            visible="network_id = any({operated}) or report_id in (select id from sales_salesreport where sender_id = {org})",
        ),
        row_security(
            "sales_quarantinedrow",
            visible="network_id = any({operated}) or report_id in (select id from sales_salesreport where sender_id = {org})",
        ),
        append_only("sales_linefile"),
    ]
