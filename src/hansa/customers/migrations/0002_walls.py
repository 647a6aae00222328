from django.db import migrations

from hansa.kit.walls import row_security

OPERATOR = "network_id = any({operated})"


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security("customers_accountlist", visible=OPERATOR),
        row_security("customers_columns", visible=OPERATOR),
        row_security("customers_account", visible=OPERATOR),
        row_security("customers_namedaccount", visible=f"{OPERATOR} or holder_id = {{org}}", writable=OPERATOR),
    ]
