"""A postal address, as columns."""

from django.db import models


class Address(models.Model):
    address_line1 = models.CharField(max_length=255, blank=True, default="")
    address_line2 = models.CharField(max_length=255, blank=True, default="")
    city = models.CharField(max_length=255, blank=True, default="")
    state = models.CharField(max_length=255, blank=True, default="")
    zipcode = models.CharField(max_length=32, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="", help_text="ISO 3166, two letters.")

    class Meta:
        abstract = True
