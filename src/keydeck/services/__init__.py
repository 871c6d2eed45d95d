"""The verbs that both faces call."""
