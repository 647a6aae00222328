"""Is this the same company? Names and other facts in, a calibrated probability with its reasons out; knows no framework.

Words: *reading* (a way in which a name can be meant, its legal form apart), *keys* (rare pieces of a name by which it is
found among millions), *verdict* (same, review or different).
"""

from hansa.engines.matching.company import Company, Match, Verdict
from hansa.engines.matching.keys import fact_keys, name_keys
from hansa.engines.matching.names import read_name
from hansa.engines.matching.ranking import Found, best_matches
from hansa.engines.matching.scoring import score

__all__ = ["Company", "Found", "Match", "Verdict", "best_matches", "fact_keys", "name_keys", "read_name", "score"]
