"""osmnx is left as it was found."""

import socket

import osmnx
import pytest

from emergency_sim.network.osm.osmnx_settings import osmnx_settings
from emergency_sim.network.osm.source import NODE_TAGS, WAY_TAGS


def everything():
    return {
        name: list(value) if isinstance(value, list) else value
        for name, value in vars(osmnx.settings).items()
        if name in osmnx.settings.__annotations__
    }


def test_tags_of_ours_are_kept_beside_those_that_were(monkeypatch):
    monkeypatch.setattr(osmnx.settings, "useful_tags_way", ["highway", "lit"])
    with osmnx_settings() as inside:
        assert inside is osmnx
        assert inside.settings.useful_tags_way[:2] == ["highway", "lit"]
        assert set(WAY_TAGS) <= set(inside.settings.useful_tags_way)
        assert set(NODE_TAGS) <= set(inside.settings.useful_tags_node)
        assert inside.settings.all_oneway
        assert not inside.settings.use_cache
        assert inside.settings.http_user_agent.startswith("emergency-sim/")


def test_settings_are_as_before_whatever_happens():
    before, resolve = everything(), socket.getaddrinfo

    def work(*, fail):
        with osmnx_settings(requests_timeout=1.0) as inside:
            assert inside.settings.requests_timeout == 1.0
            inside.settings.useful_tags_way.append("lit")
            inside.settings.bidirectional_network_types.append("drive")
            inside.settings.overpass_url = "http://127.0.0.1:9"
            socket.getaddrinfo = None
            if fail:
                raise RuntimeError("midway")

    work(fail=False)
    assert (everything(), socket.getaddrinfo) == (before, resolve)
    with pytest.raises(RuntimeError, match="midway"):
        work(fail=True)
    assert (everything(), socket.getaddrinfo) == (before, resolve)


def test_a_setting_that_osmnx_does_not_have_changes_nothing():
    before = everything()
    with pytest.raises(AttributeError, match="no setting 'overpass'"), osmnx_settings(overpass=1):
        pass
    assert everything() == before
