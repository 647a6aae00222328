from django.db import migrations

from hansa.kit.walls import row_security


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("activity", "0002_walls")]

    operations = [
        row_security(
            "catalog_product",
            visible="network_id in (select id from networks_network)",
            writable="network_id = any({operated})",
        ),
        row_security(
            "catalog_classification",
            visible="product_id in (select id from catalog_product)",
            writable="product_id in (select id from catalog_product where network_id = any({operated}))",
        ),
        row_security("catalog_pricelist", visible="network_id = any({operated})"),
        row_security("catalog_price", visible="price_list_id in (select id from catalog_pricelist)"),
    ]
