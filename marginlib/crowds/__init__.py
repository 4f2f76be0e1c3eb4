"""Many accounts at once, drawn with a seed."""
