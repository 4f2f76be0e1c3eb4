"""The leaderboard as a page that needs nothing else, and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from html import escape

from course.league.scoring import BOUNDS
from course.league.standings import Standing

COLUMNS = ("place", "name", "points", "step", "noise", "fund", "needless", "taken", "idle", "file")
HEADS = ("", "Group", "Points", "Step", "Noise", "Fund", "Needless", "Taken", "Idle")
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff; }
table { border-collapse: collapse; width: 100%; }
.wide { overflow-x: auto; }
th, td { padding: .3rem .5rem; text-align: right; border-bottom: 1px solid #ccc; }
thead th:nth-child(2), tbody th { text-align: left; overflow-wrap: anywhere; min-width: 8rem; }
td:nth-child(3) { font-weight: 600; }
.bar { display: block; height: .35rem; background: #3b6ea8; }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #1b1b1b; } th, td { border-color: #444; }
  .bar { background: #7fb0e6; } }
"""


def table(standings: Sequence[Standing], refused: Mapping[str, str]) -> str:
    """Return the standings as CSV, those refused at the end with the reason as their name."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in standings:
        numbers = (f"{getattr(one, key):.4f}" for key in COLUMNS[2:-1])
        writer.writerow([one.place, one.name, *numbers, one.file])
    for file, why in refused.items():
        writer.writerow(["", f"refused: {why}", *[""] * (len(COLUMNS) - 3), file])
    return out.getvalue()


def leaderboard(standings: Sequence[Standing], refused: Mapping[str, str]) -> str:
    """Return the page; whatever a group wrote is text in it, never markup."""
    rows = "\n".join(map(_row, standings))
    heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    bounds = ", ".join(f"{name} {100 * bound:g} %" for name, bound in BOUNDS.items())
    why = "".join(f"<li>{escape(file)}: {escape(text)}</li>" for file, text in refused.items())
    left_out = f"<h2>Not scored</h2><ul>{why}</ul>" if why else ""
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>The league of venues</title><style>{STYLE}</style></head>
<body>
<h1>The league of venues</h1>
<p>Points are the share of capital at work times the mean of three marks, which fall from 1 at
nothing to 0 at {bounds}; 100 is what a venue would have that knows each day. Equal places could
not be told apart: the step to the row above is less than twice its noise over the crowds. Fund,
needless, taken and idle are percentages.</p>
<div class="wide"><table>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody></table></div>
{left_out}
</body></html>
"""


def _row(one: Standing) -> str:
    shares = (one.fund, one.needless, one.taken, one.idle)
    percent = "".join(f"<td>{100 * share:.1f}</td>" for share in shares)
    bar = f'<span class="bar" style="width:{min(max(one.points, 0), 100):.1f}%"></span>'
    return (
        f'<tr><td>{one.place}</td><th scope="row">{escape(one.name)}{bar}</th>'
        f"<td>{one.points:.1f}</td><td>{one.step:.1f}</td><td>{one.noise:.2f}</td>{percent}</tr>"
    )
