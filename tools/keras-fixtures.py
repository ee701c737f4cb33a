"""Writes test/fixtures/keras-*.json: what Keras computes in float64, for the tests to compare with.

    python tools/keras-fixtures.py

Layers, activations, losses and optimizers in several configurations with outputs and gradients, learning-rate
schedules, and 20 steps of training of small models. Needs keras 3 and tensorflow from PyPI; the tests need neither.
Numbers that go in come from the formula in keras_fixtures/numbers.py, which test/keras.ts has too, so that only what
comes out is written: float64, little-endian, base64. Run twice on one machine it writes the same bytes.

A call is {"call": name, "with": arguments} in the words of eidos; keras_of() turns it into Keras's. What Keras 3 does
not have is computed by a formula in TensorFlow and marked "by": "formula": locallyConnected2d (Keras 2 had it),
pixelNorm, halfSumSquaredError, wasserstein, conv2dTranspose with dilation (which TensorFlow has not on CPUs), and the
kernel's gradient of spectralNorm, whose kernel Keras overwrites.
"""

import json
import os
import sys

sys.dont_write_bytecode = True

from keras_fixtures import backend, layers, losses, optimizers, traces

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "fixtures")


def write(name, content):
    """One case a line, so that a change shows as one."""
    head = json.dumps({"made by": "tools/keras-fixtures.py", "versions": backend.VERSIONS})[:-1]
    lists = [
        json.dumps(key) + ": [\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]"
        for key, cases in content.items()
    ]
    path = os.path.join(FOLDER, f"keras-{name}.json")
    with open(path, "w") as file:
        file.write(head + ",\n" + ",\n".join(lists) + "\n}\n")
    print(name, {k: len(v) for k, v in content.items()}, os.path.getsize(path), "bytes", flush=True)


def main():
    for name, of in {"layers": layers, "losses": losses, "optimizers": optimizers, "traces": traces}.items():
        write(name, of.results())


main()
