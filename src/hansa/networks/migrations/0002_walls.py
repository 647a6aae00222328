from django.db import migrations

from hansa.kit.walls import row_security


class Migration(migrations.Migration):
    dependencies = [("networks", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security(
            "networks_standing",
            visible="network_id = any({operated}) or organization_id = {org} or upstream_id = {org}",
            writable="network_id = any({operated})",
        ),
        row_security(
            "networks_membership",
            visible="network_id = any({operated}) or organization_id = {org} or id in"
            " (select membership_id from networks_standing where upstream_id = {org})",
            writable="network_id = any({operated}) or organization_id = {org}",
        ),
        row_security(
            "networks_network",
            visible="id = any({operated}) or operator_id = {org} or id in"
            " (select network_id from networks_membership where organization_id = {org})",
            writable="id = any({operated}) or operator_id = {org}",
        ),
        row_security(
            "networks_steward",
            visible="organization_id = {org} or network_id in (select id from networks_network)",
            writable="network_id = any({operated})",
        ),
    ]
