from __future__ import annotations

from django.db import migrations, models

# What had a parent until now was a unit called to a joint action; nothing else opened a matter below another.
CALLED = "UPDATE matters_matter SET bond = 'called' WHERE parent_id IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_photo")]

    operations = [
        migrations.AddField("matter", "bond", models.CharField(blank=True, db_default="", default="", max_length=10)),
        migrations.AddField("matter", "asked_due", models.DateTimeField(null=True)),
        migrations.AddField("matter", "told_at", models.DateTimeField(null=True)),
        migrations.RunSQL(CALLED, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "matter",
            models.CheckConstraint(
                name="matter_bond_to_parent",
                condition=models.Q(parent__isnull=True, bond="")
                | models.Q(parent__isnull=False, bond__in=("called", "part", "follow_up")),
            ),
        ),
        migrations.RemoveConstraint("duty", "duty_kind_known"),
        migrations.AddConstraint(
            "duty",
            models.CheckConstraint(
                name="duty_kind_known",
                condition=models.Q(kind__in=("holds", "supervises", "rules_delay", "rules_objection", "rechecks")),
            ),
        ),
    ]
