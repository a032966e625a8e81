"""Names the known mistake that gives a student's answers, or none."""
