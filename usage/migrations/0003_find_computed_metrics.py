from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('usage', '0002_leave_room_in_buckets'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='billablemetric',
            index=models.Index(condition=models.Q(models.Q(('expression', ''), _negated=True), ('deleted_at__isnull', True)), fields=['organization'], name='billable_metric_computed'),
        ),
    ]
