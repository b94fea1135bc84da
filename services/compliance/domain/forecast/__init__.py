"""Where a year heads: what was announced, the pace of the flux and its season, units at year end with an interval."""
