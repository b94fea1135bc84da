"""What the operator guide and editors are told by the code itself: `python -m aiguillage.guide [--check]`."""
