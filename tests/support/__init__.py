"""Builders and clients that tests of all apps share."""
