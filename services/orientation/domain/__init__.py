"""The pure core of orientation: a scope's state, one input, the rules → the facts they cause.

`routing.route` is the door. Every fact it returns is an item of the ordered `orientations` stream; folding
facts (`fold.apply`) rebuilds the state without reading a rule.
"""
