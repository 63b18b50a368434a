"""What the conformance kit does not try: callboard.py against a scripted server on the loopback, without sleeps."""
from __future__ import annotations

import asyncio
import json
import logging
import time
import unittest
from typing import Any, Optional
from unittest import mock

import websockets

from callboard import CallboardError, Client, Times

CHANNEL, FENCE = "watch:video/v_1", "list:video"
FAST = dict(gap=0.05, answer=5, repeat=0.05, backoff=0.01, beat=0.01)


def item(key: str, offset: int, value: Any = ...) -> dict:
    return {"key": key, "value": f"{key}{offset}" if value is ... else value, "offset": offset, "version": "", "at": 0}


def answer(sub: int, epoch: str, offset: int, *items: dict, **more: Any) -> dict:
    return {"sub": sub, "epoch": epoch, "offset": offset, "items": list(items), **more}


def after(epoch: str, offset: int, **base: int) -> dict:
    return {"epoch": epoch, "offset": offset, **base}


class Peer:
    """The server's side of one connection."""

    def __init__(self, ws: Any) -> None:
        self.ws, self.messages, self.fences = ws, asyncio.Queue(), 0

    async def take(self, kind: str) -> dict:
        """The next message, which has to be of this type."""
        message = await asyncio.wait_for(self.messages.get(), 5)
        assert message["type"] == kind, message
        return message

    async def put(self, kind: str, **fields: Any) -> None:
        await self.ws.send(json.dumps({"type": kind, **fields}))

    async def welcome(self, hello: dict, channels: dict, life: float = 7200, **limits: int) -> None:
        now = int(time.time() * 1000)
        await self.put(
            "welcome", re=hello["id"], connectionId="c", inboxes=[], user={"id": "ana", "name": "Ana", "roles": []},
            serverTime=now, heartbeatMs={"watch": 240_000, "work": 30_000, "inbox": 30_000},
            expiresAt=now + int(life * 1000), limits=limits, features=["reply"], channels=channels)

    async def delta(self, epoch: str, start: int, to: int, *items: dict, channel: str = CHANNEL) -> None:
        await self.put("delta", channel=channel, epoch=epoch, **{"from": start}, to=to, items=list(items))

    async def subscribed(self, asked: dict, **entry: Any) -> None:
        await self.put("subscribed", re=asked["id"], channels={CHANNEL: entry})

    async def error(self, asked: dict, code: str, retry: str, **more: Any) -> None:
        await self.put("error", re=asked["id"], code=code, message="", retry=retry, **more)

    async def fence(self, client: Client) -> None:
        """When this returns the client has handled every frame before it."""
        self.fences += 1
        count = self.fences
        await self.delta("f", count - 1, count, item("n", count, count), channel=FENCE)
        await asyncio.wait_for(client.channels[FENCE].until(lambda channel: channel.offset >= count), 5)


