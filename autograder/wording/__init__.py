"""Shows messages: one renderer for each medium, in the student's language."""
