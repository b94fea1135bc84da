"""The concertation on new buildings (theme 7a): a split is proposed, answered, concluded, then offered.

`programme` is what is kept of a programme, `splitting` the split and its reasons, `dialogue` what the parties say,
`concluding` what is written, `folding` what each fact changes, `first_letting` where a new dwelling goes, and
`apart` the proposals "pour un tour" that the flux does not count.
"""
