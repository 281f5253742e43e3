from __future__ import annotations

from django.db import migrations

# The function lives in the district's own schema, so that a district can be moved whole.
FORBID = """
CREATE FUNCTION record_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The record is only ever added to; % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON record_event
    FOR EACH ROW EXECUTE FUNCTION record_is_append_only();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON record_event
    FOR EACH STATEMENT EXECUTE FUNCTION record_is_append_only();
"""
ALLOW = """
DROP TRIGGER event_no_truncate ON record_event;
DROP TRIGGER event_append_only ON record_event;
DROP FUNCTION record_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
