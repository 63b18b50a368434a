"""An asyncio client of the Callboard protocol, `callboard.v1`, in one file to copy.

It keeps a copy of each channel that is followed while connections come and go, and sends answers until they have a
receipt. It needs Python 3.9 and `websockets`. The rules that comments name are those of PROTOCOL.md.
"""
from __future__ import annotations

import asyncio
import json
import logging
import random
import re
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, Dict, Iterable, List, Optional, Set, Tuple

import websockets

Json = Dict[str, Any]
UNBORN = "unborn"
MOST_HELD = 200
_PART, _WHO = r"[\w.@:|+=-]+", r"(user|role)/[\w.@:|+=-]{1,128}"
_CHANNEL = re.compile(rf"(watch|work):(?=.{{1,200}}$){_PART}(/{_PART})+|inbox:{_WHO}|list:{_PART}(/{_WHO})?", re.ASCII)
log = logging.getLogger("callboard")
# The library's debug lines have the headers in them, and so the token.
_library_log = logging.getLogger("callboard.websockets")
_library_log.setLevel(logging.INFO)


@dataclass
class Times:
    """How long things take, in seconds; tests make them shorter."""

    gap: float = 0.5  # a delta that does not fit is held
    answer: float = 10  # a message waits for its answer
    repeat: float = 1  # after a frame without a type, to twice that
    backoff: float = 0.25  # the first wait after a loss, at most
    most: float = 30  # any such wait
    steady: float = 10  # a connection that lasts so long was a good one
    asleep: float = 5  # a pause that means that the machine slept
    beat: float = 0.1  # how often the client looks what is due


class CallboardError(Exception):
    """What the server refused: its `code`, such as `forbidden`, and `details`."""

    def __init__(self, code: str, text: str = "", details: Optional[Json] = None) -> None:
        super().__init__(f"{code}: {text}" if text else code)
        self.code, self.details = code, details or {}


class _Map:
    """The items up to an offset of an epoch, tombstones among them; `base` while pages are due."""

    def __init__(self) -> None:
        self.items: Dict[str, Json] = {}
        self.epoch: Optional[str] = None
        self.offset = 0
        self.base: Optional[int] = None

    def position(self) -> Optional[Json]:
        base = {} if self.base is None else {"base": self.base}
        return {"epoch": self.epoch, "offset": self.offset, **base} if self.epoch else None

    def apply(self, items: Iterable[Json], offset: int, above: int = 0) -> None:
        for item in items:
            kept = self.items.get(item["key"])
            if item["offset"] > max(above, kept["offset"] if kept else 0):
                self.items[item["key"]] = item
        self.offset = offset
        self.items = {k: i for k, i in self.items.items() if i["value"] is not None or i["offset"] > offset}

    def take_delta(self, delta: Json) -> bool:
        """False if something before it is missing: then it has to be held."""
        is_same, start, end = delta["epoch"] == self.epoch, delta["from"], delta["to"]
        if is_same and end <= max(self.offset, self.base or 0):
            return True  # rule 1: nothing new
        if not (is_same and start <= self.offset):  # rule 2: it fits
            if start != 0 or self.offset != 0 or self.items:
                return False  # rule 4: a gap
            self.epoch = delta["epoch"]  # rule 3: the channel was born
        self.apply(delta["items"], end, above=self.offset)
        return True

    def take_answer(self, answer: Json, after: Optional[Json]) -> None:
        """An entry of `welcome` or `subscribed`, without an error, for a subscribe after that position."""
        epoch, offset = answer["epoch"], answer["offset"]
        asked = after or {"epoch": None, "offset": 0}
        was_born = self.epoch != asked["epoch"] and epoch in (UNBORN, asked["epoch"])
        if was_born or (epoch == self.epoch and asked["offset"] <= offset < self.offset):
            pass  # rule 2: deltas were faster
        elif answer.get("reset") or epoch != asked["epoch"]:  # rule 3: a new map
            self.items, self.epoch = {}, epoch
            self.apply(answer["items"], offset)
        else:  # rule 4
            self.apply(answer["items"], max(offset, self.offset))
        self.base = answer.get("base", offset) if answer.get("more") else None


