"""The documents say what the code says: generated tables, assumption numbers, names, commands.

``python tests/test_documents.py`` writes the generated parts of MODEL.md anew.
"""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENTS = tuple(
    f"{name}.md"
    for name in ("README", "ARCHITECTURE", "MODEL", "DECISIONS", "CONTRIBUTING", "CHANGELOG")
)
MODEL = REPOSITORY / "MODEL.md"
SCENARIO = REPOSITORY / "scenarios" / "more-og-romsdal.yaml"
REMEDY = "run: python tests/test_documents.py"

STRESS_DES = (
    "1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2",
    "4.3", "5.1", "5.2", "5.3", "5.4", "6.1",
)  # fmt: skip

# ---------------------------------------------------------------- what is generated


def kinds() -> str:
    """Return the table of event kinds."""
    from emergency_sim.domain.events import kind_table

    return kind_table()


def indicators() -> str:
    """Return the table of all registered indicators."""
    from emergency_sim.analysis.kpis import KPIS

    rows = [
        "| indicator | in words | unit | better | pooled as | relevant difference | definition |"
    ]
    rows.append("|---|---|---|---|---|---|---|")
    for kpi in KPIS.values():
        i = kpi.indicator
        pooled = f"quantile {i.quantile:g}" if i.quantile is not None else i.aggregation.value
        rows.append(
            f"| `{i.name}` | {i.title_en} | {i.unit} | {i.better.value} | {pooled} | "
            f"{i.relevant_difference:g} | {i.source} |"
        )
    return "\n".join(rows)


def _parameters():
    from emergency_sim.scenario import load_scenario

    return load_scenario(SCENARIO).parameters


def states() -> str:
    """Return how many parameters are published, derived and assumed."""
    text = (REPOSITORY / "scenarios" / "parameters" / "norway.yaml").read_text(encoding="utf-8")
    meaning = {
        "published": "stands so in the named source",
        "derived": "computed from published numbers; the entry says how",
        "assumed": "ours, with a range where it is a number",
    }
    rows = ["| state | parameters | meaning |", "|---|---|---|"]
    for name, says in meaning.items():
        number = len(re.findall(rf"^\s+status: {name}$|status: {name},", text, re.MULTILINE))
        rows.append(f"| {name} | {number} | {says} |")
    return "\n".join(rows)


