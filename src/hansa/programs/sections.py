"""The parts of a program document that are not about paying: their keys, which the settlement engine passes over."""

OTHER_SECTIONS: frozenset[str] = frozenset({"partner_types", "territories", "rules_of_engagement"})
OTHER_TIER_KEYS: frozenset[str] = frozenset({"requires", "benefits"})
