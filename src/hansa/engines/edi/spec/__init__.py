"""The standards as tables: what elements, segments and loops may look like, and the walk that holds a transaction
against them.
"""
