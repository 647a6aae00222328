"""The program: one readable document per network and fiscal year, drafted, published as an immutable version.

Words: *program*, *draft*, *program version*. `engines.settlement` parses the paying part; this module adds the rest
(partner types, territories, rules of engagement) and publishes one schema.
"""
