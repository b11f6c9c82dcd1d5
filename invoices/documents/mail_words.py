"""What is written in e-mails to customers, by language. Languages without an entry are in English."""

from dataclasses import dataclass

from billing_site.kernel.formatting import FALLBACK_LOCALE, locale_named


@dataclass(frozen=True, slots=True)
class MailWords:
    """Placeholders: {number}, {issuer}, {amount}, {date}. ``line`` is one overdue invoice of a request."""

    invoice_subject: str
    invoice_text: str
    due: str
    receipt_subject: str
    receipt_text: str
    request_subject: str
    request_text: str
    line: str
    pay_here: str
    thanks: str


def mail_words(locale: str) -> MailWords:
    return CATALOGUE.get(locale_named(locale).language, CATALOGUE[FALLBACK_LOCALE])


CATALOGUE: dict[str, MailWords] = {
    "en": MailWords(
        invoice_subject="Invoice {number} from {issuer}",
        invoice_text="Your invoice {number} over {amount} is attached.",
        due="It is due on {date}.",
        receipt_subject="Receipt {number} from {issuer}",
        receipt_text="Thank you for your payment of {amount}. The receipt {number} is attached.",
        request_subject="{amount} are overdue – {issuer}",
        request_text="These invoices are overdue. Please pay {amount}.",
        line="{number}: {amount}, due on {date}",
        pay_here="Pay here: {url}",
        thanks="Thank you",
    ),
    "fr": MailWords(
        invoice_subject="Facture {number} de {issuer}",
        invoice_text="Vous trouverez ci-joint votre facture {number} d’un montant de {amount}.",
        due="Elle est à régler avant le {date}.",
        receipt_subject="Reçu {number} de {issuer}",
        receipt_text="Merci pour votre paiement de {amount}. Le reçu {number} est joint.",
        request_subject="{amount} en retard de paiement – {issuer}",
        request_text="Ces factures sont échues. Merci de régler {amount}.",
        line="{number} : {amount}, échéance le {date}",
        pay_here="Payer ici : {url}",
        thanks="Merci",
    ),
    "de": MailWords(
        invoice_subject="Rechnung {number} von {issuer}",
        invoice_text="Im Anhang finden Sie Ihre Rechnung {number} über {amount}.",
        due="Sie ist am {date} fällig.",
        receipt_subject="Zahlungsbeleg {number} von {issuer}",
        receipt_text="Vielen Dank für Ihre Zahlung von {amount}. Der Beleg {number} ist angehängt.",
        request_subject="{amount} sind überfällig – {issuer}",
        request_text="Diese Rechnungen sind überfällig. Bitte zahlen Sie {amount}.",
        line="{number}: {amount}, fällig am {date}",
        pay_here="Hier bezahlen: {url}",
        thanks="Vielen Dank",
    ),
    "es": MailWords(
        invoice_subject="Factura {number} de {issuer}",
        invoice_text="Adjuntamos su factura {number} por {amount}.",
        due="Vence el {date}.",
        receipt_subject="Recibo {number} de {issuer}",
        receipt_text="Gracias por su pago de {amount}. Adjuntamos el recibo {number}.",
        request_subject="{amount} vencidos – {issuer}",
        request_text="Estas facturas están vencidas. Por favor, pague {amount}.",
        line="{number}: {amount}, vencida el {date}",
        pay_here="Pagar aquí: {url}",
        thanks="Gracias",
    ),
    "it": MailWords(
        invoice_subject="Fattura {number} di {issuer}",
        invoice_text="In allegato la fattura {number} di {amount}.",
        due="Scade il {date}.",
        receipt_subject="Ricevuta {number} di {issuer}",
        receipt_text="Grazie per il pagamento di {amount}. In allegato la ricevuta {number}.",
        request_subject="{amount} scaduti – {issuer}",
        request_text="Queste fatture sono scadute. La preghiamo di pagare {amount}.",
        line="{number}: {amount}, scaduta il {date}",
        pay_here="Paga qui: {url}",
        thanks="Grazie",
    ),
    "pt": MailWords(
        invoice_subject="Fatura {number} de {issuer}",
        invoice_text="Segue em anexo a sua fatura {number} no valor de {amount}.",
        due="Vence em {date}.",
        receipt_subject="Recibo {number} de {issuer}",
        receipt_text="Obrigado pelo pagamento de {amount}. O recibo {number} segue em anexo.",
        request_subject="{amount} em atraso – {issuer}",
        request_text="Estas faturas estão em atraso. Por favor, pague {amount}.",
        line="{number}: {amount}, vencida em {date}",
        pay_here="Pague aqui: {url}",
        thanks="Obrigado",
    ),
    "nl": MailWords(
        invoice_subject="Factuur {number} van {issuer}",
        invoice_text="Bijgaand uw factuur {number} van {amount}.",
        due="Deze vervalt op {date}.",
        receipt_subject="Betalingsbewijs {number} van {issuer}",
        receipt_text="Dank u voor uw betaling van {amount}. Het bewijs {number} is bijgevoegd.",
        request_subject="{amount} is achterstallig – {issuer}",
        request_text="Deze facturen zijn achterstallig. Gelieve {amount} te betalen.",
        line="{number}: {amount}, vervallen op {date}",
        pay_here="Hier betalen: {url}",
        thanks="Dank u",
    ),
}
