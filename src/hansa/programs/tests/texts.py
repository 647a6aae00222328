"""A program as people write it, with comments in every place where one may stand."""

TEXT = """\
# The program of 2026.
hansa: 1
program: Partner Program
version: "2026"
currency: EUR
fiscal_year_starts: 01-01
effective: {from: 2026-01-01, until: 2027-01-01}

tiers: [{name: Silver}, {name: Gold}]
partner_types: [Shop, Reseller, Distributor]
territories:
  - {name: North, countries: [DE, DK]}
  - {name: South, countries: [DE]}

incentives:
  # What everybody asks about first.
  - id: volume
    name: Volume rebate  # as agreed
    kind: rebate
    # Only the north.
    who: {types: [Shop], territories: [North]}
    period: quarter
    bands:
      - {from: 10000, rate: 1%}
      - {from: 50000, rate: 2%}  # the second step
    cap: 5000  # a year's budget

  # Goes to the sales person.
  - id: bonus
    kind: spiff
    payee: rep
    period: month
    measure: quantity
    bands: [{from: 1, per_unit: 10}]
# The end.
"""
