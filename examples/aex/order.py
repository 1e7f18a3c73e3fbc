#!/usr/bin/env python3
"""Carries the order flow of the AEx API out for premises of a register, from the customer's sign-up to a line in use:

    order.py URL PROVIDER_KEY OPERATOR_KEY REGISTER [--count 1000] [--parallel 16]

The provider orders with its key, the network's people carry the work out with theirs. Prints what was done, how long
requests took, and what was refused for which reason; ends with exit code 1 if an answer was not what the flow expects.
"""

import argparse
import queue
import sys
import threading
import time
import uuid
from datetime import date, timedelta

import register
import report
import spelling
from client import Client, Times, Unexpected

REPEATED, CANCELLED = 10, 20
READY_S = 120
MOVES = ["Assigned", "Scheduled", "Installation In Progress", "Completed"]
SERVED = "Has Existing Service"
OCCUPIED = "premise.external_reference already has an active service"
FULLY_BOOKED = "work_order.schedule_time is fully booked"


class Refused(Exception):
    """The network says no. Whether it may, the whole run tells, where a row is named."""

    def __init__(self, reason, row):
        super().__init__(reason)
        self.reason, self.row = reason, row


def check(fits, words):
    if not fits:
        raise Unexpected(words)


class Flow:
    """The orders of one thread."""

    def __init__(self, given, run, tally, times):
        self.run, self.tally = run, tally
        self.provider = Client(given.url, given.provider_key, times)
        self.operator = Client(given.url, given.operator_key, times)

    def carry_out(self, number, row):
        """One premise, from the sign-up to a line in use."""
        customer = self.sign_up(number)
        listing = self.find(number, row)
        product = self.choose(number, row, listing)
        order = self.order(number, row, customer, listing, product)
        work_order = self.look(customer, listing, order)
        self.install(number, listing, work_order)
        service = order["service"]["service_id"]
        active = self.provider.get("/services/{}", service)
        flags = [active[flag] for flag in ("provisioned", "on_network", "completed", "cancelled")]
        check((active["status"], flags) == ("Active", [True, True, True, False]),
              f"service {service} is {active['status']}, {flags}")
        self.tally.add("services in use")
        self.order_again(number, customer, listing, product)
        if number % CANCELLED == CANCELLED - 1:
            self.cancel(service)

    def sign_up(self, number):
        person = {
            "first_name": "Customer",
            "last_name": f"Number {number}",
            "email": f"customer{number}.{self.run}@example.net",
            "username": f"customer{number}.{self.run}",
            "mobile_number": f"+614{number % 100_000_000:08}",
        }
        made = self.provider.ask("POST", "/customers", body={"customer": {**person, "password": uuid.uuid4().hex}})
        check(made.expect(201).body == b"", f"{made}: a body")
        found = self.provider.get("/customers", query={"q": person["email"]})
        check(found["total"] == 1, f"{found['total']} customers {person['email']}")
        (customer,) = found["items"]
        check(made.headers["Location"].endswith(customer["id"]), f"{made.headers['Location']} is not {customer['id']}")
        self.tally.add("customers signed up")
        return {"id": customer["id"], **person}

    def find(self, number, row):
        """The listing, by an address as people write it; by the register's own words where that does not show it."""
        way, text = spelling.written(row, number)
        for asked in (text, row.address):
            items = self.provider.get("/predefined-premises", query={"q": asked})["items"]
            fitting = [item for item in items if item["guid"] == row.reference]
            if asked is text:
                self.tally.found(way, bool(items) and items[0]["guid"] == row.reference, bool(fitting))
            if fitting:
                # A reference can have several addresses, as flats that share a line.
                self.tally.add("premises found")
                return next((item for item in fitting if same(item["full_text"], row.address)), fitting[0])
        raise Unexpected(f"{row.reference} is not among the answers to `{text}`, nor to `{row.address}`")

    def choose(self, number, row, listing):
        """One of the products there; at one point there can be listings of several technologies."""
        at = listing["latitude"], listing["longitude"]
        items = self.provider.get("/products/availability/{}/{}", *at)["items"]
        suiting = [item for item in items if item["name"].split()[0] == row.technology]
        if not suiting:
            raise Refused(f"no product for {row.technology}", row)
        product = suiting[number % len(suiting)]
        (price,) = product["pricing"]
        with_tax = float(price["value"]) * (1 + float(price["tax"]) / 100)
        check(price["currency_code"] == "AUD" and abs(with_tax - float(price["value_incl"])) < 0.006,
              f"price of {product['name']}: {price}")
        self.tally.sells(row.technology)
        return product

    def wanted(self, customer, listing, product):
        return {
            "customer": customer,
            "premise": {"external_reference": listing["guid"]},
            "service": {"product_id": product["id"]},
        }

    def order(self, number, row, customer, listing, product):
        wanted, key = self.wanted(customer, listing, product), f"{self.run}-{number}"
        made = self.provider.ask("POST", "/services/full", body=wanted, key=key)
        if made.status == 400:
            reason = made.refusal()
            taken = reason == OCCUPIED and self.provider.get("/premises/{}", listing["premise_id"])["status"] == SERVED
            raise Refused(reason, None if taken else row)
        order = made.expect(201).json()
        self.tally.orders(row)
        check(order["customer"]["id"] == customer["id"] and
              order["premise"]["external_reference"] == row.reference and "work_order" in order, f"{made}")
        if number % REPEATED == REPEATED - 1:
            again = self.provider.ask("POST", "/services/full", body=wanted, key=key,
                                      what="POST /services/full, the same key")
            check(again.expect(201).body == made.body and again.headers["Idempotent-Replayed"] == "true",
                  f"{again}: not the answer {made}")
            self.tally.add("orders repeated, the same bytes")
        return order

    def look(self, customer, listing, order):
        """What the provider sees of its order; the work order."""
        service = order["service"]["service_id"]
        own = self.provider.get("/customers/{}/services", customer["id"])
        check(own["total"] == 1 and own["items"][0]["id"] == service, f"services of {customer['id']}: not {service}")
        at = listing["premise_id"]
        check(own["items"][0]["premise_id"] == at, f"service {service} is not at premise {at}")
        premise = self.provider.get("/premises/{}", at)
        check((premise["status"], premise["customer_id"]) == (SERVED, customer["id"]),
              f"premise {at}: {premise['status']}, customer {premise['customer_id']}")
        work = self.provider.get("/work-orders", query={"service": service})
        check(work["total"] == 1, f"service {service} has {work['total']} work orders")
        (work_order,) = work["items"]
        check((work_order["guid"], work_order["status"]) == (order["work_order"]["id"], "New Order"),
              f"work order of {service}: {work_order['guid']}, {work_order['status']}")
        return work_order

    def install(self, number, listing, work_order):
        """The network's people take the work order, agree on an appointment and do the work."""
        guid = work_order["guid"]
        for status in MOVES:
            if status == "Scheduled":
                moved = self.schedule(number, listing, work_order)
            else:
                extra = {"assigned": f"Crew {number % 7 + 1}"} if status == "Assigned" else {}
                moved = self.move(guid, status, **extra)
            moved = moved.expect(200).json()
            check(moved["status"] == status, f"work order {guid} is {moved['status']}, not {status}")
        check(moved["client_status"] == "Complete", f"work order {guid}: {moved['client_status']}")
        self.tally.add("work orders completed")

    def schedule(self, number, listing, work_order):
        """A free appointment from tomorrow on. What was free a moment ago can be taken: then the next look."""
        ordered_on = date.fromisoformat(work_order["created_at"][:10])
        query = {"area": listing["area_id"], "from": ordered_on + timedelta(days=1)}
        while True:
            slots = self.operator.get("/work-orders/slots", query=query)["items"]
            free = [slot for slot in slots if slot["free"] > 0]
            check(free, f"no appointment is free in area {listing['area_id']}")
            slot = free[number % len(free)]
            moved = self.move(work_order["guid"], "Scheduled", schedule_date=slot["date"], schedule_time=slot["time"])
            if moved.status != 400 or moved.refusal() != FULLY_BOOKED:
                return moved
            self.tally.refuse(f"{FULLY_BOOKED} in the meantime")

    def move(self, guid, status, **extra):
        wanted = {"work_order": {"status": status, **extra}}
        what = f"PUT /work-orders/{{}} {status}"
        return self.operator.ask("PUT", "/work-orders/{}", guid, body=wanted, what=what)

    def order_again(self, number, customer, listing, product):
        second = self.provider.ask("POST", "/services/full", body=self.wanted(customer, listing, product),
                                   key=f"{self.run}-{number}-second", what="POST /services/full, in service")
        check(second.refusal() == OCCUPIED, f"{second}: not `{OCCUPIED}`")
        self.tally.add("second orders of the premise, refused")

    def cancel(self, service):
        end = {"service": {"cancelled": True, "cancellation_reason": "moved house"}}
        ended = self.provider.ask("PUT", "/services/{}", service, body=end).expect(200).json()
        check((ended["status"], ended["cancelled"]) == ("Cancelled", True), f"service {service}: {ended['status']}")
        premise = self.provider.get("/premises/{}", ended["premise_id"])
        check(premise["status"] == "No Existing Service", f"premise {ended['premise_id']}: {premise['status']}")
        self.tally.add("services cancelled")


