"""How lines, and the steps of their prices, are named; by language. Languages without an entry are in English."""

from dataclasses import dataclass

from billing_site.kernel.formatting import FALLBACK_LOCALE, locale_named


@dataclass(frozen=True, slots=True)
class LineLabels:
    """``first_units`` takes {to}, ``units_between`` {start} and {to}, ``units_above`` {start}, ``packages`` {size}."""

    subscription_fee: str
    first_units: str
    units_between: str
    units_above: str
    all_units: str
    flat_fee: str
    free_units: str
    packages: str
    purchase_order: str


def line_labels_for(locale: str) -> LineLabels:
    return CATALOGUE.get(locale_named(locale).language, CATALOGUE[FALLBACK_LOCALE])


CATALOGUE: dict[str, LineLabels] = {
    "en": LineLabels(
        subscription_fee="Subscription fee",
        first_units="First {to} units",
        units_between="Units {start} to {to}",
        units_above="Units from {start}",
        all_units="All units",
        flat_fee="Flat fee",
        free_units="Free units",
        packages="Packages of {size}",
        purchase_order="Purchase order",
    ),
    "fr": LineLabels(
        subscription_fee="Abonnement",
        first_units="{to} premières unités",
        units_between="Unités {start} à {to}",
        units_above="Unités à partir de {start}",
        all_units="Toutes les unités",
        flat_fee="Forfait",
        free_units="Unités gratuites",
        packages="Lots de {size}",
        purchase_order="Bon de commande",
    ),
    "de": LineLabels(
        subscription_fee="Grundgebühr",
        first_units="Erste {to} Einheiten",
        units_between="Einheiten {start} bis {to}",
        units_above="Einheiten ab {start}",
        all_units="Alle Einheiten",
        flat_fee="Pauschale",
        free_units="Freie Einheiten",
        packages="Pakete zu {size}",
        purchase_order="Bestellnummer",
    ),
    "es": LineLabels(
        subscription_fee="Cuota de suscripción",
        first_units="Primeras {to} unidades",
        units_between="Unidades {start} a {to}",
        units_above="Unidades desde {start}",
        all_units="Todas las unidades",
        flat_fee="Tarifa fija",
        free_units="Unidades gratuitas",
        packages="Paquetes de {size}",
        purchase_order="Orden de compra",
    ),
    "it": LineLabels(
        subscription_fee="Canone di abbonamento",
        first_units="Prime {to} unità",
        units_between="Unità da {start} a {to}",
        units_above="Unità da {start} in poi",
        all_units="Tutte le unità",
        flat_fee="Importo fisso",
        free_units="Unità gratuite",
        packages="Pacchetti da {size}",
        purchase_order="Ordine d’acquisto",
    ),
    "pt": LineLabels(
        subscription_fee="Taxa de assinatura",
        first_units="Primeiras {to} unidades",
        units_between="Unidades {start} a {to}",
        units_above="Unidades a partir de {start}",
        all_units="Todas as unidades",
        flat_fee="Taxa fixa",
        free_units="Unidades gratuitas",
        packages="Pacotes de {size}",
        purchase_order="Ordem de compra",
    ),
    "nl": LineLabels(
        subscription_fee="Abonnementskosten",
        first_units="Eerste {to} eenheden",
        units_between="Eenheden {start} tot en met {to}",
        units_above="Eenheden vanaf {start}",
        all_units="Alle eenheden",
        flat_fee="Vast bedrag",
        free_units="Gratis eenheden",
        packages="Pakketten van {size}",
        purchase_order="Inkooporder",
    ),
}
