"""The client as `npx callboard conformance-client` runs it: lines of JSON on the standard input and output."""
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


def show(channel, _keys) -> None:
    if channel.error:
        print(json.dumps({"channel": channel.name, "error": channel.error}), flush=True)
    else:
        line = {"channel": channel.name, "epoch": channel.epoch, "offset": channel.offset, "items": channel.values}
        print(json.dumps(line), flush=True)


async def answer(client: Client, reply: dict) -> None:
    receipt = await client.reply(reply)
    print(json.dumps({"receipt": {key: receipt[key] for key in ("requestId", "status", "code") if key in receipt}}), flush=True)


async def main() -> None:
    tasks = []
    async with Client(os.environ["CALLBOARD_URL"], token) as client:
        while line := await asyncio.to_thread(sys.stdin.readline):
            command = json.loads(line)
            if "follow" in command:
                client.follow(command["follow"], show)
            if "leave" in command:
                client.unfollow(command["leave"])
            if "reply" in command:
                tasks.append(asyncio.ensure_future(answer(client, command["reply"])))


asyncio.run(main())
