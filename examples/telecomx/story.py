#!/usr/bin/env python3
"""The story of a line over the TelecomX API, on the demo whose line of JSON (`demarc demo --json`) stands in FILE: it
is asked for, offered, ordered, confirmed, in use, changed and given up; then a request that a rule answers. Every
answer is looked at; ends with exit code 1 at the first one that is not as the story has it.
"""

import argparse
import calendar
import json
import sys
import time
import uuid
from datetime import datetime, timedelta

from client import Caller, Told, Unexpected, check

WAIT_S = 30
ROAD = "Vallensbækvej"
HOME = {"address": f"{ROAD} 20A, 3. th.", "zip": 2605, "city": "Brøndby"}
COMMITMENT = 6
PDF = b"%PDF-1.4\n% the drawing of a socket\n"


class Clock:
    """The demo's business time, moved by one of its keys."""

    def __init__(self, url, key, told):
        self.caller, self.told = Caller(url, "clock", told), told
        self.caller.token = key

    def move(self, by):
        answer = self.caller.send("POST", "/sandbox/clock", body={"advance": by})
        check(answer.status == 200, f"{answer}")
        now = moment(answer.json()["now"])
        if by != "PT0S":
            self.told.line("clock", "goes on", f"{now:%A, %-d %B %Y, %H:%M} UTC")
        return now

    def now(self):
        return self.move("PT0S")

    def move_to(self, at):
        return self.move(f"PT{max(0, int((at - self.now()).total_seconds()) + 1)}S")


def moment(text):
    """`2026-12-15T00:00:00.000Z`, with as many digits as there are."""
    return datetime.fromisoformat(text.rstrip("Z").split(".")[0] + "+00:00")


