"""The words of a credit note that differ from those of an invoice, by language."""

from dataclasses import dataclass, replace

from billing_site.kernel.formatting import FALLBACK_LOCALE, locale_named
from invoices.documents.labels import Labels, labels_for


@dataclass(frozen=True, slots=True)
class CreditNoteWords:
    title: str
    number: str
    total: str
    on_invoice: str
    given_back: str
    credit: str
    refund: str
    offset: str


def words_for(locale: str) -> CreditNoteWords:
    return CATALOGUE.get(locale_named(locale).language, CATALOGUE[FALLBACK_LOCALE])


def credit_note_labels(locale: str) -> Labels:
    words = words_for(locale)
    return replace(labels_for(locale), invoice=words.title, number=words.number, total_due=words.total)


CATALOGUE: dict[str, CreditNoteWords] = {
    "en": CreditNoteWords(
        title="Credit note",
        number="Credit note number",
        total="Total credited",
        on_invoice="For invoice",
        given_back="Given back as",
        credit="Credit for later invoices",
        refund="Refund",
        offset="Taken off the invoice",
    ),
    "fr": CreditNoteWords(
        title="Avoir",
        number="Numéro d’avoir",
        total="Total de l’avoir",
        on_invoice="Sur la facture",
        given_back="Modalités",
        credit="Crédit sur les prochaines factures",
        refund="Remboursement",
        offset="Déduit de la facture",
    ),
    "de": CreditNoteWords(
        title="Gutschrift",
        number="Gutschriftsnummer",
        total="Gutschriftsbetrag",
        on_invoice="Zur Rechnung",
        given_back="Verwendung",
        credit="Guthaben für spätere Rechnungen",
        refund="Erstattung",
        offset="Von der Rechnung abgezogen",
    ),
    "es": CreditNoteWords(
        title="Nota de crédito",
        number="Número de nota de crédito",
        total="Total abonado",
        on_invoice="Sobre la factura",
        given_back="Forma de abono",
        credit="Crédito para próximas facturas",
        refund="Reembolso",
        offset="Descontado de la factura",
    ),
    "it": CreditNoteWords(
        title="Nota di credito",
        number="Numero della nota di credito",
        total="Totale accreditato",
        on_invoice="Sulla fattura",
        given_back="Modalità di accredito",
        credit="Credito per le prossime fatture",
        refund="Rimborso",
        offset="Detratto dalla fattura",
    ),
    "pt": CreditNoteWords(
        title="Nota de crédito",
        number="Número da nota de crédito",
        total="Total creditado",
        on_invoice="Sobre a fatura",
        given_back="Forma de crédito",
        credit="Crédito para próximas faturas",
        refund="Reembolso",
        offset="Deduzido da fatura",
    ),
    "nl": CreditNoteWords(
        title="Creditnota",
        number="Creditnotanummer",
        total="Totaal gecrediteerd",
        on_invoice="Bij factuur",
        given_back="Teruggegeven als",
        credit="Tegoed voor latere facturen",
        refund="Terugbetaling",
        offset="Afgetrokken van de factuur",
    ),
}
