"""Runs the three-layer network of plain NumPy (sigmoids without biases, one example at a time) over 1,000 examples and
writes its weights, losses and outputs, with NumPy's version, to test/fixtures/three-layer.json.

    python tools/numpy-three-layer.py

The operations and their order are those of the class in the article "機械学習の実装", after
https://qiita.com/takahiro_itazuri/items/d2bea1c643d7cca11352: the weights to the outputs are changed before the error
goes back through them. `Corrected` takes the error back first. The examples come from a formula that
test/three-layer.test.ts shares, so they are not in the file. Needs numpy; the tests themselves need no Python.
"""

import json
import sys

import numpy as np

NODES = (8, 6, 3)
RATE = 0.5
EXAMPLES = 1000

sigmoid_range = 34.538776394910684


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-np.clip(x, -sigmoid_range, sigmoid_range)))


def derivative_sigmoid(o):
    return o * (1.0 - o)


class ThreeLayerNetwork:
    def __init__(self, Xnodes, Ynodes, Znodes, lr):
        self.Xnodes = Xnodes
        self.Ynodes = Ynodes
        self.Znodes = Znodes
        self.lr = lr
        self.Wyx = np.random.normal(0.0, 1.0, (self.Ynodes, self.Xnodes))
        self.Wzy = np.random.normal(0.0, 1.0, (self.Znodes, self.Ynodes))
        self.af = sigmoid
        self.daf = derivative_sigmoid

    def backprop(self, Xrow, Trow):
        Xout = np.array(Xrow, ndmin=2).T
        Zteach = np.array(Trow, ndmin=2).T
        Yin = np.dot(self.Wyx, Xout)
        Yout = self.af(Yin)
        Zin = np.dot(self.Wzy, Yout)
        Zout = self.af(Zin)

        dE_dZout = Zout - Zteach
        dE_dZin = dE_dZout * self.daf(Zout)
        dE_dWzy = np.dot(dE_dZin, Yout.T)
        self.Wzy -= self.lr * dE_dWzy

        dE_dYout = np.dot(self.Wzy.T, dE_dZin)
        dE_dYin = dE_dYout * self.daf(Yout)
        dE_dWyx = np.dot(dE_dYin, Xout.T)
        self.Wyx -= self.lr * dE_dWyx

    def feedforward(self, idata):
        Xout = np.array(idata, ndmin=2).T
        Yin = np.dot(self.Wyx, Xout)
        Yout = self.af(Yin)
        Zin = np.dot(self.Wzy, Yout)
        Zout = self.af(Zin)
        return Zout


class Corrected(ThreeLayerNetwork):
    """The same with both gradients taken before either matrix is changed."""

    def backprop(self, Xrow, Trow):
        Xout = np.array(Xrow, ndmin=2).T
        Zteach = np.array(Trow, ndmin=2).T
        Yout = self.af(np.dot(self.Wyx, Xout))
        Zout = self.af(np.dot(self.Wzy, Yout))
        dE_dZin = (Zout - Zteach) * self.daf(Zout)
        dE_dYin = np.dot(self.Wzy.T, dE_dZin) * self.daf(Yout)
        self.Wzy -= self.lr * np.dot(dE_dZin, Yout.T)
        self.Wyx -= self.lr * np.dot(dE_dYin, Xout.T)


def uniforms(seed):
    """k / 2**24 in [0, 1): the linear congruential generator of Numerical Recipes (1992), 7.1."""
    state = seed
    while True:
        state = (1664525 * state + 1013904223) % 2**32
        yield (state >> 8) / 2**24


def examples():
    """Eight numbers; which of the first three is the largest is to be told."""
    numbers = uniforms(2)
    for _ in range(EXAMPLES):
        x = [next(numbers) for _ in range(NODES[0])]
        best = int(np.argmax(x[: NODES[2]]))
        yield x, [1.0 if k == best else 0.0 for k in range(NODES[2])]


def weights(net):
    return {"Wyx": net.Wyx.tolist(), "Wzy": net.Wzy.tolist()}


def run(kind):
    np.random.seed(111)
    net = kind(*NODES, RATE)
    start = weights(net)
    losses = []
    total = 0.0
    for n, (x, t) in enumerate(examples(), 1):
        total += float(np.sum((net.feedforward(x) - np.array(t, ndmin=2).T) ** 2) / 2)
        net.backprop(x, t)
        if n % 100 == 0:
            losses.append(total / 100)
            total = 0.0
    outputs = [net.feedforward(x)[:, 0].tolist() for x in ([0.0] * 8, [1.0] * 8, [1e6, -1e6] * 4)]
    return start, {"losses": losses, "end": weights(net), "outputs": outputs}


def main():
    start, faithful = run(ThreeLayerNetwork)
    _, corrected = run(Corrected)
    x = [-1e4, -35.0, -34.5, -1.0, 0.0, 1.0, 34.5, 35.0, 1e4]
    result = {
        "made by": "tools/numpy-three-layer.py",
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__},
        "nodes": NODES,
        "lr": RATE,
        "examples": EXAMPLES,
        "sigmoid": {"x": x, "y": sigmoid(np.array(x)).tolist()},
        "start": start,
        "faithful": faithful,
        "corrected": corrected,
    }
    with open("test/fixtures/three-layer.json", "w") as file:
        json.dump(result, file)
        file.write("\n")


main()
