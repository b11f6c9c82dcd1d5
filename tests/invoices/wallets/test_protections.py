"""Every named constraint and trigger of wallets and their ledgers, with an attempt to break it by SQL."""

import pytest
from django.db import Error, IntegrityError, connection, transaction

from billing_site.kernel.ids import uuid7
from tests.support.builders import a_customer, an_organization
from tests.support.wallets import a_wallet, buy, grant, void

pytestmark = pytest.mark.django_db

TABLES = {
    "wallet": "invoices_wallet",
    "entry": "invoices_wallettransaction",
    "part": "invoices_wallettransactionconsumption",
    "rule": "invoices_recurringtransactionrule",
    "sync": "invoices_ongoingbalancesync",
}


@pytest.fixture
def ledger():
    """A wallet with a rule: 30.00 granted, of which 10.00 are voided, and 20.00 bought but not paid."""
    customer = a_customer(an_organization())
    rule = {"trigger": "interval", "interval": "monthly", "method": "fixed", "granted_credits": 5}
    wallet = a_wallet(customer, recurring_transaction_rules=[rule])
    a_wallet(customer, name="other")
    grant(wallet, 30)
    void(wallet, 10)
    buy(wallet, 20, paid=False)
    return wallet


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def update(table, change, which="true"):
    run(f"UPDATE {TABLES[table]} SET {change} WHERE {which}")


CHECKS = [
    ("wallet", "code = 'same'", "wallet_code_unique"),
    ("wallet", "status = 'odd'", "wallet_status_known"),
    ("wallet", "priority = 0", "wallet_priority_1_to_50"),
    ("wallet", "priority = 51", "wallet_priority_1_to_50"),
    ("wallet", "ongoing_usage_balance_cents = -1", "wallet_ongoing_usage_balance_cents_gte_0"),
    ("wallet", "rate_amount = 0", "wallet_rate_amount_gt_0"),
    ("wallet", "fee_types = '{odd}'", "wallet_fee_types_known"),
    ("wallet", "status = 'terminated'", "wallet_terminated_at_if_terminated"),
    (
        "wallet",
        "paid_top_up_min_amount_cents = 2, paid_top_up_max_amount_cents = 1",
        "wallet_paid_top_up_min_lte_max",
    ),
    ("entry", "status = 'odd'", "wallet_transaction_status_known"),
    ("rule", "status = 'odd'", "wallet_rule_status_known"),
    ("rule", "trigger = 'odd'", "wallet_rule_(trigger_known|has_interval_or_threshold)"),
    ("rule", "method = 'odd'", "wallet_rule_(method_known|has_target)"),
    ("rule", "interval = 'odd'", "wallet_rule_interval_known"),
    ("rule", "interval = NULL", "wallet_rule_has_interval_or_threshold"),
    ("rule", "method = 'target'", "wallet_rule_has_target"),
    ("rule", "paid_credits = -1", "wallet_rule_paid_credits_gte_0"),
    ("rule", "granted_credits = -1", "wallet_rule_granted_credits_gte_0"),
    ("rule", "threshold_credits = -1", "wallet_rule_threshold_credits_gte_0"),
]


@pytest.mark.parametrize(("table", "change", "constraint"), CHECKS)
def test_a_wrong_value_is_refused(ledger, table, change, constraint):
    which = "status = 'pending'" if table == "entry" else "true"
    with pytest.raises(IntegrityError, match=constraint):
        update(table, change, which)


@pytest.mark.parametrize("column", ["balance_cents", "consumed_amount_cents"])
def test_balances_cannot_be_written_by_hand(ledger, column):
    with pytest.raises(Error, match="Cannot update"):
        update("wallet", f"{column} = 1")


FINAL = ["amount_cents = 1", "remaining_amount_cents = 1", "wallet_id = NULL", "transaction_type = 'outbound'"]


@pytest.mark.parametrize("change", [*FINAL, "priority = 1", "expires_at = now()", "credit_amount = 1"])
def test_entries_of_a_ledger_are_final(ledger, change):
    with pytest.raises(Error, match="Cannot update"):
        update("entry", change)


def test_nothing_leaves_a_ledger(ledger):
    for table in ("part", "entry"):
        with pytest.raises(Error, match=r"Cannot (update or )?delete"):
            run(f"DELETE FROM {TABLES[table]}")


def test_what_was_consumed_is_final(ledger):
    with pytest.raises(Error, match="Cannot update"):
        update("part", "amount_cents = 1")


def test_what_is_settled_stays_settled(ledger):
    with pytest.raises(Error, match="Cannot update"):
        update("entry", "status = 'pending'", "status = 'settled'")