def written(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def months_after(day, months):
    """Of the calendar: a day that the month lacks is its last."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1]))


class Story:
    def __init__(self, demo):
        self.told = Told()
        url = demo["url"]
        base = url + "/telecomx"
        self.logins = demo["logins"]
        self.nobody = Caller(base, "nobody", self.told)
        self.reseller = Caller(base, "reseller", self.told)
        self.operator = Caller(base, "operator", self.told)
        self.clock = Clock(url, demo["keys"]["telecomx"], self.told)

    def tell(self):
        told = self.told
        told.chapter("Signing in")
        self.sign_in()
        told.chapter("Where, and what")
        self.look_up()
        told.chapter("A request, and who answers it")
        request, offer = self.ask_and_answer()
        told.chapter("The order, and its day")
        account = self.order(request, offer)
        started = self.go_into_use(account)
        told.chapter("Another product")
        self.change(account)
        told.chapter("The end of the commitment")
        self.give_up(account, started)
        told.chapter("A request that a rule answers")
        self.by_rule()
        told.chapter("What else is refused")
        self.refusals(account)
        print(f"\n{told.requests} requests, {told.refusals} of them refused, all as expected")

    def sign_in(self):
        login = self.logins["telecomx"]
        self.nobody.refused("GET", "/internet/request", 401, "invalid_token")
        wrong = {**login, "password": "wrong"}
        self.nobody.refused("POST", "/auth/login", 401, "credentials_invalid", body=wrong)
        session = self.reseller.ask("POST", "/auth/login", body=login,
                                    came=lambda it: f"{it['accessLevel']}, good for {it['expiresInMinutes']} minutes")
        check((session["accessLevel"], session["expiresInMinutes"]) == ("RESELLER", 15), f"{session['accessLevel']}")
        self.reseller.token, self.me, self.own = session["token"], session["employee"], session["reseller"]
        # Of a program that works on for months: a token that does not end by itself.
        made = self.reseller.ask("POST", f"/employee/{self.me}/token", came=lambda it: "a token for programs")
        self.clock.move("PT16M")
        self.reseller.refused("GET", "/auth/validateToken", 401, "expired")
        self.reseller.token = made["token"]
        self.reseller.ask("GET", "/auth/validateToken", query={"extend": "true"},
                          came=lambda it: f"{it['name']}, {it['accessLevel']}")
        persisting = {**self.logins["telecomx_admin"], "persist": True}
        session = self.operator.ask("POST", "/auth/login", body=persisting,
                                    came=lambda it: f"{it['accessLevel']}, until signed out")
        check((session["accessLevel"], session["expiresInMinutes"]) == ("ADMIN", -1), f"{session['accessLevel']}")
        self.operator.token = session["token"]
        self.operator.refused("POST", f"/employee/{session['employee']}/token", 403, "access_denied")

    def look_up(self):
        def find(text, **more):
            return self.reseller.ask("GET", "/customer/address/lookup", query={"query": text, **more},
                                     came=lambda it: f"{len(it)}: {'; '.join(map(spelt, it[:3]))}" if it else "nothing")

        (road,) = find(ROAD[:7].lower())
        check("_id" not in road and (road["road"], road["zip"]) == (ROAD, 2605), f"{road}")
        check(len(find(f"{ROAD} 20A")) == 8, "20A has eight homes")
        (home,) = find(f"{ROAD} 20A, 3. th.")
        check((home["floor"], home["door"]) == ("3", "th"), f"{home}")
        check(find(f"{ROAD} 20A, 9. tv.") == [], "there is no ninth floor")
        (guessed,) = find(f"{ROAD} 20A, 9. tv.", flex="true")
        check((guessed["floor"], guessed["door"]) == ("9", "tv"), f"{guessed}")
        self.home = home["_id"]
        sold = self.reseller.ask("GET", "/product", query={"type": "DSL"}, came=prices)["products"]
        check(all("wholesale" in own and "cost" not in own for own in sold), "a reseller sees no cost")
        self.dsl = {own["productCode"]: own for own in sold}
        sold = self.reseller.ask("GET", "/product", query={"type": "FIBER"}, came=prices)["products"]
        self.fiber = {own["productCode"]: own["_id"] for own in sold}
        masters = self.operator.ask("GET", "/product", query={"type": "DSL", "master": "true"}, came=prices)
        check(all("cost" in own and "reseller" not in own for own in masters["products"]), "masters have a cost")

    def ask_and_answer(self):
        wanted = {
            "type": "DSL",
            "address": HOME,
            "product": self.dsl["DSL 50"]["_id"],
            "reference": "story",
            "notify": [self.me],
            "startDate": written(self.day(14)),
            "installTime": "7_30_TO_12",
        }
        refused, path = self.reseller.refused, "/internet/request"
        refused("POST", path, 409, "type", body={**wanted, "type": "COAX"})
        elsewhere = {**HOME, "zip": 9999}
        refused("POST", path, 404, "address._id", "Address not found", body={**wanted, "address": elsewhere})
        refused("POST", path, 422, "product", "Product not found", body={**wanted, "product": "nothing"})
        other = self.fiber["Fiber 50"]
        refused("POST", path, 422, "product", "Product is not valid for customer", body={**wanted, "product": other})
        refused("POST", path, 422, "takeoverCircuit", body={**wanted, "takeover": True})
        refused("POST", path, 422, "startDate", body={**wanted, "startDate": written(self.day(200))})
        refused("POST", path, 422, "notify[]", body={**wanted, "notify": ["nobody"]})
        # Sent again under its key it is the same request, and the same answer.
        key = {"Idempotency-Key": str(uuid.uuid4())}
        request = self.reseller.ask("POST", path, body=wanted, headers=key,
                                    came=lambda it: f"{it['type']} at {it['address']['address']}, no offer yet")
        again = self.reseller.send("POST", path, body=wanted, headers=key)
        check(again.json() == request and again.headers["Idempotent-Replayed"] == "true", f"{again}")
        check((request["address"]["_id"], request["reseller"], request["offers"]) == (self.home, self.own, []),
              f"{request}")
        path = f"{path}/{request['_id']}"
        offered = {"offers": [
            offer(self.dsl["DSL 50"]["_id"], (300, 400, 495), (89, 119, 169), COMMITMENT),
            offer(self.dsl["DSL 100"]["_id"], (300, 400, 495), (109, 139, 199), 12),
        ]}
        refused("POST", path, 403, "access_denied", body=offered)
        self.operator.ask("POST", path, body=offered, came=lambda it: f"answered with {len(it['offers'])} offers")
        seen = self.reseller.ask("GET", path, came=lambda it: f"the first: {offered_for(it['offers'][0])}")
        check("answered" in seen and len(seen["offers"]) == 2, f"{seen}")
        first = seen["offers"][0]
        check((first["monthlyWholesale"], first["monthlyCustomer"]) == (119, 169), f"{first}")
        check("monthlyCost" not in first and "initiationCost" not in first, "a reseller sees no cost")
        listed = self.reseller.ask("GET", "/internet/request", query={"state": "HAS_OFFER", "filter": "story"},
                                   came=lambda it: f"{it['total']} in all")
        check(request["_id"] in [one["_id"] for one in listed["requests"]], f"{listed}")
        return request["_id"], first["_id"]

    def order(self, request, offer_id):
        path = "/internet/account"
        self.reseller.refused("POST", path, 404, "offer", body={"request": request, "offer": "nothing"})
        wanted = {"request": request, "offer": offer_id}
        account = self.reseller.ask("POST", path, body=wanted, came=lambda it: it["state"])
        check((account["state"], account["commitment"]) == ("ORDERED", COMMITMENT), f"{account}")
        self.reseller.refused("POST", path, 409, "request", body=wanted)
        self.reseller.refused("DELETE", f"/internet/request/{request}", 409, "state")
        return account["_id"]

    def go_into_use(self, account):
        path, starts = f"/internet/account/{account}", self.day(14)
        confirmed = {
            "startDate": written(starts),
            "circuit": "VF-20A-3TH",
            "installTime": "7_30_TO_12",
            "net": {"ipAddress": "203.0.113.7", "subnet": "255.255.255.0", "gateway": "203.0.113.1"},
            "provider": {"name": "Vestegn Fiber", "orderId": "20017"},
        }
        self.reseller.refused("POST", f"{path}/confirm", 403, "access_denied", body=confirmed)
        self.operator.refused("POST", f"{path}/activate", 409, "not_confirmed")
        self.operator.ask("POST", f"{path}/confirm", body=confirmed)
        self.operator.refused("POST", f"{path}/confirm", 422, "state", body=confirmed)
        self.document(path)
        self.clock.move_to(starts - timedelta(hours=1))
        self.shows(path, "CONFIRMED", f"its day is {starts:%-d %B}")
        self.clock.move_to(starts)
        active = self.until(path, lambda it: it["state"] == "ACTIVE", "ACTIVE")
        check(moment(active["startDate"]).date() == starts.date(), f"in use since {active['startDate']}")
        check((active["circuit"], active["net"]["ipAddress"]) == ("VF-20A-3TH", "203.0.113.7"), f"{active}")
        return starts

    def document(self, path):
        def part(name, content):
            head = f'--part\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
            return head.encode() + content + b"\r\n--part--\r\n"

        headers = {"Content-Type": "multipart/form-data; boundary=part"}
        added = self.reseller.ask("POST", f"{path}/document", raw=part("drawing.pdf", PDF), headers=headers,
                                  came=lambda it: f"{it['document']['filename']}, {it['document']['size']} bytes")
        kept = self.reseller.ask("GET", f"{path}/document/{added['document']['_id']}",
                                 came=lambda it: it.headers["Content-Type"])
        check(kept.body == PDF, "the document is another one")
        self.reseller.refused("POST", f"{path}/document", 422, "file", raw=part("a.txt", b"text"), headers=headers)

    def change(self, account):
        path, wanted = f"/internet/account/{account}", {"newProduct": self.dsl["DSL 100"]["_id"]}
        fiber = {"newProduct": self.fiber["Fiber 500"]}
        self.reseller.refused("POST", f"{path}/change/request", 422, "newProduct", body=fiber)
        self.reseller.refused("DELETE", f"{path}/change", 409, "changeRequest")
        self.reseller.ask("POST", f"{path}/change/request", body=wanted)
        self.reseller.refused("POST", f"{path}/change/request", 409, "changeRequest", body=wanted)
        self.reseller.refused("DELETE", path, 409, "changeRequest")
        price, product = self.dsl["DSL 100"]["price"], self.dsl["DSL 50"]["_id"]

        def told(it):
            return f"still DSL 50, change {it['changeRequest']['state']}"

        change = self.reseller.ask("GET", path, came=told)["changeRequest"]
        check((change["state"], change["monthlyCustomer"]) == ("REQUESTED", price), f"{change}")
        day = self.day(10)
        confirmed = {"date": written(day)}
        self.reseller.refused("POST", f"{path}/change/confirm", 403, "access_denied", body=confirmed)
        self.operator.ask("POST", f"{path}/change/confirm", body=confirmed)
        # Somebody may be on the way: only the operator takes it back now.
        self.reseller.refused("DELETE", f"{path}/change", 403, "access_denied")
        self.clock.move_to(day - timedelta(hours=1))
        before = self.reseller.ask("GET", path, came=told)
        check((before["product"], before["changeRequest"]["state"]) == (product, "ORDERED"), f"{before}")
        self.clock.move_to(day)
        after = self.until(path, lambda it: it["changeRequest"]["state"] == "NONE", f"DSL 100 for {price:g} a month")
        check((after["product"], after["fiber"]["monthlyCustomer"]) == (wanted["newProduct"], price), f"{after}")

    def give_up(self, account, started):
        path, bound = f"/internet/account/{account}", months_after(started, COMMITMENT)
        early = {"date": written(bound - timedelta(days=2))}
        refused = self.reseller.refused
        refused("DELETE", path, 409, "terminationDate", "Date does not honour the commitment", query=early)
        refused("DELETE", path, 403, "access_denied", query={"force": "true"})
        self.reseller.ask("DELETE", path)
        ends = self.shows(path, "CANCELLED", "it ends with its commitment")["terminationDate"]
        # Midnight in Denmark is an hour or two before midnight in UTC.
        check((moment(ends) + timedelta(hours=2)).date() == bound.date(), f"ends {ends}, not on {bound:%Y-%m-%d}")
        refused("DELETE", path, 403, "access_denied", query={"cancel": "true"})
        self.operator.ask("DELETE", path, query={"cancel": "true"})
        self.shows(path, "ACTIVE", "its end was taken back")
        self.reseller.ask("DELETE", path, query={"date": ends})
        self.clock.move_to(moment(ends) - timedelta(hours=1))
        check(self.is_up(account), "it is up until its end")
        self.clock.move_to(moment(ends))
        over = time.monotonic() + WAIT_S
        while self.is_up(account):
            check(time.monotonic() < over, "it is still up after its end")
            time.sleep(0.1)
        self.operator.refused("DELETE", path, 422, "state", query={"cancel": "true"})

    def by_rule(self):
        path, slow = "/internet/request", self.fiber["Fiber 50"]
        # In the words of the documentation: `Fiber`.
        wanted = {"type": "Fiber", "address": {"_id": self.home}, "product": slow, "ipAddresses": 1,
                  "commitment1": True, "commitment2": True}
        without = {name: value for name, value in wanted.items() if name != "ipAddresses"}
        self.reseller.refused("POST", path, 422, "ipAddresses", body=without)
        request = self.reseller.ask("POST", path, body=wanted,
                                    came=lambda it: "; ".join(map(offered_for, it["offers"])) or "no offer")
        check([own["commitment"] for own in request["offers"]] == [12, 24] and "answered" in request, f"{request}")
        fast = {**wanted, "product": self.fiber["Fiber 1000"]}
        waits = self.reseller.ask("POST", path, body=fast, came=lambda it: "no rule: a person answers")
        check(waits["offers"] == [] and "answered" not in waits, f"{waits}")
        self.reseller.ask("DELETE", f"{path}/{waits['_id']}")
        self.reseller.refused("GET", f"{path}/{waits['_id']}", 404, "not_found")
        self.clock.move("P30D")
        late = {"request": request["_id"], "offer": request["offers"][0]["_id"]}
        self.reseller.refused("POST", "/internet/account", 409, "offer", "Offer has expired", body=late)

    def refusals(self, account):
        path = "/internet/request"
        self.reseller.refused("POST", path, 400, "bad_request", raw=b"{type: 'Fiber'}")
        self.reseller.refused("POST", path, 403, "access_denied", body={"type": "DSL", "customer": "somebody"})
        self.reseller.refused("GET", path, 422, "limit", query={"limit": 501})
        self.reseller.refused("GET", "/product/nothing", 404, "not_found")
        only_dsl = {"newProduct": self.dsl["DSL 50"]["_id"]}
        self.reseller.refused("POST", f"/internet/account/{account}/change/request", 422, "state", body=only_dsl)
        self.reseller.ask("GET", f"/employee/{self.me}/clearTokens")
        self.reseller.refused("GET", path, 401, "invalid_token")
        self.operator.ask("POST", "/auth/logout")
        self.operator.refused("GET", path, 401, "invalid_token")

    def day(self, days):
        """The beginning of the day in so many days, in UTC."""
        return self.clock.now().replace(hour=0, minute=0, second=0) + timedelta(days=days)

    def shows(self, path, state, why):
        account = self.reseller.ask("GET", path, came=lambda it: f"{it['state']}: {why}")
        check(account["state"] == state, f"{account['state']}, not {state}")
        return account

    def until(self, path, fits, came):
        """What the clock brings about comes a moment after it was moved."""
        over = time.monotonic() + WAIT_S
        while True:
            answer = self.reseller.send("GET", path)
            check(answer.status == 200, f"{answer}")
            if fits(answer.json()):
                self.told.line("reseller", f"GET {path[:17]}…", came)
                return answer.json()
            check(time.monotonic() < over, f"{answer}: not {came}")
            time.sleep(0.1)

    def is_up(self, account):
        up = self.reseller.ask("GET", "/internet/account", query={"up": "true"},
                               came=lambda it: f"{it['total']} up")
        return account in [one["_id"] for one in up["accounts"]]


def offer(product, initiation, monthly, commitment):
    levels = ("Cost", "Wholesale", "Customer")
    return {
        "product": product,
        **{f"initiation{level}": price for level, price in zip(levels, initiation)},
        **{f"monthly{level}": price for level, price in zip(levels, monthly)},
        "commitment": commitment,
        "providerName": "Vestegn Fiber",
    }


def offered_for(one):
    return f"{one['initiationCustomer']:g} once, {one['monthlyCustomer']:g} a month, {one['commitment']} months"


def prices(page):
    """Of each product a month: cost (where it is seen), wholesale, customer."""
    def seen(own):
        return "/".join(f"{own[level]:g}" for level in ("cost", "wholesale", "price") if level in own)

    return ", ".join(f"{own['productCode']}: {seen(own)}" for own in page["products"])


def spelt(found):
    home = " ".join(found[part] for part in ("floor", "door") if part in found)
    return f"{found['road']} {found.get('number', '')}{f', {home}' if home else ''}".strip()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("demo", metavar="FILE")
    given = arguments.parse_args()
    try:
        with open(given.demo, encoding="utf-8") as file:
            demo = json.loads(file.readline())
        Story(demo).tell()
    except Unexpected as unexpected:
        sys.exit(f"story.py: {unexpected}")
    except (KeyError, TypeError, ValueError) as error:  # An answer without a member that it should have.
        sys.exit(f"story.py: {error!r}")


if __name__ == "__main__":
    main()
