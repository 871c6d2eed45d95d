"""Small questions in front of a screen, and what they are made of."""
