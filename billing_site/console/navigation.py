"""The sidebar: one table in the order of the flow. An entry shows when its page exists and the operator may see it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Entry:
    """``page`` is a model (``invoices.invoice``) or the name of a page, then with the ``permission`` it needs."""

    title: str
    page: str
    icon: str
    permission: str = ""

    @property
    def url_name(self) -> str:
        return f"{self.page.replace('.', '_')}_changelist" if "." in self.page else self.page

    @property
    def needs(self) -> str:
        return self.permission or (f"{self.page.replace('.', '.view_')}" if "." in self.page else "")


NAVIGATION: tuple[tuple[str, bool, tuple[Entry, ...]], ...] = (
    ("", False, (Entry("Overview", "index", "space_dashboard"), Entry("Customers", "customers.customer", "groups"))),
    (
        "Usage",
        False,
        (
            Entry("Metrics", "usage.billablemetric", "speed"),
            Entry("Events", "events", "bolt", "usage.view_usageevent"),
            Entry("Unmatched", "unmatched_events", "help_center", "usage.view_usageevent"),
        ),
    ),
    (
        "Billing",
        False,
        (
            Entry("Plans", "plans.plan", "sell"),
            Entry("Add-ons", "plans.addon", "extension"),
            Entry("Features", "plans.feature", "toggle_on"),
            Entry("Coupons", "plans.coupon", "redeem"),
            Entry("Subscriptions", "plans.subscription", "autorenew"),
            Entry("Invoices", "invoices.invoice", "receipt_long"),
            Entry("Credit notes", "invoices.creditnote", "undo"),
            Entry("Fees", "invoices.fee", "format_list_bulleted"),
            Entry("Payments", "invoices.payment", "payments"),
            Entry("Payment requests", "invoices.paymentrequest", "request_quote"),
            Entry("Dunning campaigns", "invoices.dunningcampaign", "notifications_active"),
            Entry("Wallets", "invoices.wallet", "account_balance_wallet"),
            Entry("Revenue", "revenue", "monitoring", "invoices.view_invoice"),
        ),
    ),
    (
        "Accounting",
        True,
        (
            Entry("Trial balance", "trial_balance", "balance", "invoices.view_journalentry"),
            Entry("Journal", "invoices.journalentry", "menu_book"),
            Entry("Closed periods", "invoices.bookclosing", "lock_clock"),
        ),
    ),
    (
        "Runs",
        False,
        (
            Entry("Bills tonight", "bills_tonight", "bedtime", "invoices.view_billingrun"),
            Entry("Calendar", "calendar", "calendar_month", "invoices.view_billingrun"),
            Entry("Billing runs", "invoices.billingrun", "event_repeat"),
            Entry("Failures", "invoices.billingfailure", "report"),
            Entry("Held customers", "invoices.billinghold", "pause_circle"),
            Entry("Bulk jobs", "customers.bulkjob", "checklist"),
        ),
    ),
    (
        "Settings",
        True,
        (
            Entry("Organizations", "customers.organization", "domain"),
            Entry("Billing entities", "customers.billingentity", "storefront"),
            Entry("Taxes", "customers.tax", "percent"),
            Entry("Invoice sections", "customers.invoicecustomsection", "notes"),
            Entry("Payment providers", "invoices.paymentprovider", "credit_card"),
            Entry("API keys", "customers.apikey", "key"),
            Entry("Webhook endpoints", "customers.webhookendpoint", "webhook"),
            Entry("Webhook messages", "customers.webhookmessage", "outbox"),
            Entry("Webhook deliveries", "customers.webhookdelivery", "send"),
            Entry("Users", "auth.user", "person"),
            Entry("Roles", "auth.group", "badge"),
        ),
    ),
    (
        "System",
        True,
        (
            Entry("Queued tasks", "django_q.ormq", "pending_actions"),
            Entry("Finished tasks", "django_q.success", "task_alt"),
            Entry("Failed tasks", "django_q.failure", "error"),
            Entry("Schedules", "django_q.schedule", "schedule"),
            Entry("Sign-in attempts", "axes.accessattempt", "login"),
            Entry("Sign-ins", "axes.accesslog", "fact_check"),
            Entry("Authenticator apps", "otp_totp.totpdevice", "phonelink_lock"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    groups = ((title, folds, [_item(request, entry) for entry in entries]) for title, folds, entries in NAVIGATION)
    return [
        {"title": title, "collapsible": folds, "items": [item for item in items if item]}
        for title, folds, items in groups
        if any(items)
    ]


def _item(request: HttpRequest, entry: Entry) -> dict[str, Any] | None:
    try:
        link = reverse(f"admin:{entry.url_name}")
    except NoReverseMatch:
        return None
    if entry.needs and not _may_see(request, entry.needs):
        return None
    active = request.path == link if entry.page == "index" else request.path.startswith(link)
    return {"title": entry.title, "icon": entry.icon, "link": link, "active": active, "has_permission": True}


def _may_see(request: HttpRequest, permission: str) -> bool:
    """Who may change may see."""
    user = request.user
    return user.has_perm(permission) or user.has_perm(permission.replace(".view_", ".change_"))
