from django.db import migrations


class Migration(migrations.Migration):
    """A bucket is updated all through its quarter hour: room on its page keeps the new row version beside the old."""

    dependencies = [("usage", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE usage_bucket SET (fillfactor = 70)",
            "ALTER TABLE usage_bucket RESET (fillfactor)",
        ),
    ]
