"""What the commands of `chess-assets` do; how they are called belongs in `cli`."""
