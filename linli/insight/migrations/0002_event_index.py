from __future__ import annotations

from django.db import migrations

# Folding asks the record for what is new, by transaction. The index is insight's own, made on the record's table.
MAKE = "CREATE INDEX insight_event_transaction ON record_event (transaction, id)"
DROP = "DROP INDEX insight_event_transaction"


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_initial"), ("record", "0002_append_only")]
    operations = [migrations.RunSQL(MAKE, DROP)]
