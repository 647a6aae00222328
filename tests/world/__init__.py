"""One small story world for tests: two competing vendors, their channels, a peer network, and people in every role.

`world` (a fixture) gives a `tests.world.story.World`, built once per run through the product's operations into a
database of its own; each test sees it fresh. Every text in it is a canary whose audience is known, every amount a prime
of its own.
"""
