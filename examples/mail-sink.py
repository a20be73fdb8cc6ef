#!/usr/bin/env python3
"""A mail server for trying things out: takes every message, prints it, keeps it in a folder, delivers nothing.

    mail-sink.py [--listen 127.0.0.1:2525] [--folder mails]

Point Ritorno at it with `--smtp-url smtp://127.0.0.1:2525`. Each message is kept as `001.eml`, `002.eml`, …, and its
HTML beside it, to be opened in a browser.
"""

import argparse
import asyncio
import email
import email.policy
from pathlib import Path

SIZE_MAX = 10_000_000


class Sink:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    async def serve(self, reader, writer):
        """One connection: the few commands of RFC 5321 that a client needs."""

        async def reply(text):
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        sender, recipients = None, []
        await reply("220 mail-sink ready")
        while line := await reader.readline():
            command = line.decode("utf-8", "replace").strip()
            verb = command.upper().split(" ")[0]
            if verb == "EHLO":
                await reply(f"250-mail-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {SIZE_MAX}")
            elif verb in ("HELO", "NOOP"):
                await reply("250 fine")
            elif verb == "MAIL":
                sender, recipients = command[10:], []
                await reply("250 fine")
            elif verb == "RCPT":
                recipients.append(command[8:])
                await reply("250 fine")
            elif verb == "DATA":
                await reply("354 go on, end with a dot")
                self.keep(sender, recipients, await read_message(reader))
                await reply("250 kept")
            elif verb == "RSET":
                sender, recipients = None, []
                await reply("250 fine")
            elif verb == "QUIT":
                await reply("221 goodbye")
                break
            else:
                await reply("502 not known here")
        writer.close()

    def keep(self, sender, recipients, raw):
        number = len(list(self.folder.glob("*.eml"))) + 1
        file = self.folder / f"{number:03}.eml"
        file.write_bytes(raw)
        message = email.message_from_bytes(raw, policy=email.policy.default)
        print(f"\n── {file}")
        for name in ("From", "Reply-To", "To", "Subject"):
            if message[name]:
                print(f"{name}: {message[name]}")
        text, html = message.get_body(["plain"]), message.get_body(["html"])
        if text:
            print(f"\n{text.get_content().strip()}", flush=True)
        if html:
            file.with_suffix(".html").write_text(html.get_content(), encoding="utf-8")


async def read_message(reader):
    """Up to the dot that stands alone; a doubled dot at a line's start is one of the text."""
    lines = []
    while (line := await reader.readline()) not in (b".\r\n", b".\n", b""):
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)


async def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--listen", default="127.0.0.1:2525")
    options.add_argument("--folder", default="mails")
    chosen = options.parse_args()
    host, port = chosen.listen.rsplit(":", 1)
    server = await asyncio.start_server(Sink(chosen.folder).serve, host, int(port), limit=SIZE_MAX)
    print(f"taking mail at {chosen.listen}, keeping it in {chosen.folder}/", flush=True)
    async with server:
        await server.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
