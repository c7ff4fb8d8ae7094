"""The one way to reach another system: authentication, retries, throttling and quota accounting over HTTP."""
