"""The customers of a network: its directory of companies, what the operator knows of them, and who holds which account.

Words: *customer* (an end customer: a company in the network's directory), *account* (what the operator keeps of a customer:
segment, owner, its number elsewhere), *named account* (a customer that is held: by the operator's own direct sales or by a
partner, for a product family or for all, between two days), *account list* (a file of customers that was imported).
"""
