"""Features and their privileges over the API."""

from rest_framework.request import Request
from rest_framework.response import Response

from billing_site.kernel.api.schema import operation
from billing_site.kernel.api.views import OrganizationAPIView
from plans.api.inputs.feature import FeatureInput
from plans.models import Feature
from plans.queries import feature_by_code, features_of, privilege_by_code
from plans.services.feature import create_feature, delete_feature, delete_privilege, update_feature
from plans.wire.feature import FeatureWire, feature_wire, features_wire


class FeaturesView(OrganizationAPIView):
    @operation("features", FeatureWire, listed=True)
    def get(self, request: Request) -> Response:
        return self.page("features", features_of(self.organization), features_wire)

    @operation("feature", FeatureWire, takes=FeatureInput)
    def post(self, request: Request) -> Response:
        return answer(self, create_feature(organization=self.organization, at=self.at, **self.arguments(FeatureInput)))


class FeatureView(OrganizationAPIView):
    @operation("feature", FeatureWire)
    def get(self, request: Request, code: str) -> Response:
        return answer(self, feature_by_code(self.organization, code))

    @operation("feature", FeatureWire, takes=FeatureInput)
    def put(self, request: Request, code: str) -> Response:
        feature = feature_by_code(self.organization, code)
        changes = self.arguments(FeatureInput, updating=True)
        return answer(self, update_feature(feature=feature, at=self.at, **changes))

    @operation("feature", FeatureWire)
    def delete(self, request: Request, code: str) -> Response:
        feature = feature_by_code(self.organization, code)
        shown = feature_wire(feature)
        delete_feature(feature=feature, at=self.at)
        return self.answer(feature=shown)


class PrivilegeView(OrganizationAPIView):
    @operation("feature", FeatureWire)
    def delete(self, request: Request, code: str, privilege_code: str) -> Response:
        feature = feature_by_code(self.organization, code)
        delete_privilege(privilege=privilege_by_code(feature, privilege_code), at=self.at)
        return answer(self, feature)


def answer(view: OrganizationAPIView, feature: Feature) -> Response:
    return view.answer(feature=feature_wire(feature_by_code(view.organization, feature.code)))
