from django.db import migrations

from hansa.kit.walls import row_security


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]

    operations = [row_security("kit_keptanswer", visible="organization_id = {org}")]
