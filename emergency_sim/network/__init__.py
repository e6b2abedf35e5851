"""Roads, ferries and travel times: from a region's tables to expected seconds between nodes."""

from emergency_sim.network.matrix_table import read_matrix
from emergency_sim.network.matrix_times import MatrixTravelTimes
from emergency_sim.network.paths.shortest_paths import Graph
from emergency_sim.network.projection import project, unproject
from emergency_sim.network.region import MatrixNetwork, Region
from emergency_sim.network.region_folder import read_region
from emergency_sim.network.road_network import RoadNetwork
from emergency_sim.network.speed_table import SpeedTable, read_speeds
from emergency_sim.network.speeds import Driving, FerryClass, Profile, Season
from emergency_sim.network.travel_times import RoadTravelTimes

__all__ = [
    "Driving",
    "FerryClass",
    "Graph",
    "MatrixNetwork",
    "MatrixTravelTimes",
    "Profile",
    "Region",
    "RoadNetwork",
    "RoadTravelTimes",
    "Season",
    "SpeedTable",
    "project",
    "read_matrix",
    "read_region",
    "read_speeds",
    "unproject",
]
