"""The credits that a customer has in advance."""

from dataclasses import dataclass

from billing_site.kernel.formatting import format_date, format_money
from billing_site.portal.access import Visit
from billing_site.portal.queries import active_wallets
from plans.periods import local_date


@dataclass(frozen=True, slots=True)
class WalletCard:
    """``after_usage`` is what is left when today's usage is taken off; ``expires`` is empty where nothing ends."""

    name: str
    balance: str
    after_usage: str
    expires: str


def wallet_cards(visit: Visit) -> list[WalletCard]:
    words, locale = visit.words, visit.locale
    cards = []
    for wallet in active_wallets(visit.customer):
        after_usage = format_money(wallet.ongoing_balance_cents, wallet.currency, locale)
        ends = wallet.expiration_at and format_date(local_date(wallet.expiration_at, visit.timezone), locale)
        cards.append(
            WalletCard(
                name=wallet.name or words.credits,
                balance=format_money(wallet.balance_cents, wallet.currency, locale),
                after_usage=words.after_usage.format(amount=after_usage),
                expires=words.expires.format(date=ends) if ends else "",
            )
        )
    return cards
