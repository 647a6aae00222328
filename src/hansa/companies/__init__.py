"""What identifies any company: its identifiers in their normal form, its name reduced to what matters, and likeness.

Words: *identifier* (LEI, VAT number, EIN, D-U-N-S number, internet domain), *name key* (a name without legal form,
case, accents and look-alike letters), *likely duplicate* (two records that seem to be one company, and why).
"""
