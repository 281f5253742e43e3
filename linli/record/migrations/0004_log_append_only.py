from __future__ import annotations

from django.db import migrations

TABLES = ("record_logentry", "record_checkpoint")
FORBID = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION record_is_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION record_is_append_only();
"""
    for table in TABLES
)
ALLOW = "".join(
    f"DROP TRIGGER {table}_no_truncate ON {table}; DROP TRIGGER {table}_append_only ON {table};" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("record", "0003_public_log")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
