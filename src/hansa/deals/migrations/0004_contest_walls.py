from django.db import migrations

from hansa.kit.walls import row_security

OWN = "exists (select from deals_registration r where r.id = registration_id and r.partner_id = {org})"


class Migration(migrations.Migration):
    dependencies = [("deals", "0003_contest")]

    operations = [row_security("deals_contest", visible=f"network_id = any({{operated}}) or {OWN}")]
