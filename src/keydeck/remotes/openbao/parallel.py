"""A bounded number of calls at a time, in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from keydeck.domain.errors import KeydeckError

# 1,000 writes to a raft server: 1.33 s with 4 threads, 1.11 with 8, 0.94 with 16.
THREADS = 8

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(act: Callable[[T], R], rows: Sequence[T]) -> Iterator[R]:
    """`act` on each row, up to eight at a time, results as they come.

    After an error nothing new is begun; what is under way is waited for and given out, then
    the error is raised. Closing the iterator begins nothing new either.
    """
    if len(rows) < 2:
        yield from (act(row) for row in rows)
        return
    todo = iter(rows)
    failed: KeydeckError | None = None
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="keydeck-remote")
    try:
        running: set[Future[R]] = set()
        while True:
            while failed is None and len(running) < THREADS:
                row = next(todo, None)
                if row is None:
                    break
                running.add(pool.submit(act, row))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    result = future.result()
                except KeydeckError as error:
                    failed = failed or error
                    continue
                yield result
        if failed is not None:
            raise failed
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
