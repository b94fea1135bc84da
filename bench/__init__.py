"""What this machine can do, measured against peers in the same run: `python -m bench`."""