def test_settling_needs_its_instant(ledger):
    with pytest.raises(IntegrityError, match="wallet_transaction_settled_at_if_settled"):
        update("entry", "status = 'settled'", "status = 'pending'")


COLUMNS = """id created_at updated_at organization_id wallet_id invoice_id transaction_type status transaction_status
    source amount_cents credit_amount priority reason name metadata purchase_order_number
    invoice_requires_successful_payment settled_at due_on rule_id voided_invoice_id"""


def entry(**values):
    """A copy of the grant with other values."""
    values = {"id": f"'{uuid7()}'", **values}
    columns = COLUMNS.split()
    taken = ", ".join(f"{values.get(column, column)}" for column in columns)
    which = "transaction_status = 'granted'"
    run(f"INSERT INTO {TABLES['entry']} ({', '.join(columns)}) SELECT {taken} FROM {TABLES['entry']} WHERE {which}")


ENTRIES = [
    ({"amount_cents": "0"}, "wallet_transaction_amount_cents_gt_0"),
    ({"source": "'odd'"}, "wallet_transaction_source_known"),
    ({"reason": "'odd'"}, "wallet_transaction_reason_known"),
    ({"priority": "51"}, "wallet_transaction_priority_1_to_50"),
    ({"transaction_type": "'odd'"}, "wallet_transaction_(transaction_type_known|kind_fits_type)"),
    ({"transaction_status": "'odd'"}, "wallet_transaction_(transaction_status_known|kind_fits_type)"),
    ({"transaction_status": "'voided'"}, "wallet_transaction_kind_fits_type"),
    (
        {"transaction_type": "'outbound'", "transaction_status": "'voided'"},
        "an outbound transaction needs credits of its own wallet",
    ),
]


@pytest.mark.parametrize(("values", "constraint"), ENTRIES)
def test_an_entry_that_makes_no_sense_is_refused(ledger, values, constraint):
    with pytest.raises(Error, match=constraint):
        entry(**values)


def test_a_day_of_a_rule_brings_in_credits_once(ledger):
    day = {"rule_id": f"(SELECT id FROM {TABLES['rule']})", "due_on": "'2024-02-01'"}
    entry(**day)
    with pytest.raises(IntegrityError, match="wallet_transaction_once_per_rule_and_day"):
        entry(**{**day, "wallet_id": f"'{ledger.id}'"})


def part(outbound, inbound, cents):
    run(
        f"INSERT INTO {TABLES['part']} (id, created_at, updated_at, inbound_id, outbound_id, amount_cents,"
        f" credit_amount, reason) VALUES ('{uuid7()}', now(), now(), {inbound}, {outbound}, {cents}, 1, 'only')"
    )


GRANT = f"(SELECT id FROM {TABLES['entry']} WHERE transaction_status = 'granted')"
VOID = f"(SELECT id FROM {TABLES['entry']} WHERE transaction_status = 'voided')"


def test_more_than_remains_cannot_be_consumed(ledger):
    with pytest.raises(IntegrityError, match="wallet_transaction_remaining_within_amount"):
        part(f"'{uuid7()}'", GRANT, 2001)


def test_a_transaction_that_is_written_consumes_nothing_more(ledger):
    run(f"INSERT INTO {TABLES['entry']} SELECT * FROM {TABLES['entry']} WHERE false")
    with pytest.raises(IntegrityError, match=r"wallet_consumption_once|consumed is final"):
        part(VOID, GRANT, 1)


def test_a_consumption_of_nothing_is_refused(ledger):
    with pytest.raises(IntegrityError, match="wallet_consumption_amount_cents_gt_0"):
        part(f"'{uuid7()}'", GRANT, 0)


def test_one_rule_is_active_in_a_wallet(ledger):
    columns = "created_at, updated_at, organization_id, wallet_id, status, trigger, method, interval, paid_credits,"
    columns += " granted_credits, grants_target_top_up, invoice_requires_successful_payment,"
    columns += " ignore_paid_top_up_limits, transaction_name, transaction_metadata, purchase_order_number"
    with pytest.raises(IntegrityError, match="wallet_rule_one_active"):
        run(f"INSERT INTO {TABLES['rule']} (id, {columns}) SELECT '{uuid7()}', {columns} FROM {TABLES['rule']}")


def test_an_epoch_is_not_negative(ledger):
    with pytest.raises(IntegrityError, match="ongoing_balance_sync_usage_epoch_gte_0"):
        run(f"INSERT INTO {TABLES['sync']} VALUES ('{ledger.organization_id}', -1)")
