"""Messages on their way: signatures, attempts, pauses, and where they never go."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import jwt
import pytest
from django.conf import settings as site
from django.db.models import F

from billing_site.kernel.clock import wall_now
from customers.models import DeliveryStatus, Organization, WebhookAttempt, WebhookDelivery
from customers.services.webhook import resend_webhook
from customers.webhooks import announce
from customers.webhooks.connection import AddressRefused, checked_address, is_public
from customers.webhooks.delivery import claim, deliver
from customers.webhooks.signature import private_key_pem, public_key_pem
from tests.support.builders import an_organization
from tests.support.webhooks import a_receiver, an_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(settings) -> Organization:
    settings.WEBHOOKS_TO_PRIVATE_ADDRESSES = True
    return an_organization(sandbox=False)


def tell(organization: Organization) -> None:
    announce("customer.created", lambda: [{"name": "Zoë"}], organization_id=organization.id, at=organization.now())


def let_pass(pause: timedelta) -> None:
    WebhookDelivery.objects.filter(status=DeliveryStatus.PENDING).update(next_attempt_at=F("next_attempt_at") - pause)


def test_the_body_arrives_with_a_signature_that_the_public_key_verifies(live):
    with a_receiver() as receiver:
        an_endpoint(live, receiver.url)
        tell(live)
        assert deliver() == 1
    headers, body = receiver.received[0]
    assert json.loads(body)["customer"] == {"name": "Zoë"}
    assert headers["X-Lago-Signature-Algorithm"] == "jwt"
    assert headers["X-Lago-Unique-Key"] == str(WebhookDelivery.objects.get().id)
    key = public_key_pem(private_key_pem())
    claims = jwt.decode(headers["X-Lago-Signature"], key, algorithms=["RS256"], issuer=site.PUBLIC_URL)
    assert claims["data"].encode() == body
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(headers["X-Lago-Signature"][:-8] + "AAAAAAAA", key, algorithms=["RS256"])


def test_an_endpoint_with_hmac_is_signed_with_its_own_key(live):
    with a_receiver() as receiver:
        endpoint = an_endpoint(live, receiver.url, signature_algo="hmac")
        tell(live)
        deliver()
    headers, body = receiver.received[0]
    expected = hmac.new(endpoint.hmac_key.encode(), body, hashlib.sha256).digest()
    assert base64.b64decode(headers["X-Lago-Signature"]) == expected


def test_what_fails_is_tried_again_after_a_minute_and_after_ten(live):
    with a_receiver(500, 503, 200) as receiver:
        an_endpoint(live, receiver.url)
        tell(live)
        assert deliver() == 1
        assert deliver() == 0
        let_pass(timedelta(minutes=1))
        assert deliver() == 1
        let_pass(timedelta(minutes=9))
        assert deliver() == 0
        let_pass(timedelta(minutes=1))
        assert deliver() == 1
    assert WebhookDelivery.objects.get().status == DeliveryStatus.SUCCEEDED
    assert list(WebhookAttempt.objects.values_list("http_status", "response")) == [
        (500, "thanks"),
        (503, "thanks"),
        (200, "thanks"),
    ]
    assert len({received.headers["X-Lago-Unique-Key"] for received in receiver.received}) == 1


def test_after_three_attempts_it_is_given_up_until_someone_sends_it_again(live):
    with a_receiver(500, 500, 500, 200) as receiver:
        an_endpoint(live, receiver.url)
        tell(live)
        for _ in range(3):
            deliver()
            let_pass(timedelta(hours=1))
        failed = WebhookDelivery.objects.get()
        assert failed.status == DeliveryStatus.FAILED
        assert deliver() == 0
        resend_webhook(delivery=failed)
        assert deliver() == 1
    assert WebhookDelivery.objects.get().status == DeliveryStatus.SUCCEEDED


def test_an_attempt_whose_worker_died_is_made_again_when_its_lease_is_over(live):
    an_endpoint(live)
    tell(live)
    now = wall_now()
    [taken] = claim(live.id, at=now)
    assert claim(live.id, at=now + timedelta(minutes=4)) == []
    assert claim(live.id, at=now + timedelta(minutes=6)) == [taken]


def test_one_endpoint_that_hangs_leaves_room_for_the_others(live):
    slow, quick = an_endpoint(live, "https://slow.example.com"), an_endpoint(live, "https://quick.example.com")
    for _ in range(30):
        tell(live)
    claimed = WebhookDelivery.objects.filter(id__in=claim(live.id, at=wall_now()))
    assert claimed.filter(endpoint=slow).count() == claimed.filter(endpoint=quick).count() == 10


def test_an_endpoint_that_nobody_answers_at_says_so(live):
    with a_receiver() as receiver:
        pass
    an_endpoint(live, receiver.url)
    tell(live)
    deliver()
    attempt = WebhookAttempt.objects.get()
    assert attempt.http_status is None
    assert "refused" in attempt.error


def test_a_redirect_is_not_followed(live):
    with a_receiver(302) as receiver, a_receiver() as elsewhere:
        receiver.location = elsewhere.url
        an_endpoint(live, receiver.url)
        tell(live)
        deliver()
    assert elsewhere.received == []
    assert WebhookAttempt.objects.get().http_status == 302
    assert WebhookDelivery.objects.get().status == DeliveryStatus.PENDING


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "[::1]"])
def test_this_machine_is_never_called(live, settings, host):
    settings.WEBHOOKS_TO_PRIVATE_ADDRESSES = False
    with a_receiver() as receiver:
        an_endpoint(live, receiver.url.replace("127.0.0.1", host))
        tell(live)
        deliver()
    assert receiver.received == []
    assert "not a public address" in WebhookAttempt.objects.get().error


@pytest.mark.parametrize(
    "address",
    [
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
        *("::", "::1", "fc00::1", "fe80::1%eth0", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1"),
    ],
)
def test_addresses_of_private_networks_are_refused(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_public_addresses_are_not(address):
    assert is_public(address)


def test_a_name_is_refused_for_any_private_address_that_it_has():
    with pytest.raises(AddressRefused):
        checked_address("localhost", 80)


class TestSandbox:
    @pytest.mark.django_db(transaction=True)
    def test_it_is_delivered_before_the_call_answers(self, settings):
        settings.WEBHOOKS_TO_PRIVATE_ADDRESSES = True
        sandbox = an_organization()
        with a_receiver() as receiver:
            an_endpoint(sandbox, receiver.url)
            tell(sandbox)
        assert len(receiver.received) == 1
