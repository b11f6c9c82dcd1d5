"""Every customer's own counter counts all along, also where the numbers of invoices are shared ones."""

from django.db import migrations

COUNT = """
    INSERT INTO invoices_documentsequence (billing_entity_id, customer_id, last_number)
    SELECT billing_entity_id, customer_id, count(*)
    FROM invoices_invoice WHERE status IN ('finalized', 'voided') GROUP BY billing_entity_id, customer_id
    ON CONFLICT (billing_entity_id, customer_id)
    DO UPDATE SET last_number = GREATEST(invoices_documentsequence.last_number, excluded.last_number)
"""


class Migration(migrations.Migration):

    dependencies = [
        ("invoices", "0015_invoices_over_fees_paid_before"),
    ]

    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
