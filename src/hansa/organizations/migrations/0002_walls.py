from django.db import migrations

from hansa.kit.walls import row_security


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security("organizations_acquaintance", visible="viewer_id = {org} or network_id = any({operated})"),
        row_security(
            "organizations_organization",
            visible="id = {org} or custodian_id = {org} or id in"
            " (select subject_id from organizations_acquaintance where viewer_id = {org})",
            writable="id = {org} or custodian_id = {org}",
        ),
        row_security(
            "organizations_identifier",
            visible="organization_id in (select id from organizations_organization)",
            writable="organization_id in (select id from organizations_organization"
            " where id = {org} or custodian_id = {org})",
        ),
        row_security("organizations_affiliation", visible="organization_id = {org}"),
        row_security(
            "organizations_invitation", visible="organization_id = {org} or sender_organization_id = {org}"
        ),
        row_security("organizations_apitoken", visible="organization_id = {org}"),
    ]
