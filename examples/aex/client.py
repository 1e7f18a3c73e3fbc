"""HTTP to the AEx API: connections that are kept, and how long every request took. What the requests mean is in
`order.py`."""

import http.client
import json
import threading
import time
from collections import defaultdict
from urllib.parse import quote, urlencode, urlsplit

TIMEOUT_S = 60


class Unexpected(Exception):
    """An answer that the order flow does not have."""


class Answer:
    def __init__(self, request, status, headers, body):
        self.request, self.status, self.headers, self.body = request, status, headers, body

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            raise Unexpected(f"{self}: no JSON") from None

    def expect(self, status):
        if self.status != status:
            raise Unexpected(f"{self}, not {status}")
        return self

    def refusal(self):
        """What is said of which field, of a 400: `premise.external_reference already has an active service`."""
        return ", ".join(self.expect(400).json()["full_errors"])

    def __str__(self):
        # Records hold what customers' equipment signs in with: of these only the beginning is shown.
        shown = self.body[:400 if self.status >= 400 else 60].decode("utf-8", "replace")
        return f"{self.request} -> {self.status} {shown}"


class Times:
    """Seconds that requests took, by what they ask. For all threads."""

    def __init__(self):
        self.lock, self.taken = threading.Lock(), defaultdict(list)

    def add(self, what, seconds):
        with self.lock:
            self.taken[what].append(seconds)


class Client:
    """One organization's key on one connection. Not for several threads."""

    def __init__(self, url, key, times):
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_S)
        self.base, self.times = parts.path.rstrip("/") + "/aex", times
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, method, path, *ids, query=None, body=None, key=None, what=None):
        """`path` has `{}` for each of `ids`; times are kept under this name, or as `what`. `key`: for idempotency."""
        target = self.base + path.format(*(quote(str(id), safe="") for id in ids))
        if query:
            target += "?" + urlencode(query)
            path += f"?{next(iter(query))}="
        headers = {**self.headers, "Idempotency-Key": key} if key else self.headers
        sent = None if body is None else json.dumps(body).encode()
        begun = time.perf_counter()
        try:
            self.connection.request(method, target, sent, headers)
            response = self.connection.getresponse()
            read = response.read()
        except (OSError, http.client.HTTPException) as error:
            # The next request opens a new connection.
            self.connection.close()
            raise Unexpected(f"{method} {target}: {error!r}") from error
        self.times.add(what or f"{method} {path}", time.perf_counter() - begun)
        return Answer(f"{method} {target}", response.status, response.headers, read)

    def get(self, path, *ids, **more):
        return self.ask("GET", path, *ids, **more).expect(200).json()
