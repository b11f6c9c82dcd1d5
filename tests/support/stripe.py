"""A stand-in for Stripe's API: answers over HTTP as Stripe does, remembers what it was asked, signs events."""

import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

WEBHOOK_SECRET = "whsec_test"
Answer = tuple[int, dict[str, Any]]
CARD = {"type": "card", "card": {"brand": "visa", "last4": "4242"}}


class Stripe:
    """``asked`` are the calls: path, form and idempotency key. What it made is in ``kept``, by its id.

    ``declines``: cards are refused. ``wants_action``: customers have to say yes. ``is_down``: it does nothing.
    ``hangs_up_on``: it does what is asked at paths that end so, and does not say so.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], str]] = []
        self.kept: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.declines = False
        self.wants_action = False
        self.is_down = False
        self.refuses_the_key = False
        self.hangs_up_on = ""
        self.url = ""
        self.lock = threading.Lock()

    @property
    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    @property
    def taken(self) -> int:
        """Cents that customers lost."""
        return sum(each["amount"] for each in self.kept.values() if each["status"] == "succeeded" and "amount" in each)

    def form_of(self, path: str) -> dict[str, str]:
        return next(form for asked, form, _ in self.asked if asked == path)

    def answer(self, path: str, form: dict[str, str], key: str) -> Answer:
        with self.lock:
            self.asked.append((path, form, key))
            if self.is_down:
                return 500, {"error": {"type": "api_error", "message": "down"}}
            if self.refuses_the_key:
                return 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}}
            if key in self.answers:
                return 200, self.answers[key]
            status, made = self._done(path.removeprefix("/v1/"), form)
            if key and status == 200:
                self.answers[key] = deepcopy(made)
            return status, made

    def _done(self, path: str, form: dict[str, str]) -> Answer:
        known = next((each for part in path.split("/") if (each := self.kept.get(part))), None)
        if path == "account":
            return 200, {"id": "acct_1", "object": "account", "business_profile": {"name": "Acme"}}
        if path.startswith("refunds?"):
            asked = parse_qs(path.partition("?")[2])["payment_intent"][0]
            made = [each for each in self.kept.values() if each.get("payment_intent") == asked]
            return 200, {"object": "list", "data": made, "has_more": False, "url": "/v1/refunds"}
        if path.startswith("payment_methods/"):
            return 200, {"id": path.split("/")[1], "object": "payment_method", **CARD}
        return self._made(path, form) if known is None else self._changed(path.rpartition("/")[2], known)

    def _made(self, path: str, form: dict[str, str]) -> Answer:
        number = len(self.asked)
        made: dict[str, Any] = {"object": path.rstrip("s"), "status": "succeeded", "metadata": _metadata(form)}
        if path == "checkout/sessions":
            url = f"https://pay.stripe.test/cs_{number}"
            made |= {"id": f"cs_{number}", "url": url, "status": "open", "payment_status": "unpaid"}
            price = int(form.get("line_items[0][price_data][unit_amount]", 0))
            made |= {"payment_intent": None, "mode": form["mode"], "price": price}
        elif path == "payment_intents":
            made |= {"id": f"pi_{number}", "amount": int(form["amount"]), "status": "requires_confirmation"}
        else:
            made |= {"id": f"{path}_{number}", "payment_intent": form.get("payment_intent")}
        self.kept[made["id"]] = made
        return 200, made

    def _changed(self, verb: str, known: dict[str, Any]) -> Answer:
        if verb == "confirm":
            return self._confirmed(known)
        if verb in ("cancel", "expire"):
            if known["status"] in ("succeeded", "processing", "complete"):
                return 400, {"error": {"type": "invalid_request_error", "message": "too late"}}
            known["status"] = "canceled" if verb == "cancel" else "expired"
        return 200, known

    def _confirmed(self, intent: dict[str, Any]) -> Answer:
        if intent["status"] != "requires_confirmation":
            error = {"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "message": "done"}
            return 400, {"error": error}
        if self.declines:
            error = {"type": "card_error", "code": "card_declined", "decline_code": "stolen", "message": "Declined."}
            intent |= {"status": "requires_payment_method", "last_payment_error": error}
            return 402, {"error": error}
        intent["status"] = "requires_action" if self.wants_action else "succeeded"
        if self.wants_action:
            intent["next_action"] = {"redirect_to_url": {"url": "https://bank.test/yes"}}
        return 200, intent

    def pay_page(self, page_id: str) -> dict[str, Any]:
        """The customer pays there."""
        page = self.kept[page_id]
        self.kept["pi_page"] = {"id": "pi_page", "status": "succeeded", "amount": page["price"]}
        page |= {"status": "complete", "payment_status": "paid", "payment_intent": "pi_page"}
        return page


def _metadata(form: dict[str, str]) -> dict[str, str]:
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}


@contextmanager
def a_stripe() -> Iterator[Stripe]:
    stripe = Stripe()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer = stripe.answer(self.path, form, self.headers.get("Idempotency-Key", ""))
            if stripe.hangs_up_on and self.path.endswith(stripe.hangs_up_on):
                self.close_connection = True
                return
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if status >= 500:
                self.send_header("Stripe-Should-Retry", "false")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stripe.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stripe
    finally:
        server.shutdown()
        server.server_close()


def signed_event(
    event_type: str, told: dict[str, Any], secret: str = WEBHOOK_SECRET, event_id: str = ""
) -> tuple[bytes, str]:
    """The body and the ``Stripe-Signature`` of an event; without an id its own, told only once."""
    event_id = event_id or f"evt_{event_type}_{told['id']}_{told.get('status')}"
    body = json.dumps({"id": event_id, "object": "event", "type": event_type, "data": {"object": told}}).encode()
    at = int(time.time())
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return body, f"t={at},v1={signature}"
