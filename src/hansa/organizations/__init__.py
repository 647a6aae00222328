"""The companies that take part: their record, their people's roles, invitations and API tokens.

Words: *organization* (a company that takes part), *affiliation* (a person's roles in an organization), *custodian* (the
organization that keeps another's record until its own people take over), *acquaintance* (why one organization may see
another's record; networks write these rows).
"""