class Channel:
    """The copy of a channel: `items` by key, as they are at `offset` of `epoch`. `error`: why it is not followed."""

    def __init__(self, name: str, on_change: Optional[Callable[[Channel, Set[str]], None]]) -> None:
        self.name, self.on_change = name, on_change
        self.items: Dict[str, Json] = {}
        self.epoch: Optional[str] = None  # None until the channel is known
        self.offset = 0
        self.error: Optional[str] = None
        self._map = _Map()
        self._news = asyncio.Event()

    async def until(self, test: Callable[[Channel], Any]) -> Any:
        """Waits until test(channel) is true, and returns what it gave. Raises if the channel is refused."""
        while not (self.error or (found := test(self))):
            await self._news.wait()
        if self.error:
            raise CallboardError(self.error)
        return found

    def _refresh(self, error: Optional[str] = None) -> None:
        """Shows the map if it is whole, and tells what is different."""
        before, was_known, was_error, self.error = self.items, self.epoch, self.error, error
        if self._map.epoch and self._map.base is None:
            self.items = {key: item for key, item in self._map.items.items() if item["value"] is not None}
            self.epoch, self.offset = self._map.epoch, self._map.offset
        keys = {key for key in {**before, **self.items} if before.get(key) != self.items.get(key)}
        if keys or self.epoch != was_known or error != was_error:
            asyncio.get_running_loop().call_soon(self._tell, keys)

    def _tell(self, keys: Set[str]) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
        if self.on_change:
            self.on_change(self, keys)


@dataclass
class _Following:
    """A channel that one connection follows: its latest subscribe, and the deltas that are held."""

    after: Optional[Json] = None
    asked_at: float = 0
    is_due: bool = False  # an answer
    held: List[Tuple[float, Json]] = field(default_factory=list)


@dataclass
class _Sent:
    """A message without an answer, and when it is sent again."""

    message: Json
    again_at: float
    tries: int = 0
    is_asked: bool = False  # the server said so


class _Connect(websockets.connect):
    """Follows no redirect: the token is for one address."""

    MAX_REDIRECTS_ALLOWED = 1  # websockets before 14

    def process_redirect(self, error: Exception) -> Exception:  # since 14
        return error


