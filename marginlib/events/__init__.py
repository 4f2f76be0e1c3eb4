"""What happened: sourced figures of real events, and small replays of them."""
