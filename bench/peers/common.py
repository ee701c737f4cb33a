"""What the Python contestants of the bench share: reading a workload's numbers, and the talk with the runner, a line of
JSON each way: open a workload, answer, do it so many times. See bench/contestant.ts for ours."""

import json
import os
import resource
import sys
import time

import numpy as np

# Workloads of a layer, by pass; convolutions hold x, w and g, strides and up, dense ones x, w and g.
PASSES = ("forward", "input", "weight")
CONVOLUTIONS = (
    "CONV",
    *(f"GAME-{layer}" for layer in ("d1", "d2", "g1", "g2", "g3")),
    *(f"SMALL-conv-{sizes}" for sizes in ("3-1-32", "5-64-1", "3-48-3", "3-3-48", "3-17-19", "3-32-64")),
)
DENSE = (*(f"SMALL-dense-128-10-b{batch}" for batch in (1, 3, 7, 32)), "SMALL-dense-257-129-b5")

TYPES = {"f32": "<f4", "i32": "<i4", "u8": "u1"}


def read(folder):
    """The numbers of a workload by name."""
    with open(os.path.join(folder, "manifest.json")) as file:
        parts = json.load(file)
    return {
        p["name"]: np.fromfile(os.path.join(folder, p["file"]), TYPES[p["dtype"]]).reshape(p["shape"]) for p in parts
    }


def unit(pictures):
    """Bytes of pictures as numbers in [0, 1]."""
    return pictures.astype(np.float32) / np.float32(255)


def listed(data, prefix="w"):
    """w0, w1, ... in order."""
    found = []
    while f"{prefix}{len(found)}" in data:
        found.append(data[f"{prefix}{len(found)}"])
    return found


def cpu():
    """Seconds of processor time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak():
    """The most memory this process has held so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def serve(about, workloads):
    """Answers the runner until it says end. A workload is a function of (data, told) that gives (answer, run)."""
    held = None
    for line in sys.stdin:
        told = json.loads(line)
        try:
            if told["do"] == "end":
                break
            if told["do"] == "open":
                make = workloads.get(told["workload"])
                if make is None:
                    reply = {"absent": True}
                else:
                    base = peak()
                    held = make(read(told["folder"]), told)
                    reply = {"about": about(told), "baseBytes": base}
            elif told["do"] == "answer":
                reply = {"answer": [float(x) for x in held[0]()]}
            else:
                began, before = time.perf_counter(), cpu()
                held[1](told["times"])
                ms = (time.perf_counter() - began) * 1e3
                used = cpu() - before
                reply = {"ms": ms, "cpu": used, "peakBytes": peak()}
        except Exception as error:  # whatever it is, the runner tells it and goes on with the others
            reply = {"error": f"{type(error).__name__}: {error}".split("\n")[0][:300]}
        print(json.dumps(reply), flush=True)


def spread(y):
    """Some forty of many numbers, from all over, as ours are taken."""
    y = np.ascontiguousarray(y).ravel()
    return y[:: max(1, len(y) // 40)][:40]


def searches(predict, data):
    """W7 for a function that gives the logits of one picture [784]: one greedy sweep, and whole searches from noise."""
    target, size = 3, 784
    chance = np.random.default_rng(1)

    def greedy(x, sweeps):
        best = -np.inf
        for _ in range(sweeps):
            for i in range(size):
                x[i] = 0
                a = predict(x)[target]
                x[i] = 1
                b = predict(x)[target]
                if a > b:
                    x[i] = 0
                best = max(best, float(a), float(b))
        return best

    def climb(x, tries):
        score = predict(x)[target]
        for _ in range(tries):
            j = chance.integers(size)
            was = x[j]
            x[j] = chance.random() > 0.5
            now = predict(x)[target]
            if now > score:
                score = now
            else:
                x[j] = was

    def noise():
        return chance.random(size, dtype=np.float32)

    def answer():
        return [greedy(data["start"].copy(), 1)]

    def run_greedy(times):
        for _ in range(times):
            greedy(noise(), 5)

    def run_climb(times):
        for _ in range(times):
            climb(noise(), 10_000)

    return {"W7-greedy": (answer, run_greedy), "W7-monte-carlo": (answer, run_climb)}
