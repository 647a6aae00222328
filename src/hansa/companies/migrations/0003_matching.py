from django.db import migrations

from hansa.companies.sql import UNMAKING, making
from hansa.kit.postgres import MATCH_ROLE


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_walls")]

    operations = [migrations.RunSQL(sql=making(MATCH_ROLE), reverse_sql=UNMAKING)]
