"""What one submission may use: the sandbox holds it from outside, the worker from inside."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Limits:
    """What one submission may use: seconds of processor time for a cell and for all, seconds on the wall, megabytes
    of memory beside what the libraries take, processes and threads, megabytes of one file and of a folder."""

    cell_cpu: float = 20
    cell_wall: float = 60
    cpu: float = 60
    wall: float = 180
    megabytes: int = 1024
    processes: int = 32
    file_megabytes: int = 20
    folder_megabytes: int = 64

    def as_json(self):
        return json.dumps(asdict(self))
