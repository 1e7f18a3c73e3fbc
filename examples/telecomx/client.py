"""HTTP to the TelecomX API, for one caller, with every request told as it is made. What the requests mean is in
`story.py`."""

import http.client
import json
from urllib.parse import urlencode, urlsplit

TIMEOUT_S = 60


class Unexpected(Exception):
    """An answer that the story does not have."""


def check(fits, words):
    if not fits:
        raise Unexpected(words)


class Answer:
    def __init__(self, request, status, headers, body):
        self.request, self.status, self.headers, self.body = request, status, headers, body

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            raise Unexpected(f"{self}: no JSON") from None

    def __str__(self):
        return f"{self.request} -> {self.status} {self.body[:400].decode('utf-8', 'replace')}"


class Told:
    """Prints what happens, and counts it."""

    def __init__(self):
        self.requests = self.refusals = self.chapters = 0

    def chapter(self, title):
        self.chapters += 1
        print(f"\n{self.chapters}  {title}", flush=True)

    def line(self, who, did, came):
        print(f"   {who:9} {did:64} {came}", flush=True)


class Caller:
    """One who calls. `token` stands in the header; without one there is none."""

    def __init__(self, url, who, told):
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_S)
        self.base, self.who, self.told, self.token = parts.path.rstrip("/"), who, told, None

    def send(self, method, path, body=None, query=None, headers=(), raw=None):
        """`body` goes as JSON, `raw` as it is."""
        target = self.base + path + (f"?{urlencode(query)}" if query else "")
        sent = {"Content-Type": "application/json", **dict(headers)}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        content = raw if body is None else json.dumps(body).encode()
        try:
            self.connection.request(method, target, content, sent)
            response = self.connection.getresponse()
            read = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise Unexpected(f"{method} {path}: {error!r}") from error
        self.told.requests += 1
        return Answer(f"{method} {path}", response.status, response.headers, read)

    def ask(self, method, path, *, came=None, **more):
        """What is answered with 200. `came` says of it what is worth telling."""
        answer = self.send(method, path, **more)
        check(answer.status == 200, f"{self.who}: {answer}, not 200")
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        read = answer.json() if is_json else answer
        self.told.line(self.who, shown(method, path, more.get("query")), came(read) if came else "done")
        return read

    def refused(self, method, path, code, message, description=None, **more):
        """A request that has to be refused like this."""
        answer = self.send(method, path, **more)
        check(answer.status == code, f"{self.who}: {answer}, not {code}")
        error = answer.json()["error"]
        check((error["code"], error["message"]) == (code, message), f"{self.who}: {answer}, not {message}")
        check(description in (None, error["description"]), f"{self.who}: {answer}, not `{description}`")
        self.told.refusals += 1
        said = f"{code} {message}: {error['description']}"
        self.told.line(self.who, shown(method, path, more.get("query")), said)


def shown(method, path, query=None):
    """A request as it is told: tokens are not for terminals, and ids are short."""
    names = [part if len(part) < 22 else f"{part[:4]}…{part[-4:]}" for part in path.split("/")]
    asked = "&".join(f"{name}={value}" for name, value in (query or {}).items())
    return f"{method} {'/'.join(names)}{f'?{asked}' if asked else ''}"
