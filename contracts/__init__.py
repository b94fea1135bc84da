"""The language between systems: every event in and out, its envelope, its one written form, its schemas.

Read a record with ``contracts.inputs.read``, write one with ``contracts.envelope.emit``; what is refused is a
``contracts.rejected.Rejected``. Arrows: everything may import this package, it imports none of the house.
"""
