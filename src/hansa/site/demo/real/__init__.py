"""A demo on real input: the reseller sales of Microsoft's AdventureWorksDW sample, read from a folder of CSV files.

Only the vendor's own people, its charter and its programs are written here; partners, products and sales come from the
folder, and all of them go in the way in which a customer's would: the list of partners and the monthly sales reports
through the product's own imports, tiers, programs and settlements through its operations.
"""

from hansa.site.demo.real.loading import load_real

__all__ = ["load_real"]
