"""The front of the site: what stands between the ASGI server and Django's synchronous views."""

from billing_site.front.site import ThreadedSite

__all__ = ["ThreadedSite"]
