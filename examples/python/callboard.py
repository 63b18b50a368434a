"""An asyncio client of the Callboard protocol, `callboard.v1`, in one file to copy.

It keeps a copy of each channel that is followed while connections come and go, and sends answers
until they have a receipt. It needs Python 3.9 and `websockets`. Rules are those of PROTOCOL.md.
"""
from __future__ import annotations

import asyncio
import json
import logging
import random
import re
import time
import uuid
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, Iterable, List, Optional, Set

import websockets

Json = Dict[str, Any]
_PART, _WHO = r"[\w.@:|+=-]+", r"(user|role)/[\w.@:|+=-]{1,128}"
_SUBJECT = rf"(?=.{{1,200}}$){_PART}(/{_PART})+"
_CHANNEL = re.compile(rf"(watch|work):{_SUBJECT}|inbox:{_WHO}|list:{_PART}(/{_WHO})?", re.ASCII)
log = logging.getLogger("callboard")
_library_log = logging.getLogger("callboard.websockets")
_library_log.setLevel(logging.INFO)  # since debug lines have the headers, and so the token


@dataclass
class Times:
    """How long things take, in seconds; tests make them shorter."""

    gap: float = 0.5  # a delta that does not fit is held
    answer: float = 10  # a message waits for its answer
    repeat: float = 1  # to twice that: before a message is sent again; doubled each time
    backoff: float = 0.25  # at most: after a loss; doubled each time
    most: float = 30  # what doubling leads to
    steady: float = 10  # a connection that lasts so long was a good one
    asleep: float = 5  # a pause that means that the machine slept
    beat: float = 0.1  # how often the client looks what is due

    def wait(self, first: float, tries: int, least: int = 0) -> float:
        """A random wait: `least` to `least + 1` times what doubling has led to."""
        return min(first * 2 ** min(tries - 1, 20), self.most) * random.uniform(least, least + 1)


class CallboardError(Exception):
    """What the server refused: its `code`, such as `forbidden`, and `details`."""

    def __init__(self, code: str, text: str = "", details: Optional[Json] = None) -> None:
        super().__init__(f"{code}: {text}" if text else code)
        self.code, self.details = code, details or {}


