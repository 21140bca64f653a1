"""The mean of weights that were trained apart from the same start.

    python3 training/average.py OUT FOLDER FOLDER …

Folders as export.py writes them, of one shape. Runs that began alike and read other sessions lie in one valley, and
what lies between them is right more often than each: it needs no more parameters and no more time. Needs NumPy.
"""
import argparse
import json
import shutil
import struct
import sys
from pathlib import Path

import numpy


def shard(path):
    """(bytes in front of the tensors, {name: (begin, end, type)}, the tensors' bytes)"""
    data = path.read_bytes()
    size = 8 + struct.unpack("<Q", data[:8])[0]
    tensors = json.loads(data[8:size])
    tensors.pop("__metadata__", None)
    return data[:size], {n: (*t["data_offsets"], t["dtype"]) for n, t in tensors.items()}, data[size:]


def read(data, kind):
    if kind == "F32":
        return numpy.frombuffer(data, "<f4")
    return (numpy.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")     # bf16


def written(values, kind):
    values = values.astype("<f4")
    if kind == "F32":
        return values.tobytes()
    bits = values.view("<u4")
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()   # to the nearest, ties to even


def mean(paths):
    shards = [shard(p) for p in paths]
    front, tensors, first = shards[0]
    for path, other in zip(paths, shards):
        if other[1] != tensors:
            sys.exit(f"{path} has other tensors than {paths[0]}")
    out = bytearray(first)
    for begin, end, kind in tensors.values():
        if kind not in ("F32", "BF16"):
            sys.exit(f"{paths[0]} has a tensor of type {kind}; F32 and BF16 are averaged")
        out[begin:end] = written(sum(read(s[2][begin:end], kind) for s in shards) / len(shards), kind)
    return front + bytes(out)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("folders", type=Path, nargs="+")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(options.folders[0].iterdir()):
        if path.suffix == ".safetensors":
            (options.out / path.name).write_bytes(mean([f / path.name for f in options.folders]))
        elif path.suffix == ".json":
            shutil.copy(path, options.out / path.name)


if __name__ == "__main__":
    main()
