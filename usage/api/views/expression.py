"""Trying expressions over the API."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from billing_site.kernel.errors import BadRequest
from usage.api.inputs.expression import ExpressionInput
from usage.services.expression import evaluate_expression
from usage.wire.expression import ExpressionResultWire, expression_result_wire


class EvaluateExpressionView(OrganizationAPIView):
    @extend_schema(request=ExpressionInput)
    @operation("expression_result", ExpressionResultWire)
    def post(self, request: Request) -> Response:
        # The published client forgets the body, and Lago's answer to that is a 400.
        if not request.data:
            raise BadRequest.missing_root("expression")
        values = ExpressionInput.checked(request.data)
        value = evaluate_expression(expression=values["expression"], at=self.at, **values["event"])
        return self.answer(expression_result=expression_result_wire(value))
