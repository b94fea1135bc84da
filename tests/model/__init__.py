"""Naive model of rotation, rights and counts: a second opinion, written from the docs alone.

It imports nothing of the product. It reads the ordered stream of accepted facts (`orientations`) and the rule files
as data, says what each decision must be before it looks at the one that was made, and adds up every party's account
again from the whole history each time it needs one. It is slow and plain on purpose: a clerk's auditor can read it.
"""
