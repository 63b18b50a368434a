"""callboard.py as `npx callboard conformance-client` runs it: it reads and prints lines of JSON."""
import asyncio
import json
import os
import sys
import urllib.request

from callboard import Client


def fetch_token() -> str:
    with urllib.request.urlopen(os.environ["CALLBOARD_TOKEN_URL"], timeout=10) as response:
        return response.read().decode()


async def token() -> str:
    return await asyncio.to_thread(fetch_token)


def tell(line: dict) -> None:
    print(json.dumps(line), flush=True)


def show(channel, _keys) -> None:
    if channel.error:
        tell({"channel": channel.name, "error": channel.error})
    else:
        values = {key: item["value"] for key, item in channel.items.items()}
        tell({"channel": channel.name, "epoch": channel.epoch, "offset": channel.offset, "items": values})


async def answer(client: Client, reply: dict) -> None:
    tell({"receipt": await client.reply(reply)})


async def main() -> None:
    answers = []
    async with Client(os.environ["CALLBOARD_URL"], token) as client:
        while line := await asyncio.to_thread(sys.stdin.readline):
            command = json.loads(line)
            if "follow" in command:
                client.follow(command["follow"], show)
            elif "leave" in command:
                client.unfollow(command["leave"])
            else:
                answers.append(asyncio.ensure_future(answer(client, command["reply"])))


asyncio.run(main())
