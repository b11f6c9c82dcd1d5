from django.db import migrations, models

NEWEST = ["organization", "-issuing_date", "-created_at", "-id"]


class Migration(migrations.Migration):
    dependencies = [("invoices", "0004_fees_of_fixed_charges")]

    operations = [
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=NEWEST,
                condition=models.Q(("status__in", ["draft", "pending", "failed", "voided"])),
                name="invoice_not_finalized",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=NEWEST, condition=models.Q(("payment_overdue", True)), name="invoice_overdue"
            ),
        ),
    ]
