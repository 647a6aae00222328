"""The answers to an interchange, written and read: 997 with TA1 for X12, CONTRL for EDIFACT."""
