"""Known truth: a linear function, and Ishigami's function, whose Sobol indices are known exactly."""

import numpy as np
import pytest

from emergency_sim.domain.errors import NotPossibleError
from emergency_sim.experiment.sensitivity.dimensions import Dimension
from emergency_sim.experiment.sensitivity.effects import (
    leading,
    morris_effects,
    ranked,
    sobol_indices,
)
from emergency_sim.experiment.sensitivity.sampling import Design, draws, morris, saltelli

pytest.importorskip("SALib")


def dimension(key: str, low: float = 0.0, high: float = 1.0) -> Dimension:
    return Dimension(
        key=key, what="value", low=low, high=high, given=low, unit="-", source="-", status="assumed"
    )


def fine(_numbers: object) -> None:
    return None


def figures(design: Design, function) -> np.ndarray:
    return np.array([function(design.numbers(p)) for p in range(len(design.unit))])


LINEAR = (dimension("a", -1, 1), dimension("b", 0, 10), dimension("none"), dimension("c", 2, 3))


def linear(x: dict[str, float]) -> float:
    return 3 * x["a"] - 0.5 * x["b"] + x["c"] + 4


def test_morris_of_a_linear_function_is_its_slopes_over_the_ranges():
    design = morris(LINEAR, 6, levels=4, seed=1, replications=1, contradiction=fine)
    assert design.unit.shape == (30, 4)
    found = {e.key: e for e in morris_effects(design, figures(design, linear), seed=1)}
    assert found["a"].mu == pytest.approx(6)
    assert found["b"].mu == pytest.approx(-5)
    assert found["b"].mu_star == pytest.approx(5)
    assert found["c"].mu == pytest.approx(1)
    assert found["none"].mu_star == 0
    assert found["none"].flips == 0
    assert found["a"].sigma == pytest.approx(0, abs=1e-9)
    assert found["a"].steps == 6


def test_sign_changes_are_counted_where_they_happen():
    design = morris(LINEAR, 20, levels=4, seed=3, replications=1, contradiction=fine)
    found = {e.key: e for e in morris_effects(design, figures(design, lambda x: x["a"]), seed=1)}
    # every step of a goes over 2/3 of its range from -1 to 1, so over 0
    assert found["a"].flips == 20
    assert [found[k].flips for k in ("b", "c", "none")] == [0, 0, 0]


def test_an_interaction_shows_as_sigma():
    design = morris(LINEAR, 20, levels=4, seed=1, replications=1, contradiction=fine)
    found = morris_effects(design, figures(design, lambda x: x["a"] * x["b"]), seed=1)
    assert [e.key for e in ranked(found)][:2] in (["a", "b"], ["b", "a"])
    assert all(e.sigma > 1 for e in found if e.key in "ab")


ISHIGAMI = tuple(dimension(k, -np.pi, np.pi) for k in ("x1", "x2", "x3"))


def ishigami(x: dict[str, float]) -> float:
    return np.sin(x["x1"]) + 7 * np.sin(x["x2"]) ** 2 + 0.1 * x["x3"] ** 4 * np.sin(x["x1"])


def test_sobol_of_ishigami_is_the_exact_one():
    design = saltelli(ISHIGAMI, 1024, seed=1, replications=1, contradiction=fine)
    found = {i.key: i for i in sobol_indices(design, figures(design, ishigami), seed=1)}
    first = {"x1": 0.3139, "x2": 0.4424, "x3": 0.0}  # Saltelli et al., Global Sensitivity Analysis
    total = {"x1": 0.5576, "x2": 0.4424, "x3": 0.2437}
    for key, share in first.items():
        assert found[key].first == pytest.approx(share, abs=0.03)
        assert found[key].total == pytest.approx(total[key], abs=0.03)
        assert abs(found[key].first - share) < 3 * found[key].first_conf
        assert found[key].total_conf < 0.1


def test_a_figure_that_does_not_vary_has_no_indices():
    design = saltelli(ISHIGAMI, 8, seed=1, replications=1, contradiction=fine)
    assert sobol_indices(design, np.ones(len(design.unit)), seed=1) == []