class Case(unittest.IsolatedAsyncioTestCase):
    client: Optional[Client] = None

    async def asyncSetUp(self) -> None:
        for name in ("callboard", "websockets"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.peers: asyncio.Queue = asyncio.Queue()
        self.states, self.told, self.tokens = asyncio.Queue(), [], 0

        async def serve(ws: Any) -> None:
            peer = Peer(ws)
            self.peers.put_nowait(peer)
            try:
                while True:
                    peer.messages.put_nowait(json.loads(await ws.recv()))
            except websockets.ConnectionClosed:
                pass

        self.server = await websockets.serve(serve, "127.0.0.1", 0, subprotocols=["callboard.v1"], close_timeout=1)

    async def asyncTearDown(self) -> None:
        if self.client:
            await self.client.__aexit__()
        self.server.close()
        await self.server.wait_closed()

    async def start(self, **times: float) -> Client:
        async def token() -> str:
            self.tokens += 1
            return f"t{self.tokens}"

        address = f"ws://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        self.client = Client(address, token, on_state=self.states.put_nowait, times=Times(**{**FAST, **times}))
        return await self.client.__aenter__()

    async def peer(self) -> Peer:
        return await asyncio.wait_for(self.peers.get(), 5)

    async def opened(self, **times: float) -> tuple:
        """A client that follows two channels, and its hello, which has no answer yet."""
        client = await self.start(**times)
        self.channel = client.follow(CHANNEL, lambda channel, keys: self.told.append(keys))
        client.follow(FENCE)
        peer = await self.peer()
        hello = await peer.take("hello")
        self.assertEqual(hello["channels"], {CHANNEL: {"sub": 1}, FENCE: {"sub": 1}})
        return peer, hello

    async def following(self, first: dict, **times: float) -> Peer:
        """A client that has had this first answer."""
        peer, hello = await self.opened(**times)
        await peer.welcome(hello, {CHANNEL: first, FENCE: answer(1, "f", 0)})
        await peer.fence(self.client)
        return peer

    async def asking(self, first: dict) -> tuple:
        """A client that has had this first answer, and its next subscribe, which has no answer yet."""
        peer = await self.following(first)
        await peer.delta("e", 90, 91)
        return peer, await peer.take("subscribe")

    async def shows(self, peer: Peer, epoch: Optional[str], offset: int, **values: Any) -> None:
        await peer.fence(self.client)
        shown = {key: kept["value"] for key, kept in self.channel.items.items()}
        self.assertEqual((self.channel.epoch, self.channel.offset, shown), (epoch, offset, values))

    async def becomes(self, *states: str) -> None:
        for state in states:
            self.assertEqual(await asyncio.wait_for(self.states.get(), 5), state)


class Deltas(Case):
    async def test_holds_a_delta_that_comes_before_the_answer(self) -> None:
        peer, hello = await self.opened()
        await peer.delta("e", 3, 4, item("a", 4))
        await peer.welcome(hello, {CHANNEL: answer(1, "e", 3, item("b", 3)), FENCE: answer(1, "f", 0)})
        await self.shows(peer, "e", 4, a="a4", b="b3")

    async def test_takes_the_epoch_of_the_first_values(self) -> None:
        peer = await self.following(answer(1, "unborn", 0))
        await self.shows(peer, "unborn", 0)
        await peer.delta("e", 0, 2, item("a", 2))
        await self.shows(peer, "e", 2, a="a2")

    async def test_ignores_what_is_old_and_takes_what_is_new_of_an_overlap(self) -> None:
        peer = await self.following(answer(1, "e", 3, item("a", 3), item("b", 1)))
        await peer.delta("e", 1, 3, item("a", 2), item("z", 1))
        await peer.delta("e", 1, 5, item("a", 2), item("b", 5, None), item("c", 4))
        await self.shows(peer, "e", 5, a="a3", c="c4")
        await peer.delta("e", 4, 9, item("b", 4), item("d", 6))
        await self.shows(peer, "e", 9, a="a3", c="c4", d="d6")
        self.assertEqual(self.told, [{"a", "b"}, {"b", "c"}, {"d"}])

    async def test_asks_for_what_a_gap_lacks(self) -> None:
        peer = await self.following(answer(1, "e", 4))
        await peer.delta("e", 6, 7, item("a", 7))
        again = await peer.take("subscribe")
        self.assertEqual(again["channels"], {CHANNEL: {"sub": 2, "after": after("e", 4)}})
        await self.shows(peer, "e", 4)
        await peer.subscribed(again, **answer(2, "e", 6, item("b", 6)))
        await self.shows(peer, "e", 7, a="a7", b="b6")

    async def test_holds_first_values_where_it_has_a_map(self) -> None:
        peer = await self.following(answer(1, "e", 4, item("a", 4)))
        await peer.delta("g", 0, 1, item("b", 1))
        again = await peer.take("subscribe")
        self.assertEqual(again["channels"], {CHANNEL: {"sub": 2, "after": after("e", 4)}})
        await self.shows(peer, "e", 4, a="a4")

    async def test_closes_a_gap_by_what_comes_late(self) -> None:
        peer = await self.following(answer(1, "e", 4), gap=3600)
        await peer.delta("e", 7, 8, item("c", 8))
        await peer.delta("e", 6, 7, item("a", 7))
        await self.shows(peer, "e", 4)
        await peer.delta("e", 4, 6, item("b", 5))
        await self.shows(peer, "e", 8, a="a7", b="b5", c="c8")

    async def test_asks_once_for_a_late_delta_of_an_old_epoch(self) -> None:
        peer, again = await self.asking(answer(1, "g", 4, item("a", 4)))
        await peer.subscribed(again, **answer(2, "g", 4))
        await self.shows(peer, "g", 4, a="a4")
        self.assertEqual(self.client._connection.held[CHANNEL], [])

    async def test_holds_200_deltas_at_most(self) -> None:
        peer = await self.following(answer(1, "e", 0), gap=3600)
        for offset in range(1, 202):
            await peer.delta("e", offset, offset + 1, item("n", offset + 1))
        await peer.delta("e", 0, 1)
        await self.shows(peer, "e", 201, n="n201")


class Answers(Case):
    async def test_ignores_the_answer_to_an_earlier_subscribe(self) -> None:
        peer, asked = await self.asking(answer(1, "e", 4, item("a", 4)))
        await peer.subscribed(asked, **answer(1, "x", 9))
        await self.shows(peer, "e", 4, a="a4")

    async def test_is_not_taken_back_by_a_second_answer_to_the_same_subscribe(self) -> None:
        peer, asked = await self.asking(answer(1, "e", 4))
        await peer.subscribed(asked, **answer(2, "e", 95, item("a", 95), reset=True))
        await peer.subscribed(asked, **answer(2, "e", 94, item("a", 94), reset=True))
        await self.shows(peer, "e", 95, a="a95")

    async def test_replaces_the_map_by_a_reset_of_its_epoch(self) -> None:
        peer, asked = await self.asking(answer(1, "e", 4, item("a", 4)))
        await peer.subscribed(asked, **answer(2, "e", 3, item("b", 3), reset=True))
        await self.shows(peer, "e", 3, b="b3")

    async def test_ignores_an_unborn_answer_after_the_first_values(self) -> None:
        peer, asked = await self.asking(answer(1, "unborn", 0))
        await peer.delta("e", 0, 1, item("a", 1))
        await peer.subscribed(asked, **answer(2, "unborn", 0))
        await self.shows(peer, "e", 1, a="a1")

    async def test_ignores_an_unborn_answer_to_the_first_subscribe_after_the_first_values(self) -> None:
        peer = await self.following(answer(1, "e", 4))
        self.client.unfollow(CHANNEL)
        await peer.take("unsubscribe")
        self.channel = self.client.follow(CHANNEL)
        asked = await peer.take("subscribe")
        self.assertEqual(asked["channels"], {CHANNEL: {"sub": 3}})
        await peer.delta("g", 0, 1, item("a", 1))
        await peer.subscribed(asked, **answer(3, "unborn", 0))
        await self.shows(peer, "g", 1, a="a1")

    async def test_keeps_a_newer_item_of_a_key(self) -> None:
        peer, asked = await self.asking(answer(1, "e", 4, item("a", 4), item("b", 3)))
        await peer.subscribed(asked, **answer(2, "e", 95, item("a", 3), item("b", 95, None), item("c", 5)))
        await self.shows(peer, "e", 95, a="a4", c="c5")

    async def test_turns_pages_and_ignores_deltas_from_before_their_base(self) -> None:
        peer, hello = await self.opened()
        first = answer(1, "e", 3, item("a", 3), more=True, base=9)
        await peer.welcome(hello, {CHANNEL: first, FENCE: answer(1, "f", 0)})
        page = await peer.take("subscribe")
        self.assertEqual(page["channels"], {CHANNEL: {"sub": 2, "after": after("e", 3, base=9)}})
        await peer.delta("e", 3, 9, item("gone", 8))
        await peer.delta("e", 9, 10, item("c", 10))
        await self.shows(peer, None, 0)
        await peer.subscribed(page, **answer(2, "e", 9, item("b", 9)))
        await self.shows(peer, "e", 10, a="a3", b="b9", c="c10")

    async def test_takes_no_first_values_from_before_the_base_of_the_pages(self) -> None:
        peer, hello = await self.opened()
        first = answer(1, "e", 1, item("a", 1), more=True, base=9)
        await peer.welcome(hello, {CHANNEL: first, FENCE: answer(1, "f", 0)})
        page = await peer.take("subscribe")
        await peer.delta("e", 0, 2, item("gone", 2))
        await self.shows(peer, None, 0)
        await peer.subscribed(page, **answer(2, "e", 9, item("b", 9)))
        await self.shows(peer, "e", 9, a="a1", b="b9")

    async def test_shows_the_old_map_until_a_reset_is_whole_even_over_the_next_connection(self) -> None:
        peer, asked = await self.asking(answer(1, "e", 4, item("a", 4)))
        await peer.subscribed(asked, **answer(2, "x", 3, item("b", 3), reset=True, more=True, base=7))
        await peer.take("subscribe")
        await self.shows(peer, "e", 4, a="a4")
        await peer.ws.close(1011)
        peer = await self.peer()
        hello = await peer.take("hello")
        self.assertEqual(hello["channels"][CHANNEL], {"sub": 1, "after": after("x", 3, base=7)})
        await peer.welcome(hello, {CHANNEL: answer(1, "x", 7, item("c", 7)), FENCE: answer(1, "g", 0, reset=True)})
        await asyncio.wait_for(self.channel.until(lambda channel: channel.epoch == "x"), 5)
        self.assertEqual(set(self.channel.items), {"b", "c"})

    async def test_replaces_the_map_by_a_reset_whose_first_page_ends_before_the_map(self) -> None:
        peer, asked = await self.asking(answer(1, "e", 4, item("gone", 3)))
        await peer.delta("e", 4, 6, item("c", 6))
        await self.shows(peer, "e", 6, c="c6", gone="gone3")
        await peer.subscribed(asked, **answer(2, "e", 5, item("b", 5), reset=True, more=True, base=9))
        page = await peer.take("subscribe")
        self.assertEqual(page["channels"], {CHANNEL: {"sub": 3, "after": after("e", 5, base=9)}})
        await peer.subscribed(page, **answer(3, "e", 9, item("c", 9)))
        await self.shows(peer, "e", 9, b="b5", c="c9")

    async def test_follows_a_refused_channel_again_over_the_next_connection(self) -> None:
        peer = await self.following({"sub": 1, "error": "forbidden"})
        with self.assertRaises(CallboardError):
            await self.channel.until(lambda channel: channel.epoch)
        await peer.delta("e", 0, 1, item("a", 1))
        await self.shows(peer, None, 0)
        await peer.ws.close(1011)
        fences, peer = peer.fences, await self.peer()
        hello, peer.fences = await peer.take("hello"), fences
        await peer.welcome(hello, {CHANNEL: answer(1, "unborn", 0), FENCE: answer(1, "f", fences)})
        await self.shows(peer, "unborn", 0)
        self.assertIsNone(self.channel.error)

    async def test_leaves_again_when_an_answer_comes_for_what_it_left(self) -> None:
        peer, asked = await self.asking(answer(1, "e", 4))
        self.client.unfollow(CHANNEL)
        self.assertEqual((await peer.take("unsubscribe"))["channels"], {CHANNEL: 3})
        await peer.subscribed(asked, **answer(2, "e", 5))
        self.assertEqual((await peer.take("unsubscribe"))["channels"], {CHANNEL: 4})


class Connections(Case):
    async def test_follows_over_the_first_connection_until_the_second_is_welcomed(self) -> None:
        client = await self.start()
        self.channel = client.follow(CHANNEL)
        first = await self.peer()
        await first.welcome(await first.take("hello"), {CHANNEL: answer(1, "e", 4)}, life=0.2)
        second = await self.peer()
        hello = await second.take("hello")
        self.assertEqual(hello["channels"], {CHANNEL: {"sub": 1, "after": after("e", 4)}})
        await second.delta("e", 4, 5, item("early", 5))
        await first.delta("e", 4, 6, item("a", 6))
        await asyncio.wait_for(self.channel.until(lambda channel: channel.offset == 6), 5)
        await second.delta("e", 6, 7, item("b", 7))
        await second.welcome(hello, {CHANNEL: answer(1, "e", 5, item("early", 5))})
        await asyncio.wait_for(self.channel.until(lambda channel: channel.offset == 7), 5)
        self.assertEqual(set(self.channel.items), {"a", "b"})
        await asyncio.wait_for(first.ws.wait_closed(), 5)
        await self.becomes("connecting", "connected", "renewing", "connected")
        self.assertEqual(self.tokens, 2)

    async def test_goes_on_where_the_first_connection_has_turned_pages_since_the_hello(self) -> None:
        client = await self.start()
        self.channel = client.follow(CHANNEL)
        first = await self.peer()
        page = answer(1, "e", 3, item("a", 3), more=True, base=9)
        await first.welcome(await first.take("hello"), {CHANNEL: page}, life=0.2)
        asked = await first.take("subscribe")
        second = await self.peer()
        hello = await second.take("hello")
        self.assertEqual(hello["channels"][CHANNEL]["after"], after("e", 3, base=9))
        await first.subscribed(asked, **answer(2, "e", 6, item("b", 5), item("c", 6), more=True, base=9))
        await first.take("subscribe")
        await second.welcome(hello, {CHANNEL: answer(1, "e", 5, item("b", 5), more=True, base=9)})
        asked = await second.take("subscribe")
        self.assertEqual(asked["channels"][CHANNEL]["after"], after("e", 6, base=9))
        await second.subscribed(asked, **answer(2, "e", 9, item("d", 9)))
        await asyncio.wait_for(self.channel.until(lambda channel: channel.offset == 9), 5)
        self.assertEqual(set(self.channel.items), {"a", "b", "c", "d"})

    async def test_opens_a_new_connection_after_the_machine_slept(self) -> None:
        await self.following(answer(1, "e", 4))
        real = time.time
        with mock.patch("callboard.time.time", lambda: real() + 60):
            hello = await (await self.peer()).take("hello")
        self.assertEqual(hello["channels"][CHANNEL]["after"], after("e", 4))
        await self.becomes("connecting", "connected", "renewing")

    async def test_names_as_many_channels_in_a_message_as_the_server_takes(self) -> None:
        client = await self.start()
        for n in range(120):
            client.follow(f"watch:video/v_{n}")
        peer = await self.peer()
        hello = await peer.take("hello")
        self.assertEqual(len(hello["channels"]), 50)
        entries = {name: {"sub": 1, "error": "forbidden"} for name in hello["channels"]}
        await peer.welcome(hello, entries, channelsPerMessage=40)
        counts = [len((await peer.take("subscribe"))["channels"]) for _ in range(2)]
        self.assertEqual(counts, [40, 30])

    async def test_waits_longer_after_each_frame_without_a_type(self) -> None:
        peer, hello = await self.opened(repeat=0.1)
        waits = []
        for _ in range(3):
            await peer.ws.send('{"message": "Internal server error"}')
            start = time.monotonic()
            self.assertEqual(await peer.take("hello"), hello)
            waits.append(time.monotonic() - start)
        for least, waited in zip((0.1, 0.2, 0.4), waits):
            self.assertGreaterEqual(waited, least)

    async def test_is_idle_when_nothing_is_wanted(self) -> None:
        peer = await self.following(answer(1, "e", 4))
        self.client.unfollow(CHANNEL)
        self.client.unfollow(FENCE)
        await asyncio.wait_for(peer.ws.wait_closed(), 5)
        self.client.follow(CHANNEL)
        hello = await (await self.peer()).take("hello")
        self.assertEqual(hello["channels"], {CHANNEL: {"sub": 1}})
        await self.becomes("connecting", "connected", "idle", "connecting")

    async def test_stays_away_after_never_until_it_is_told_to_try(self) -> None:
        peer = await self.following(answer(1, "e", 4))
        await peer.put("bye", code="going_away", retry="never")
        await asyncio.wait_for(peer.ws.wait_closed(), 5)
        await self.becomes("connecting", "connected", "waiting")
        self.assertTrue(self.peers.empty())
        self.client.retry_now()
        await (await self.peer()).take("hello")

    async def test_refuses_names_that_are_no_channels(self) -> None:
        client = await self.start()
        for name in ("watch:video", "inbox:ana", "list:", "work:a/b c", "watch:a/" + "b" * 199, "title"):
            with self.assertRaises(ValueError, msg=name):
                client.follow(name)
        for name in ("watch:video/v_1", "work:a/b/c", "inbox:role/editors", "list:video", "list:video/user/ana"):
            client.follow(name)
        await (await self.peer()).take("hello")


class Calls(Case):
    async def test_repeats_a_call_until_it_is_answered(self) -> None:
        peer = await self.following(answer(1, "e", 4))
        extend = asyncio.ensure_future(self.client.call("extend", requestId="req_1", deadline=5))
        first = await peer.take("extend")
        await peer.error(first, "rate_limited", "later", retryAfterMs=10)
        self.assertEqual(await peer.take("extend"), first)
        await peer.error(first, "unauthorized", "reauthenticate")
        peer = await self.peer()
        await peer.welcome(await peer.take("hello"), {})
        self.assertEqual(await peer.take("extend"), first)
        await peer.error(first, "not_found", "never")
        with self.assertRaises(CallboardError) as raised:
            await extend
        self.assertEqual(raised.exception.code, "not_found")

    async def test_returns_a_refusal_as_the_receipt_that_it_is(self) -> None:
        peer = await self.following(answer(1, "e", 4))
        reply = asyncio.ensure_future(self.client.reply({"requestId": "req_1", "round": 1, "verb": "approve"}))
        sent = await peer.take("reply")
        await peer.put("receipt", re=sent["id"], requestId="req_1", status="refused", code="expired")
        self.assertEqual((await reply)["code"], "expired")

    async def test_says_no_more_of_a_call_that_was_given_up(self) -> None:
        peer = await self.following(answer(1, "e", 4), answer=0.2)
        given_up = asyncio.ensure_future(self.client.call("resolve", ref=f"{CHANNEL}#avatar"))
        first = await peer.take("resolve")
        given_up.cancel()
        other = asyncio.ensure_future(self.client.call("resolve", ref=f"{CHANNEL}#title"))
        second = await peer.take("resolve")
        await peer.take("ping")
        self.assertEqual(await peer.take("resolve"), second)
        self.assertNotEqual(first["id"], second["id"])
        other.cancel()

    async def test_refuses_a_message_that_is_too_large(self) -> None:
        client = await self.start()
        with self.assertRaises(ValueError):
            await client.reply({"requestId": "req_1", "round": 1, "verb": "edit", "value": "x" * 31_000})


if __name__ == "__main__":
    unittest.main()
