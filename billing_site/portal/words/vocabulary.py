"""What has to be said in every language of the portal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Some take values: a {date} ``pay_by``, ``first_due`` and ``expires``, an {amount} ``of_which_overdue``,
    ``after_usage`` and ``plan_fee``, a {count} ``open_invoices`` and ``events_counted``, a {day} and {days}
    ``elapsed``, an {exact} and a rounded {amount} ``rounded``."""

    portal: str
    skip_to_content: str
    overview: str
    invoices: str
    to_pay: str
    nothing_to_pay: str
    open_invoices: str
    of_which_overdue: str
    pay_by: str
    first_due: str
    next_invoice: str
    no_next_invoice: str
    credits: str
    after_usage: str
    expires: str
    current_usage: str
    no_subscriptions: str
    no_charges: str
    elapsed: str
    usage_excluding_taxes: str
    total_so_far: str
    plan_fee: str
    latest_invoices: str
    all_invoices: str
    no_invoices: str
    credit_notes: str
    credit_note: str
    no_credit_notes: str
    credit_left: str
    credit_available: str
    credit_used_up: str
    given_back: str
    invoice: str
    date: str
    status: str
    amount: str
    still_due: str
    pdf: str
    download_pdf: str
    payments: str
    receipt: str
    pay_now: str
    payment_methods: str
    add_card: str
    no_page_title: str
    no_page_text: str
    paid: str
    open: str
    overdue: str
    payment_failed: str
    voided: str
    how_calculated: str
    events_counted: str
    rounded: str
    older: str
    newest: str
    expired_title: str
    expired_text: str
    closed_title: str
    closed_text: str
    not_found_title: str
    not_found_text: str
