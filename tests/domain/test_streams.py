"""Streams by name: independent, reproducible, never moved by one another (R6).

Statistical tests: fixed keys; each p-value must exceed 1e-6, so a right generator with other keys would
fail one of these dozen tests with a chance of about 1e-5.
"""

import hashlib
import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from emergency_sim.domain.streams import Blocks, Streams, UniformLookup, name_words, seed_states

SMALLEST_P = 1e-6


def test_a_name_is_its_sha_256() -> None:
    words = name_words("access/æøå")
    digest = hashlib.sha256("access/æøå".encode()).hexdigest()
    assert "".join(f"{w:08x}" for w in words) == digest


def test_first_numbers_of_a_stream_never_change() -> None:
    """Results of old seeds can be repeated with new versions."""
    numbers = Streams(seed=1, replication=2).generator("time/call_113", day=3).random(3)
    entropy = [1, 2, 3, *name_words("time/call_113")]
    again = np.random.Generator(np.random.Philox(np.random.SeedSequence(entropy))).random(3)
    assert numbers.tolist() == again.tolist()


def test_the_hash_seed_of_python_has_no_say() -> None:
    code = (
        "from emergency_sim.domain.streams import Streams; s = Streams(seed=5, replication=1);"
        "print(s.generator('a', 2).random(2).tolist(), s.lookup()(1, 2, 3))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": salt},
            capture_output=True, text=True, check=True,
        ).stdout
        for salt in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1


@pytest.mark.parametrize(
    "other",
    [
        Streams(seed=8).generator("a"),
        Streams(seed=7, replication=1).generator("a"),
        Streams(seed=7).generator("a", day=1),
        Streams(seed=7).generator("b"),
    ],
    ids=["seed", "replication", "day", "name"],
)
def test_every_part_of_the_key_makes_another_stream(other: np.random.Generator) -> None:
    a, b = Streams(seed=7).generator("a").random(20_000), other.random(20_000)
    assert not np.isin(a, b).any()
    assert stats.pearsonr(a, b).pvalue > SMALLEST_P


@given(
    seed=st.integers(0, 2**70),
    replication=st.integers(0, 2**40),
    names=st.lists(st.text(max_size=9), min_size=1, max_size=3, unique=True),
)
def test_blocks_opened_together_are_the_streams(
    seed: int, replication: int, names: list[str]
) -> None:
    streams = Streams(seed=seed, replication=replication)
    blocks = Blocks(streams, names, 3)
    for day in (2, 0, 1):
        for name in names:
            own, shared = streams.generator(name, day), blocks.generator(name, day)
            assert own.poisson(900.0) == shared.poisson(900.0)
            assert own.random(5).tolist() == shared.random(5).tolist()  # stops within a counter
            assert own.integers(9, dtype="u4") == shared.integers(9, dtype="u4")


@given(st.lists(st.integers(0, 2**32 - 1), min_size=4, max_size=12), st.integers(1, 4))
def test_many_seeds_at_once_are_numpys_seeds(words: list[int], n: int) -> None:
    entropy = np.array(words, np.uint32)
    both = np.stack((entropy, entropy[::-1]))
    for own, row in zip(seed_states(both, n), both, strict=True):
        assert own.tolist() == np.random.SeedSequence(row).generate_state(n, np.uint64).tolist()


def test_one_stream_does_not_move_another() -> None:
    alone = Streams(seed=3).generator("b").random(5)
    streams = Streams(seed=3)
    streams.generator("a").random(1000)
    assert streams.generator("b").random(5).tolist() == alone.tolist()


# -- looked up instead of drawn --------------------------------------------------------------------


@given(st.integers(0, 2**63), st.integers(0, 2**40), st.integers(0, 100), st.integers(0, 2**40))
def test_a_lookup_is_a_function_into_the_open_interval(key: int, i: int, p: int, k: int) -> None:
    lookup = UniformLookup(key=key)
    assert lookup(i, p, k) == UniformLookup(key=key)(i, p, k)
    assert 0 < lookup(i, p, k) < 1


def test_no_two_keys_share_a_number() -> None:
    lookup = Streams(seed=1).lookup()
    keys = itertools.product(range(1500), range(1, 11), range(8))
    values = [lookup(*key) for key in keys]
    assert len(set(values)) == len(values)


@pytest.mark.parametrize("which", ["incident", "purpose", "ordinal"])
def test_lookups_are_uniform_along_every_axis(which: str) -> None:
    lookup = Streams(seed=2).lookup()
    at = {
        "incident": lambda k: lookup(k, 1, 0),
        "purpose": lambda k: lookup(17, k, 0),
        "ordinal": lambda k: lookup(17, 1, k),
    }[which]
    u = np.array([at(k) for k in range(20_000)])
    assert stats.kstest(u, "uniform").pvalue > SMALLEST_P
    assert stats.chisquare(np.bincount((u * 64).astype(int), minlength=64)).pvalue > SMALLEST_P


@pytest.mark.parametrize("lag", [1, 2, 7, 64])
def test_neighbours_are_unrelated(lag: int) -> None:
    lookup = Streams(seed=3).lookup()
    grid = np.array([[lookup(i, 1, k) for k in range(60)] for i in range(400)])
    for x, y in ((grid[lag:], grid[:-lag]), (grid[:, lag % 60 :], grid[:, : 60 - lag % 60])):
        assert stats.pearsonr(x.ravel(), y.ravel()).pvalue > SMALLEST_P
        assert stats.pearsonr((x.ravel() - 0.5) ** 2, (y.ravel() - 0.5) ** 2).pvalue > SMALLEST_P


def test_pairs_fill_the_square() -> None:
    lookup = Streams(seed=4).lookup()
    x = np.array([lookup(i, 1, 0) for i in range(20_000)])
    y = np.array([lookup(i, 1, 1) for i in range(20_000)])
    cells = np.histogram2d(x, y, bins=12, range=((0, 1), (0, 1)))[0].ravel()
    assert stats.chisquare(cells).pvalue > SMALLEST_P


def test_every_bit_is_a_coin() -> None:
    lookup = Streams(seed=5).lookup()
    bits = np.array([int(lookup(i, 2, 3) * 2**32) for i in range(20_000)])
    for b in range(32):
        ones = int(((bits >> b) & 1).sum())
        assert stats.binomtest(ones, len(bits)).pvalue > SMALLEST_P, b


def test_other_replications_look_up_other_numbers() -> None:
    a, b = Streams(seed=1).lookup(), Streams(seed=1, replication=1).lookup()
    x, y = (np.array([f(i, 1, 0) for i in range(5000)]) for f in (a, b))
    assert stats.pearsonr(x, y).pvalue > SMALLEST_P
