"""The fixed words of a document, by language. Languages without an entry are shown in English."""

from dataclasses import dataclass

from billing_site.kernel.formatting import FALLBACK_LOCALE, locale_named


@dataclass(frozen=True, slots=True)
class Labels:
    """``page`` takes {page} and {pages}, ``due`` a {date}, ``tax`` a {name}, a {rate} and a {base}."""

    invoice: str
    number: str
    issuing_date: str
    payment_due_date: str
    billing_period: str
    issued_by: str
    bill_to: str
    tax_identification_number: str
    due: str
    item: str
    units: str
    unit_price: str
    tax_rate: str
    amount: str
    no_lines: str
    fees: str
    progressive_billing_credit: str
    coupon: str
    sub_total_excluding_taxes: str
    tax: str
    sub_total_including_taxes: str
    credit_notes: str
    prepaid_credits: str
    total_due: str
    payment_instructions: str
    notes: str
    page: str
    draft: str
    voided: str


def document_locale(locale: str) -> str:
    """The locale to write in: ``locale``, with its region, where its language has labels; else English."""
    return locale if locale_named(locale).language in CATALOGUE else FALLBACK_LOCALE


def labels_for(locale: str) -> Labels:
    return CATALOGUE.get(locale_named(locale).language, CATALOGUE[FALLBACK_LOCALE])


