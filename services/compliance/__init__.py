"""Compliance: watches the commitments; folds the ordered stream and nothing else."""
