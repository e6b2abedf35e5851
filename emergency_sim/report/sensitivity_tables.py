"""The tables of a sensitivity analysis read back: by figure, as rows of a CSV, as lines and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.report.point_names import NO_NAMES
from emergency_sim.report.range_figure import range_figure
from emergency_sim.report.sensitivity_figures import effects_figure, shares_figure
from emergency_sim.report.sensitivity_words import (
    chance_of,
    direction,
    effect_sentence,
    figure_name,
    is_chance,
    range_sentence,
    said,
)
from emergency_sim.report.style import MINUS, amount, unit_name
from emergency_sim.report.tables import write_dicts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from emergency_sim.analysis.compare import ComparisonRow

SHOWN: Final = 6
"""Parameters of a table in the terminal."""
FIGURE: Final = ["what", "variant", "kpi", "group_kind", "group"]
_MEASURES: Final = (
    "parameter", "moved", "as_given", "low", "high", "parameter_unit", "status", "mu", "mu_star",
    "mu_star_conf", "chance", "sigma", "flips", "steps",
)  # fmt: skip
_SIGNS: Final = {"up": "+", "down": MINUS, "either": "±"}
_SHARES: Final = ("first", "first_conf", "total", "total_conf", "chance")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectTable:
    """The largest effects on one difference, as text.

    Parameters
    ----------
    title
        Of the table.
    rows
        Parameter, as given, low, high, effect, what chance alone stays under, σ, sign changes,
        status; none: nothing moves it.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SensitivityTables:
    """What a study has written.

    Parameters
    ----------
    draws, effects, shares
        ``range.parquet``, ``morris.parquet`` and ``sobol.parquet``; None: not asked for.
    as_given
        Primary differences with all parameters as given, by variant, indicator, kind of group and
        group.
    """

    draws: pd.DataFrame | None
    effects: pd.DataFrame | None
    shares: pd.DataFrame | None
    as_given: Mapping[tuple[str, str, str, str], float]

    @classmethod
    def read(cls, folder: Path, rows: Sequence[ComparisonRow]) -> SensitivityTables:
        """Return the tables in a folder.

        Parameters
        ----------
        folder
            ``sensitivity`` of a results folder.
        rows
            Of its comparison.
        """
        import pandas as pd

        found = {
            kind: pd.read_parquet(path) if (path := folder / f"{kind}.parquet").exists() else None
            for kind in ("range", "morris", "sobol")
        }
        as_given = {
            (row.variant_id, row.kpi, row.group_kind, row.group): row.difference
            for row in rows
            if row.variant_id and row.difference is not None and row.note.startswith("primary")
        }
        return cls(
            draws=found["range"], effects=found["morris"], shares=found["sobol"], as_given=as_given
        )

    def write(self, folder: Path, lang: str) -> list[Path]:
        """Write ``sensitivity.csv`` and pictures; returns the pictures.

        Parameters
        ----------
        folder
            ``tables`` of a results folder.
        lang
            ``nb`` or ``en``.
        """
        written: list[Path] = []
        wanted = list(dict.fromkeys(key[1:] for key in self.as_given))
        if self.draws is not None and wanted:
            path = folder / "sensitivity_range.png"
            range_figure(self.draws, wanted, self.as_given, lang=lang).save(path)
            written.append(path)
        if self.effects is not None:
            lines = [line for _, own in _by_figure(self.effects) for line in self._lines(own, lang)]
            write_dicts(lines, folder / "sensitivity.csv")
            for name, own in _differences(self.effects):
                if (own["mu_star"] > 0).any():
                    path = folder / f"sensitivity_morris-{_file(name)}.png"
                    effects_figure(own, lang=lang).save(path)
                    written.append(path)
        if self.shares is not None:
            for name, own in _differences(self.shares):
                path = folder / f"sensitivity_sobol-{_file(name)}.png"
                shares_figure(own, lang=lang).save(path)
                written.append(path)
        return written

    def range_sentences(self, lang: str, names: Mapping[str, str] = NO_NAMES) -> list[str]:
        """Return the range of every primary difference in words.

        Parameters
        ----------
        lang
            ``nb`` or ``en``.
        names
            What is said instead of an id, by id.
        """
        if self.draws is None:
            return []
        known = self.draws.dropna(subset="difference").groupby(
            ["variant_id", "kpi", "group_kind", "group"], sort=False
        )
        by_row = {tuple(map(str, key)): own for key, own in known}
        return [
            range_sentence((names.get(row[0], row[0]), *row[1:]), by_row[row], value, lang)
            for row, value in self.as_given.items()
            if row in by_row
        ]

    def effect_tables(self, lang: str, names: Mapping[str, str] = NO_NAMES) -> list[EffectTable]:
        """Return what moves each primary difference most.

        Parameters
        ----------
        lang, names
            As for :meth:`range_sentences`.
        """
        if self.effects is None:
            return []
        return [
            _effect_table((name[0], names.get(name[1], name[1]), *name[2:]), own, lang)
            for name, own in _differences(self.effects)
        ]

    def _lines(self, own: pd.DataFrame, lang: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of the CSV of one figure, the largest effect first."""
        shares: dict[str, dict[str, Any]] = {}
        if self.shares is not None:
            mask = (self.shares[FIGURE] == own.iloc[0][FIGURE]).all(axis=1)
            shares = {str(row["parameter"]): row for row in _records(self.shares[mask])}
        for rank, row in enumerate(_records(_ranked(own)), start=1):
            share = shares.get(str(row["parameter"]), {})
            yield {
                **{k: row[k] for k in (*FIGURE, "unit", "relevant_difference")}, "rank": rank,
                **{k: row.get(k) for k in _MEASURES},
                **{f"sobol_{k}": share.get(k) for k in _SHARES},
                "words": effect_sentence(row, lang) if row["mu_star"] > 0 else said("none", lang),
                "source": row["source"],
            }  # fmt: skip


def _effect_table(name: tuple[str, ...], own: pd.DataFrame, lang: str) -> EffectTable:
    unit = str(own.iloc[0]["unit"])
    rows = []
    for row in _records(_ranked(own[own["mu_star"] > 0]).head(SHOWN)):
        ends = [f"{row[k]:g}" for k in ("as_given", "low", "high")]
        if row["parameter"] == "calibration":
            ends = ["ssb" if row["as_given"] < 0.5 else "watchtower", "ssb", "watchtower"]
        rows.append(
            (
                str(row["parameter"]), *ends,
                _SIGNS[direction(row)] + amount(row["mu_star"], unit, lang),
                _chance(row, unit, lang), amount(row["sigma"], unit, lang),
                f"{row['flips']}/{row['steps']}", said(str(row["status"]), lang),
            )
        )  # fmt: skip
    title = figure_name((name[2], name[3], name[4]), lang, name[1])
    return EffectTable(title=f"{title}, {unit_name(unit, lang)}", rows=tuple(rows))


def _chance(row: Mapping[str, Any], unit: str, lang: str) -> str:
    chance = chance_of(row)
    if chance is None:
        return said("unknown", lang)
    limit = amount(chance, unit, lang)
    return said("under", lang).format(limit=limit) if is_chance(row) else limit


def _by_figure(frame: pd.DataFrame) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    for name, own in frame.groupby(FIGURE, sort=False):
        yield tuple(map(str, name)), own


def _differences(frame: pd.DataFrame) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    return ((name, own) for name, own in _by_figure(frame) if name[0] == "difference")


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("mu_star", ascending=False, kind="stable")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _file(name: tuple[str, ...]) -> str:
    parts = [name[1], name[2], *([] if name[3] == "all" else [name[4]])]
    return "-".join(part for part in parts if part)
