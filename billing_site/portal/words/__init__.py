"""The fixed words of the portal, by language. Languages without an entry are shown in English.

What an invoice says is in the words of its document (``invoices.documents.labels``).
"""

from billing_site.kernel.formatting import FALLBACK_LOCALE, locale_named
from billing_site.portal.words import de, en, es, fr, it, nl, pt
from billing_site.portal.words.vocabulary import Words

__all__ = ["CATALOGUE", "Words", "words_for"]

CATALOGUE: dict[str, Words] = {
    "en": en.WORDS,
    "fr": fr.WORDS,
    "de": de.WORDS,
    "es": es.WORDS,
    "it": it.WORDS,
    "pt": pt.WORDS,
    "nl": nl.WORDS,
}


def words_for(locale: str) -> Words:
    return CATALOGUE.get(locale_named(locale).language, CATALOGUE[FALLBACK_LOCALE])