class _Connection:
    """One WebSocket: what it follows, what is unanswered, its heartbeat."""

    def __init__(self, client: Client, ws: Any) -> None:
        self.client, self.ws, self.now = client, ws, asyncio.get_running_loop().time
        self.subs: Dict[str, int] = {}
        self.following: Dict[str, _Following] = {}
        self.unanswered: Dict[str, _Sent] = {}
        self.welcome: Optional[Json] = None
        self.welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.over: asyncio.Future[str] = asyncio.get_running_loop().create_future()  # why another one is needed
        self.opened_at = self.pinged_at = self.now()
        self.renew_at = float("inf")  # the server's time
        self.gateway_frames = 0
        self.is_closed = False
        self.outbox: asyncio.Queue[str] = asyncio.Queue()
        client._connections.add(self)
        self.tasks = [asyncio.ensure_future(work) for work in (self._write(), self._beat(), self._read())]
        names = list(client.channels)[: client._limit("channelsPerMessage", 50)]
        self.send("hello", client=client.name, channels={name: self._next(name) for name in names})

    def send(self, kind: str, **fields: Any) -> None:
        self.send_message(self.client._message(kind, fields))

    def send_message(self, message: Json, tries: int = 0) -> None:
        self.unanswered[message["id"]] = _Sent(message, self.now() + self.client.times.answer, tries)
        self.outbox.put_nowait(_text(message))

    def subscribe(self, names: Iterable[str], after: Optional[Json] = None) -> None:
        for some in self._portions(names):
            self.send("subscribe", channels={name: self._next(name, after) for name in some})

    def unsubscribe(self, name: str, above: int = 0) -> None:
        self.following.pop(name, None)
        self.subs[name] = max(self.subs.get(name, 0), above) + 1
        self.send("unsubscribe", channels={name: self.subs[name]})

    def ping(self) -> None:
        self.pinged_at = self.now()
        maps = {name: self.client.channels[name]._map for name in self.following}
        at = {name: [one.epoch, one.offset] for name, one in maps.items() if one.epoch}
        for some in list(self._portions(at)) or [[]]:
            self.send("ping", at={name: at[name] for name in some})

    def _next(self, name: str, after: Optional[Json] = None) -> Json:
        following = self.following.setdefault(name, _Following())
        following.after = after = after or self.client.channels[name]._map.position()
        following.asked_at, following.is_due = self.now(), True
        self.subs[name] = self.subs.get(name, 0) + 1
        return {"sub": self.subs[name], **({"after": after} if after else {})}

    def _portions(self, names: Iterable[str]) -> Iterable[List[str]]:
        listed, most = list(names), self.client._limit("channelsPerMessage", 50)
        return (listed[start : start + most] for start in range(0, len(listed), most))

    async def _write(self) -> None:
        with suppress(websockets.ConnectionClosed, OSError):
            while True:
                await self.ws.send(await self.outbox.get())

    async def _read(self) -> None:
        with suppress(websockets.ConnectionClosed, OSError):
            async for frame in self.ws:
                try:
                    if not self.is_closed:
                        self._receive(json.loads(frame))
                except Exception as error:  # a frame that cannot be read ends nothing; its words are nobody's
                    log.warning("a frame could not be handled: %s", type(error).__name__)
        self.finish("lost")

    def _receive(self, message: Json) -> None:
        kind = message.get("type")
        if "type" not in message:
            delay = min(self.client.times.repeat * 2**self.gateway_frames, self.client.times.most)
            again_at = self.now() + delay * random.uniform(1, 2)
            self.gateway_frames = min(self.gateway_frames + 1, 9)
            for one in self.unanswered.values():
                if not one.is_asked:
                    one.is_asked, one.again_at = True, again_at
        elif kind == "delta":
            self._delta(message)
        elif kind == "bye":
            self._bye(message)
        elif kind in ("welcome", "subscribed", "unsubscribed", "pong", "receipt", "acted", "resolved", "error"):
            self._answer(kind, message)

    def _answer(self, kind: str, message: Json) -> None:
        sent = self.unanswered.pop(message.get("re", ""), None)
        if "serverTime" in message:
            self.client._ahead = message["serverTime"] - time.time() * 1000
        if kind == "error":
            return self._error(message, sent)
        self.gateway_frames = 0
        if kind == "welcome":
            unnamed = [name for name in self.client.channels if name not in self.following]
            self.client.welcome = self.welcome = message
            left = message["expiresAt"] - message["serverTime"]
            self.renew_at = message["serverTime"] + left * random.uniform(0.8, 0.9)
            self._subscribed(message.get("channels", {}))
            self.subscribe(unnamed)
            if not self.welcomed.done():
                self.welcomed.set_result(None)
        elif kind == "subscribed":
            self._subscribed(message["channels"])
        elif kind == "pong":
            asked = {name for name, one in self.following.items() if not one.is_due}
            self.subscribe([name for name in message["behind"] if name in asked])
        elif kind != "unsubscribed":
            self.client._settle(message["re"], message)

    def _subscribed(self, answers: Json) -> None:
        for name, answer in answers.items():
            channel, following = self.client.channels.get(name), self.following.get(name)
            if not channel:  # it was left
                if "error" not in answer:
                    self.unsubscribe(name, answer["sub"])
            elif not following or answer["sub"] != self.subs[name]:
                pass
            elif answer.get("error") == "stale":
                self.subscribe([name])
            elif "error" in answer:  # not followed until the next connection
                del self.following[name]
                channel._refresh(answer["error"])
            else:
                following.is_due = False
                channel._map.take_answer(answer, following.after)
                self._try_held(channel, following)
                channel._refresh()
                if answer.get("more"):
                    page = {key: answer[key] for key in ("epoch", "offset", "base") if key in answer}
                    self.subscribe([name], after=page)
                else:
                    following.held = [(at, delta) for at, delta in following.held if at >= following.asked_at]

    def _delta(self, delta: Json) -> None:
        channel, following = self.client.channels.get(delta["channel"]), self.following.get(delta["channel"])
        if channel and following:
            following.held.append((self.now(), delta))
            if self.welcome:  # until then the connection before this one counts
                self._try_held(channel, following)
                channel._refresh(channel.error)
            del following.held[MOST_HELD:]

    def _try_held(self, channel: Channel, following: _Following) -> None:
        following.held.sort(key=lambda one: one[1]["from"])
        following.held = [one for one in following.held if not channel._map.take_delta(one[1])]

    def _error(self, error: Json, sent: Optional[_Sent]) -> None:
        retry, kind = error.get("retry"), sent.message["type"] if sent else ""
        if retry == "later" and sent:
            wait = error.get("retryAfterMs", self.client._wait(sent.tries + 1) * 1000) / 1000
            sent.tries, sent.again_at, sent.is_asked = sent.tries + 1, self.now() + wait, True
            self.unanswered[sent.message["id"]] = sent
        elif retry == "reauthenticate":
            self.finish("renew" if self.welcome else "lost")
        elif kind == "hello":
            self.finish("lost")
        elif kind == "subscribe":
            asked = sent.message["channels"].items()
            self._subscribed({name: {"sub": one["sub"], "error": error["code"]} for name, one in asked})
        elif sent:
            refusal = CallboardError(error["code"], error.get("message", ""), error.get("details"))
            self.client._settle(sent.message["id"], refusal)

    def _bye(self, bye: Json) -> None:
        if bye.get("retry") == "never":
            self.client._is_sent_away = True
        elif "afterMs" in bye:
            self.client._not_before = self.now() + bye["afterMs"] / 1000
        elif self.welcome:
            return self.finish("renew")
        self.finish("lost")

    async def _beat(self) -> None:
        client, times, clock = self.client, self.client.times, time.time()
        while True:
            await asyncio.sleep(times.beat)
            now, passed, clock = self.now(), time.time() - clock, time.time()
            again = [one for one in self.unanswered.values() if now >= one.again_at]
            late = [one for one in again if not one.is_asked]
            if any(one.message["type"] == "ping" for one in late):
                return self.finish("lost")
            if late or now >= self.pinged_at + self._heartbeat():
                self.ping()
            for one in again:
                self.send_message(one.message, one.tries)
            asked = [(name, one.held) for name, one in self.following.items() if not one.is_due]
            self.subscribe([name for name, held in asked if any(now >= at + times.gap for at, _ in held)])
            if client.server_now() >= self.renew_at or passed > times.asleep:
                self.finish("renew")
            if client._connection is self and not client._is_wanted():
                self.finish("idle")

    def _heartbeat(self) -> float:
        if not self.welcome:
            return float("inf")
        beats = self.welcome["heartbeatMs"]
        kinds = {name.split(":")[0] for name in self.client.channels} or {"watch"}
        return min(beats.get(kind, beats["watch"]) for kind in kinds) / 1000

    async def _close(self) -> None:
        writer, beat, reader, _ = self.tasks
        writer.cancel()
        beat.cancel()
        with suppress(websockets.ConnectionClosed, OSError):
            await self.ws.close()
        await reader
        self.client._connections.discard(self)

    def finish(self, why: str) -> None:
        """Asks once for another connection; until that one is open, this one continues if `why` is `renew`."""
        if not self.over.done():
            self.over.set_result(why)
        if why != "renew" and not self.is_closed:
            self.is_closed = True
            if self.client._connection is self:
                self.client._connection = None
            self.tasks += [asyncio.ensure_future(self._close())]


