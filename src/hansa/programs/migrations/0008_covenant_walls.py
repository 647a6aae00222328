from django.db import migrations

from hansa.kit.walls import append_only, row_security

OPERATOR = "network_id = any({operated})"
HELD = "holding_id in (select id from programs_territoryholding)"


class Migration(migrations.Migration):
    dependencies = [("programs", "0007_covenants")]

    operations = [
        row_security("programs_covenantresult", visible=HELD, writable=f"{OPERATOR} and {HELD}"),
        append_only("programs_covenantresult"),
    ]
