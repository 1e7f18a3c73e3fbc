"""An address of the register as people write it: in ways that are not the register's, and still say which premise is
meant."""

import re

TYPES = {
    "STREET": "St", "ROAD": "Rd", "AVENUE": "Ave", "DRIVE": "Dr", "PLACE": "Pl", "COURT": "Ct",
    "CLOSE": "Cl", "CRESCENT": "Cres", "PARADE": "Pde", "HIGHWAY": "Hwy", "CIRCUIT": "Cct", "TERRACE": "Tce",
    "GROVE": "Gr", "LANE": "Ln", "BOULEVARD": "Bvd", "ESPLANADE": "Esp", "SQUARE": "Sq",
}
STATES = {"2": "NSW", "3": "VIC", "4": "QLD", "5": "SA", "6": "WA", "7": "TAS"}


class Parts:
    """`UNIT 2, 13 GANNET CLOSE PORT BAY 2998`: what is before the last comma, house, street, suburb, postcode."""

    def __init__(self, row):
        *inside, rest = row.address.split(", ")
        self.inside = ", ".join(inside)
        words = rest.split()
        self.postcode = words.pop() if words[-1].isdigit() else ""
        suburb = row.suburb.split()
        if words[-len(suburb):] == suburb:
            del words[-len(suburb):]
        else:
            suburb = []
        self.suburb = " ".join(suburb)
        lot = 2 if words[0] == "LOT" else 1
        self.house, self.street = " ".join(words[:lot]), words[lot:]
        self.state = STATES.get(self.postcode[:1], "")

    def short(self):
        """The street with its type abbreviated."""
        *name, kind = self.street
        return " ".join([*name, TYPES.get(kind, kind)])

    def line(self, *parts, between=", "):
        return between.join(part for part in parts if part)


def capitals(text):
    """`Unit 2`, `Saltbush Bay NSW`: first letters only, but not of house numbers and states."""
    def word(match):
        found = match.group()
        return found if found in STATES.values() or found[0].isdigit() else found.capitalize()
    return re.sub(r"[0-9A-Za-z']+", word, text)


def small(parts):
    return parts.line(parts.inside, f"{parts.house} {' '.join(parts.street)} {parts.suburb} {parts.postcode}").lower()


def letter(parts):
    street = f"{parts.house} {' '.join(parts.street)}"
    town = parts.line(parts.suburb, parts.state, parts.postcode, between=" ")
    return capitals(parts.line(parts.inside, street, town))


def abbreviated(parts):
    return capitals(parts.line(parts.inside, f"{parts.house} {parts.short()}", f"{parts.suburb} {parts.postcode}"))


def slashed(parts):
    """A flat before the house with a slash, and no postcode."""
    unit = re.fullmatch(r"UNIT (\w+)", parts.inside)
    house = f"{unit[1]}/{parts.house}" if unit else parts.line(parts.inside, parts.house)
    return f"{house} {parts.short()}, {parts.suburb or parts.postcode}".lower()


def mistyped(parts):
    """One letter of the street's name is left out, where the name is long enough to be read all the same."""
    *name, kind = parts.street
    longest = max(name, key=len, default="")
    if len(longest) >= 6:
        name[name.index(longest)] = longest[:3] + longest[4:]
    street = " ".join([parts.house, *name, kind])
    return capitals(parts.line(parts.inside, street, f"{parts.suburb} {parts.postcode}"))


WAYS = [
    ("in small letters", small),
    ("as on a letter, with the state", letter),
    ("abbreviated", abbreviated),
    ("4/12, abbreviated, no postcode", slashed),
    ("a letter is missing", mistyped),
]


def written(row, number):
    """The name of the way in which this row is written, and the text."""
    name, way = WAYS[number % len(WAYS)]
    return name, way(Parts(row))
