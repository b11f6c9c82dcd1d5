"""Where payment providers tell what happened. Their signature is the permission."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from invoices.services.provider_events import provider_by_code, receive_event
from usage.api.views.event import BytesParser


class ProviderWebhookView(APIView):
    authentication_classes = ()
    permission_classes = ()
    parser_classes = [BytesParser]
    schema = None

    def post(self, request: Request, provider_type: str, organization_id: UUID) -> Response:
        provider = provider_by_code(organization_id, provider_type, request.query_params.get("code", ""))
        body = request.data if isinstance(request.data, bytes) else b""
        signature = request.headers.get("Stripe-Signature", "")
        receive_event(provider=provider, body=body, signature=signature, at=provider.organization.now())
        return Response(status=200)
