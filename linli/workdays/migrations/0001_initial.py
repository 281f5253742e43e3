from __future__ import annotations

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Workday",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("working", models.BooleanField()),
                ("name", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=200)),
                ("listed", models.BooleanField(default=False)),
                ("entered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CalendarState",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("token", models.UUIDField(default=uuid.uuid4)),
                ("years", models.JSONField(default=list)),
                ("version", models.PositiveIntegerField(default=0)),
                ("head", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="calendar_state_one")],
            },
        ),
        migrations.CreateModel(
            name="OfficeHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField(null=True, unique=True)),
                ("parts", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__isnull", True), ("weekday__range", (0, 6)), _connector="OR"),
                        name="office_hours_weekday",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("weekday__isnull", True)),
                        fields=("weekday",),
                        name="office_hours_one_for_all",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
