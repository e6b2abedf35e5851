"""Differences with their intervals beside what would matter: one row an indicator and variant."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

from emergency_sim.analysis.kpis import KPIS
from emergency_sim.domain.indicators import Better
from emergency_sim.report.chart import Chart, Heading, sheet
from emergency_sim.report.style import INK, QUIET, VERDICTS, amount, unit_name
from emergency_sim.report.texts import verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

EDGE: Final = 6.0
"""The axis ends at so many relevant differences; what lies beyond gets an arrow."""
_ROW: Final = 0.27
_LEFT: Final = 3.05
_WRAP: Final = 42
"""Inches of a row and of the room for titles; signs of a title's line."""
_WORDS: Final[dict[str, dict[str, str]]] = {
    "nb": {
        "title": "Hva endrer seg, og betyr det noe?",
        "subtitle": "Endring mot «{base}» målt i den minste forskjellen som betyr noe (grått bånd: "
        "ingen relevant forskjell), med 95 % KI",
        "note": "Båndenes bredde og mange forutsetninger er antatt; dommene gjelder hvis de holder. "
        "Uten strek: eksakt, ingen tilfeldighet. Pil: utenfor aksen.",
        "worse": "◀ dårligere", "better": "bedre ▶", "from": "før → etter", "verdict": "dom",
        "says": "{title}, {variant}: {base} til {after} {unit}, {verdict}",
    },
    "en": {
        "title": "What changes, and does it matter?",
        "subtitle": "Change against “{base}” in units of the smallest difference that matters "
        "(grey band: no relevant difference), with 95 % CI",
        "note": "The width of the band and many inputs are assumed; verdicts hold if those do. "
        "No line: exact, no chance in it. Arrow: beyond the axis.",
        "worse": "◀ worse", "better": "better ▶", "from": "before → after", "verdict": "verdict",
        "says": "{title}, {variant}: {base} to {after} {unit}, {verdict}",
    },
}  # fmt: skip


def forest_figure(
    table: pd.DataFrame,
    indicators: Sequence[tuple[str, str, str]],
    variants: Mapping[str, str],
    *,
    base: str,
    title: str = "",
    note: str = "",
    lang: str = "en",
) -> Chart:
    """Return the picture of some rows of a comparison.

    Parameters
    ----------
    table
        Of a comparison: columns as in ``comparison.parquet``.
    indicators
        Indicator, kind of group and group, from above.
    variants
        Name of each variant by its id; each indicator has a line for each.
    base
        Name of what they are compared with.
    title, note
        Instead of the usual words.
    lang
        ``nb`` or ``en``.

    Raises
    ------
    ValueError
        The table lacks an indicator, group or variant, or an indicator has no better direction.
    """
    words = _WORDS[lang]
    heading = Heading(
        title=title or words["title"], subtitle=words["subtitle"].format(base=base),
        note=note or words["note"],
    )  # fmt: skip
    many = len(variants) > 1
    step = _ROW * (len(variants) + 1.35) if many else 1.5 * _ROW
    room = step * len(indicators) - _ROW / 2
    figure, ((axes,),) = sheet(heading, body=room, left=_LEFT, right=3.3, above=0.28)
    axes.axvspan(-1, 1, color="#e8ecef", zorder=0)
    axes.axvline(0, color=QUIET, linewidth=0.9, zorder=1)
    wanted = table[table["kpi"].isin([kpi for kpi, _, _ in indicators])]
    found = {
        (one["kpi"], one["group_kind"], one["group"], one["variant_id"]): one
        for one in wanted.to_dict("records")
    }
    said, y = [], 0.0
    for kpi, kind, group in indicators:
        name = _title(kpi, lang)
        shown = name if many else textwrap.fill(name, _WRAP)
        axes.annotate(
            shown, (0, y), xycoords=("axes fraction", "data"), xytext=(-72 * (_LEFT - 0.12), 0),
            textcoords="offset points", size=9.2, color=INK, va="center", annotation_clip=False,
            linespacing=1.0,
        )  # fmt: skip
        y += _ROW if many else 0
        for variant, label in variants.items():
            key = (kpi, kind, group, variant)
            if key not in found:
                raise ValueError(f"the table has no row {', '.join(key)}")
            said.append(_line(axes, y, found[key], kpi, label if many else "", words, lang))
            y += _ROW
        y += 0.35 * _ROW if many else 0.5 * _ROW
    axes.set(xlim=(-EDGE * 1.05, EDGE * 1.05), ylim=(room - 0.5 * _ROW, -0.5 * _ROW), yticks=[])
    axes.set_xticks([-5, -3, -1, 1, 3, 5])
    for x, text, side in ((-EDGE, words["worse"], "left"), (EDGE, words["better"], "right")):
        axes.text(x, -0.58 * _ROW, text, size=9, color=QUIET, ha=side, va="bottom")
    return Chart(figure=figure, words=f"{heading.title} {'; '.join(said)}.")


def _title(kpi: str, lang: str) -> str:
    indicator = KPIS[kpi].indicator
    if indicator.better is Better.NEITHER:
        raise ValueError(f"{kpi} has no better direction, so it has no place in this figure")
    title = indicator.title_nb if lang == "nb" else indicator.title_en
    return f"{title}, {unit_name(indicator.unit, lang)}"


def _line(
    axes: Any,
    y: float,
    row: Mapping[Any, Any],
    kpi: str,
    label: str,
    words: dict[str, str],
    lang: str,
) -> str:
    """Draw one variant's line, and return it in words."""
    indicator = KPIS[kpi].indicator
    sign = 1.0 if indicator.better is Better.HIGHER else -1.0
    scale = sign / indicator.relevant_difference
    judged = row["verdict"] if isinstance(row["verdict"], str) else ""
    colour, mark = VERDICTS.get(judged, VERDICTS[""])
    if label:
        axes.annotate(
            label, (0, y), xycoords=("axes fraction", "data"), xytext=(-8, 0), size=8.8,
            textcoords="offset points", color=QUIET, ha="right", va="center", annotation_clip=False,
        )  # fmt: skip
    if row["difference"] == row["difference"]:
        at = float(row["difference"]) * scale
        ends = sorted(float(row[c]) * scale for c in ("ci_low", "ci_high") if row[c] == row[c])
        inside = [min(max(x, -EDGE), EDGE) for x in ends]
        if inside:
            axes.plot(inside, [y, y], color=colour, linewidth=2.4, solid_capstyle="butt", zorder=3)
        beyond = abs(at) > EDGE
        shape = (">" if at > 0 else "<") if beyond else mark
        axes.plot(
            min(max(at, -EDGE), EDGE), y, shape, color=colour, markersize=8.5,
            markeredgecolor="white", markeredgewidth=0.8, zorder=4,
        )  # fmt: skip
    unit = indicator.unit
    before, after = (
        amount(None if row[c] != row[c] else float(row[c]), unit, lang) for c in ("base", "variant")
    )
    text = f"{before} → {after}"
    for x, told, ink in ((12, text, INK), (126, verdict(judged, lang) if judged else "–", colour)):
        axes.annotate(
            told, (1, y), xycoords=("axes fraction", "data"), xytext=(x, 0), size=8.8, color=ink,
            textcoords="offset points", va="center", annotation_clip=False,
        )  # fmt: skip
    return words["says"].format(
        title=indicator.title_nb if lang == "nb" else indicator.title_en,
        variant=label or row["variant_id"], base=before, after=after, unit=unit_name(unit, lang),
        verdict=verdict(judged, lang) if judged else "–",
    )  # fmt: skip
