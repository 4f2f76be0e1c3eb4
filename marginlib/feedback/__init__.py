"""When a fall feeds itself: the theory of spirals, cycles and branching."""
