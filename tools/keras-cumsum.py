"""Trains the running-sum network (one linear recurrent unit) in Keras for ten seeds and writes how far it is off on
sequences of ones, with the versions that gave that, to test/fixtures/keras-cumsum.json.

    python tools/keras-cumsum.py

Needs keras and tensorflow (or another Keras backend) from PyPI; the tests themselves need neither.
"""

import importlib
import json
import os
import statistics

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

SEEDS = range(1, 11)
LENGTHS = (20, 100, 1000)
COUNT, STEPS = 51_200, 10


def network():
    layer = keras.layers.SimpleRNN(1, activation=None, return_sequences=True)
    return keras.Sequential([keras.Input((None, 1)), layer])


def errors(model):
    """The largest error over the first so many steps of ones, in float64."""
    far = []
    for steps in LENGTHS:
        y = model(np.ones((1, steps, 1), np.float32)).numpy().flatten()
        far.append(float(np.abs(y.astype(np.float64) - np.arange(1, steps + 1)).max()))
    return far


def main():
    rows = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = network()
        model.compile(keras.optimizers.Adam(0.001), "mean_squared_error")
        x = np.random.random((COUNT, STEPS, 1))
        model.fit(x, x.cumsum(axis=1), batch_size=512, epochs=100, verbose=0)
        rows.append(errors(model))
        print(seed, rows[-1], flush=True)
    result = {
        "source": {
            "command": "python tools/keras-cumsum.py",
            "keras": keras.__version__,
            "backend": f"{keras.backend.backend()} {importlib.import_module(keras.backend.backend()).__version__}",
            "numpy": np.__version__,
        },
        "seeds": list(SEEDS),
        "lengths": list(LENGTHS),
        "maxErrors": rows,
        "medians": [statistics.median(column) for column in zip(*rows)],
    }
    with open("test/fixtures/keras-cumsum.json", "w") as f:
        rows = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in result.items())
        f.write("{\n" + rows + "\n}\n")


if __name__ == "__main__":
    main()
