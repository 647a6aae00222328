"""Values that know no framework: Money, Period, Problem, Ruling, exact splits."""
