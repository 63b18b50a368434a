"""Prints what changes in a channel, and gives what is asked there this answer: follow.py CHANNEL [VERB].

CALLBOARD_PAGES and CALLBOARD_SOCKET name a Callboard on other ports than 3000 and 3001.
"""
import asyncio
import json
import os
import sys
import urllib.request

from callboard import Client

PAGES = os.environ.get("CALLBOARD_PAGES", "http://127.0.0.1:3000")
SOCKET = os.environ.get("CALLBOARD_SOCKET", "ws://127.0.0.1:3001")


def fetch_token() -> str:
    """Only one machine gives tokens so; your application asks its own back end."""
    with urllib.request.urlopen(f"{PAGES}/dev/token?user=ana&role=creator", timeout=10) as response:
        return json.load(response)["token"]


async def main(name: str, verb: str = "") -> None:
    answers = {}

    async def answer(question: dict) -> None:
        asked = {key: question[key] for key in ("requestId", "round", "digest") if key in question}
        receipt = await client.reply({**asked, "verb": verb})
        print(f"{question['prompt']} {verb}: {receipt.get('code', receipt['status'])}", flush=True)

    def show(channel, keys) -> None:
        if channel.error:
            print(f"{name}: {channel.error}", file=sys.stderr)
        for key in sorted(keys):
            item = channel.items.get(key)
            print(key, json.dumps(item["value"], ensure_ascii=False) if item else "removed", flush=True)
            is_open = key.startswith("request/") and item and item["value"]["state"] == "open"
            if verb and is_open and key not in answers:
                answers[key] = asyncio.ensure_future(answer(item["value"]))

    def say(state: str) -> None:
        print(f"{state} {client.failure or ''}", file=sys.stderr)

    async with Client(SOCKET, lambda: asyncio.to_thread(fetch_token), on_state=say) as client:
        client.follow(name, show)
        await asyncio.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        asyncio.run(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        pass
