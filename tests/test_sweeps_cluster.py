"""A sweep on a cluster of which a part dies on the way."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import cloudpickle
import numpy as np
import pytest

from marginlib import sweeps

distributed = pytest.importorskip("distributed")

PLACES, DEADLY = range(12), 5


def walk(place: int, mark: str, rng: np.random.Generator) -> float:
    """Return where a random walk ends; the deadly one takes its process with it, the first time."""
    end = float(rng.normal(size=1_000).sum())
    if mark and place == DEADLY and is_first(Path(mark)):
        os.kill(os.getpid(), signal.SIGKILL)
    return end


def is_first(mark: Path) -> bool:
    """Tell whether nobody was here before, not even on another worker at the same moment."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def test_a_worker_that_dies_changes_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "died"
    alone = sweeps.sweep(
        walk, sweeps.grid(place=PLACES, mark=[""]), rng=np.random.default_rng(11), repeats=2
    )
    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # workers cannot import a test
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            local_directory=str(tmp_path),
        ) as cluster,
        distributed.Client(cluster, timeout="60s") as client,
    ):
        before = set(client.run(os.getpid).values())
        asked = sweeps.grid(place=PLACES, mark=[str(mark)])
        found = sweeps.sweep(
            walk,
            asked,
            rng=np.random.default_rng(11),
            repeats=2,
            executor=client.get_executor(retries=2),
        )
        client.wait_for_workers(2, timeout=60)
        after = set(client.run(os.getpid).values())
    assert mark.exists()
    assert len(before - after) == 1, "one worker is to die, and one is to stay"
    assert found == alone
