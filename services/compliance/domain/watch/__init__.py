"""The watch over commitments (theme 8): what is looked at each evening, and which alerts are raised or cleared.

`seen` keeps what counters do not hold (dwellings that wait, answers by day, publics, concertations); `of_convention`
and `of_scope` make facts of it; `judging` asks the rules; `standing` is the fold of what was raised and cleared.
"""
