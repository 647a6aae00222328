"""What decides about a case, over frozen values: its course and clocks, who may adjudicate, which remedies there are."""
