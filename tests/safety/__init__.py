"""What competitors on one server must never see or change, tried on every address as everybody (see `policy.toml`)."""