class Channel:
    """The copy of a channel: `items` by key, as they are at `offset` of `epoch`."""

    def __init__(self, name: str, on_change: Callable[[Channel, Set[str]], None]) -> None:
        self.name, self.on_change = name, on_change
        self.items: Dict[str, Json] = {}
        self.epoch, self.offset = None, 0  # None until the channel is known
        self.error: Optional[str] = None  # why it is not followed
        self._kept: Dict[str, Json] = {}  # the items, and tombstones above the offset
        self._pages: Optional[Json] = None  # those that have come, as one answer, until all have
        self._told = self.items, self.epoch, self.error
        self._news = asyncio.Event()

    async def until(self, test: Callable[[Channel], Any]) -> Any:
        """Returns test(channel) as soon as that is true. Raises if the channel is refused."""
        while not (self.error or (found := test(self))):
            await self._news.wait()
        if self.error:
            raise CallboardError(self.error)
        return found

    def _after(self) -> Json:
        """Where a subscribe continues: after the last page, or else the map."""
        at = self._pages or {"epoch": self.epoch, "offset": self.offset}
        return {key: at[key] for key in ("epoch", "offset", "base") if key in at and at["epoch"]}

    def _take_deltas(self, deltas: Iterable[Json]) -> List[Json]:
        """Returns those that have to be held: while pages are due that is all."""
        held = []
        for delta in sorted(deltas, key=lambda one: one["from"]):
            is_same, start, end = delta["epoch"] == self.epoch, delta["from"], delta["to"]
            is_first = start == 0 and self.offset == 0 and not self._kept
            if self._pages or not (is_first or (is_same and start <= self.offset)):
                held.append(delta)  # rule 4: something before it is missing
            elif not is_same or end > self.offset:  # rules 2 and 3; by rule 1 others are old
                self.epoch = delta["epoch"]
                self._apply(delta["items"], end)
        return held

    def _take_answer(self, answer: Json, after: Json) -> bool:
        """Takes an answer to a subscribe `after` that, and returns whether to subscribe again.
        Pages are one answer, when all have come: until then the old map is shown."""
        page, is_next = self._pages, after == self._after()
        after = {"epoch": None, "offset": 0, **after}
        epoch, is_new = answer["epoch"], answer.get("reset") or answer["epoch"] != after["epoch"]
        if page and not (is_new or is_next):
            return True  # other pages have come meanwhile
        if page:
            items = answer["items"] if is_new else page["items"] + answer["items"]
            answer, after, is_new = {**answer, "items": items}, page["after"], is_new or page["new"]
        self._pages = {**answer, "after": after, "new": is_new} if answer.get("more") else None
        was_born = self.epoch != after["epoch"] and epoch in ("unborn", after["epoch"])
        is_late = epoch == self.epoch and after["offset"] <= answer["offset"] < self.offset
        if not (self._pages or was_born or is_late):  # rule 2: deltas were faster
            if is_new:  # rule 3
                self.epoch, self.offset, self._kept = epoch, 0, {}
            self._apply(answer["items"], max(answer["offset"], self.offset))  # rule 4
        return bool(self._pages)

    def _apply(self, items: Iterable[Json], offset: int) -> None:
        for item in items:
            kept = self._kept.get(item["key"], {"offset": self.offset})
            if item["offset"] > max(kept["offset"], self.offset):
                self._kept[item["key"]] = item
        self.offset = offset
        for key, item in list(self._kept.items()):
            if item["value"] is None and item["offset"] <= offset:
                del self._kept[key]

    def _tell(self) -> None:
        """Tells what is different since the last time."""
        self.items = {key: one for key, one in self._kept.items() if one["value"] is not None}
        (before, *was), self._told = self._told, (self.items, self.epoch, self.error)
        keys = {key for key in {**before, **self.items} if before.get(key) != self.items.get(key)}
        if keys or was != [self.epoch, self.error]:
            self._news.set()  # for those who wait now
            self._news.clear()
            asyncio.get_running_loop().call_soon(lambda: self.on_change(self, keys))


