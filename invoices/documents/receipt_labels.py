"""What receipts call things, by language. Languages without an entry are in English."""

from dataclasses import dataclass, replace

from billing_site.kernel.formatting import FALLBACK_LOCALE, locale_named
from invoices.documents.labels import Labels, labels_for


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """``invoice`` takes a {number}."""

    receipt: str
    number: str
    paid_on: str
    paid_by: str
    invoice: str
    reference: str
    paid: str


def words_of_receipts(locale: str) -> ReceiptWords:
    return CATALOGUE.get(locale_named(locale).language, CATALOGUE[FALLBACK_LOCALE])


def labels_of_receipts(locale: str) -> Labels:
    """The labels of invoices with the words of receipts in their places."""
    words = words_of_receipts(locale)
    return replace(
        labels_for(locale),
        invoice=words.receipt,
        number=words.number,
        issuing_date=words.paid_on,
        bill_to=words.paid_by,
        total_due=words.paid,
    )


CATALOGUE: dict[str, ReceiptWords] = {
    "en": ReceiptWords(
        receipt="Receipt",
        number="Receipt number",
        paid_on="Paid on",
        paid_by="Paid by",
        invoice="Invoice {number}",
        reference="Reference",
        paid="Amount paid",
    ),
    "fr": ReceiptWords(
        receipt="Reçu",
        number="Numéro de reçu",
        paid_on="Payé le",
        paid_by="Payé par",
        invoice="Facture {number}",
        reference="Référence",
        paid="Montant payé",
    ),
    "de": ReceiptWords(
        receipt="Zahlungsbeleg",
        number="Belegnummer",
        paid_on="Bezahlt am",
        paid_by="Bezahlt von",
        invoice="Rechnung {number}",
        reference="Verwendungszweck",
        paid="Bezahlter Betrag",
    ),
    "es": ReceiptWords(
        receipt="Recibo",
        number="Número de recibo",
        paid_on="Pagado el",
        paid_by="Pagado por",
        invoice="Factura {number}",
        reference="Referencia",
        paid="Importe pagado",
    ),
    "it": ReceiptWords(
        receipt="Ricevuta",
        number="Numero di ricevuta",
        paid_on="Pagato il",
        paid_by="Pagato da",
        invoice="Fattura {number}",
        reference="Riferimento",
        paid="Importo pagato",
    ),
    "pt": ReceiptWords(
        receipt="Recibo",
        number="Número do recibo",
        paid_on="Pago em",
        paid_by="Pago por",
        invoice="Fatura {number}",
        reference="Referência",
        paid="Valor pago",
    ),
    "nl": ReceiptWords(
        receipt="Betalingsbewijs",
        number="Bewijsnummer",
        paid_on="Betaald op",
        paid_by="Betaald door",
        invoice="Factuur {number}",
        reference="Kenmerk",
        paid="Betaald bedrag",
    ),
}
