"""Bodies of the commands on organizations, billing entities, customers and taxes."""
