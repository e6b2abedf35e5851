"""The search for equal service is done once: shards, merge, verify and a second run go by its file."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import emergency_sim as es
from emergency_sim.cli import main
from emergency_sim.domain.errors import UnfinishedError
from emergency_sim.experiment.comparing import kept_search, pilots
from emergency_sim.experiment.comparing.kept_search import search_key, search_once
from emergency_sim.experiment.comparing.pilots import SearchSettings
from emergency_sim.experiment.comparing.staffing_search import EqualService
from emergency_sim.experiment.folder import checksums, provenance, store
from emergency_sim.experiment.work.attempts import run_all
from emergency_sim.experiment.work.executors import Workers
from emergency_sim.scenario import Scenario
from tests.experiment.toys import one_clinic, toy, tree, variant_file

SETTINGS = SearchSettings(replications=1, rounds=2, days=2, warm_up_days=0)
FILE = "equal_service.json"


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return a list that grows with every search that is really done."""
    done: list[list[str]] = []
    real = kept_search.equal_service

    def counted(base: Scenario, variants: list[Scenario], *words: Any, **options: Any) -> Any:
        done.append([v.id for v in variants])
        return real(base, variants, *words, **options)

    monkeypatch.setattr(kept_search, "equal_service", counted)
    return done


Search = Callable[..., dict[str, EqualService]]


@pytest.fixture
def search(tmp_path: Path) -> Search:
    """Return a function that searches in the temporary folder."""
    variant = one_clinic(tmp_path)

    def found(*sets: str, settings: SearchSettings = SETTINGS) -> dict[str, EqualService]:
        return search_once(toy(*sets), [variant], settings, workers=Workers(), folder=tmp_path)

    return found


def test_what_is_read_is_what_was_found(searches: list[list[str]], search: Search) -> None:
    first, second = search(), search()
    assert searches == [["one-clinic"]]
    assert second == first
    assert list(first["one-clinic"].waits) == ["by"]  # something was found


@pytest.mark.parametrize("other", ["a byte", "half", "no text", "another key"])
def test_a_file_that_is_not_whole_is_not_believed(
    other: str, searches: list[list[str]], search: Search, tmp_path: Path
) -> None:
    expected = search()
    text = (tmp_path / FILE).read_text()
    content = json.loads(text)
    if other == "a byte":
        content["found"]["one-clinic"]["doctors"]["by"]["a"] += 1
    content["key"] = "0" * 64 if other == "another key" else content["key"]
    damaged = {"half": text[: len(text) // 2], "no text": "[]"}.get(other, json.dumps(content))
    (tmp_path / FILE).write_text(damaged)
    assert search() == expected
    assert len(searches) == 2
    assert (tmp_path / FILE).read_text() == text


def test_another_seed_and_other_settings_search_anew(
    searches: list[list[str]], search: Search
) -> None:
    search()
    search("run.seed=30")
    search("run.seed=30", settings=SearchSettings(replications=1, rounds=1, days=2))
    assert len(searches) == 3


def test_the_key_holds_the_searchs_own_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, variant = toy(), one_clinic(tmp_path)
    key = search_key(base, [variant], SETTINGS)
    assert search_key(toy("run.replications=7"), [variant], SETTINGS) == key
    assert search_key(variant, [base], SETTINGS) != key
    real = provenance.sources_hash
    monkeypatch.setattr(
        provenance, "sources_hash",
        lambda layers: "edited" if "experiment/comparing" in layers else real(layers),
    )  # fmt: skip
    assert search_key(base, [variant], SETTINGS) != key


@pytest.mark.parametrize(
    "source", ["comparing/clinic_moves.py", "work/runner.py", "work/memory.py"]
)
def test_a_line_of_what_searches_is_another_key(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant, copy = one_clinic(tmp_path), tmp_path / "package"
    key = search_key(toy(), [variant], SETTINGS)
    shutil.copytree(provenance.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "PACKAGE", copy)
    assert search_key(toy(), [variant], SETTINGS) == key
    with (copy / "experiment" / source).open("a", encoding="utf-8") as file:
        file.write("\nEDITED = True\n")
    assert search_key(toy(), [variant], SETTINGS) != key


def test_a_worker_with_other_sources_searches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it found would be kept under the key of the sources here."""
    real = run_all

    def elsewhere(function: Any, chunks: list[Any], *rest: Any) -> None:
        away = [tuple(replace(u, made_in="another process") for u in own) for own in chunks]
        real(function, away, *rest)
        with pytest.raises(UnfinishedError, match="a worker runs other sources or versions"):
            function(tuple(replace(unit, sources="0" * 64) for unit in away[0]))

    monkeypatch.setattr(pilots, "run_all", elsewhere)
    base = pilots.shortened(toy(), SETTINGS)
    found = pilots.run_pilots([base], base, SETTINGS, Workers(), tmp_path)
    assert len(found["toy"]) == 1


def test_a_second_comparison_searches_no_more_and_a_run_keeps_no_search(
    searches: list[list[str]], tmp_path: Path
) -> None:
    variant, out = one_clinic(tmp_path), tmp_path / "out"
    options = es.CompareOptions(search=SETTINGS, decay_check=False)
    es.compare(toy(), variant, out=out, options=options)
    before = tree(out)
    assert FILE in before
    assert FILE in checksums.read(out)
    es.compare(toy(), variant, out=out, options=options)
    assert len(searches) == 1
    assert tree(out) == before
    left = out.rename(out.with_name(".out.partial"))  # as an interrupt leaves it
    (left / store.MARK).touch()
    es.simulate(toy(), out=out)
    assert not (out / FILE).exists()


EXPERIMENT = """\
schema: emergency_sim/experiment/1
id: toy-clinics
name: {{nb: Legevakter, en: Clinics}}
base: {base}
variants: [{variant}]
staffing: both
run: {{days: 1, run_out_days: 0}}
replications: 2
primary:
  - {{kpi: clinic_wait_urgent_p90}}
"""


@pytest.mark.slow
def test_shards_merge_and_verify_go_by_one_search(
    searches: list[list[str]], tmp_path: Path
) -> None:
    from tests.experiment.toys import TOY

    file = tmp_path / "clinics.yaml"
    file.write_text(EXPERIMENT.format(base=TOY, variant=variant_file(tmp_path)))
    serial = ["--executor", "serial"]
    whole = tmp_path / "whole"
    assert main(["experiment", str(file), "--out", str(whole), *serial]) == 0
    assert len(searches) == 1
    shards = [str(tmp_path / "it.shards" / name) for name in ("1", "2")]
    for name, out in zip(("1/2", "2/2"), shards, strict=True):
        assert main(["experiment", str(file), "--shard", name, "--out", out, *serial]) == 0
    assert len(searches) == 2  # the second shard goes by the first one
    merged = tmp_path / "merged"
    assert main(["merge", *shards, "--out", str(merged), "--jobs", "1"]) == 0
    assert main(["results", "verify", str(whole), "--rerun", "1", "--experiment", str(file)]) == 0
    assert len(searches) == 2
    assert tree(merged) == tree(whole)
