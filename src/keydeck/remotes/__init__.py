"""Kinds of remote behind one Protocol with declared capabilities."""