def same(one, other):
    """Whether two texts have the same letters and digits."""
    return [c for c in one.upper() if c.isalnum()] == [c for c in other.upper() if c.isalnum()]


def drawn(rows, count):
    """Evenly from the whole register."""
    count = min(count, len(rows))
    return [rows[at * len(rows) // count] for at in range(count)]


def wait_until_ready(given, row):
    """A server that runs notices what was imported after a moment."""
    client = Client(given.url, given.provider_key, Times())
    until = time.monotonic() + READY_S
    while True:
        items = client.get("/predefined-premises", query={"q": row.reference})["items"]
        if items and items[0]["guid"] == row.reference and items[0]["area_id"]:
            return
        if time.monotonic() > until:
            sys.exit(f"after {READY_S} s there is no premise {row.reference} in an area")
        time.sleep(0.2)


def work(flow, todo, tally):
    while True:
        try:
            number, row = todo.get_nowait()
        except queue.Empty:
            return
        try:
            flow.carry_out(number, row)
        except Refused as refused:
            tally.refuse(refused.reason, refused.row)
        except Unexpected as unexpected:
            tally.surprise(f"premise {number}: {unexpected}")
        except Exception as error:  # A record without a member that it should have is an answer as wrong as any.
            tally.surprise(f"premise {number}: {error!r}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("url", metavar="URL")
    arguments.add_argument("provider_key", metavar="PROVIDER_KEY")
    arguments.add_argument("operator_key", metavar="OPERATOR_KEY")
    arguments.add_argument("register", metavar="REGISTER")
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--parallel", type=int, default=16)
    given = arguments.parse_args()
    rows = register.read(given.register)
    todo, tally, times = queue.Queue(), report.Tally(way for way, _ in spelling.WAYS), Times()
    for numbered in enumerate(drawn(rows, given.count)):
        todo.put(numbered)
    count = todo.qsize()
    wait_until_ready(given, rows[-1])
    # E-mail addresses and idempotency keys of this run only, so that it can be run again on the same server.
    run = uuid.uuid4().hex[:8]
    threads = [
        threading.Thread(target=work, args=(Flow(given, run, tally, times), todo, tally), daemon=True)
        for _ in range(given.parallel)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - begun
    tally.judge(OCCUPIED)
    report.show(tally, times, count, given.parallel, seconds)
    sys.exit(1 if tally.surprises else 0)


if __name__ == "__main__":
    main()
