"""Lints of rule files: what is well written and cannot be meant, and slips of the keyboard.

- `characters` what cannot be seen, or looks like something else
- `punctuation` the slip that makes a file unreadable, at the line where it was made
- `cuts`        sentences cut by a #, numbers cut by a comma
- `remedies`    what to write instead of a value that is nearly right
- `rooms`       whom the rules of a folder touch
- `geography`   the communes and départements that exist
- `values`      values a fact cannot take
- `truth`       conditions that never or always hold
- `shadow`      rules that others always beat, together
- `targets`     target shares above 100 %
- `thresholds`  alerts never raised, or always
- `empty_flux`  exclusions that leave nothing in the flux
- `cover`       whether some conditions cover another, within a stated number of cases
- `checks`      the names of the checks, and what a rule accepts
- `rules`       all of them, in order
"""
