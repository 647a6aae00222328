"""Pure computation: tables in, tables out. Knows no Django; no engine imports another."""
