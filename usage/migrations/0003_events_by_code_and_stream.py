from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('usage', '0002_events_by_flush_and_stream'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='usageevent',
            name='usage_event_by_time',
        ),
        migrations.AddIndex(
            model_name='usageevent',
            index=models.Index(fields=['code', 'stream', 'timestamp'], name='usage_event_by_time'),
        ),
    ]
