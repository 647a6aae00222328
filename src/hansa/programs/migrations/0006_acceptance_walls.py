from django.db import migrations

from hansa.kit.walls import append_only, row_security

OWN = "organization_id = {org}"


class Migration(migrations.Migration):
    dependencies = [("programs", "0005_acceptances")]

    operations = [
        row_security(
            "programs_rulesacceptance", visible=f"network_id = any({{operated}}) or {OWN}", writable=OWN
        ),
        append_only("programs_rulesacceptance"),
    ]
