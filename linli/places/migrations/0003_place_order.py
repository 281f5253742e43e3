from typing import Any

from django.db import migrations, models

from linli.places.ordering import order_below, order_of

BATCH = 5000


def fill(apps: Any, schema_editor: Any) -> None:
    """Wider places first, so that each finds the key of the one above it."""
    place = apps.get_model("places", "Place")
    keys = {}
    rows = sorted(place.objects.only("pk", "parent_id", "level", "name", "path"), key=lambda one: one.path.count("."))
    for one in rows:
        above = keys.get(one.parent_id)
        one.order = order_of(one.name, one.level, order_below(*above) if above else "")
        keys[one.pk] = one.order, one.level
    place.objects.bulk_update(rows, ["order"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("places", "0002_facilities")]

    operations = [
        migrations.AddField(
            model_name="place",
            name="order",
            field=models.CharField(db_collation="C", default="", editable=False, max_length=660),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(fields=["order", "path"], name="place_in_order"),
        ),
    ]
