"""Regenerates what is published from its one source, with proof that it is right."""
