"""The demo: an invented world (`world`), loaded through the product's own operations (`load`), or real data (`real`)."""
