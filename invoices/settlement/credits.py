"""What a customer can settle invoices with. Pure."""

from msgspec import Struct

from invoices.settlement.coupons import CouponBalance
from invoices.settlement.credit_notes import CreditNoteBalance
from invoices.settlement.progressive import ProgressiveBalance
from invoices.settlement.wallets import WalletBalance


class CustomerCredits(Struct, frozen=True):
    """Each kind in order of use: coupons and credit notes the oldest first, wallets by priority.

    ``progressive`` is what was billed early of the periods of this one invoice.
    """

    progressive: tuple[ProgressiveBalance, ...] = ()
    coupons: tuple[CouponBalance, ...] = ()
    credit_notes: tuple[CreditNoteBalance, ...] = ()
    wallets: tuple[WalletBalance, ...] = ()

    @property
    def of_drafts(self) -> "CustomerCredits":
        """What also a draft under grace shows: only what progressive invoices billed before (3-O2, 3-Z7)."""
        return CustomerCredits(progressive=self.progressive)


NO_CREDITS = CustomerCredits()
