"""Operators' rule files read as data, and what they answer."""
