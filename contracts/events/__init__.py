"""The bodies of the events of version 1, one file per subject of the trade."""
