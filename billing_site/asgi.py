"""The site for the ASGI server: the door that every request comes through.

The views are synchronous. Django's own ASGI handler gives each request a thread and a database connection of its
own and changes between loop and thread at every middleware. Measured on ``/healthz``, 8 connections, one worker:
130 requests/s that way, 580 on lasting threads with lasting connections, 650 under a plain WSGI server, which would
leave no place for asynchronous routes in front.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from billing_site.front import ThreadedSite

# More threads than this only queue for the interpreter lock; each holds a database connection.
THREADS = 8
# Objects more than were given back before the young ones are searched for cycles. A request's live until its answer,
# so with Python's 700 most of a flush's are looked through again and again for nothing: a fifth of its time.
GARBAGE = 50_000

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")

site = ThreadedSite(get_wsgi_application(), threads=THREADS)
# By its name: its modules can be imported only now that Django is set up.
application = import_string("usage.api.fast_lane.FastLane")(site)

# What is there now stays, so no search needs to look at it.
gc.collect()
gc.freeze()
gc.set_threshold(GARBAGE)