class _Sent:
    """A message, when it is sent again, and its answer."""

    def __init__(self, kind: str, **fields: Any) -> None:
        self.id = f"m_{uuid.uuid4().hex}"
        self.message = said = {"type": kind, "id": self.id, **fields}
        self.text = json.dumps(said, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        self.answer: asyncio.Future[Json] = asyncio.Future()
        self.again_at, self.is_asked, self.tries = 0.0, False, 0  # is_asked: by the server


class _Connection:
    """One WebSocket: what it follows, what is unanswered, its heartbeat."""

    def __init__(self, client: Client, ws: Any) -> None:
        self.client, self.ws, self.times = client, ws, client.times
        self.sub, self.subs = 0, {}  # the latest, and that of each channel that is followed
        self.held: Dict[str, List[Json]] = {}  # deltas, 200 of a channel at most
        self.unanswered: Dict[str, _Sent] = {}
        self.opened_at = self.pinged_at = time.monotonic()
        self.looked_at = time.time()
        self.beats, self.renew_at = {"watch": float("inf")}, float("inf")
        self.is_welcome, self.is_closed = False, ws.subprotocol != "callboard.v1"
        self.over: asyncio.Future[str] = asyncio.Future()  # why another one is needed
        client._connections.add(self)
        [first] = self._parts(client.channels)[:1] or [[]]
        self.post(_Sent("hello", client=client.name, channels=self._subscribes(first)))
        self.life = asyncio.ensure_future(self._live())

    async def _live(self) -> None:
        """Reads what comes, and looks again and again what is due."""
        while not self.is_closed:
            try:
                frame = await asyncio.wait_for(self.ws.recv(), self.times.beat)
                self._receive(json.loads(frame))
            except asyncio.TimeoutError:
                pass
            except (websockets.ConnectionClosed, OSError):
                break
            except Exception as error:  # a frame ends nothing; its words are nobody's
                log.warning("a frame could not be handled: %s", type(error).__name__)
            self._look()
        self.finish("lost")
        await asyncio.gather(self.ws.close(), return_exceptions=True)
        self.client._connections.discard(self)

    def _look(self) -> None:
        client, own, now = self.client, self.client.channels, time.monotonic()
        again = [one for one in self.unanswered.values() if now >= one.again_at]
        late = [one.message["type"] for one in again if not one.is_asked]
        beat = min(self.beats.get(n.split(":")[0], self.beats["watch"]) for n in own or ["watch"])
        if "ping" in late:
            self.finish("lost")
        elif late or now >= self.pinged_at + beat / 1000:
            self.pinged_at = now
            at = {n: [c.epoch, c.offset] for n, c in own.items() if n in self.subs and c.epoch}
            for part in self._parts(at) or [[]]:
                self.post(_Sent("ping", at={name: at[name] for name in part}))
        for one in again:
            self.post(one)
        held = [(name, delta) for name, deltas in self.held.items() for delta in deltas]
        self.catch_up({name for name, delta in held if now >= delta["came_at"] + self.times.gap})
        passed, self.looked_at = time.time() - self.looked_at, time.time()
        if passed > self.times.asleep or client.server_now() >= self.renew_at:
            self.finish("renew")
        if client._connection is self and not (own or client._calls):
            self.finish("idle")

    def finish(self, why: str) -> None:
        """Asks for another connection; a welcomed one continues until then if `why` is `renew`."""
        if not self.over.done():
            self.over.set_result(why)
        if why != "renew" or not self.is_welcome:
            self.is_closed = True
            if self.client._connection is self:
                self.client._connection = None

    def post(self, sent: _Sent) -> None:
        sent.again_at, sent.is_asked = time.monotonic() + self.times.answer, False
        self.unanswered[sent.id] = sent
        asyncio.gather(self.ws.send(sent.text), return_exceptions=True)  # reading hears of a loss

    def repeat(self, sent: _Sent, ms: Optional[float] = None) -> None:
        """The server wants a message again: then, or after a wait that is longer each time."""
        wait = self.times.wait(self.times.repeat, sent.tries + 1, 1) if ms is None else ms / 1000
        sent.again_at, sent.is_asked, sent.tries = time.monotonic() + wait, True, sent.tries + 1
        self.unanswered[sent.id] = sent

    def subscribe(self, names: Iterable[str]) -> None:
        for part in self._parts(names):
            self.post(_Sent("subscribe", channels=self._subscribes(part)))

    def catch_up(self, names: Iterable[str]) -> None:
        """Subscribes again, unless an answer is due that will have what is missing."""
        due = {name for one in self.unanswered.values() for name in one.message.get("channels", ())}
        self.subscribe(name for name in names if name in self.subs and name not in due)

    def unsubscribe(self, name: str) -> None:
        self.subs.pop(name, None)
        self.held.pop(name, None)
        self.sub += 1
        self.post(_Sent("unsubscribe", channels={name: self.sub}))

    def _subscribes(self, names: List[str]) -> Json:
        """What `hello` and `subscribe` say of channels."""
        self.sub += 1
        self.subs.update(dict.fromkeys(names, self.sub))
        afters = {name: self.client.channels[name]._after() for name in names}
        return {n: {"sub": self.sub, **({"after": a} if a else {})} for n, a in afters.items()}

    def _parts(self, names: Iterable[str]) -> List[List[str]]:
        """As many channels as the server takes in a message."""
        listed, most = list(names), self.client._limits["channelsPerMessage"]
        return [listed[start : start + most] for start in range(0, len(listed), most)]

    def _receive(self, message: Json) -> None:
        if "type" not in message:  # some message could not be handled, unknown which
            for sent in [one for one in self.unanswered.values() if not one.is_asked]:
                self.repeat(sent)
        handle = getattr(self, f"_on_{message.get('type')}", None)
        if handle and not self.is_closed:
            if "serverTime" in message:
                self.client._ahead = message["serverTime"] - time.time() * 1000
            handle(message, self.unanswered.pop(message.get("re", ""), None))
            self.catch_up(message.get("behind", ()))  # of a pong

    def _on_welcome(self, welcome: Json, sent: Optional[_Sent]) -> None:
        client, now = self.client, welcome["serverTime"]
        self.renew_at = now + (welcome["expiresAt"] - now) * random.uniform(0.8, 0.9)
        self.beats, self.is_welcome, client.welcome = welcome["heartbeatMs"], True, welcome
        client._limits.update(welcome["limits"])
        if client._connection not in (None, self):
            client._connection.finish("renewed")
        client._connection, client.failures, client.failure = self, 0, None
        client._say("connected")
        for call in client._calls.values():
            self.post(call)
        self.subscribe(name for name in client.channels if name not in self.subs)
        self._on_subscribed(welcome, sent)

    def _on_subscribed(self, message: Json, sent: Optional[_Sent]) -> None:
        for name, answer in message.get("channels", {}).items():
            channel, error = self.client.channels.get(name), answer.get("error")
            if not channel and not error:
                self.unsubscribe(name)  # it was left
            if not sent or answer["sub"] != self.subs.get(name):
                continue
            again = error == "stale"
            if not error:
                channel.error, after = None, sent.message["channels"][name].get("after", {})
                again = channel._take_answer(answer, after)
                held = channel._take_deltas(self.held.get(name, []))
                self.held[name] = [one for one in held if again or one["sub"] == answer["sub"]]
            elif not again:
                channel.error = error
                del self.subs[name]  # until the next connection
            if again:
                self.subscribe([name])
            channel._tell()

    def _on_delta(self, delta: Json, _: None) -> None:
        name, sub = delta["channel"], self.subs.get(delta["channel"])
        if sub:
            held = [*self.held.get(name, []), {**delta, "came_at": time.monotonic(), "sub": sub}]
            if self.is_welcome:  # until then the connection before this one counts
                held = self.client.channels[name]._take_deltas(held)
                self.client.channels[name]._tell()
            self.held[name] = held[:200]

    def _on_receipt(self, answer: Json, sent: Optional[_Sent]) -> None:
        if sent and not sent.answer.done():
            sent.answer.set_result(answer)

    _on_acted = _on_resolved = _on_unsubscribed = _on_pong = _on_receipt

    def _on_error(self, error: Json, sent: Optional[_Sent]) -> None:
        retry, kind = error.get("retry"), sent.message["type"] if sent else ""
        if retry == "later" and sent:
            self.repeat(sent, error.get("retryAfterMs"))
        elif retry == "reauthenticate" or kind == "hello":
            self.finish("renew")
        elif kind == "subscribe":
            asked, refused = sent.message["channels"], {"error": error["code"]}
            self._on_subscribed({"channels": {n: {**asked[n], **refused} for n in asked}}, sent)
        else:
            self._on_receipt(error, sent)

    def _on_bye(self, bye: Json, _: None) -> None:
        if "afterMs" in bye:
            self.client._not_before = time.monotonic() + bye["afterMs"] / 1000
        self.finish("never" if bye["retry"] == "never" else "lost" if "afterMs" in bye else "renew")


class Client:
    """Follows channels and sends answers, in a coroutine: `async with Client(url, token) as …`.

    `token` is asked for a fresh token before every attempt to connect. `on_state` hears `idle`,
    `connecting`, `connected`, `renewing` and `waiting`; `failures` counts the attempts that failed
    in a row, `failure` is why the last one did.
    """

    def __init__(
        self, url: str, token: Callable[[], Awaitable[str]], *, name: str = "callboard-python/1.0",
        on_state: Callable[[str], None] = lambda state: None, times: Optional[Times] = None,
    ) -> None:
        self.url, self.name, self.times = url, name, times or Times()
        self.channels: Dict[str, Channel] = {}
        self._limits = {"clientMessageBytes": 30_720, "channelsPerMessage": 50}
        self.welcome: Optional[Json] = None  # the latest: `user`, `inboxes`, `limits`, `features`
        self.state, self.failures, self.failure = "idle", 0, None
        self._token, self._on_state = token, on_state
        self._connection: Optional[_Connection] = None  # the one in use
        self._connections: Set[_Connection] = set()  # that, and those that are opened or closed
        self._calls: Dict[str, _Sent] = {}
        self._ahead = self._not_before = self._retry_at = 0.0

    async def __aenter__(self) -> Client:
        self._runner = asyncio.ensure_future(self._run())
        return self

    async def __aexit__(self, *_: Any) -> None:
        self._runner.cancel()
        for sent in self._calls.values():
            sent.answer.cancel()
        for connection in self._connections:
            connection.finish("closed")
        await asyncio.wait({self._runner, *(one.life for one in self._connections)})

    def follow(self, name: str, on_change: Callable[..., None] = lambda *_: None) -> Channel:
        """Keeps a copy; on_change(channel, keys) hears which keys changed, and of an `error`."""
        if name in self.channels or not _CHANNEL.fullmatch(name):
            raise ValueError(f"not a channel, or followed already: {name}")
        channel = self.channels[name] = Channel(name, on_change)
        if self._connection:
            self._connection.subscribe([name])
        return channel

    def unfollow(self, name: str) -> None:
        """Leaves a channel."""
        if name in self.channels:
            self.channels.pop(name).on_change = lambda *_: None
            for connection in self._connections:
                connection.unsubscribe(name)

    async def reply(self, reply: Json) -> Json:
        """Sends a `Reply`, less `type` and `id`, until its receipt; a missing `replyId` is made."""
        return await self.call("reply", **{"replyId": f"r_{uuid.uuid4().hex}", **reply})

    async def call(self, kind: str, **fields: Any) -> Json:
        """Sends `reply`, `attend`, `extend`, `reassign` or `resolve` until it is answered.

        Cancel it to give up. An error of the server is raised as CallboardError.
        """
        sent, most = _Sent(kind, **fields), self._limits["clientMessageBytes"]
        if len(sent.text.encode()) > most:
            raise ValueError(f"a message has at most {most} bytes")
        self._calls[sent.id] = sent
        if self._connection:
            self._connection.post(sent)
        try:
            answer = await sent.answer
        finally:
            del self._calls[sent.id]
            for connection in self._connections:
                connection.unanswered.pop(sent.id, None)
        if answer["type"] == "error":
            raise CallboardError(answer["code"], answer.get("message", ""), answer.get("details"))
        return answer

    def server_now(self) -> float:
        """The server's time, by which deadlines and `until` are meant, in milliseconds."""
        return time.time() * 1000 + self._ahead

    def retry_now(self) -> None:
        """Ends a wait between two attempts: for when the network returns."""
        self._retry_at = 0.0

    async def _run(self) -> None:
        """One connection after the other, for as long as something is wanted."""
        times, tries, why = self.times, 0, ""
        while True:
            while not (self._connection or self.channels or self._calls):
                self._say("idle")
                await asyncio.sleep(times.beat)
            if tries:
                self._say("waiting")
                wait = float("inf") if why == "never" else times.wait(times.backoff, tries)
                self._retry_at = time.monotonic() + wait
                while time.monotonic() < max(self._retry_at, self._not_before):
                    await asyncio.sleep(times.beat)
            tries, why = tries + 1, ""
            self._say("connecting")
            try:
                opening = websockets.connect(
                    self.url, ping_interval=None, close_timeout=1, logger=_library_log,
                    subprotocols=["callboard.v1", "callboard.bearer." + await self._token()],
                )
                # No redirect is followed, as the token is for one address: until version 13; since.
                opening.MAX_REDIRECTS_ALLOWED, opening.process_redirect = 1, lambda error: error
                connection = _Connection(self, await opening)
                why = await connection.over
                if not connection.is_welcome:
                    raise ConnectionError("the server did not welcome this client")
                if why == "idle" or time.monotonic() - connection.opened_at >= times.steady:
                    tries = 0 if why in ("idle", "renew") else 1
            except Exception as error:
                self.failures, self.failure = self.failures + 1, error
                if self.failures == 3:
                    log.warning("three attempts to connect failed: %s", type(error).__name__)

    def _say(self, state: str) -> None:
        """Tells a new state; while one connection is in use, another one renews it."""
        state = "renewing" if self._connection and state != "connected" else state
        if state != self.state:
            self.state = state
            asyncio.get_running_loop().call_soon(self._on_state, state)
