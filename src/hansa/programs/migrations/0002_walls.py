from django.db import migrations

from hansa.kit.walls import append_only, row_security


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security(
            "programs_program",
            visible="network_id in (select id from networks_network)",
            writable="network_id = any({operated})",
        ),
        row_security("programs_draft", visible="network_id = any({operated})"),
        row_security(
            "programs_programversion",
            visible="network_id in (select id from networks_network)",
            writable="network_id = any({operated})",
        ),
        append_only("programs_programversion"),
    ]
