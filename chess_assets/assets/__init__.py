"""The assets: one noun a file, thin; what they do belongs in `domain/`."""
