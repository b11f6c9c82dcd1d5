"""What the prices that an operator is writing come to for units of their choice, by the code that bills."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from billing_site.kernel.admin.display import money
from billing_site.kernel.admin.table import Table
from billing_site.kernel.errors import ValidationFailed
from plans.admin.editor.card_reader import CardReader
from plans.admin.editor.chart import Chart, chart_of
from plans.admin.editor.context import COUNTED
from plans.admin.editor.form import EditorForm
from plans.admin.editor.sketch import ChargeSketch, FixedChargeSketch, Sketch
from plans.admin.price_steps import steps_table
from plans.rating import (
    ChargeModel,
    ChargeModelName,
    ChargeQuote,
    CurvePoint,
    PlanQuote,
    PricedSample,
    Sample,
    parse_properties,
    price_curve,
    price_sample,
)

TOO_MANY_EVENTS = "This price looks at every event: try up to 5,000 of them."


@dataclass(frozen=True, slots=True)
class PricePreview:
    """One price of a card: the charge's own, or that of a filter. ``title`` names it on the plan's bill."""

    path: str
    title: str
    model: ChargeModel
    sample: Sample
    currency: str
    priced: PricedSample | None

    @classmethod
    def of(cls, path: str, title: str, model: ChargeModel, sample: Sample, currency: str) -> "PricePreview":
        try:
            priced = price_sample(model, sample, currency)
        except ValidationFailed:
            priced = None
        return cls(path, title, model, sample, currency, priced)

    @property
    def amount_cents(self) -> int:
        return self.priced.amount_cents if self.priced else 0

    def html(self) -> str:
        return render_to_string(
            "admin/plan_editor/preview.html",
            {
                "amount": money(self.amount_cents, self.currency) if self.priced else "",
                "steps": self._steps(),
                "chart": self._chart(),
                "problem": "" if self.priced else TOO_MANY_EVENTS,
            },
        )

    def _steps(self) -> Table | None:
        has_rates = self.model.name == ChargeModelName.GRADUATED_PERCENTAGE
        return steps_table(self.priced.rated.steps, self.currency, has_rates=has_rates) if self.priced else None

    def _chart(self) -> Chart | None:
        if self.priced is None or self.model.name == ChargeModelName.DYNAMIC:
            return None
        up_to = max(self.model.telling_units, self.sample.units * 5 / 4)
        try:
            curve = price_curve(self.model, self.sample, self.currency, up_to=up_to)
        except ValidationFailed:
            return None
        marked = CurvePoint(self.sample.units, self.priced.rated.amount) if self.sample.units else None
        return chart_of(curve, marked, self.currency)


def checked(form: EditorForm) -> dict[str, Any]:
    """The answer to the editor's script: sentences by the place of what is wrong, and HTML by that of each price."""
    form.is_valid()
    return {**_previews(form), "errors": form.card_faults}


def _previews(form: EditorForm) -> dict[str, Any]:
    if not form.currency:
        return {"prices": {}, "total": ""}
    sketch, currency = form.sketch, form.currency
    charges = [list(_of_charge(each, currency)) for each in sketch.charges]
    fixed = [_of_fixed_charge(each, currency) for each in sketch.fixed_charges]
    shown = [price for prices in charges for price in prices] + [price for price in fixed if price]
    quote = PlanQuote(
        form.cleaned_data.get("amount_cents") or 0,
        [
            ChargeQuote([price.amount_cents for price in prices], each.fields["min_amount_cents"])
            for each, prices in zip(sketch.charges, charges, strict=True)
        ],
        [price.amount_cents for price in fixed if price],
        form.cleaned_data.get("commitment_cents") or 0,
    )
    return {
        "prices": {price.path: price.html() for price in shown},
        "total": render_to_string(
            "admin/plan_editor/total.html",
            {"lines": list(_lines(quote, sketch, shown, currency)), "total": money(quote.total_cents, currency)},
        ),
    }


def _of_charge(sketch: ChargeSketch, currency: str) -> Iterator[PricePreview]:
    charge = sketch.charge
    if charge is None:
        return
    counted = charge.billable_metric.aggregation_type in COUNTED
    title = charge.display_name
    model = parse_properties(charge.charge_model, charge.properties)
    yield PricePreview.of(sketch.card.path, title, model, _sample(sketch.card, counted), currency)
    for each, card in zip(sketch.filters, sketch.card.cards("filters"), strict=True):
        if card.is_fine:
            model = parse_properties(charge.charge_model, each.properties)
            yield PricePreview.of(card.path, f"{title}, {each}", model, _sample(card, counted), currency)


def _of_fixed_charge(sketch: FixedChargeSketch, currency: str) -> PricePreview | None:
    each = sketch.fixed_charge
    if each is None:
        return None
    model = parse_properties(each.charge_model, each.properties)
    return PricePreview.of(sketch.card.path, each.display_name, model, Sample(each.units), currency)


def _sample(card: CardReader, counted: bool) -> Sample:
    asked = CardReader(card.mapping("sample"), f"{card.path}.sample", card.faults)
    return Sample(asked.units("units"), int(asked.units("events")), asked.units("amounts"), counted)


def _lines(quote: PlanQuote, sketch: Sketch, shown: Sequence[PricePreview], currency: str) -> Iterator[tuple[str, str]]:
    yield "Price per interval", money(quote.plan_cents, currency)
    for price in shown:
        yield price.title, money(price.amount_cents, currency)
    for each, charge in zip(sketch.charges, quote.charges, strict=True):
        if charge.true_up_cents and each.charge:
            yield f"{each.charge.display_name}, up to its minimum", money(charge.true_up_cents, currency)
    if quote.commitment_true_up_cents:
        yield "Up to the minimum commitment", money(quote.commitment_true_up_cents, currency)
