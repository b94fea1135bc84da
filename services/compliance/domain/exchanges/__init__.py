"""What parties tell one another beside the counters: contestations, reports, overrides, the dwellings left outside."""
