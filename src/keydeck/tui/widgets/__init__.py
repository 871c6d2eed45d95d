"""Widgets that know no secret store: they draw rows, facts and fields, and say what was asked."""
