"""The matrix as a picture: for each cell, how many times as long as selectin the others take."""

import html
import math

from records import OWN

ROW, TOP, LEFT, PANEL, GAP, BOTTOM = 17, 64, 235, 330, 34, 24

# What does not know the dark scheme shows what can be read on either.
STYLE = """
  text { font: 12px sans-serif; fill: #768390; }
  .small { font-size: 11px; }
  .head { font-weight: bold; }
  .grid { stroke: #768390; stroke-opacity: 0.35; }
  .one { stroke: #768390; stroke-width: 1.5; }
  @media (prefers-color-scheme: light) { text { fill: #24292f; } }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } }
"""

# Colours that can be told apart on white and on black, and shapes for whoever cannot tell them.
COLOURS = {"hand": "#2f81f7", "direct": "#e0823d", "limit": "#8b949e", "peer": "#3fb950"}
LEGEND = (
    ("hand", "best SQL by hand"),
    ("direct", "C, a query per level"),
    ("limit", "reading the rows, no output"),
    ("peer", "ORMs"),
)


def marker(kind, x, y):
    shape = {
        "hand": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5"',
        "direct": f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"',
        "limit": f'<rect x="{x - 1.5:.1f}" y="{y - 6:.1f}" width="3" height="12"',
        "peer": f'<path d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5-5z"',
    }
    return f'{shape[kind]} fill="{COLOURS[kind]}"/>'


def marks(records, cell, version):
    """(kind, figure) of a cell, what matters least first."""
    found = []
    for (where, side), figure in records.cells[cell].items():
        if where == version and side not in OWN:
            found.append(("peer", figure))
    for kind, side in (("limit", "step"), ("direct", "C")):
        figure = records.get(cell, version, side)
        if figure:
            found.append((kind, figure))
    best = records.best(cell, version)
    if best:
        found.append(("hand", best[1]))
    return found


class Panel:
    """One version of SQLite."""

    def __init__(self, left, low, high):
        self.left, self.low, self.high = left, math.log10(low), math.log10(high)

    def x(self, ratio):
        share = (math.log10(max(ratio, 1e-3)) - self.low) / (self.high - self.low)
        return self.left + PANEL * min(max(share, 0), 1)

    def frame(self, title, bottom):
        out = [f'<text class="head" x="{self.left}" y="{TOP - 22}">{html.escape(title)}</text>']
        for tick in (0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500):
            if not self.low <= math.log10(tick) <= self.high:
                continue
            x, kind = self.x(tick), "one" if tick == 1 else "grid"
            out.append(f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{bottom}"/>')
            out.append(f'<text class="small" x="{x:.1f}" y="{bottom + 14}" text-anchor="middle">{tick:g}×</text>')
        return out

    def mark(self, kind, figure, y):
        """With its quartiles as a line."""
        out = []
        if figure.high > figure.low:
            low, high = self.x(figure.low), self.x(figure.high)
            out.append(f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{COLOURS[kind]}" stroke-width="1.5"/>')
        return out + [marker(kind, self.x(figure.ratio), y)]


def legend():
    out, x = [], 20
    for kind, text in LEGEND:
        out.append(marker(kind, x, 14))
        out.append(f'<text x="{x + 10}" y="18">{text}</text>')
        x += 30 + 6.4 * len(text)
    return out


def picture(records):
    cells = records.matrix()
    shown = {(cell, version): marks(records, cell, version) for cell in cells for version in records.versions}
    ratios = [figure.ratio for found in shown.values() for _, figure in found] or [1]
    low, high = min(0.8, min(ratios) / 1.1), max(10, max(ratios) * 1.15)
    bottom = TOP + ROW * len(cells)
    width = LEFT + len(records.versions) * (PANEL + GAP)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + BOTTOM}" role="img" '
        'aria-label="How many times as long as selectin the other ways take">',
        f"<style>{STYLE}</style>",
        *legend(),
    ]
    for i, cell in enumerate(cells):
        label = html.escape(", ".join(cell))
        out.append(f'<text x="{LEFT - 12}" y="{TOP + ROW * i + 12}" text-anchor="end">{label}</text>')
    for place, version in enumerate(records.versions):
        panel = Panel(LEFT + place * (PANEL + GAP), low, high)
        out += panel.frame(f"SQLite {version}: times the time of selectin", bottom)
        for i, cell in enumerate(cells):
            for kind, figure in shown[cell, version]:
                out += panel.mark(kind, figure, TOP + ROW * i + 8)
    return "\n".join(out + ["</svg>\n"])
