"""Named, independent random-number streams (rules R6).

A stream is keyed by (seed, replication, day, NAME), so adding a stream changes no other and a longer
run begins with the shorter one. What depends on the path through the simulation (a third drive, a
second redial) is not drawn but looked up by a counter-based hash of the same key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MASK = (1 << 64) - 1
_WORD = 1 << 32


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[int, ...]:
    """Return SHA-256 of ``name`` as eight 32-bit words; never Python's salted ``hash``."""
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "big") for i in range(0, 32, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """All streams of one replication.

    Parameters
    ----------
    seed
        The experiment's seed, at least 0.
    replication
        0-based number of the replication.
    """

    seed: int
    replication: int = 0

    def generator(self, name: str, day: int = 0) -> np.random.Generator:
        """Return the generator of the stream ``name`` on ``day`` (0-based day of the run).

        Examples
        --------
        >>> s = Streams(seed=1)
        >>> bool((s.generator("a").random(3) == s.generator("a").random(3)).all())
        True
        >>> bool((s.generator("a").random(3) == s.generator("b").random(3)).any())
        False
        """
        words = (self.seed, self.replication, day, *name_words(name))
        entropy: tuple[int, ...] | NDArray[Any] = words
        if (
            max(self.seed, self.replication, day) < _WORD
        ):  # the same words, and five times as fast as a sequence of integers
            entropy = np.array(words, np.uint32)
        return np.random.Generator(np.random.Philox(np.random.SeedSequence(entropy)))

    def lookup(self) -> UniformLookup:
        """Return the counter-based uniforms of this replication."""
        words = name_words(f"lookup/{self.seed}/{self.replication}")
        return UniformLookup(key=(words[0] << 32) | words[1])


class Blocks:
    """The streams of several names on many days, opened together.

    Parameters
    ----------
    streams
        Of one replication.
    names
        Names of the streams.
    days
        How many days.
    first_day
        The first of them; :meth:`generator` and :meth:`uniforms` count from it.

    Notes
    -----
    :meth:`generator` gives the same numbers as :meth:`Streams.generator`. There are thousands of short
    blocks in a replication: all keys are made at once, and one generator is set to each in turn.
    """

    def __init__(
        self, streams: Streams, names: Sequence[str], days: int, first_day: int = 0
    ) -> None:
        seed, replication = _words(streams.seed), _words(streams.replication)
        own = np.array([name_words(name) for name in names], np.uint32).reshape(len(names), 1, 8)
        fixed = len(seed) + len(replication)
        words = np.empty((len(names), days, fixed + 1 + 8), np.uint32)
        words[:, :, :fixed] = seed + replication
        words[:, :, fixed] = np.arange(first_day, first_day + days)
        words[:, :, fixed + 1 :] = own
        self._keys = dict(zip(names, seed_states(words, 2), strict=True))
        self._philox = np.random.Philox(0)
        self._generator = np.random.Generator(self._philox)
        self._state: Any = self._philox.state
        self._state["buffer_pos"] = 4  # nothing left over from the block before

    def generator(self, name: str, day: int) -> np.random.Generator:
        """Return the generator at the beginning of a block; the next call sets it to another one."""
        self._state["state"]["key"] = self._keys[name][day]
        self._philox.state = self._state
        return self._generator

    def uniforms(self, name: str, sizes: Sequence[int]) -> NDArray[np.float64]:
        """Return uniform numbers of the first day and those after it, so many of each."""
        column = np.empty(sum(sizes))
        state, philox, draw = self._state, self._philox, self._generator.random
        inner, begin = state["state"], 0
        for key, size in zip(self._keys[name], sizes, strict=True):
            if size:
                inner["key"] = key
                philox.state = state
                draw(out=column[begin : begin + size])
                begin += size
        return column


def _words(number: int) -> list[int]:
    """Return a number as numpy's ``SeedSequence`` takes it: 32-bit words, the lowest first."""
    words = [number % _WORD]
    while number := number // _WORD:
        words.append(number % _WORD)
    return words


def seed_states(words: NDArray[np.uint32], n: int) -> NDArray[np.uint64]:
    """Return ``SeedSequence(words).generate_state(n, uint64)`` for many seeds at once.

    Parameters
    ----------
    words
        Shape (..., at least 4): the entropy, each number one 32-bit word.
    n
        Words of 64 bits.

    Returns
    -------
    ndarray
        Shape (..., n).

    Notes
    -----
    M. E. O'Neill's hash (Developing a seed_seq Alternative, 2015) with the constants that numpy
    documents as stable; a test compares with numpy.
    """
    source = [np.ascontiguousarray(words[..., k]) for k in range(words.shape[-1])]
    factor = 0x43B0D7E5

    def hashed(value: NDArray[np.uint32]) -> NDArray[np.uint32]:
        nonlocal factor
        value = value ^ np.uint32(factor)
        factor = factor * 0x931E8875 % _WORD
        value *= np.uint32(factor)
        return value ^ (value >> np.uint32(16))

    def mixed(x: NDArray[np.uint32], y: NDArray[np.uint32]) -> NDArray[np.uint32]:
        x = x * np.uint32(0xCA01F9DD) - y * np.uint32(0x4973F715)
        return x ^ (x >> np.uint32(16))

    pool = [hashed(word) for word in source[:4]]
    for k in range(4):
        for other in range(4):
            if other != k:
                pool[other] = mixed(pool[other], hashed(pool[k]))
    for word in source[4:]:
        for k in range(4):
            pool[k] = mixed(pool[k], hashed(word))

    factor = 0x8B51F9DD
    halves = np.empty((*words.shape[:-1], 2 * n), np.uint32)
    for k in range(2 * n):
        value = pool[k % 4] ^ np.uint32(factor)
        factor = factor * 0x58F38DED % _WORD
        value *= np.uint32(factor)
        halves[..., k] = value ^ (value >> np.uint32(16))
    low, high = halves[..., 0::2].astype(np.uint64), halves[..., 1::2].astype(np.uint64)
    return low | (high << np.uint64(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class UniformLookup:
    """Uniform numbers by (incident, purpose, ordinal): a function, not a sequence.

    Notes
    -----
    The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) over a 64-bit counter; two
    rounds, so that neighbouring keys are unrelated. The value of a key never depends on which other
    keys were asked for, so a path-dependent draw disturbs nothing else.
    """

    key: int

    def __call__(self, incident: int, purpose: int, ordinal: int) -> float:
        """Return the uniform in the open interval (0, 1) that belongs to the key."""
        x = (self.key + incident * 0x9E3779B97F4A7C15 + purpose * 0xD1B54A32D192ED03) & _MASK
        x = _mix((x + ordinal * 0x8CB92BA72F3D8DD7) & _MASK)
        x = _mix(x ^ self.key)
        return ((x >> 11) + 0.5) * (1.0 / (1 << 53))


def _mix(x: int) -> int:
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)
