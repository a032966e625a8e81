"""The gradebook as pages: the class for its teachers, feedback for each student."""
