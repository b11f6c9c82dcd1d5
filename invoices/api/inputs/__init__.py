"""Bodies of the commands on invoices, fees and what belongs to them."""
