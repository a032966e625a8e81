"""Autograded assignments for a course on LLM application development."""

__version__ = "2026.11.0"
