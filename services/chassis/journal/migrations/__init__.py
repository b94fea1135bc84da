"""The journal's tables from revision to revision; `migrating` runs them."""
