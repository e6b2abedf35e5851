"""Tables as plain numpy columns: fast to make, pandas frames on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of texts: a position in :attr:`labels` per row, -1 for none.

    Parameters
    ----------
    codes
        Integers.
    labels
        Texts.
    """

    codes: NDArray[Any]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def equals(self, label: str) -> NDArray[np.bool_]:
        """Return for each row whether it holds ``label``.

        Examples
        --------
        >>> Coded(np.array([0, 1, -1]), ("a", "b")).equals("b").tolist()
        [False, True, False]
        """
        if label not in self.labels:
            return np.zeros(len(self.codes), bool)
        return np.asarray(self.codes == self.labels.index(label))

    def isin(self, labels: Sequence[str]) -> NDArray[np.bool_]:
        """Return for each row whether it holds one of ``labels``."""
        wanted = [i for i, label in enumerate(self.labels) if label in labels]
        return np.isin(self.codes, wanted)

    def take(self, rows: NDArray[Any]) -> Coded:
        """Return the rows at these positions; position -1 gives none."""
        return Coded(np.where(rows >= 0, self.codes[rows], -1) if len(self) else rows, self.labels)

    def through(self, table: NDArray[Any], labels: tuple[str, ...]) -> Coded:
        """Return the column translated by ``table`` (a new position per old one)."""
        return Coded(np.append(table, -1)[self.codes], labels)

    def tidy(self) -> Coded:
        """Return the same texts with only the labels that occur, sorted."""
        used = sorted((self.labels[c], int(c)) for c in np.unique(self.codes) if c >= 0)
        table = np.full(len(self.labels) + 1, -1, "int32")
        table[[c for _, c in used]] = np.arange(len(used))
        return Coded(table[self.codes], tuple(label for label, _ in used))


def categories(codes: NDArray[Any], labels: Sequence[str]) -> Any:
    """Return a pandas Categorical of codes (-1: null) and labels."""
    import pandas as pd

    index: Any = pd.Index(list(labels), dtype=object)
    return pd.Categorical.from_codes(codes, categories=index)


class Table:
    """Equally long columns by name: numpy arrays (NaN: none) and :class:`Coded` texts.

    Parameters
    ----------
    columns
        Column by name.
    """

    __slots__ = ("columns",)

    def __init__(self, columns: Mapping[str, NDArray[Any] | Coded]) -> None:
        self.columns = dict(columns)
        if len({len(c) for c in self.columns.values()}) > 1:
            raise ValueError("columns of a table must be equally long")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return a column of numbers or truth values."""
        column = self.columns[name]
        if isinstance(column, Coded):
            raise TypeError(f"{name} holds texts; use text()")
        return column

    def text(self, name: str) -> Coded:
        """Return a column of texts."""
        column = self.columns[name]
        if not isinstance(column, Coded):
            raise TypeError(f"{name} holds no texts")
        return column

    def frame(self) -> pd.DataFrame:
        """Return the table as pandas frame; texts as categories."""
        import pandas as pd

        out: dict[str, Any] = {}
        for name, column in self.columns.items():
            if isinstance(column, Coded):
                tidy = column.tidy()
                out[name] = categories(tidy.codes, tidy.labels)
            else:
                out[name] = column
        return pd.DataFrame(out)
