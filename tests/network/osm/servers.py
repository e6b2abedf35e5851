"""A server on this machine that answers as Nominatim and Overpass do, with what a map holds."""

from __future__ import annotations

import json
import re
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import shapely

from tests.network.osm.drawing import place

STATUS = """Connected as: 123
Current time: 2026-01-01T00:00:00Z
Announced endpoint: none
Rate limit: 2
2 slots available now.
Currently running queries (pid, space limit, time limit, start time):
"""
DATE = "2026-01-01T12:00:00Z"


class Town:
    """What the servers know, what they were asked, and what they answer instead.

    Parameters
    ----------
    ways, nodes
        As `drawing` has them.
    outline
        GeoJSON geometry of the only place they know, ``Sund``; None: no place is known.
    """

    def __init__(self, ways, nodes, outline):
        self.ways, self.nodes, self.outline = ways, nodes, outline
        self.asked, self.agents = [], set()
        self.status: str | None = STATUS
        self.instead: dict[str, tuple[int, str]] = {}
        self.remark = ""
        self.silent = threading.Event()
        self.silent.set()

    def search(self, query):
        if self.outline is None or "Sund" not in query["q"][0]:
            return []
        west, south, east, north = shapely.from_geojson(json.dumps(self.outline)).bounds
        found = {
            "display_name": "Sund kommune, Norway", "importance": 0.5, "lat": str(south),
            "lon": str(west), "boundingbox": [str(south), str(north), str(west), str(east)],
            "geojson": self.outline, "osm_type": "relation", "osm_id": 1, "class": "boundary",
        }  # fmt: skip
        return [found]

    def interpreter(self, query):
        (wanted,) = re.findall(r"way(\[.*?\])\(poly:'([^']*)'\)", query)
        key, how, value = re.fullmatch(r'\["(\w+)"(=|~)"(.*)"\]', wanted[0]).groups()
        pairs = [float(number) for number in wanted[1].split()]
        area = shapely.Polygon(list(zip(pairs[1::2], pairs[::2], strict=True)))
        nodes, ways = {}, []
        for way, (refs, tags) in self.ways.items():
            given = tags.get(key, "")
            fits = given == value if how == "=" else re.search(value, given)
            if fits and any(area.contains(shapely.Point(place(node))) for node in refs):
                ways.append({"type": "way", "id": way, "nodes": refs, "tags": tags})
                for node in refs:
                    lon, lat = (round(degrees, 7) for degrees in place(node))
                    nodes[node] = {"type": "node", "id": node, "lat": lat, "lon": lon}
                    if node in self.nodes:
                        nodes[node]["tags"] = self.nodes[node]
        answer = {
            "version": 0.6, "generator": "Overpass API", "osm3s": {"timestamp_osm_base": DATE},
            "elements": [*nodes.values(), *ways],
        }  # fmt: skip
        return answer | ({"remark": self.remark} if self.remark else {})


@contextmanager
def serve(town):
    """Give the address of a server for a town."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args):
            pass

        def answer(self, query):
            path = urlsplit(self.path).path
            town.asked.append(path)
            town.agents.add(self.headers["User-Agent"])
            town.silent.wait(5)
            code, kind = 200, "application/json"
            if path in town.instead:
                code, text = town.instead[path]
                kind = "text/html"
            elif path == "/api/status":
                code = 200 if town.status is not None else 404
                text, kind = town.status or "nothing here", "text/plain"
            elif path == "/search":
                text = json.dumps(town.search(query))
            else:
                text = json.dumps(town.interpreter(query["data"][0]), indent=2)
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.end_headers()
            # The one who asked may have given up.
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(text.encode())

        def do_GET(self):
            self.answer(parse_qs(urlsplit(self.path).query))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(parse_qs(body))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        town.silent.set()
        server.shutdown()
        server.server_close()
        thread.join()
