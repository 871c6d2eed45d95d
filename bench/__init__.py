"""Figures as ratios: each measured side by side with its floor, alternating, in one run."""
