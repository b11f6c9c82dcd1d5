"""Pages of other packages in the console's clothes: their admin classes, restyled by registering them anew."""

from typing import Any

from axes.admin import AccessAttemptAdmin, AccessLogAdmin
from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_q.admin import FailAdmin, QueueAdmin, ScheduleAdmin, TaskAdmin
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from billing_site.kernel.admin.paginator import CappedPaginator


class StyledAdmin(ModelAdmin):
    paginator: Any = CappedPaginator
    show_full_result_count = False


class ConsoleUserAdmin(UserAdmin, StyledAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


class ConsoleGroupAdmin(GroupAdmin, StyledAdmin):
    pass


class ConsoleTaskAdmin(TaskAdmin, StyledAdmin):
    list_filter: Any = ()  # distinct groups would be read from the whole table


class ConsoleFailAdmin(FailAdmin, StyledAdmin):
    list_filter: Any = ()


class ConsoleQueueAdmin(QueueAdmin, StyledAdmin):
    pass


class ConsoleScheduleAdmin(ScheduleAdmin, StyledAdmin):
    pass


class ConsoleAccessAttemptAdmin(AccessAttemptAdmin, StyledAdmin):
    pass


class ConsoleAccessLogAdmin(AccessLogAdmin, StyledAdmin):
    pass


class ConsoleTOTPDeviceAdmin(StyledAdmin):
    """Operators may take a lost device away; nobody reads another one's secret, as on the package's page."""

    list_display = ("user", "name", "confirmed")
    list_select_related = ("user",)
    search_fields = ("user__username",)
    fields = readonly_fields = ("user", "name", "confirmed")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


RESTYLED: dict[Any, type[StyledAdmin]] = {
    User: ConsoleUserAdmin,
    Group: ConsoleGroupAdmin,
    Success: ConsoleTaskAdmin,
    Failure: ConsoleFailAdmin,
    OrmQ: ConsoleQueueAdmin,
    Schedule: ConsoleScheduleAdmin,
    AccessAttempt: ConsoleAccessAttemptAdmin,
    AccessLog: ConsoleAccessLogAdmin,
    TOTPDevice: ConsoleTOTPDeviceAdmin,
}


def restyle() -> None:
    for model in list(admin.site._registry):
        if model._meta.app_label in {"auth", "django_q", "axes", "otp_totp", "otp_static"}:
            admin.site.unregister(model)
    for model, styled in RESTYLED.items():
        admin.site.register(model, styled)