def matrices() -> str:
    """Return the confusion matrices."""
    p = _parameters()
    rows = ["| matrix | truly acute | truly urgent | truly regular |", "|---|---|---|---|"]
    for name in ("identity", "moderate", "poor"):
        lines = p.value(f"triage.matrix.{name}")
        cells = (" / ".join(f"{x:g}" for x in line) for line in lines)
        rows.append(f"| `{name}` | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def calibration() -> str:
    """Return the solved rates of both calibrations for the people of the default county."""
    from emergency_sim.demand import calibrate
    from emergency_sim.domain.incident import Disposition, Entry, Urgency
    from emergency_sim.network import read_region

    zones = read_region(REPOSITORY / "networks" / "more-og-romsdal").zones
    people = zones.population[~zones.outside].sum(axis=0)
    solved = {
        name: calibrate(
            _parameters(), calibration=name, amk_matrix="moderate", lvs_matrix="moderate",
            population_by_age=people,
        )
        for name in ("watchtower", "ssb")
    }  # fmt: skip
    found = {name: {k: v for k, v, _ in r.table()} for name, r in solved.items()}

    def line(says: str, shown: Callable[[str], str]) -> str:
        return f"| {says} | {shown('watchtower')} | {shown('ssb')} |"

    def urgencies(entry: Entry) -> Callable[[str], str]:
        return lambda n: " / ".join(f"{x:.3f}" for x in solved[n].true_share[entry, :3])

    def decided(urgency: Urgency) -> Callable[[str], str]:
        return lambda n: " / ".join(f"{x:.3f}" for x in solved[n].disposition[urgency])

    missions = ("acute_missions", "urgent_missions", "regular_missions")
    order = ", ".join(d.name.lower() for d in Disposition)
    rows = ["| per 1000 and year, or share | `watchtower` | `ssb` |", "|---|---|---|"]
    rows += [
        line(f"entry `{e.name.lower()}`", lambda n, e=e: f"{solved[n].per_1000[e]:.1f}")
        for e in Entry
    ]
    rows += [
        line("truly acute / urgent / regular among 113 with a need", urgencies(Entry.CALL_113)),
        line("the same among LVS' own entries", urgencies(Entry.CALL_116117)),
    ]
    rows += [line(f"{order}, if LVS says {u.name.lower()}", decided(u)) for u in list(Urgency)[:3]]
    rows += [
        line("to hospital after the clinic's doctor, truly acute / urgent",
             lambda n: " / ".join(f"{x:.3f}" for x in solved[n].hospital_after[:2])),
        line("share conveyed from scenes", lambda n: f"{solved[n].conveyed:.3f}"),
        line("share of acute scenes with a second unit", lambda n: f"{solved[n].second_unit:.3f}"),
        line("doctor alerted, of acute 113 incidents", lambda n: f"{solved[n].alerted_113:.3f}"),
        line("of alerted doctors, share that drives", lambda n: f"{solved[n].doctor_goes:.3f}"),
        line("to legevakt, of those with a problem that allows it",
             lambda n: f"{solved[n].to_legevakt.max():.3f}"),
        line("contacts that come out", lambda n: f"{found[n]['contacts']:.1f}"),
        line("acute, urgent, regular missions",
             lambda n: ", ".join(f"{found[n][k]:.1f}" for k in missions)),
        line("home visits and call-outs",
             lambda n: f"{found[n]['home_visits']:.1f} + {found[n]['call_outs']:.1f}"),
    ]  # fmt: skip
    return "\n".join(rows)


def stages() -> str:
    """Return the table of the stages of real logs."""
    from emergency_sim.analysis.observed.stages import STAGES

    rows = ["| stage | in words | begins | ends | counted by |", "|---|---|---|---|---|"]
    rows += [f"| `{s.name}` | {s.en} | {s.begins} | {s.ends} | {s.of} |" for s in STAGES]
    return "\n".join(rows)


GENERATED: dict[str, Callable[[], str]] = {
    "states": states,
    "calibration": calibration,
    "matrices": matrices,
    "kinds": kinds,
    "indicators": indicators,
    "stages": stages,
}


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- generated: {name} -->\n)(.*?)(<!-- end: {name} -->)", re.DOTALL)


def write() -> None:
    """Write every generated part of MODEL.md."""
    text = MODEL.read_text(encoding="utf-8")
    for name, make in GENERATED.items():
        made = make()
        text = _block(name).sub(lambda m, made=made: m[1] + made + "\n" + m[3], text)
    MODEL.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", list(GENERATED))
def test_a_generated_table_is_current(name: str) -> None:
    found = _block(name).findall(MODEL.read_text(encoding="utf-8"))
    assert len(found) == 1, f"MODEL.md has no part {name!r}"
    assert found[0][1] == GENERATED[name]() + "\n", REMEDY


# ---------------------------------------------------------------- assumptions and items


def _assumptions() -> list[int]:
    return [
        int(n) for n in re.findall(r"^- \*\*A(\d+)\*\* ", MODEL.read_text("utf-8"), re.MULTILINE)
    ]


def _sources() -> Iterator[Path]:
    for folder in ("emergency_sim", "scenarios", "tests", "networks"):
        for suffix in ("*.py", "*.yaml"):
            yield from (p for p in (REPOSITORY / folder).rglob(suffix) if p != Path(__file__))


def test_assumptions_are_numbered_without_gap_or_twin() -> None:
    found = _assumptions()
    assert sorted(found) == list(range(1, len(found) + 1))


def test_every_assumption_cited_in_the_code_is_in_the_model() -> None:
    known = set(_assumptions())
    cited = {}
    for path in _sources():
        for number in re.findall(r"\bassumptions? A(\d+)", path.read_text(encoding="utf-8")):
            cited[int(number)] = path.relative_to(REPOSITORY).as_posix()
    assert cited, "the code cites no assumption: this test looks for the wrong words"
    assert {n: path for n, path in cited.items() if n not in known} == {}


