"""Which value added tax the rules of the European Union put on a sale. Pure; no question leaves this machine."""

from customers.eu_vat.decision import Buyer, VatDecision, VatRule, decide
from customers.eu_vat.numbers import NumberCheck, check_number
from customers.eu_vat.rates import RATES_AS_OF, is_member
from customers.eu_vat.taxes import EXEMPT, REVERSE_CHARGE, EuTax, eu_taxes

__all__ = [
    "EXEMPT",
    "RATES_AS_OF",
    "REVERSE_CHARGE",
    "Buyer",
    "EuTax",
    "NumberCheck",
    "VatDecision",
    "VatRule",
    "check_number",
    "decide",
    "eu_taxes",
    "is_member",
]
