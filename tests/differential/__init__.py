"""Differential proof: the services play years, and the naive model of `tests/model` says what they should have said."""