CATALOGUE: dict[str, Labels] = {
    "en": Labels(
        invoice="Invoice",
        number="Invoice number",
        issuing_date="Date of issue",
        payment_due_date="Payment due",
        billing_period="Billing period",
        issued_by="From",
        bill_to="Bill to",
        tax_identification_number="Tax ID",
        due="due by {date}",
        item="Item",
        units="Units",
        unit_price="Unit price",
        tax_rate="Tax rate",
        amount="Amount",
        no_lines="No charges in this period",
        fees="Fees",
        progressive_billing_credit="Usage already billed",
        coupon="Coupon",
        sub_total_excluding_taxes="Subtotal excl. tax",
        tax="{name} ({rate} on {base})",
        sub_total_including_taxes="Subtotal incl. tax",
        credit_notes="Credit notes",
        prepaid_credits="Prepaid credits",
        total_due="Total due",
        payment_instructions="How to pay",
        notes="Notes",
        page="Page {page} of {pages}",
        draft="Draft",
        voided="Void",
    ),
    "fr": Labels(
        invoice="Facture",
        number="Numéro de facture",
        issuing_date="Date d’émission",
        payment_due_date="Échéance",
        billing_period="Période de facturation",
        issued_by="Émetteur",
        bill_to="Facturé à",
        tax_identification_number="N° TVA",
        due="à payer au plus tard le {date}",
        item="Article",
        units="Quantité",
        unit_price="Prix unitaire",
        tax_rate="TVA",
        amount="Montant",
        no_lines="Aucun frais sur cette période",
        fees="Total des frais",
        progressive_billing_credit="Consommation déjà facturée",
        coupon="Remise",
        sub_total_excluding_taxes="Sous-total HT",
        tax="{name} ({rate} sur {base})",
        sub_total_including_taxes="Sous-total TTC",
        credit_notes="Avoirs",
        prepaid_credits="Crédits prépayés",
        total_due="Total à payer",
        payment_instructions="Modalités de paiement",
        notes="Remarques",
        page="Page {page} sur {pages}",
        draft="Brouillon",
        voided="Annulée",
    ),
    "de": Labels(
        invoice="Rechnung",
        number="Rechnungsnummer",
        issuing_date="Rechnungsdatum",
        payment_due_date="Zahlbar bis",
        billing_period="Abrechnungszeitraum",
        issued_by="Von",
        bill_to="Rechnung an",
        tax_identification_number="USt-IdNr.",
        due="zahlbar bis {date}",
        item="Position",
        units="Menge",
        unit_price="Einzelpreis",
        tax_rate="Steuersatz",
        amount="Betrag",
        no_lines="Keine Posten in diesem Zeitraum",
        fees="Summe der Posten",
        progressive_billing_credit="Bereits abgerechnete Nutzung",
        coupon="Gutschein",
        sub_total_excluding_taxes="Zwischensumme netto",
        tax="{name} ({rate} auf {base})",
        sub_total_including_taxes="Zwischensumme brutto",
        credit_notes="Gutschriften",
        prepaid_credits="Guthaben",
        total_due="Zu zahlen",
        payment_instructions="Zahlungshinweise",
        notes="Anmerkungen",
        page="Seite {page} von {pages}",
        draft="Entwurf",
        voided="Storniert",
    ),
    "es": Labels(
        invoice="Factura",
        number="Número de factura",
        issuing_date="Fecha de emisión",
        payment_due_date="Vencimiento",
        billing_period="Período de facturación",
        issued_by="Emisor",
        bill_to="Facturar a",
        tax_identification_number="NIF",
        due="a pagar hasta el {date}",
        item="Concepto",
        units="Cantidad",
        unit_price="Precio unitario",
        tax_rate="Impuesto",
        amount="Importe",
        no_lines="Sin cargos en este período",
        fees="Total de cargos",
        progressive_billing_credit="Consumo ya facturado",
        coupon="Cupón",
        sub_total_excluding_taxes="Subtotal sin impuestos",
        tax="{name} ({rate} sobre {base})",
        sub_total_including_taxes="Subtotal con impuestos",
        credit_notes="Notas de crédito",
        prepaid_credits="Créditos prepagados",
        total_due="Total a pagar",
        payment_instructions="Forma de pago",
        notes="Notas",
        page="Página {page} de {pages}",
        draft="Borrador",
        voided="Anulada",
    ),
    "it": Labels(
        invoice="Fattura",
        number="Numero fattura",
        issuing_date="Data di emissione",
        payment_due_date="Scadenza",
        billing_period="Periodo di fatturazione",
        issued_by="Emittente",
        bill_to="Intestata a",
        tax_identification_number="P. IVA",
        due="da pagare entro il {date}",
        item="Voce",
        units="Quantità",
        unit_price="Prezzo unitario",
        tax_rate="IVA",
        amount="Importo",
        no_lines="Nessun addebito in questo periodo",
        fees="Totale addebiti",
        progressive_billing_credit="Consumi già fatturati",
        coupon="Buono sconto",
        sub_total_excluding_taxes="Imponibile",
        tax="{name} ({rate} su {base})",
        sub_total_including_taxes="Totale IVA inclusa",
        credit_notes="Note di credito",
        prepaid_credits="Crediti prepagati",
        total_due="Totale da pagare",
        payment_instructions="Modalità di pagamento",
        notes="Note",
        page="Pagina {page} di {pages}",
        draft="Bozza",
        voided="Annullata",
    ),
    "pt": Labels(
        invoice="Fatura",
        number="Número da fatura",
        issuing_date="Data de emissão",
        payment_due_date="Vencimento",
        billing_period="Período de faturação",
        issued_by="Emitente",
        bill_to="Faturado a",
        tax_identification_number="N.º fiscal",
        due="a pagar até {date}",
        item="Item",
        units="Quantidade",
        unit_price="Preço unitário",
        tax_rate="Imposto",
        amount="Valor",
        no_lines="Sem encargos neste período",
        fees="Total de encargos",
        progressive_billing_credit="Consumo já faturado",
        coupon="Cupão",
        sub_total_excluding_taxes="Subtotal sem impostos",
        tax="{name} ({rate} sobre {base})",
        sub_total_including_taxes="Subtotal com impostos",
        credit_notes="Notas de crédito",
        prepaid_credits="Créditos pré-pagos",
        total_due="Total a pagar",
        payment_instructions="Instruções de pagamento",
        notes="Observações",
        page="Página {page} de {pages}",
        draft="Rascunho",
        voided="Anulada",
    ),
    "nl": Labels(
        invoice="Factuur",
        number="Factuurnummer",
        issuing_date="Factuurdatum",
        payment_due_date="Vervaldatum",
        billing_period="Factureringsperiode",
        issued_by="Van",
        bill_to="Factuur aan",
        tax_identification_number="Btw-nr.",
        due="uiterlijk te betalen op {date}",
        item="Omschrijving",
        units="Aantal",
        unit_price="Prijs per stuk",
        tax_rate="Btw",
        amount="Bedrag",
        no_lines="Geen kosten in deze periode",
        fees="Totaal kosten",
        progressive_billing_credit="Reeds gefactureerd verbruik",
        coupon="Kortingsbon",
        sub_total_excluding_taxes="Subtotaal excl. btw",
        tax="{name} ({rate} over {base})",
        sub_total_including_taxes="Subtotaal incl. btw",
        credit_notes="Creditnota’s",
        prepaid_credits="Prepaidtegoed",
        total_due="Te betalen",
        payment_instructions="Betaalinformatie",
        notes="Opmerkingen",
        page="Pagina {page} van {pages}",
        draft="Concept",
        voided="Vervallen",
    ),
}
