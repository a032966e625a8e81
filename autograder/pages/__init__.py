"""Pages that are opened from a file, and can run and load nothing but what is ours."""
