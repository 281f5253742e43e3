from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.lib.ids


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0004_close_the_loop"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CategoryTree",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.lib.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("source", models.TextField()),
                ("adopted_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
