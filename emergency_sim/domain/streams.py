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
        if self.seed < _WORD:  # the same words, and five times as fast as a sequence of integers
            entropy = np.array(words, np.uint32)
        return np.random.Generator(np.random.Philox(np.random.SeedSequence(entropy)))

    def lookup(self) -> UniformLookup:
        """Return the counter-based uniforms of this replication."""
        words = name_words(f"lookup/{self.seed}/{self.replication}")
        return UniformLookup(key=(words[0] << 32) | words[1])


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
