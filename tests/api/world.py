"""Two organizations that have one of everything. What the caller's has is called ``ours``, the other's ``theirs``."""

from dataclasses import dataclass

from customers.models import Customer, Organization
from invoices.billing.fee_key import key_of
from invoices.models import (
    AdjustedFee,
    CreditNote,
    FeeType,
    Invoice,
    InvoiceStatus,
    PaymentMethod,
    PaymentProvider,
    WalletTransaction,
)
from invoices.services.adjusted_fee import adjust_fee
from plans.models import ChargeFilter
from plans.services.subscription import terminate_subscription
from tests.api.routes import Operation
from tests.support.api import ApiClient
from tests.support.billing import bill
from tests.support.builders import a_customer, a_tax, an_organization
from tests.support.clock import instant
from tests.support.coupons import a_coupon, an_applied_coupon
from tests.support.fixed_charges import a_fixed_charge, an_add_on
from tests.support.invoices import an_invoice
from tests.support.plans import a_charge, a_plan, a_subscription
from tests.support.usage import a_metric, an_event, send
from tests.support.wallets import a_wallet, buy
from tests.support.webhooks import an_endpoint


@dataclass(frozen=True)
class Tenant:
    """``ids`` are those that have no name of ours: of a resource's ``lago_id``, or of another parameter."""

    name: str
    api: ApiClient
    ids: dict[str, str]
    metric_id: str

    def path(self, operation: Operation) -> str:
        """The operation's path with this tenant's names."""
        return operation.filled(lambda parameter: self.value(operation, parameter))

    def value(self, operation: Operation, parameter: str) -> str:
        return self.ids.get(operation.resource if parameter == "lago_id" else parameter, self.name)


def a_tenant(name: str) -> Tenant:
    """Billed for January, with a draft for February, on 1 March 2024."""
    organization = an_organization(name)
    a_tax(organization, name)
    acme = a_customer(organization, name, name=name, tax_codes=[name], invoice_grace_period=3)
    metric = a_metric(organization, name, filters=[{"key": "region", "values": ["eu", "us"]}])
    in_europe = {"values": {"region": ["eu"]}, "properties": {"amount": "2"}}
    charges = [a_charge(metric, code=name, filters=[in_europe]), a_charge(metric, code="ahead", pay_in_advance=True)]
    seats = a_fixed_charge(an_add_on(organization, name), code=name)
    plan = a_plan(organization, name, charges=charges, fixed_charges=[seats], tax_codes=[name])
    an_applied_coupon(acme, a_coupon(organization, name))
    a_subscription(organization, plan, name, external_customer_id=name)
    send(organization, an_event(name, 7, transaction_id=name, external_subscription_id=name, at=instant("2024-01-10")))
    overdue = an_invoice(Customer.objects.get(organization=organization), 1000)
    bill(organization, at=instant("2024-03-01"))
    give_credit(organization, f"{name}-ahead")
    set_by_hand(Invoice.objects.get(organization=organization, status=InvoiceStatus.DRAFT))
    bought = buy(a_wallet(acme, code=name), 10, paid=False)
    api = ApiClient(organization)
    alert = {"alert_type": "current_usage_amount", "code": name, "thresholds": [{"value": 1}]}
    api.post(f"/subscriptions/{name}/alerts", {"alert": alert})
    alert["alert_type"] = "wallet_ongoing_balance_amount"
    api.post(f"/customers/{name}/wallets/{name}/alerts", {"alert": alert})
    api.post("/features", {"feature": {"code": name, "privileges": [{"code": name, "value_type": "integer"}]}})
    api.post(f"/plans/{name}/entitlements", {"entitlements": {name: {name: 5}}})
    api.get("/webhooks/json_public_key")  # made when it is asked for first
    sums = [{"currency": "EUR", "amount_cents": 100}]
    api.post("/dunning_campaigns", {"dunning_campaign": {"code": name, "name": name, "thresholds": sums}})
    api.post("/invoice_custom_sections", {"invoice_custom_section": {"code": name, "name": name}})
    api.post("/billing_entities", {"billing_entity": {"code": name, "name": name}})
    return Tenant(name, api, ids_of(organization) | paid_ids(api, overdue) | wallet_ids(bought), str(metric.pk))


def give_credit(organization: Organization, name: str) -> None:
    """A credit note for what was paid ahead and not used."""
    ahead = a_subscription(organization, a_plan(organization, name, pay_in_advance=True), name)
    terminate_subscription(subscription=ahead, at=organization.now())


def set_by_hand(draft: Invoice) -> None:
    """A fee of a draft, under another name."""
    fee = draft.fees.get(fee_type=FeeType.SUBSCRIPTION)
    adjust_fee(invoice=draft, key=key_of(fee), at=draft.organization.now(), invoice_display_name="Agreed")


def ids_of(organization: Organization) -> dict[str, str]:
    draft = Invoice.objects.get(organization=organization, status=InvoiceStatus.DRAFT)
    charge_filter = ChargeFilter.objects.get(charge__plan__organization=organization)
    return {
        "invoices": str(draft.id),
        "fees": str(draft.fees.first().id),
        "adjusted_fee_id": str(AdjustedFee.objects.get(invoice=draft).id),
        "filter_id": str(charge_filter.id),
        "applied_coupons": str(organization.applied_coupons.get().id),
        "credit_notes": str(CreditNote.objects.get(organization=organization).id),
        "webhook_endpoints": str(an_endpoint(organization).id),
        "payment_methods": a_saved_method(organization),
    }


def a_saved_method(organization: Organization) -> str:
    """At a provider without a key, which is never asked anything."""
    values = {"organization": organization, "created_at": organization.now()}
    provider = PaymentProvider.objects.create(code=organization.name, name=organization.name, **values)
    customer = organization.customers.get(external_id=organization.name)
    method = PaymentMethod.objects.create(provider=provider, customer=customer, provider_method_id="pm_1", **values)
    return str(method.id)


def wallet_ids(bought: WalletTransaction) -> dict[str, str]:
    return {"wallets": str(bought.wallet_id), "wallet_transactions": str(bought.id)}


def paid_ids(api: ApiClient, overdue: Invoice) -> dict[str, str]:
    """Of an overdue invoice that was asked for, and paid in part."""
    part = {"invoice_id": str(overdue.id), "amount_cents": 1, "reference": "transfer"}
    asked = {
        "external_customer_id": overdue.customer.external_id,
        "email": "someone@example.com",
        "lago_invoice_ids": [str(overdue.id)],
    }
    request = api.post("/payment_requests", {"payment_request": asked})["payment_request"]
    payment = api.post("/payments", {"payment": part})["payment"]
    return {
        "overdue_invoice": str(overdue.id),
        "overdue_fee": str(overdue.fees.get().id),
        "payments": payment["lago_id"],
        "payment_receipts": payment["lago_payment_receipt_id"],
        "payment_requests": request["lago_id"],
    }
