"""The alerts of a subscription over the API."""

from typing import cast

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView, find
from invoices.api.inputs.alert import AlertInput, alerts_arguments, is_batch
from invoices.models import Alert
from invoices.queries import alerts_for_wire, alerts_of_subscription
from invoices.services.alert import AlertFields, create_alert, create_alerts, delete_alerts, update_alert
from invoices.wire.alert import AlertWire, alert_wire, alerts_wire
from plans.models import Subscription, SubscriptionStatus
from plans.queries import subscription_by_external_id


class SubscriptionAlertPartsView(OrganizationAPIView):
    def subscription(self, external_id: str) -> Subscription:
        """The active one unless ``?subscription_status=`` says otherwise."""
        status = self.request.query_params.get("subscription_status") or SubscriptionStatus.ACTIVE
        return subscription_by_external_id(self.organization, external_id, status)

    def alert(self, external_id: str, code: str) -> Alert:
        return find(alerts_of_subscription(self.subscription(external_id)), "alert", code=code)


class SubscriptionAlertsView(SubscriptionAlertPartsView):
    @operation("alerts", AlertWire, listed=True)
    def get(self, request: Request, external_id: str) -> Response:
        return self.page("alerts", alerts_of_subscription(self.subscription(external_id)), alerts_wire)

    @operation("alert", AlertWire, takes=AlertInput)
    def post(self, request: Request, external_id: str) -> Response:
        """One ``alert``, or several ``alerts`` at once."""
        subscription = self.subscription(external_id)
        if is_batch(request.data):
            alerts = cast("list[AlertFields]", alerts_arguments(request.data))
            created = create_alerts(subscription=subscription, alerts=alerts, at=self.at)
            return self.answer(alerts=alerts_wire(reloaded(created)))
        return answer(self, create_alert(subscription=subscription, at=self.at, **self.arguments(AlertInput)))

    @operation("alerts", AlertWire, listed=True)
    def delete(self, request: Request, external_id: str) -> Response:
        alerts = list(alerts_of_subscription(self.subscription(external_id)))
        delete_alerts(alerts=alerts, at=self.at)
        return self.answer(alerts=alerts_wire(alerts))


class SubscriptionAlertView(SubscriptionAlertPartsView):
    @operation("alert", AlertWire)
    def get(self, request: Request, external_id: str, code: str) -> Response:
        return answer(self, self.alert(external_id, code))

    @operation("alert", AlertWire, takes=AlertInput)
    def put(self, request: Request, external_id: str, code: str) -> Response:
        alert = self.alert(external_id, code)
        return answer(self, update_alert(alert=alert, at=self.at, **self.arguments(AlertInput, updating=True)))

    @operation("alert", AlertWire)
    def delete(self, request: Request, external_id: str, code: str) -> Response:
        alert = self.alert(external_id, code)
        delete_alerts(alerts=[alert], at=self.at)
        return answer(self, alert)


def reloaded(alerts: list[Alert]) -> list[Alert]:
    return list(alerts_for_wire(Alert.objects.filter(id__in=[alert.id for alert in alerts])).order_by("id"))


def answer(view: OrganizationAPIView, alert: Alert) -> Response:
    (shown,) = reloaded([alert])
    return view.answer(alert=alert_wire(shown))
