"""The border to the operating system: paths, safe files, clock."""
