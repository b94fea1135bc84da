"""The two documents due before 28 February (CCH art. R.441-5-1): the bilan of a year, the forecast of the next.

Values in, values out: `document` and `previsionnel` lay tables, `checking` adds them up again, `as_csv`, `as_json`
and `as_xlsx` write them. Nothing here reads a rule, a clock or a file: the same items give the same bytes.
"""