def test_trajectories_without_the_figure_are_left_out():
    design = morris(LINEAR, 6, levels=4, seed=1, replications=1, contradiction=fine)
    values = figures(design, linear)
    values[7] = np.nan
    found = {e.key: e for e in morris_effects(design, values, seed=1)}
    assert found["a"].mu == pytest.approx(6)
    assert found["a"].steps == 5
    assert morris_effects(design, values * np.nan, seed=1) == []


def test_leading_ones_weigh_figures_by_what_matters_in_them():
    design = morris(LINEAR, 6, levels=4, seed=1, replications=1, contradiction=fine)
    minutes = morris_effects(design, figures(design, linear), seed=1)
    shares = morris_effects(design, figures(design, lambda x: 0.2 * x["c"]), seed=1)
    found = {"minutes": minutes, "shares": shares}
    assert leading(found, {"minutes": 1.0, "shares": 0.02}, 2) == ["c", "a"]
    assert leading(found, {"minutes": 1.0, "shares": 2.0}, 9) == ["a", "b", "c"]


def above_half(numbers) -> str | None:
    return "a and c: together too much" if numbers["a"] > 0 and numbers["c"] > 2.5 else None


def test_no_bad_point_is_run_and_all_are_told():
    for design in (
        draws(LINEAR, 60, seed=1, replications=1, contradiction=above_half),
        morris(LINEAR, 8, levels=4, seed=1, replications=1, contradiction=above_half),
        saltelli(LINEAR, 64, seed=1, replications=1, contradiction=lambda x: above_half(x)
                 if x["b"] < 1 else None),
    ):  # fmt: skip
        assert all(above_half(design.numbers(p)) is None or design.kind == "sobol"
                   for p in range(len(design.unit)))  # fmt: skip
        ((reason, times),) = design.rejected
        assert reason == "a and c: together too much"
        assert times > 0
    assert design.kind == "sobol"
    assert design.blocks + times == 64


def test_where_everything_contradicts_itself_it_says_so():
    for make in (
        lambda: draws(LINEAR, 5, seed=1, replications=1, contradiction=lambda _: "never"),
        lambda: morris(
            LINEAR, 2, levels=4, seed=1, replications=1, contradiction=lambda _: "never"
        ),
        lambda: saltelli(LINEAR, 4, seed=1, replications=1, contradiction=lambda _: "never"),
    ):
        with pytest.raises(NotPossibleError, match="never"):
            make()


def test_a_latin_hypercube_fills_every_slice_and_is_keyed_by_the_seed():
    one = draws(LINEAR, 50, seed=1, replications=2, contradiction=fine)
    slices = np.sort(np.floor(one.unit * 50), axis=0)
    assert (slices == np.arange(50)[:, None]).all()
    same = draws(LINEAR, 50, seed=1, replications=2, contradiction=fine)
    other = draws(LINEAR, 50, seed=2, replications=2, contradiction=fine)
    assert (one.unit == same.unit).all()
    assert not (one.unit == other.unit).any()
    assert list(one.replications_of(3)) == [6, 7]


def test_trajectories_have_weeks_of_their_own_and_saltellis_blocks_the_same_ones():
    steps = morris(LINEAR, 3, levels=4, seed=1, replications=2, contradiction=fine)
    assert [list(steps.replications_of(p)) for p in (0, 4, 5)] == [[0, 1], [0, 1], [2, 3]]
    blocks = saltelli(LINEAR, 4, seed=1, replications=2, contradiction=fine)
    assert {blocks.replications_of(p) for p in range(len(blocks.unit))} == {range(2)}


def test_calibrations_have_half_of_the_draws_each_whatever_is_rejected():
    both = (*LINEAR, dimension("calibration"))

    def only_the_second(numbers) -> str | None:
        return above_half(numbers) if numbers["calibration"] >= 0.5 else None

    design = draws(both, 50, seed=1, replications=1, contradiction=only_the_second)
    assert (design.unit[:, 4] < 0.5).sum() == 25
    assert design.rejected


