"""An SMTP server on 127.0.0.1 that keeps every mail it takes: python smtp_keeper.py FOLDER PORT

A mail becomes N.json: the envelope, and headers and text as Python's own library reads them. What is done with a
recipient stands in the address: unknown@… is refused for good, later@… is put off, and of the first mail to dropped@…
the sender never learns that it was kept.
"""

import asyncio
import email
import email.policy
import json
import pathlib
import sys

from aiosmtpd.smtp import SMTP


class Keeper:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.dropped = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown@"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        if address.startswith("later@"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.keep(envelope)
        if not self.dropped and envelope.rcpt_tos[0].startswith("dropped@"):
            self.dropped = True
            server.transport.abort()
        return "250 OK"

    def keep(self, envelope):
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        kept = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in mail.items()],
            "text": mail.get_content(),
        }
        number = len(list(self.folder.glob("*.json"))) + 1
        being_written = self.folder / f"{number}.part"
        being_written.write_text(json.dumps(kept))
        being_written.rename(self.folder / f"{number}.json")


async def main(folder, port):
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper), "127.0.0.1", int(port))
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
