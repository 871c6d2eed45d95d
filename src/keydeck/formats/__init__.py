"""Files that people already have: parse and write, nothing else."""
