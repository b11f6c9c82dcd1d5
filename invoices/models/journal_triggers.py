"""The journal keeps itself: entries balance, only grow, and totals follow from lines; in the database.

All lines of an entry are written by one statement, which is refused unless they add up to 0. So each entry balances at
every instant, not only at commit, and it costs a statement one check instead of each line one.
"""

import pgtrigger

_BALANCES = """
    IF EXISTS (SELECT FROM written GROUP BY entry_id HAVING sum(amount_cents) <> 0) THEN
        RAISE EXCEPTION 'the lines of a journal entry add up to 0'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
    END IF;
"""
_HAS_ENTRY = """
    IF EXISTS (SELECT FROM written WHERE NOT EXISTS (
        SELECT FROM invoices_journalentry AS entry WHERE entry.id = written.entry_id
    )) THEN
        RAISE EXCEPTION 'a journal line belongs to an entry'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'journal_line_has_entry';
    END IF;
"""
_IS_OPEN = """
    PERFORM FROM customers_billingentity WHERE id IN (SELECT billing_entity_id FROM written) ORDER BY id FOR KEY SHARE;
    IF EXISTS (
        SELECT FROM written JOIN customers_billingentity AS entity ON entity.id = written.billing_entity_id
        WHERE written.date <= entity.books_closed_until
    ) THEN
        RAISE EXCEPTION 'the books are closed on that day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_not_in_closed_books';
    END IF;
    RETURN NULL;
"""
_ADDED_UP = """
    INSERT INTO invoices_journaltotal
        (billing_entity_id, currency, date, account, plan_id, item_kind, item_code, debit_cents, credit_cents)
    SELECT entry.billing_entity_id, entry.currency, entry.date,
        line.account, line.plan_id, line.item_kind, line.item_code,
        coalesce(sum(line.amount_cents) FILTER (WHERE line.amount_cents > 0), 0),
        coalesce(-sum(line.amount_cents) FILTER (WHERE line.amount_cents < 0), 0)
    FROM written AS line JOIN invoices_journalentry AS entry ON entry.id = line.entry_id
    GROUP BY entry.billing_entity_id, entry.currency, entry.date,
        line.account, line.plan_id, line.item_kind, line.item_code;
    RETURN NULL;
"""


def line_triggers() -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Trigger(
            name="lines_balance_and_are_added_up",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="written"),
            func=_BALANCES + _HAS_ENTRY + _ADDED_UP,
        ),
        _append_only("journal_lines_are_final"),
    ]


def entry_triggers() -> list[pgtrigger.Trigger]:
    return [
        pgtrigger.Trigger(
            name="closed_books_stay_closed",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="written"),
            func=_IS_OPEN,
        ),
        _append_only("journal_entries_are_final"),
    ]


def total_triggers() -> list[pgtrigger.Trigger]:
    by_hand = pgtrigger.Condition("pg_trigger_depth() = 0")
    return [
        pgtrigger.Protect(name="journal_totals_follow_lines", operation=pgtrigger.Insert, condition=by_hand),
        _append_only("journal_totals_are_final"),
    ]


def _append_only(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)
