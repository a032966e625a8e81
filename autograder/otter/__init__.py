"""Otter as the package in which grading travels; student code never runs inside it."""
