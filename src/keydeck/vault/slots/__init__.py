"""Ways to unlock a vault, a file a kind."""
