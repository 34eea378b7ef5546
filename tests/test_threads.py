"""Threads collect no garbage: the result of a query may go only where it was made."""

import gc

from pilotline.threads import threads


def test_no_garbage_is_collected_while_threads_run() -> None:
    with threads(2) as executor:
        assert not executor.submit(gc.isenabled).result()
    assert gc.isenabled()
