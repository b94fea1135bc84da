"""Supervision: each service of one process lives by itself, is started again when it ends, and tells it."""

from aiguillage.supervision.supervised import LiveChecks, ServiceDown, Supervised

__all__ = ["LiveChecks", "ServiceDown", "Supervised"]
