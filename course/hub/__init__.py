"""A class on one hub: settings for real hubs, and a trial of one on this machine."""
