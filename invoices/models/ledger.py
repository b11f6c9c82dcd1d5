"""The ledger of prepaid credits keeps itself: balances follow from its rows, in the database.

Inserting or settling a transaction moves its wallet's balance; a consumption takes from the credits it names. Nothing
else may write these columns, rows are never deleted, and an outbound transaction without its full funding is refused.
Consumptions are therefore written before the transaction that they fund (the foreign key is checked at commit).
"""

import pgtrigger

_MOVED = """
    UPDATE invoices_wallet AS wallet SET
        balance_cents = wallet.balance_cents + moved.balance_cents,
        consumed_amount_cents = wallet.consumed_amount_cents + moved.consumed_cents,
        last_balance_sync_at = moved.at,
        last_consumed_credit_at = coalesce(moved.consumed_at, wallet.last_consumed_credit_at)
    FROM (
        SELECT wallet_id, max(settled_at) AS at, max(settled_at) FILTER (WHERE is_consumption) AS consumed_at,
            sum(CASE transaction_type WHEN 'inbound' THEN amount_cents ELSE -amount_cents END) AS balance_cents,
            sum(CASE WHEN is_consumption THEN amount_cents
                WHEN voided_invoice_id IS NOT NULL THEN -amount_cents ELSE 0 END) AS consumed_cents
        FROM (
            SELECT settled.*, transaction_type = 'outbound' AND source <> 'expiration' AS is_consumption
            FROM ({settled}) AS settled
        ) AS typed
        GROUP BY wallet_id
    ) AS moved
    WHERE wallet.id = moved.wallet_id;
"""
_SETTLED_AT_ONCE = "SELECT * FROM written WHERE status = 'settled'"
_SETTLED_NOW = """
    SELECT after.* FROM after JOIN before ON before.id = after.id
    WHERE after.status = 'settled' AND before.status <> 'settled'
"""
_IS_FUNDED = """
    IF EXISTS (
        SELECT FROM written
        LEFT JOIN LATERAL (
            SELECT sum(part.amount_cents) AS cents
            FROM invoices_wallettransactionconsumption AS part
            JOIN invoices_wallettransaction AS source
                ON source.id = part.inbound_id AND source.wallet_id = written.wallet_id
            WHERE part.outbound_id = written.id
        ) AS funding ON true
        WHERE written.transaction_type = 'outbound' AND funding.cents IS DISTINCT FROM written.amount_cents
    ) THEN
        RAISE EXCEPTION 'an outbound transaction needs credits of its own wallet for its whole amount'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'wallet_transaction_is_funded';
    END IF;
"""
_IS_EARLIER = """
    IF EXISTS (SELECT FROM written JOIN invoices_wallettransaction AS known ON known.id = written.outbound_id) THEN
        RAISE EXCEPTION 'what an outbound transaction consumed is final'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'wallet_consumption_before_transaction';
    END IF;
"""
_TAKEN = """
    UPDATE invoices_wallettransaction AS source
    SET remaining_amount_cents = source.remaining_amount_cents - taken.cents
    FROM (SELECT inbound_id, sum(amount_cents) AS cents FROM written GROUP BY inbound_id) AS taken
    WHERE source.id = taken.inbound_id;
    RETURN NULL;
"""
_WHOLE = """
    NEW.remaining_amount_cents := CASE WHEN NEW.transaction_type = 'inbound' THEN NEW.amount_cents END;
    RETURN NEW;
"""
_BY_HAND = pgtrigger.Condition("pg_trigger_depth() = 0")
FINAL = (
    *("wallet_id", "transaction_type", "transaction_status", "source", "amount_cents", "credit_amount"),
    *("invoice_id", "voided_invoice_id", "priority", "expires_at", "created_at"),
)


def kept_by_the_ledger(name: str, *columns: str) -> pgtrigger.Trigger:
    """``columns`` change only through rows of the ledger."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.UpdateOf(*columns), condition=_BY_HAND)


def transaction_triggers() -> list[pgtrigger.Trigger]:
    written = pgtrigger.Referencing(new="written")
    return [
        pgtrigger.Trigger(
            name="inserted_moves_the_balance",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=written,
            func=_IS_FUNDED + _MOVED.format(settled=_SETTLED_AT_ONCE) + "RETURN NULL;",
        ),
        pgtrigger.Trigger(
            name="settled_moves_the_balance",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="before", new="after"),
            func=_MOVED.format(settled=_SETTLED_NOW) + "RETURN NULL;",
        ),
        pgtrigger.Trigger(
            name="settled_remains_whole",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf("status"),
            condition=pgtrigger.Q(new__status="settled"),
            func=_WHOLE,
        ),
        kept_by_the_ledger("remaining_amount_is_kept", "remaining_amount_cents"),
        pgtrigger.Protect(name="ledger_is_append_only", operation=pgtrigger.Delete),
        pgtrigger.Protect(name="ledger_is_final", operation=pgtrigger.UpdateOf(*FINAL)),
        pgtrigger.Protect(
            name="settled_stays_settled",
            operation=pgtrigger.UpdateOf("status"),
            condition=pgtrigger.Q(old__status="settled"),
        ),
    ]


def consumption_triggers() -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Trigger(
            name="consumption_takes_what_remains",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="written"),
            func=_IS_EARLIER + _TAKEN,
        ),
        pgtrigger.Protect(name="consumption_is_final", operation=pgtrigger.Update | pgtrigger.Delete),
    ]
