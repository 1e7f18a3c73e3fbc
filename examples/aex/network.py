#!/usr/bin/env python3
"""What Demarc needs to know of a network, made of a register of its premises:

    network.py [REGISTER] OUT_DIR

writes areas.geojson (where it serves), products.json (what it sells) and network.json (the carrier's settings) to
OUT_DIR. Without REGISTER it makes up a small one, OUT_DIR/register.csv.
"""

import argparse
import json
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

import register

# By technology: Mbit/s down and up, and days until the line carries traffic. What is not here is not sold: there are
# premises in a register that a network cannot serve.
SOLD = {
    "FTTP": (7, [(50, 20), (100, 20), (1000, 50)]),
    "HFC": (7, [(50, 20), (100, 20), (500, 50)]),
    "FTTC": (10, [(50, 20), (100, 20)]),
    "FTTB": (10, [(25, 10), (50, 20), (100, 20)]),
    "FTTN": (10, [(25, 10), (50, 20)]),
    "WIRELESS": (14, [(25, 5), (75, 10)]),
    "FW": (14, [(25, 5), (75, 10)]),
}
# Of Mbit/s down: cents a month that the customer pays, a reseller pays, and the line costs.
MONTHLY = {
    25: (5900, 4100, 3300),
    50: (7400, 5200, 4200),
    75: (7900, 5600, 4600),
    100: (8400, 6000, 4900),
    500: (9500, 6900, 5600),
    1000: (10900, 7900, 6400),
}
SETUP = (9900, 7700, 5500)

TIMES = ["08:00", "10:00", "13:00", "15:00"]
WEEKDAYS = [1, 2, 3, 4, 5]
DAYS = 30

PADDING_M = 60.0
METRES_PER_DEGREE = 111_320.0


def hull(points):
    """The convex hull, counter-clockwise, without its first point again at the end."""
    points = sorted(set(points))
    if len(points) < 3:
        return points

    def half(points):
        chain = []
        for point in points:
            while len(chain) > 1 and turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return half(points) + half(reversed(points))


def turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def padded(points, metres):
    """The hull of an octagon around each corner of the hull: also for one premise, or for a straight street."""
    around = []
    for lon, lat in hull(points):
        for eighth in range(8):
            angle = math.pi * (eighth + 0.5) / 4
            east, north = metres * math.cos(angle), metres * math.sin(angle)
            wide = METRES_PER_DEGREE * math.cos(math.radians(lat))
            around.append((lon + east / wide, lat + north / METRES_PER_DEGREE))
    return hull(around)


def areas(rows):
    suburbs = defaultdict(list)
    for row in rows:
        suburbs[row.place].append((row.longitude, row.latitude))
    features = []
    for place, points in sorted(suburbs.items()):
        ring = [[round(lon, 7), round(lat, 7)] for lon, lat in padded(points, PADDING_M)]
        features.append({
            "type": "Feature",
            "properties": {
                "external_reference": place,
                "name": place.replace("-", " ").title(),
                "status": "live",
            },
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        })
    return {"type": "FeatureCollection", "features": features}


def prices(cents):
    levels = zip(("customer", "wholesale", "cost"), cents)
    return {level: {"amount": f"{c // 100}.{c % 100:02}", "currency": "AUD"} for level, c in levels}


def products(rows):
    there = Counter(row.technology for row in rows)
    made = []
    for technology in sorted(there):
        if technology not in SOLD:
            print(f"not sold: {technology} ({there[technology]} premises)", file=sys.stderr)
            continue
        lead_days, speeds = SOLD[technology]
        for down, up in speeds:
            made.append({
                "code": f"{technology}-{down}-{up}",
                "name": f"{technology} {down}/{up}",
                "description": f"{down} Mbit/s down, {up} Mbit/s up over {technology}",
                "technology": technology,
                "down_mbps": down,
                "up_mbps": up,
                "term_months": 24 if down >= 500 else 12,
                "lead_days": lead_days,
                "currency": "AUD",
                "monthly": prices(MONTHLY[down]),
                "setup": prices(SETUP),
            })
    return made


def settings(rows):
    """An appointment within the month for every premise of the largest suburb. Work orders wait for people: there is no
    `by_itself`."""
    largest = max(Counter(row.place for row in rows).values())
    appointments = DAYS // 7 * len(WEEKDAYS) * len(TIMES)
    return {
        "country": "AU",
        "zone": "Australia/Sydney",
        "calendar": {
            "times": TIMES,
            "capacity": min(10_000, max(4, math.ceil(largest / appointments))),
            "weekdays": WEEKDAYS,
            "days": DAYS,
        },
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("register", nargs="?", metavar="REGISTER")
    arguments.add_argument("out_dir", metavar="OUT_DIR", type=Path)
    given = arguments.parse_args()
    given.out_dir.mkdir(parents=True, exist_ok=True)
    path = given.register
    if path is None:
        path = given.out_dir / "register.csv"
        register.write(path)
    rows = register.read(path)
    if not rows:
        raise SystemExit(f"{path}: no premises")
    written = {"areas.geojson": areas(rows), "products.json": products(rows), "network.json": settings(rows)}
    for name, content in written.items():
        (given.out_dir / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    capacity = written["network.json"]["calendar"]["capacity"]
    print(f"{len(rows)} premises, {len(written['areas.geojson']['features'])} areas, "
          f"{len(written['products.json'])} products, {capacity} appointments at a time", file=sys.stderr)


if __name__ == "__main__":
    main()
