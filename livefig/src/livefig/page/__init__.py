"""An explorer as HTML and SVG."""
