"""Django glue that every module stands on: configuration, embedded PostgreSQL, scope, ids, idempotency, pagination, failures."""
