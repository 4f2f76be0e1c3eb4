"""From matplotlib's drawing to marks: shapes that are compared, and integers that move."""
