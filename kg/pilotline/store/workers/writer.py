"""The process that writes: carries out the changes of clients, and publishes them as one generation."""

import math
import signal
import sys
import threading
from typing import Any, BinaryIO

from pilotline.errors import PilotlineError
from pilotline.store.errors import StoreBusyError
from pilotline.store.store import Store
from pilotline.store.workers.client_changes import GraphChange, Rules, UpdateChange
from pilotline.store.workers.confinement import confine, leave_the_network
from pilotline.store.workers.errors import QueryError, QuerySyntaxError
from pilotline.store.workers.frames import READY, read_json, write_frame, write_json
from pilotline.store.workers.guard import Guard

_STACK = 64 * 1024 * 1024  # the parser and the optimiser recurse
_GRACE = 2  # seconds after which a writer whose queue is gone ends itself
_WAIT = 20.0  # seconds to wait for another writer, such as an ingest on the shell
Outcome = dict[str, Any]


class _NothingChangedError(Exception):
    """No change of a batch was made, so there is nothing to publish."""


def main() -> None:
    """Serve until the input ends. Arguments: address space in bytes, store, default graph, allow-lists."""
    memory, path, default_graph, services, loads = sys.argv[1:]
    guard = Guard(services=frozenset(services.split()), loads=frozenset(loads.split()))
    confine(int(memory))
    if not guard.services and not guard.loads:
        leave_the_network(may_write=True)
    threading.stack_size(_STACK)
    rules = Rules(plain=default_graph == "plain", guard=guard)
    thread = threading.Thread(target=_serve, args=(path, rules, sys.stdin.buffer, sys.stdout.buffer))
    thread.start()
    thread.join()


def _serve(path: str, rules: Rules, requests: BinaryIO, outcomes: BinaryIO) -> None:
    store = Store.open(path)
    write_frame(outcomes, READY)
    while (batch := read_json(requests)) is not None:
        # Should the queue be killed, nobody else would stop an update that never ends.
        signal.setitimer(signal.ITIMER_REAL, math.ceil(batch["deadline"]) + _GRACE)
        write_json(outcomes, _outcomes(store, rules, batch["changes"]))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _outcomes(store: Store, rules: Rules, changes: list[dict[str, Any]]) -> list[Outcome]:
    done: list[Outcome] = []
    try:
        with store.write(wait=_WAIT, hold=True) as draft:
            done += [_outcome(store, draft.store, rules, change) for change in changes]
            if all(outcome["state"] == "refused" for outcome in done):
                raise _NothingChangedError
    except _NothingChangedError:
        return done
    except StoreBusyError as error:
        return [{"state": "refused", "kind": "busy", "says": str(error)}] * len(changes)
    except (PilotlineError, OSError, MemoryError) as error:
        return [{"state": "refused", "kind": "failed", "says": str(error) or "out of memory"}] * len(changes)
    return [outcome | {"generation": store.generation} for outcome in done]


def _outcome(store: Store, draft: Any, rules: Rules, fields: dict[str, Any]) -> Outcome:
    try:
        if "text" in fields:
            return {"state": UpdateChange(**fields).apply(draft, rules)}
        change = GraphChange(**fields)
        change.check_conditions(draft, store.generation)
        return {"state": change.apply(draft, rules)}
    except QuerySyntaxError as error:
        return {
            "state": "refused",
            "kind": "QuerySyntaxError",
            "says": str(error),
            "line": error.line,
            "column": error.column,
        }
    except QueryError as error:
        return {"state": "refused", "kind": type(error).__name__, "says": str(error)}


if __name__ == "__main__":
    main()
