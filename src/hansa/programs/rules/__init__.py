"""What differs between two programs, who is meant by a rule, how a rule is written into the text: pure."""
