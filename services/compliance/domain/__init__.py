"""The pure core of compliance: the ordered stream folded into what each convention has, is owed, and why.

`projection` is the fold and `state` what it keeps; `progress` and `views` tell where a convention stands. Rooms:
`forecast` (where the year heads), `watch` (alerts), `exchanges` (what parties tell one another), `closing` (its end).
"""
