"""A deterministic simulation of both services under faults: one seed, one history, byte for byte."""
