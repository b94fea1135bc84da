"""HTTP server of a service: bounded connections, time limits, security headers."""

from chassis.http.server import serve

__all__ = ["serve"]
