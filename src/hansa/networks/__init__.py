"""Networks of all four kinds, their charters and members.

Words: *network*, *operator* (who runs it), *steward* (who is elected in a peer network), *membership* (an organization
in a network), *standing* (its partner types, tier, territory and upstream distributor between two days).
"""
