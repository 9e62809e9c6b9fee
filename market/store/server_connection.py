"""Connections to PostgreSQL that wait for seconds, not for minutes, whatever became of the server.

A server that is gone is noticed by TCP; one that is frozen accepts connections and never answers; and a statement may
wait for a lock that a broken program holds. Each has its limit here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, create_engine, event

if TYPE_CHECKING:
    from psycopg import Connection

CONNECT_SECONDS = 2  # libpq's own minimum
STATEMENT_SECONDS, LOCK_SECONDS = 3, 2  # no statement of ours takes longer than a fraction of one
ANSWER_SECONDS = 3.5  # a little longer, so that the server's own refusal comes first
CONNECTIONS, MORE_CONNECTIONS = 4, 2  # kept open, and opened when all are in use: three replicas have 18 at most
POOL_SECONDS = 3  # for a free one

CONNECT_ARGUMENTS = {
    "connect_timeout": str(CONNECT_SECONDS),
    "keepalives_idle": "10",
    "keepalives_interval": "2",
    "keepalives_count": "3",
}
POOL_ARGUMENTS: dict[str, Any] = {
    "pool_pre_ping": True,
    "pool_size": CONNECTIONS,
    "max_overflow": MORE_CONNECTIONS,
    "pool_timeout": POOL_SECONDS,
}
LIMITS = f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"


def open_server(url: URL) -> Engine:
    """Open the engine of a PostgreSQL server, with these limits beside the options of the address itself."""
    options = " ".join(filter(None, [str(url.query.get("options", "")), LIMITS]))
    url = url.difference_update_query(["options"]).update_query_dict(CONNECT_ARGUMENTS | {"options": options})
    engine = create_engine(url, hide_parameters=True, **POOL_ARGUMENTS)
    if engine.dialect.driver == "psycopg":
        event.listen(engine, "do_connect", _connect)
    return engine


def _connect(_: object, __: object, arguments: Any, options: Any) -> Connection[Any]:
    import psycopg

    class AnsweringConnection(psycopg.Connection[Any]):
        """A connection that is closed once the server has not answered for `ANSWER_SECONDS`."""

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            try:
                return super().wait(gen, interval, ANSWER_SECONDS if timeout is None else timeout)
            except psycopg.errors._WaitTimeout:
                self.pgconn.finish()
                raise psycopg.OperationalError(f"no answer within {ANSWER_SECONDS} seconds") from None

    return AnsweringConnection.connect(*arguments, **options)
