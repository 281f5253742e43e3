from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("desk", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="searched",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
