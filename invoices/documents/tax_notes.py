"""Why an invoice shows no value added tax, in the words that the law asks for; by language, else in English."""

from dataclasses import dataclass
from typing import Any

from billing_site.kernel.formatting import FALLBACK_LOCALE, locale_named
from customers.eu_vat import VatRule


@dataclass(frozen=True, slots=True)
class TaxNotes:
    """Articles are those of Directive 2006/112/EC; ``number`` takes the customer's {number}."""

    title: str
    reverse_charge: str
    outside_eu: str
    number: str


def tax_note(evidence: dict[str, Any], locale: str) -> tuple[str, str]:
    """The title and text for a decision as it is kept with the invoice; two empty ones where nothing is to be said."""
    words = CATALOGUE.get(locale_named(locale).language, CATALOGUE[FALLBACK_LOCALE])
    if evidence["rule"] == VatRule.REVERSE_CHARGE:
        number = words.number.format(number=evidence["tax_identification_number"])
        return words.title, f"{words.reverse_charge}\n{number}"
    return (words.title, words.outside_eu) if evidence["rule"] == VatRule.OUTSIDE_EU else ("", "")


CATALOGUE: dict[str, TaxNotes] = {
    "en": TaxNotes(
        title="VAT",
        reverse_charge="Reverse charge: the customer owes the tax (Articles 44 and 196, Directive 2006/112/EC).",
        outside_eu="Not subject to VAT in the European Union (Articles 44 and 59, Directive 2006/112/EC).",
        number="VAT number of the customer: {number}",
    ),
    "fr": TaxNotes(
        title="TVA",
        reverse_charge="Autoliquidation : taxe due par le preneur (articles 44 et 196, directive 2006/112/CE).",
        outside_eu="Non soumis à la TVA dans l’Union européenne (articles 44 et 59, directive 2006/112/CE).",
        number="Numéro de TVA du client : {number}",
    ),
    "de": TaxNotes(
        title="Umsatzsteuer",
        reverse_charge="Steuerschuldnerschaft des Leistungsempfängers (Artikel 44 und 196, Richtlinie 2006/112/EG).",
        outside_eu="In der Europäischen Union nicht steuerbar (Artikel 44 und 59, Richtlinie 2006/112/EG).",
        number="USt-IdNr. des Kunden: {number}",
    ),
    "es": TaxNotes(
        title="IVA",
        reverse_charge="Inversión del sujeto pasivo (artículos 44 y 196, Directiva 2006/112/CE).",
        outside_eu="No sujeto al IVA en la Unión Europea (artículos 44 y 59, Directiva 2006/112/CE).",
        number="NIF-IVA del cliente: {number}",
    ),
    "it": TaxNotes(
        title="IVA",
        reverse_charge="Inversione contabile (articoli 44 e 196, direttiva 2006/112/CE).",
        outside_eu="Non soggetto a IVA nell’Unione europea (articoli 44 e 59, direttiva 2006/112/CE).",
        number="Partita IVA del cliente: {number}",
    ),
    "pt": TaxNotes(
        title="IVA",
        reverse_charge="Autoliquidação (artigos 44.º e 196.º, Diretiva 2006/112/CE).",
        outside_eu="Não sujeito a IVA na União Europeia (artigos 44.º e 59.º, Diretiva 2006/112/CE).",
        number="Número de IVA do cliente: {number}",
    ),
    "nl": TaxNotes(
        title="Btw",
        reverse_charge="Btw verlegd (artikelen 44 en 196, Richtlijn 2006/112/EG).",
        outside_eu="Niet aan btw onderworpen in de Europese Unie (artikelen 44 en 59, Richtlijn 2006/112/EG).",
        number="Btw-nummer van de klant: {number}",
    ),
}
