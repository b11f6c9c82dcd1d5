"""Views of organizations, billing entities, customers and taxes."""
