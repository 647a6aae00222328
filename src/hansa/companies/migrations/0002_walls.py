from django.db import migrations

from hansa.kit.walls import append_only, row_security

READ = "space = any({operated}) or space in (select space from companies_reader where organization_id = {org})"
KNOWN = f"(known_to is null and ({READ})) or known_to = {{org}}"
WRITTEN = "(known_to is null and space = any({operated})) or known_to = {org}"


class Migration(migrations.Migration):
    dependencies = [("companies", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security(
            "companies_reader",
            visible="organization_id = {org} or space = any({operated})",
            writable="space = any({operated})",
        ),
        row_security("companies_company", visible=KNOWN, writable=WRITTEN),
        row_security("companies_othername", visible=KNOWN, writable=WRITTEN),
        row_security("companies_parent", visible=KNOWN, writable=WRITTEN),
        row_security("companies_sameness", visible="space = any({operated})"),
        append_only("companies_sameness"),
    ]
