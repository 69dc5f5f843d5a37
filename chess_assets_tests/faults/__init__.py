"""What breaks such systems, row by row: docs/reliability.md says which test shows which row."""