def test_every_assumption_is_made_somewhere_in_the_code() -> None:
    code = "".join(
        path.read_text(encoding="utf-8") for path in (REPOSITORY / "emergency_sim").rglob("*.py")
    )
    cited = {
        int(number)
        for listed in re.findall(r"\bassumptions? (A\d+(?:(?:,| and)\s+A\d+)*)", code)
        for number in re.findall(r"A(\d+)", listed)
    }
    assert set(_assumptions()) - cited == set()


def test_every_assumption_cited_in_a_document_is_in_the_model() -> None:
    known = set(_assumptions())
    for name in DOCUMENTS:
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        cited = {int(n) for n in re.findall(r"\bA(\d{1,2})\b", text)}
        assert cited <= known, name


def test_all_items_of_stress_des_are_there() -> None:
    headings = re.findall(r"^### (\d\.\d) ", MODEL.read_text(encoding="utf-8"), re.MULTILINE)
    assert tuple(headings) == STRESS_DES
    parts = re.findall(r"^\*\*(2\.5\.\d) ", MODEL.read_text(encoding="utf-8"), re.MULTILINE)
    assert parts == ["2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5"]


def test_decisions_are_numbered_dated_and_short() -> None:
    text = (REPOSITORY / "DECISIONS.md").read_text(encoding="utf-8")
    entries = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    for number, entry in enumerate(entries, start=1):
        assert re.match(rf"D{number} · \d{{4}}-\d\d-\d\d · \S", entry), entry.splitlines()[0]
        assert len(entry.strip().splitlines()) <= 13, entry.splitlines()[0]


def test_the_changelog_tells_of_changed_results() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "### Results change" in text


