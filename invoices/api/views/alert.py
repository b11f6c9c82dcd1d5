"""The alerts of subscriptions and wallets over the API."""

from typing import cast

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from customers.queries import customers_of
from invoices.api.inputs.alert import AlertInput, WalletAlertInput, alerts_arguments, is_batch
from invoices.models import Alert, Wallet
from invoices.queries import alerts_for_wire, alerts_of_subscription, alerts_of_wallet, wallet_by_code
from invoices.services.alert import AlertFields, create_alert, create_alerts, delete_alerts, update_alert
from invoices.wire.alert import AlertWire, alert_wire, alerts_wire
from plans.models import Subscription, SubscriptionStatus
from plans.queries import subscription_by_external_id


class AlertsView(OrganizationAPIView):
    """Of whatever the rest of the path names."""

    def owner(self, **named: str) -> Subscription | Wallet:
        raise NotImplementedError

    def alerts(self, **named: str) -> QuerySet[Alert]:
        owner = self.owner(**named)
        return alerts_of_subscription(owner) if isinstance(owner, Subscription) else alerts_of_wallet(owner)

    @operation("alerts", AlertWire, listed=True)
    def get(self, request: Request, **named: str) -> Response:
        return self.page("alerts", self.alerts(**named), alerts_wire)

    def created(self, takes: type[AlertInput], **named: str) -> Response:
        """One ``alert``, or several ``alerts`` at once."""
        owner, body = self.owner(**named), self.request.data
        if is_batch(body):
            alerts = cast("list[AlertFields]", alerts_arguments(body, takes))
            return self.answer(alerts=alerts_wire(reloaded(create_alerts(owner=owner, alerts=alerts, at=self.at))))
        return answer(self, create_alert(owner=owner, at=self.at, **self.arguments(takes)))

    @operation("alerts", AlertWire, listed=True)
    def delete(self, request: Request, **named: str) -> Response:
        alerts = list(self.alerts(**named))
        delete_alerts(alerts=alerts, at=self.at)
        return self.answer(alerts=alerts_wire(alerts))


class AlertView(AlertsView):
    def alert(self, *, code: str, **named: str) -> Alert:
        return find(self.alerts(**named), "alert", code=code)

    @operation("alert", AlertWire)
    def get(self, request: Request, **named: str) -> Response:
        return answer(self, self.alert(**named))

    @operation("alert", AlertWire, takes=AlertInput)
    def put(self, request: Request, **named: str) -> Response:
        alert = self.alert(**named)
        return answer(self, update_alert(alert=alert, at=self.at, **self.arguments(AlertInput, updating=True)))

    @operation("alert", AlertWire)
    def delete(self, request: Request, **named: str) -> Response:
        alert = self.alert(**named)
        delete_alerts(alerts=[alert], at=self.at)
        return answer(self, alert)

    http_method_names = ["get", "put", "delete", "options"]


class OfSubscription(OrganizationAPIView):
    def owner(self, **named: str) -> Subscription:
        """The active one unless ``?subscription_status=`` says otherwise."""
        status = self.request.query_params.get("subscription_status") or SubscriptionStatus.ACTIVE
        return subscription_by_external_id(self.organization, named["external_id"], status)


class OfWallet(OrganizationAPIView):
    def owner(self, **named: str) -> Wallet:
        customer = find(customers_of(self.organization), "customer", external_id=named["external_customer_id"])
        return wallet_by_code(customer, named["wallet_code"])


class SubscriptionAlertsView(OfSubscription, AlertsView):
    @operation("alert", AlertWire, takes=AlertInput)
    def post(self, request: Request, **named: str) -> Response:
        return self.created(AlertInput, **named)


class SubscriptionAlertView(OfSubscription, AlertView):
    """One alert of a subscription."""


class WalletAlertsView(OfWallet, AlertsView):
    @operation("alert", AlertWire, takes=WalletAlertInput)
    def post(self, request: Request, **named: str) -> Response:
        return self.created(WalletAlertInput, **named)


class WalletAlertView(OfWallet, AlertView):
    """One alert of a wallet."""


def reloaded(alerts: list[Alert]) -> list[Alert]:
    return list(alerts_for_wire(Alert.objects.filter(id__in=[alert.id for alert in alerts])).order_by("id"))


def answer(view: OrganizationAPIView, alert: Alert) -> Response:
    (shown,) = reloaded([alert])
    return view.answer(alert=alert_wire(shown))
