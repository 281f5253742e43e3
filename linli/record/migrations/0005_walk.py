from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0004_log_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Walk",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "transaction",
                    models.BigIntegerField(
                        db_default=models.Func(template="(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)")
                    ),
                ),
                ("upto", models.UUIDField(null=True)),
                ("events", models.PositiveBigIntegerField(default=0)),
                ("broken", models.PositiveIntegerField(default=0)),
            ],
        ),
    ]
