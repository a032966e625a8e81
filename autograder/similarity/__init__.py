"""Reports which submissions share code, side by side; it never decides."""
