"""What is sold: products with their dated classification, and price lists.

Words: *product* (named by its SKU in a network), *classification* (category and family between two days), *price list*.
"""
