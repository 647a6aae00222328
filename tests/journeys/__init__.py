"""What people achieve, in a real browser against a real server: a test per journey, named for what it brings about."""
