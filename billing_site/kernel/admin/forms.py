"""Forms of the console: styled fields whose values go to a command, and whose refusals come back to the fields."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from unfold import widgets

from billing_site.kernel.admin.sentences import explained, sentences_by_field
from billing_site.kernel.errors import BillingError, ValidationFailed
from billing_site.kernel.money import exponent, round_half_up, to_cents, to_units

STYLED: dict[type[forms.Widget], type[forms.Widget]] = {
    forms.TextInput: widgets.UnfoldAdminTextInputWidget,
    forms.EmailInput: widgets.UnfoldAdminEmailInputWidget,
    forms.URLInput: widgets.UnfoldAdminURLInputWidget,
    forms.NumberInput: widgets.UnfoldAdminDecimalFieldWidget,
    forms.Textarea: widgets.UnfoldAdminTextareaWidget,
    forms.CheckboxInput: widgets.UnfoldBooleanSwitchWidget,
    forms.DateInput: widgets.UnfoldAdminSingleDateWidget,
    forms.PasswordInput: widgets.UnfoldAdminPasswordWidget,
}


class CommandForm(forms.Form):
    """``fieldsets`` are ``(title, explanation, field names)``; ``organization`` limits what can be picked.

    ``live`` is the URL of what a dialog says about the values while they are typed, if it does.
    """

    fieldsets: Sequence[tuple[str, str, Sequence[str]]] = ()
    live = ""

    def __init__(self, *args: Any, organization: Any = None, instance: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization, self.instance = organization, instance
        self.prepare()
        for field in self.fields.values():
            field.widget = styled(field)

    def prepare(self) -> None:
        """For subclasses: choices of the organization, fields that cannot change any more."""

    def prefill(self, given: Mapping[str, Any]) -> None:
        """Values that a link brings along; what a field does not take is left out."""
        for name in self.fields.keys() & given.keys():
            with suppress(forms.ValidationError):
                self.fields[name].clean(given[name])
                self.initial[name] = given[name]

    def freeze(self, *names: str, why: str) -> None:
        for name in names:
            self.fields[name].disabled = True
            self.fields[name].help_text = why

    def groups(self) -> list[dict[str, Any]]:
        laid_out = self.fieldsets or [("", "", list(self.fields))]
        return [
            {"title": title, "explanation": explanation, "fields": [self[name] for name in names]}
            for title, explanation, names in laid_out
        ]

    def command_fields(self) -> dict[str, Any]:
        """What goes to the command, once the form is valid."""
        return self.cleaned_data

    def refuse(self, refusal: BillingError) -> None:
        """Puts the command's refusal at the fields it names, the rest at the top."""
        if not isinstance(refusal, ValidationFailed):
            self.add_error(None, explained(refusal))
            return
        for name, lines in sentences_by_field(refusal).items():
            field = self.field_of(name)
            for line in lines:
                self.add_error(field, line if field else f"{name.replace('_', ' ').capitalize()}: {line}")

    def field_of(self, name: str) -> str | None:
        """The form's field for a name in the command's refusal."""
        return name if name in self.fields else None


def styled(field: forms.Field) -> forms.Widget:
    widget = field.widget
    if isinstance(field, forms.ModelChoiceField | forms.ChoiceField) and type(widget) is forms.Select:
        replacement: forms.Widget = widgets.UnfoldAdminSelectWidget(attrs=widget.attrs)
        replacement.choices = widget.choices  # type: ignore[attr-defined]
    elif type(widget) is forms.SelectMultiple:
        replacement = widgets.UnfoldAdminSelectMultipleWidget(attrs=widget.attrs)
        replacement.choices = widget.choices  # type: ignore[attr-defined]
    elif type(widget) in STYLED:
        replacement = STYLED[type(widget)](attrs=widget.attrs)
    else:
        return widget
    replacement.is_required = widget.is_required
    return replacement


class InstantField(forms.DateTimeField):
    """An instant in UTC, typed or picked."""

    def __init__(self, **options: Any) -> None:
        look = " ".join(widgets.INPUT_CLASSES)
        widget = forms.DateTimeInput(attrs={"type": "datetime-local", "class": look}, format="%Y-%m-%dT%H:%M")
        super().__init__(**{"widget": widget, "help_text": "UTC.", **options})

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return None if found is None else found.replace(tzinfo=UTC)


class AmountField(forms.CharField):
    """An amount in currency units, cleaned to ``Decimal``; ``in_cents`` needs the currency that is picked beside it."""

    def __init__(self, **options: Any) -> None:
        widget = widgets.UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})
        super().__init__(**{"widget": widget, "initial": "0.00", **options})

    def clean(self, value: Any) -> Decimal:
        text = super().clean(value).strip() or "0"
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise forms.ValidationError("Write a number such as 49.00.") from None
        if not amount.is_finite() or amount < 0 or amount.adjusted() > 12:
            raise forms.ValidationError("Write an amount of zero or more, such as 49.00.")
        return amount


def in_cents(amount: Decimal, currency: str) -> int:
    """Refuses more digits than the currency has instead of rounding what an operator typed."""
    if amount != round_half_up(amount, exponent(currency)):
        digits = exponent(currency)
        raise forms.ValidationError(f"{currency} has {digits} digits after the point.")
    return to_cents(amount, currency)


def in_units(amount_cents: int, currency: str) -> str:
    return f"{to_units(amount_cents, currency):f}"
