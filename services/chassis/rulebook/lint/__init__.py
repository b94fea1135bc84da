"""Lints of rule files: characters, punctuation, impossible values, conditions that never or always hold."""
