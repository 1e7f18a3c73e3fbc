"""What a run did, and how it is printed. The summary goes to stdout, unexpected answers to stderr."""

import math
import sys
import threading
from collections import Counter

SHOWN = 20


class Tally:
    """Counts of all threads."""

    def __init__(self, ways):
        self.lock = threading.Lock()
        self.steps, self.refusals, self.surprises = Counter(), Counter(), []
        # By the way in which an address is written: asked, right at first, among the answers.
        self.ways = {way: [0, 0, 0] for way in ways}
        self.ordered, self.sold, self.to_judge = set(), set(), []

    def add(self, step):
        with self.lock:
            self.steps[step] += 1

    def found(self, way, first, among):
        with self.lock:
            for at, counted in enumerate((True, first, among)):
                self.ways[way][at] += counted

    def sells(self, technology):
        with self.lock:
            self.sold.add(technology)

    def orders(self, row):
        with self.lock:
            self.steps["orders accepted"] += 1
            self.ordered.add(row.reference)

    def refuse(self, reason, row=None):
        with self.lock:
            self.refusals[reason] += 1
            if row:
                self.to_judge.append((reason, row))

    def surprise(self, words):
        with self.lock:
            self.surprises.append(words)

    def judge(self, occupied):
        """Whether what was refused may be, by what the rest of the run has shown: at a reference that was ordered there
        can be a service, and a technology is sold or not."""
        for reason, row in self.to_judge:
            if reason == occupied:
                fits = row.reference in self.ordered
            else:
                fits = reason == f"no product for {row.technology}" and row.technology not in self.sold
            if not fits:
                self.refusals[reason] -= 1
                self.surprises.append(f"{row.reference} was refused: {reason}")
        self.refusals = +self.refusals


def at(share, values):
    """The value that this share of them is not above."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def table(head, rows):
    wide = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        name, *figures = (text.rjust(width) for text, width in zip(row, wide))
        print(row[0].ljust(wide[0]), *figures, sep="  ")
    print()


def show(tally, times, count, parallel, seconds):
    table(("step", "count"), [(step, str(n)) for step, n in tally.steps.items()])

    ways = [*tally.ways.items(), ("all", [sum(counts) for counts in zip(*tally.ways.values())])]
    table(("address as it was written", "asked", "first answer right", "among the first ten"),
          [(way, *map(str, counts)) for way, counts in ways])

    table(("request", "count", "p50 ms", "p99 ms"), [
        (what, str(len(taken)), *(f"{at(share, taken) * 1000:.1f}" for share in (0.5, 0.99)))
        for what, taken in times.taken.items()
    ])

    refusals = tally.refusals.most_common() or [("none", 0)]
    table(("refused as expected", "count"), [(reason, str(n)) for reason, n in refusals])

    requests = sum(map(len, times.taken.values()))
    print(f"{count} premises, {parallel} at a time, in {seconds:.1f} s: "
          f"{requests} requests, {requests / seconds:.0f} a second")
    print(f"{len(tally.surprises)} unexpected answers")
    for words in tally.surprises[:SHOWN]:
        print(words, file=sys.stderr)