def _text(message: Json) -> str:
    return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class Client:
    """Follows channels and sends answers. `token` is asked for a fresh token before every attempt to connect.

    Use it in a coroutine: `async with Client(url, token) as client`. `on_state` hears `idle`, `connecting`,
    `connected`, `renewing` and `waiting`; `failures` counts the attempts that failed in a row, `failure` is why the
    last one did.
    """

    def __init__(
        self, url: str, token: Callable[[], Awaitable[str]], *, name: str = "callboard-python/1.0",
        on_state: Callable[[str], None] = lambda state: None, times: Optional[Times] = None,
    ) -> None:
        self.url, self.name, self.times = url, name, times or Times()
        self.channels: Dict[str, Channel] = {}
        self.welcome: Optional[Json] = None  # the latest: `user`, `inboxes`, `limits`, `features`
        self.state, self.failures, self.failure = "idle", 0, None
        self._token, self._on_state = token, on_state
        self._connection: Optional[_Connection] = None
        self._connections: Set[_Connection] = set()  # the one in use, and the one that is being opened
        self._calls: Dict[str, Tuple[Json, asyncio.Future[Json]]] = {}
        self._count, self._ahead, self._not_before, self._is_sent_away = 0, 0.0, 0.0, False
        self._loop, self._wanted, self._retry = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    async def __aenter__(self) -> Client:
        self._runner = asyncio.ensure_future(self._run())
        return self

    async def __aexit__(self, *_: Any) -> None:
        self._runner.cancel()
        for connection in list(self._connections):
            connection.finish("closed")
        for _, future in self._calls.values():
            future.cancel()
        await asyncio.wait({self._runner, *(one.tasks[-1] for one in self._connections)})

    def follow(self, name: str, on_change: Optional[Callable[[Channel, Set[str]], None]] = None) -> Channel:
        """Keeps a copy of a channel. on_change(channel, keys) hears which keys are different, and of an `error`."""
        if not _CHANNEL.fullmatch(name):
            raise ValueError(f"not a channel: {name}")
        if name in self.channels:
            raise ValueError(f"followed already: {name}")
        channel = self.channels[name] = Channel(name, on_change)
        for connection in self._connections:
            if connection.welcome:
                connection.subscribe([name])
        self._wanted.set()
        return channel

    def unfollow(self, name: str) -> None:
        """Leaves a channel."""
        channel = self.channels.pop(name, None)
        if channel:
            channel.on_change = None
            for connection in self._connections:
                if name in connection.subs:
                    connection.unsubscribe(name)

    async def reply(self, reply: Json) -> Json:
        """Answers a request until there is a receipt, and returns it. Of `Reply` you give all but `type` and `id`;
        without a `replyId` it gets a new one."""
        return await self.call("reply", **{"replyId": f"r_{uuid.uuid4().hex}", **reply})

    async def call(self, kind: str, **fields: Any) -> Json:
        """Sends `reply`, `attend`, `extend`, `reassign` or `resolve` until it is answered; cancel it to give up.
        An error of the server is raised as CallboardError."""
        message = self._message(kind, fields)
        most = self._limit("clientMessageBytes", 30_720)
        if len(_text(message).encode()) > most:
            raise ValueError(f"a message has at most {most} bytes")
        future: asyncio.Future[Json] = self._loop.create_future()
        self._calls[message["id"]] = (message, future)
        if self._connection:
            self._connection.send_message(message)
        self._wanted.set()
        try:
            return await future
        finally:
            del self._calls[message["id"]]
            for connection in self._connections:
                connection.unanswered.pop(message["id"], None)

    def server_now(self) -> float:
        """The server's time, by which deadlines and `until` are meant, in milliseconds."""
        return time.time() * 1000 + self._ahead

    def retry_now(self) -> None:
        """Ends a wait between two attempts: for when the network returns."""
        self._retry.set()

    async def _run(self) -> None:
        """One connection after the other, for as long as something is wanted."""
        tries = 0
        while True:
            self._wanted.clear()
            if not self._connection and not self._is_wanted():
                self._say("idle")
                await self._wanted.wait()
            if tries or self._is_sent_away:
                self._say("renewing" if self._connection else "waiting")
                self._retry.clear()
                await asyncio.sleep(self._not_before - self._loop.time())
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._retry.wait(), None if self._is_sent_away else self._wait(tries))
            tries, self._is_sent_away = tries + 1, False
            self._say("renewing" if self._connection else "connecting")
            try:
                fresh = await self._open()
            except Exception as error:
                self.failures, self.failure = self.failures + 1, error
                if self.failures == 3:
                    log.warning("three attempts to connect failed, the last with %s", type(error).__name__)
                continue
            if self._connection:
                self._connection.finish("renewed")
            self._connection = fresh
            self.failures, self.failure = 0, None
            for message, _ in self._calls.values():
                fresh.send_message(message)
            self._say("connected")
            why = await fresh.over
            if why == "idle" or self._loop.time() - fresh.opened_at >= self.times.steady:
                tries = 0
            if why == "lost":
                tries = max(tries, 1)

    async def _open(self) -> _Connection:
        """A new connection that the server has welcomed."""
        protocols = ["callboard.v1", "callboard.bearer." + await self._token()]
        ws = await _Connect(self.url, subprotocols=protocols, ping_interval=None, close_timeout=1, logger=_library_log)
        connection = _Connection(self, ws)
        try:
            if ws.subprotocol == "callboard.v1":
                await asyncio.wait({connection.welcomed, connection.over}, return_when=asyncio.FIRST_COMPLETED)
            if not connection.welcomed.done() or connection.is_closed:
                raise ConnectionError("the server did not welcome this client")
        except BaseException:
            connection.finish("lost")
            raise
        return connection

    def _is_wanted(self) -> bool:
        return bool(self.channels or self._calls)

    def _wait(self, tries: int) -> float:
        return random.uniform(0, min(self.times.backoff * 2 ** min(tries - 1, 20), self.times.most))

    def _limit(self, name: str, usual: int) -> int:
        return (self.welcome or {}).get("limits", {}).get(name, usual)

    def _message(self, kind: str, fields: Json) -> Json:
        self._count += 1
        return {"type": kind, "id": f"m{self._count}", **fields}

    def _settle(self, id: str, outcome: Any) -> None:
        _, future = self._calls.get(id, (None, None))
        if future and not future.done():
            future.set_exception(outcome) if isinstance(outcome, Exception) else future.set_result(outcome)

    def _say(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self._loop.call_soon(self._on_state, state)
