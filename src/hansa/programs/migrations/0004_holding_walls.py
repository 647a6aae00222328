from django.db import migrations

from hansa.kit.walls import row_security

OPERATOR = "network_id = any({operated})"


class Migration(migrations.Migration):
    dependencies = [("programs", "0003_holdings")]

    operations = [
        row_security("programs_territoryholding", visible=f"{OPERATOR} or holder_id = {{org}}", writable=OPERATOR),
    ]
