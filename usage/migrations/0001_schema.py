import billing_site.kernel.ids
import django.contrib.postgres.fields
import django.db.models.deletion
import usage.models.exact_number
import usage.models.instant
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('usage', '0001_initial'), ('usage', '0002_leave_room_in_buckets'), ('usage', '0003_find_computed_metrics'), ('usage', '0004_event_checks')]

    initial = True

    dependencies = [
        ('customers', '0001_schema'),
    ]

    operations = [
        migrations.CreateModel(
            name='UsageDistinctValue',
            fields=[
                ('pk', models.CompositePrimaryKey('stream_id', 'code_id', 'quarter_hour', 'dimension_id', 'value', blank=True, editable=False, primary_key=True, serialize=False)),
                ('stream_id', models.IntegerField()),
                ('code_id', models.IntegerField()),
                ('quarter_hour', models.IntegerField()),
                ('dimension_id', models.IntegerField()),
                ('value', models.TextField()),
            ],
            options={
                'db_table': 'usage_distinct_value',
            },
        ),
        migrations.CreateModel(
            name='EventCheck',
            fields=[
                ('organization', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='event_check', serialize=False, to='customers.organization')),
                ('epoch', models.BigIntegerField()),
            ],
            options={
                'db_table': 'usage_event_check',
                'constraints': [models.CheckConstraint(condition=models.Q(('epoch__gte', 0)), name='usage_event_check_epoch_gte_0')],
            },
        ),
        migrations.CreateModel(
            name='UsageBucket',
            fields=[
                ('pk', models.CompositePrimaryKey('stream_id', 'code_id', 'quarter_hour', 'dimension_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('stream_id', models.IntegerField()),
                ('code_id', models.IntegerField()),
                ('quarter_hour', models.IntegerField()),
                ('dimension_id', models.IntegerField()),
                ('events_count', models.BigIntegerField()),
                ('numbers_count', models.BigIntegerField()),
                ('texts_count', models.BigIntegerField()),
                ('removals_count', models.BigIntegerField()),
                ('sum', usage.models.exact_number.ExactNumberField()),
                ('max', usage.models.exact_number.ExactNumberField(null=True)),
                ('latest', django.contrib.postgres.fields.ArrayField(base_field=usage.models.exact_number.ExactNumberField(), null=True, size=None)),
                ('value_time', usage.models.exact_number.ExactNumberField()),
                ('precise_total_amount_cents', usage.models.exact_number.ExactNumberField()),
            ],
            options={
                'db_table': 'usage_bucket',
                'constraints': [models.CheckConstraint(condition=models.Q(('events_count__gt', 0), ('numbers_count__gte', 0), ('removals_count__gte', 0), ('texts_count__gte', 0), ('numbers_count__lte', models.F('events_count')), ('texts_count__lte', models.F('events_count'))), name='usage_bucket_counts_within_events_count'), models.CheckConstraint(condition=models.Q(models.Q(('latest__isnull', True), ('max__isnull', True), ('numbers_count', 0)), models.Q(('latest__isnull', False), ('max__isnull', False), ('numbers_count__gt', 0)), _connector='OR'), name='usage_bucket_max_and_latest_if_numbers')],
            },
        ),
        migrations.CreateModel(
            name='UsageCode',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='usage_codes', to='customers.organization')),
                ('code', models.CharField(max_length=255)),
                ('field_name', models.CharField(blank=True, default='', max_length=255)),
                ('keeps_values', models.BooleanField(default=False)),
                ('dimension_keys', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=255), blank=True, default=list, size=None)),
                ('version', models.PositiveIntegerField(db_default=1, default=1)),
                ('built_version', models.PositiveIntegerField(db_default=1, default=1)),
            ],
            options={
                'db_table': 'usage_code',
                'indexes': [models.Index(condition=models.Q(('built_version', models.F('version')), _negated=True), fields=['id'], name='usage_code_out_of_date')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'code'), name='usage_code_unique'), models.CheckConstraint(condition=models.Q(('built_version__lte', models.F('version'))), name='usage_code_built_lte_version')],
            },
        ),
        migrations.CreateModel(
            name='UsageFlush',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.organization')),
                ('created_at', models.DateTimeField()),
                ('events_count', models.PositiveIntegerField()),
                ('epoch', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'usage_flush',
                'indexes': [models.Index(condition=models.Q(('epoch__isnull', True)), fields=['id'], name='usage_flush_pending'), models.Index(fields=['epoch'], name='usage_flush_by_epoch'), models.Index(fields=['organization', '-id'], name='usage_flush_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('events_count__gt', 0)), name='usage_flush_events_count_gt_0'), models.CheckConstraint(condition=models.Q(('epoch__gte', 0)), name='usage_flush_epoch_gte_0')],
            },
        ),
        migrations.CreateModel(
            name='UsageStream',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='usage_streams', to='customers.organization')),
                ('external_subscription_id', models.CharField(max_length=255)),
            ],
            options={
                'db_table': 'usage_stream',
                'constraints': [models.UniqueConstraint(fields=('organization', 'external_subscription_id'), name='usage_stream_unique')],
            },
        ),
        migrations.CreateModel(
            name='BillableMetric',
            fields=[
                ('id', models.UUIDField(default=billing_site.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(editable=False)),
                ('updated_at', models.DateTimeField(editable=False)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='billable_metrics', to='customers.organization')),
                ('name', models.CharField(max_length=255)),
                ('code', models.CharField(max_length=255)),
                ('description', models.TextField(blank=True, default='')),
                ('aggregation_type', models.CharField(choices=[('count_agg', 'Count agg'), ('sum_agg', 'Sum agg'), ('max_agg', 'Max agg'), ('latest_agg', 'Latest agg'), ('unique_count_agg', 'Unique count agg'), ('weighted_sum_agg', 'Weighted sum agg')], max_length=32)),
                ('field_name', models.CharField(blank=True, default='', max_length=255)),
                ('recurring', models.BooleanField(default=False)),
                ('weighted_interval', models.CharField(blank=True, choices=[('seconds', 'Seconds')], max_length=32, null=True)),
                ('expression', models.TextField(blank=True, default='')),
                ('rounding_function', models.CharField(blank=True, choices=[('round', 'Round'), ('ceil', 'Ceil'), ('floor', 'Floor')], max_length=32, null=True)),
                ('rounding_precision', models.SmallIntegerField(blank=True, null=True)),
                ('filters', models.JSONField(blank=True, default=list)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(condition=models.Q(models.Q(('expression', ''), _negated=True), ('deleted_at__isnull', True)), fields=['organization'], name='billable_metric_computed')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('deleted_at__isnull', True)), fields=('organization', 'code'), name='billable_metric_code_unique'), models.CheckConstraint(condition=models.Q(('aggregation_type__in', ['count_agg', 'sum_agg', 'max_agg', 'latest_agg', 'unique_count_agg', 'weighted_sum_agg'])), name='billable_metric_aggregation_type_known'), models.CheckConstraint(condition=models.Q(('rounding_function__in', ['round', 'ceil', 'floor'])), name='billable_metric_rounding_function_known'), models.CheckConstraint(condition=models.Q(('weighted_interval__in', ['seconds'])), name='billable_metric_weighted_interval_known'), models.CheckConstraint(condition=models.Q(models.Q(('aggregation_type', 'count_agg'), ('field_name', '')), models.Q(models.Q(('aggregation_type', 'count_agg'), _negated=True), models.Q(('field_name', ''), _negated=True)), _connector='OR'), name='billable_metric_field_name_unless_count')],
            },
        ),
        migrations.CreateModel(
            name='UsageDimension',
            fields=[
                ('id', models.AutoField(primary_key=True, serialize=False)),
                ('code', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='dimensions', to='usage.usagecode')),
                ('values', models.JSONField()),
                ('digest', models.BinaryField()),
            ],
            options={
                'db_table': 'usage_dimension',
                'constraints': [models.UniqueConstraint(fields=('code', 'digest'), name='usage_dimension_unique')],
            },
        ),
        migrations.CreateModel(
            name='UsageEvent',
            fields=[
                ('pk', models.CompositePrimaryKey('stream_id', 'transaction_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('stream', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='usage.usagestream')),
                ('code', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='usage.usagecode')),
                ('timestamp', usage.models.instant.InstantField()),
                ('flush', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='usage.usageflush')),
                ('position', models.IntegerField()),
                ('precise_total_amount_cents', usage.models.exact_number.ExactNumberField(null=True)),
                ('properties', models.JSONField()),
                ('transaction_id', models.CharField(max_length=255)),
            ],
            options={
                'db_table': 'usage_event',
                'indexes': [models.Index(fields=['stream', 'code', 'timestamp'], name='usage_event_by_time'), models.Index(fields=['flush'], name='usage_event_by_flush')],
                'constraints': [models.CheckConstraint(condition=models.Q(('timestamp__gte', 0)), name='usage_event_timestamp_gte_0')],
            },
        ),
        migrations.RunSQL(
            sql='ALTER TABLE usage_bucket SET (fillfactor = 70)',
            reverse_sql='ALTER TABLE usage_bucket RESET (fillfactor)',
        ),
    ]
