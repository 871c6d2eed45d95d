"""One small object per action; key, palette, footer and help come from it."""
