"""Humans with a login: how they sign in and how they want to be addressed.

Words: *person* (a human with a login). What a person may do is said by its affiliations, in `organizations`.
"""
