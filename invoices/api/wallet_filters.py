"""Filters of the lists of wallets and their transactions."""

import django_filters

from billing_site.kernel.api.filters import ArrayFilter, ListFilterSet
from invoices.models import (
    TransactionKind,
    TransactionType,
    Wallet,
    WalletStatus,
    WalletTransaction,
    WalletTransactionStatus,
)


class WalletFilters(ListFilterSet):
    external_customer_id = django_filters.CharFilter("customer__external_id")
    currency = django_filters.CharFilter("currency")
    status = ArrayFilter("status", choices=WalletStatus)

    class Meta:
        model = Wallet
        fields: list[str] = []


class WalletTransactionFilters(ListFilterSet):
    status = ArrayFilter("status", choices=WalletTransactionStatus)
    transaction_status = ArrayFilter("transaction_status", choices=TransactionKind)
    transaction_type = ArrayFilter("transaction_type", choices=TransactionType)

    class Meta:
        model = WalletTransaction
        fields: list[str] = []
