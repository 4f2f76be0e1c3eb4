"""Pages that show a figure at every state of its sliders, one module for each who builds them.

Each builder writes one page that needs no other file and no network.
"""
