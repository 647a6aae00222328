"""Who signs in: the vendor's people, one for each role, and those of three of its resellers. All are invented."""

from __future__ import annotations

from hansa.site.demo.people import Login

VENDOR = "adventure-works"
VENDOR_RECORD = {
    "name": "Adventure Works",
    "legal_name": "Adventure Works Cycles, Inc.",
    "country": "US",
    "region": "Washington",
    "city": "Bothell",
    "website": "https://adventure-works.example",
}

# Partner numbers of the set: a value added reseller, a warehouse and a specialty bike shop that sold in every year
WITH_PEOPLE = ("697", "514", "422")

LOGINS = (
    Login("Piper Program", "piper.program@adventure-works.example", VENDOR, ("program_manager",)),
    Login("Fred Finance", "fred.finance@adventure-works.example", VENDOR, ("finance",)),
    Login("Paula Partners", "paula.partners@adventure-works.example", VENDOR, ("partner_manager",)),
    Login("Audrey Audit", "audrey.audit@adventure-works.example", VENDOR, ("auditor",)),
    Login("Rita Reader", "rita.reader@adventure-works.example", VENDOR, ("read_only",)),
    Login("Rex Representative", "rex.rep@adventure-works.example", VENDOR, ("rep",)),
    Login("Oscar Owner", "oscar.owner@adventure-works.example", VENDOR, ("owner",)),
    Login("Vanessa Reseller", "vanessa.principal@reseller-697.example", "697", ("owner", "principal")),
    Login("Victor Reseller", "victor.rep@reseller-697.example", "697", ("rep",)),
    Login("Wanda Warehouse", "wanda.principal@reseller-514.example", "514", ("owner", "principal")),
    Login("Bruno Bikeshop", "bruno.principal@reseller-422.example", "422", ("owner", "principal")),
)
MANAGER, FINANCE = LOGINS[0].email, LOGINS[1].email
