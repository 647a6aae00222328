from django.db import migrations

# Members who are active already read the directory of their network.
FILL = """
select set_config('hansa.system', 'on', true);
insert into companies_reader (id, space, organization_id)
select uuidv7(), network_id, organization_id from networks_membership where state = 'ACTIVE' on conflict do nothing;
select set_config('hansa.system', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("networks", "0002_walls"), ("companies", "0003_matching")]

    operations = [migrations.RunSQL(sql=FILL, reverse_sql=migrations.RunSQL.noop)]
