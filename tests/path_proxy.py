"""A small real reverse proxy: it shows a server below a folder, over TCP, websockets included."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CLIENT = "203.0.113.9"
"""Who the proxy says is asking."""


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    except OSError:
        pass  # the other side has gone
    finally:
        writer.close()


def rewrite(head: bytes, *, folder: str, strip: bool, scheme: str) -> bytes:
    """The head of a request as the server behind sees it: one request a connection, but for websockets."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, version = first.split(" ")
    if strip:
        path = path.removeprefix(folder) or "/"
    websocket = any(line.lower().startswith("upgrade:") for line in lines)
    kept = [one for one in lines if one and (websocket or not one.lower().startswith("connection:"))]
    kept += [
        f"X-Forwarded-For: {CLIENT}",
        f"X-Forwarded-Proto: {scheme}",
        *([] if websocket else ["Connection: close"]),
    ]
    return "\r\n".join([f"{method} {path} {version}", *kept, "", ""]).encode("latin-1")


@contextmanager
def path_proxy(port: int, *, folder: str, strip: bool, scheme: str = "http") -> Iterator[str]:
    """The address at which the server on ``port`` is shown below ``folder``; anything else there answers 404."""
    ready, found = threading.Event(), []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.split(b" ")[1].startswith(folder.encode()):
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            behind_reader, behind = await asyncio.open_connection("127.0.0.1", port)
            behind.write(rewrite(head, folder=folder, strip=strip, scheme=scheme))
            await asyncio.gather(pipe(reader, behind), pipe(behind_reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass  # the browser went, or the server behind is not there
        finally:
            writer.close()

    async def serve() -> None:
        stop = asyncio.Event()
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        found.extend([server.sockets[0].getsockname()[1], asyncio.get_running_loop(), stop])
        ready.set()
        await stop.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield f"http://127.0.0.1:{found[0]}{folder}"
    finally:
        found[1].call_soon_threadsafe(found[2].set)
        thread.join(timeout=10)
