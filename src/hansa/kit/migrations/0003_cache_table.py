from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """The table of Django's database cache, which every process of an installation shares."""

    dependencies = [("kit", "0002_walls")]
    operations = [
        migrations.RunSQL(
            """
            create table site_cache (
                cache_key varchar(255) primary key, value text not null, expires timestamptz not null
            );
            create index site_cache_expires on site_cache (expires);
            """,
            "drop table site_cache",
        )
    ]