# ---------------------------------------------------------------- what the documents point to


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[`*]", "", h).lower() for h in headings)
    return {re.sub(r"[^\w\- ]", "", h).replace(" ", "-") for h in plain}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    document = REPOSITORY / name
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = document if not path else document.parent / path
        assert file.exists(), f"{name}: {target}"
        if anchor:
            assert anchor in _anchors(file), f"{name}: {target}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_named_exists(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    top = "emergency_sim|networks|scenarios|tests|docs|benchmarks|notebooks"
    named = set(re.findall(rf"`((?:{top})/[\w./-]*)`", text))
    missing = {p for p in named if not (REPOSITORY / p).exists()}
    assert missing == set(), name


def test_every_module_named_in_the_architecture_exists() -> None:
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    folders = "|".join(
        p.name for p in (REPOSITORY / "emergency_sim").iterdir() if (p / "__init__.py").exists()
    )
    named = set(re.findall(rf"`((?:{folders})/[\w./]+\.py)", text))
    assert named
    assert {p for p in named if not (REPOSITORY / "emergency_sim" / p).exists()} == set()


def test_every_test_named_in_the_architecture_exists() -> None:
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    known = "\n".join(p.read_text(encoding="utf-8") for p in (REPOSITORY / "tests").rglob("*.py"))
    for name in set(re.findall(r"`(test_\w+)`", text)):
        assert f"def {name}(" in known, name


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_dotted_name_can_be_imported(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    for dotted in set(re.findall(r"`(emergency_sim(?:\.\w+)+)", text)):
        parts = dotted.split(".")
        found = None
        for length in range(len(parts), 0, -1):
            try:
                found = importlib.util.find_spec(".".join(parts[:length]))
            except ModuleNotFoundError:
                continue
            if found is not None:
                module = importlib.import_module(".".join(parts[:length]))
                for attribute in parts[length:]:
                    module = getattr(module, attribute)
                break
        assert found is not None, f"{name}: {dotted}"


def test_the_documents_name_no_machine() -> None:
    for name in DOCUMENTS:
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(?:home|root|tmp|work|Users)/", text), name


# ---------------------------------------------------------------- what README promises


def _readme() -> str:
    return (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_every_make_target_of_the_documents_is_in_the_makefile() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for name in DOCUMENTS:
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        for target in set(re.findall(r"`make ([a-z]+)`", text)):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{name}: make {target}"


def test_every_command_of_the_readme_is_there() -> None:
    commands = set(re.findall(r"emergency-sim ([a-z]+(?:-[a-z]+)*)", _readme()))
    assert {"demo", "run", "compare", "validate", "kpis", "schema", "travel-time"} <= commands
    for command in sorted(commands):
        shown = subprocess.run(
            [sys.executable, "-m", "emergency_sim", command, "--help"],
            capture_output=True, text=True, timeout=60, check=False, cwd=REPOSITORY,
        )  # fmt: skip
        assert shown.returncode == 0, f"emergency-sim {command}: {shown.stderr}"


def test_every_public_name_of_the_readme_is_there() -> None:
    import emergency_sim

    for name in set(re.findall(r"\bes\.(\w+)", _readme())):
        assert hasattr(emergency_sim, name), f"es.{name}"


def test_every_bundled_scenario_of_the_readme_is_there() -> None:
    from emergency_sim.bundled import scenario_path

    listed = re.search(r"bundled one \(([^)]*)\)", _readme())
    assert listed
    names = re.findall(r"`([a-z-]+)`", listed[1])
    assert sorted(names) == sorted(p.stem for p in (REPOSITORY / "scenarios").glob("*.yaml"))
    for name in names:
        assert scenario_path(name).is_file()


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", _readme(), re.MULTILINE | re.DOTALL)


def test_the_textbook_case_of_the_readme(tmp_path: Path) -> None:
    from emergency_sim.domain.events import Kind
    from emergency_sim.experiment.compile import compile_scenario
    from emergency_sim.scenario import load_scenario

    times, incidents = _blocks("csv")
    (scenario,) = (b for b in _blocks("yaml") if "id: textbook" in b)
    for name, text in (("times.csv", times), ("incidents.csv", incidents), ("t.yaml", scenario)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    log, _ = compile_scenario(load_scenario(tmp_path / "t.yaml")).replicate(0)
    assert log.time_ms[log.kind == Kind.ON_SCENE].tolist() == [60_000, 960_000]
    assert "after 960 seconds" in _readme()


def test_the_variant_of_the_readme(tmp_path: Path) -> None:
    from emergency_sim.scenario import load_scenario

    (variant,) = (b for b in _blocks("yaml") if "variant/1" in b)
    base = (REPOSITORY / "scenarios" / "more-og-romsdal.yaml").as_posix()
    path = tmp_path / "v.yaml"
    path.write_text(variant.replace("more-og-romsdal.yaml", base), encoding="utf-8")
    scenario = load_scenario(path)
    assert scenario.satellites["sat-rauma"].in_service
    assert not scenario.legevakter["rauma"].in_service


def test_the_incident_of_the_tour_is_in_the_golden_log() -> None:
    number = re.search(r"incident (\d+) of \[tests/toy/golden.csv\]", _readme())
    assert number
    lines = (REPOSITORY / "tests" / "toy" / "golden.csv").read_text(encoding="utf-8").splitlines()
    kinds = [k for _, k, incident, *_ in (x.split(",") for x in lines) if incident == number[1]]
    assert kinds[:2] == ["incident", "need"]
    assert {"transferred", "doctor_on_scene", "stood_down", "at_destination"} <= set(kinds)
    assert kinds.count("mobilised") == 2


@pytest.mark.slow
def test_the_python_examples_of_the_readme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("networks", "scenarios"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    monkeypatch.chdir(tmp_path)  # the examples write a picture
    names: dict[str, Any] = {}
    for example in _blocks("python"):
        exec(compile(example, "README.md", "exec"), names)
    assert (tmp_path / "response.svg").stat().st_size > 1000
    results, comparison = names["results"], names["comparison"]
    assert len(results.kpis) > 0
    assert set(comparison.table["variant_id"].dropna()) >= {"extra-ambulance"}


def test_versions_agree() -> None:
    cff = (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8")
    toml = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', toml, re.MULTILINE)
    assert version
    assert f"\nversion: {version[1]}\n" in cff
    assert version[1] in (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_generated_numbers_are_not_all_alike() -> None:
    """The two calibrations differ where they should and agree where they should."""
    lines = [line.split("|")[1:4] for line in calibration().splitlines()[2:]]
    values = {says.strip(): (a.strip(), b.strip()) for says, a, b in lines}
    assert values["entry `call_113`"] == ("68.0", "68.0")
    assert values["entry `call_116117`"][0] != values["entry `call_116117`"][1]
    assert np.isclose(float(values["contacts that come out"][1]), 480.0)


if __name__ == "__main__":
    write()
