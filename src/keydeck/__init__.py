"""keydeck: the secrets of tenants and profiles, at a terminal."""

__version__ = "0.1.0"
