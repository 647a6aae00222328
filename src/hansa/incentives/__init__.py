"""What partners earn: settlement runs that turn sales into accruals, and the statements that explain them.

Words: *settlement run* (one program version applied to one period: PREVIEWED, COMMITTED or FAILED), *payout* (one row
of its result), *statement* (what one beneficiary is owed for one period), *share* (a payout's part of one sales line).
"""
