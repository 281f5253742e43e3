from django.db import migrations, models

# Distinct paths first: a million matters stand at a few thousand places.
FILL = """
UPDATE requests_words AS words SET near = coalesce(shared.id, matter.place_id)
FROM matters_matter AS matter
JOIN (
    SELECT stood.path, (
        SELECT above.id FROM generate_series(1, array_length(string_to_array(stood.path, '.'), 1)) AS many
        JOIN places_place AS above ON above.path = array_to_string((string_to_array(stood.path, '.'))[:many], '.')
        WHERE above.level NOT IN ('unit', 'room') ORDER BY many DESC LIMIT 1
    ) AS id
    FROM (SELECT DISTINCT place_path AS path FROM matters_matter) AS stood
) AS shared ON shared.path = matter.place_path
WHERE matter.id = words.matter_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0005_category_tree"),
        ("matters", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.AddField(model_name="words", name="near", field=models.UUIDField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(model_name="words", name="near", field=models.UUIDField()),
        migrations.AddIndex(model_name="words", index=models.Index(fields=["near", "-raised_at"], name="words_near")),
    ]
