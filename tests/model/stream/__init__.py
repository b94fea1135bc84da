"""The stream of facts: read, predicted, compared."""
