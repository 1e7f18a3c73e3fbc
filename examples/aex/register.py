#!/usr/bin/env python3
"""A register of premises as CSV, plain or gzip, with the columns

    loc_id,address,tech,upgrade,lat,lon,suburb_file

Read here, and made up where there is none: `register.py FILE` writes a small one, always the same.
"""

import csv
import gzip
import sys
from collections import namedtuple

COLUMNS = ["loc_id", "address", "tech", "upgrade", "lat", "lon", "suburb_file"]

# `place`: the name of the suburb's file, as it stands in the register; `suburb`: as it stands in the address.
Row = namedtuple("Row", "reference address technology latitude longitude place suburb")


def read(path):
    """All rows of a register, in its order."""
    with open(path, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with (gzip.open if packed else open)(path, "rt", encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        missing = set(COLUMNS) - set(table.fieldnames or [])
        if missing:
            sys.exit(f"{path}: no column {', '.join(sorted(missing))}")
        return [
            Row(
                row["loc_id"],
                row["address"],
                row["tech"],
                float(row["lat"]),
                float(row["lon"]),
                row["suburb_file"],
                row["suburb_file"].replace("-", " ").upper(),
            )
            for row in table
        ]


# Suburbs that do not exist: name, postcode, where they begin, and what their streets are served by.
SUBURBS = [
    ("pelican-heads", 2997, -33.0010, 151.7000, ["FTTP", "FTTP", "FTTN", "HFC", "FTTC"]),
    ("saltbush-bay", 2998, -33.0510, 151.7400, ["FTTN", "FTTN", "FTTP", "FTTB", "HFC"]),
    ("banksia-flat", 3997, -38.3010, 142.4000, ["FTTN", "WIRELESS", "FTTP", "SATELLITE", "FTTN"]),
]
STREETS = [
    "ALBATROSS STREET", "BOTTLEBRUSH AVENUE", "CORMORANT ROAD", "DRIFTWOOD DRIVE", "ESTUARY PLACE",
    "FLINDERS CRESCENT", "GANNET CLOSE", "HARBOUR PARADE", "IRONBARK COURT", "JETTY TERRACE",
]
HOUSES = range(1, 41)


def generate():
    """Rows of a small register: houses, blocks of flats, and some references with two addresses, as real ones have."""
    number = 31_000_000
    for suburb, postcode, south, west, technologies in SUBURBS:
        behind = f"{suburb.replace('-', ' ').upper()} {postcode}"
        for down, street in enumerate(STREETS):
            technology = technologies[down % len(technologies)]
            for house in HOUSES:
                lat, lon = south - down * 0.0012, west + house * 0.0003
                flats = range(1, 7) if house % 13 == 0 else [0]
                for flat in flats:
                    number += 1
                    place = (technology, "NULL_NA", f"{lat:.8f}", f"{lon + flat * 0.00001:.8f}", suburb)
                    reference = f"LOC{number:012}"
                    unit = f"UNIT {flat}, " if flat else ""
                    yield (reference, f"{unit}{house} {street} {behind}", *place)
                    if not flat and house % 20 == 0:
                        yield (reference, f"LOT {house} {street} {behind}", *place)


def write(path):
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(generate())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: register.py FILE")
    write(sys.argv[1])
