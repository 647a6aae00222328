"""What happened: one append-only, hash-chained log per network; timelines, notifications and receipts are views of it.

Words: *event* (one change), *chain* (the events of one network, or of the house itself, each sealed to the one before),
*head* (the last seal of a chain), *signed head* (a head with the network's signature, handed to its counterparties),
*receipt* (what was submitted as one event, attested with the event's place and the head, handed to who submitted it).
Events keep ids and no foreign keys upward. Personal text stands beside an event under a salted commitment, so that it
can be erased without breaking the chain.
"""
