"""What identifies any company: its names, identifiers, place and parents, and who may know that it is known.

Words: *space* (where a company is known: a network's id; spaces never meet), *directory* (the companies of a space that all
its readers see), *known to* (the one organization that alone knows a company; empty for the directory), *reader* (an
organization that reads a space's directory), *candidate* (a known company that may be the one asked about), *sameness*
(somebody's word that two rows are one firm, or two). *Identifier* (LEI, VAT number, EIN, D-U-N-S number, internet domain),
*name key* (a name without legal form, case, accents and look-alike letters).
"""
