"""The encrypted store: sealed records under a signed hash tree."""
