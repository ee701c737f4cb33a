"""Numbers that test/keras.ts makes by the same formula, and how numbers that come out are written."""

import base64

import numpy as np


def bits(seed, n):
    """32 mixed bits for each of n places."""
    mask = np.uint64(0xFFFFFFFF)
    h = (np.arange(n, dtype=np.uint64) * np.uint64(0x9E3779B1) + np.uint64(seed * 0x85EBCA77 + 0x165667B1)) & mask
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(0x2C1B3C6D)) & mask
    h ^= h >> np.uint64(12)
    h = (h * np.uint64(0x297A2D39)) & mask
    return h ^ (h >> np.uint64(15))


def number(kind, seed, shape):
    """Numbers that float32 holds exactly: "signed" in [-1, 1), "share" in (0, 1), "positive" in [1/8, 9/8), n: 0 to n - 1."""
    h = bits(seed, int(np.prod(shape)))
    if isinstance(kind, int):
        return (h % np.uint64(kind)).astype(np.int32).reshape(shape)
    if kind == "signed":
        x = (h >> np.uint64(8)).astype(np.float64) / 2**23 - 1
    elif kind == "share":
        x = ((h >> np.uint64(9)).astype(np.float64) + 0.5) / 2**23
    else:
        x = (h >> np.uint64(9)).astype(np.float64) / 2**23 + 0.125
    return x.reshape(shape)


def given(spec, seed):
    """The numbers of an input: a list of them, or a kind."""
    if "data" in spec:
        return np.array(spec["data"], np.float64).reshape(spec["shape"])
    return number(spec["kind"], seed, spec["shape"])


def weights_like(y, i=0):
    """What output i is multiplied by before it is summed, so that each number counts differently."""
    return number("signed", 999 + i, y.shape)


def packed(x):
    return base64.b64encode(np.asarray(x, dtype="<f8").tobytes()).decode()


def spec(kind, *shape):
    """Numbers of a kind."""
    return {"kind": kind, "shape": list(shape)}


def data(shape, *numbers):
    """Numbers as they are."""
    return {"shape": shape, "data": list(numbers)}
