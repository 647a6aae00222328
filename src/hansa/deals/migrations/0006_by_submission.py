from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deals", "0005_upkeep")]

    operations = [
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(fields=["network", "submitted_at"], name="deals_by_submission"),
        ),
    ]