def test_chance_at_each_point_looks_like_effects_as_the_model_says():
    """What MODEL.md warns of: a bar of 1.7 deviations in Morris, and totals of Sobol that add up to 2.

    With chance of half the deviation r of D additive effects totals add up to (1 + D r2) / (1 + r2).
    """
    g = np.random.Generator(np.random.Philox(31))
    six = tuple(dimension(f"p{i}") for i in range(6))
    design = morris(six, 300, levels=4, seed=1, replications=1, contradiction=fine)
    found = morris_effects(design, g.normal(0, 1, len(design.unit)), seed=1)
    assert np.mean([e.mu_star for e in found]) == pytest.approx(1.7, abs=0.1)
    blocks = saltelli(six, 512, seed=1, replications=1, contradiction=fine)
    smooth = 2 * blocks.unit[:, 0] + blocks.unit[:, 1]
    for share, total in ((0.0, 1.0), (0.5, 2.0)):
        figure = smooth + g.normal(0, 1, len(smooth)) * share * smooth.std()
        indices = sobol_indices(blocks, figure, seed=1)
        assert sum(i.total for i in indices) == pytest.approx(total, abs=0.25)


MANY = tuple(dimension(f"d{i}") for i in range(20))


@pytest.mark.parametrize(("trajectories", "replications"), [(4, 2), (10, 2), (10, 5)])
def test_chance_alone_is_called_chance_in_95_of_100(trajectories: int, replications: int):
    """1200 parameters without effect: 93 to 97 % are under the limit, whatever σ says.

    Half of them have ten times the chance of the others. With a true 95 % the share lies outside
    once in 600 such tests.
    """
    design = morris(MANY, trajectories, levels=4, seed=2, replications=1, contradiction=fine)
    g = np.random.Generator(np.random.Philox([90, trajectories, replications]))
    scale = np.linspace(1, 10, 20)
    under = 0
    for _ in range(60):
        step = g.normal(0, 1, (trajectories, 20, replications))
        moved = np.abs(np.diff(design.unit.reshape(trajectories, 21, 20), axis=1)).argmax(axis=2)
        single = np.concatenate(
            [np.zeros((trajectories, 1, replications)), (step * scale[moved][..., None]).cumsum(1)],
            axis=1,
        ).reshape(-1, replications)
        found = morris_effects(design, single.mean(axis=1), single, seed=1)
        under += sum(e.mu_star <= e.chance for e in found)
    assert 0.93 <= under / 1200 <= 0.97


def test_an_effect_is_told_from_chance_and_nothing_has_none():
    design = morris(LINEAR, 10, levels=4, seed=1, replications=3, contradiction=fine)
    true = figures(design, linear)
    g = np.random.Generator(np.random.Philox(91))
    weeks = np.repeat(g.normal(0, 50, (10, 3)), 5, axis=0)  # the same at all points of a trajectory
    found = {e.key: e for e in morris_effects(design, true, true[:, None] + weeks, seed=1)}
    assert all(e.chance == pytest.approx(0, abs=1e-9) for e in found.values())
    single = true[:, None] + weeks + g.normal(0, 0.5, (50, 3))
    found = {e.key: e for e in morris_effects(design, single.mean(axis=1), single, seed=1)}
    assert found["a"].mu_star > found["a"].chance
    assert found["b"].mu_star > found["b"].chance
    assert 0.3 < found["none"].chance < 1.5
    one = morris_effects(design, true, true[:, None], seed=1)
    assert np.isnan([e.chance for e in one]).all()
    assert np.isnan([e.chance for e in morris_effects(design, true, seed=1)]).all()


def test_chance_that_is_shared_out_to_totals_is_called_chance():
    """Chance as large as the effects: of two parameters without any, 95 of 100 are under it."""
    design = saltelli(LINEAR, 64, seed=1, replications=2, contradiction=fine)
    g = np.random.Generator(np.random.Philox(92))
    true = figures(design, lambda x: 3 * x["a"])
    under, above = 0, 0
    for _ in range(150):
        single = true[:, None] + g.normal(0, true.std() * 2**0.5, (len(true), 2))
        found = {i.key: i for i in sobol_indices(design, single.mean(axis=1), single, seed=1)}
        under += sum(found[k].total <= found[k].chance for k in ("none", "c"))
        above += found["a"].total > found["a"].chance
        assert found["none"].total > 0.25  # which looks like something
    assert 0.91 <= under / 300 <= 0.99
    assert above > 120  # and what does something is mostly told from it
    assert np.isnan(sobol_indices(design, true, true[:, None], seed=1)[0].chance)
