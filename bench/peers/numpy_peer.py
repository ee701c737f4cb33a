"""NumPy as a contestant of the bench: networks written out by hand, as fast as they get, buffers made beforehand."""

import numpy as np
from common import DENSE, PASSES, listed, searches, serve, spread, unit

f = np.float32


def w1(data, told):
    x, y = unit(data["x"]), data["y"]
    a, b = (w.copy() for w in listed(data))
    at, rate = [0], f(0.1)
    step_a, step_b = np.empty_like(a), np.empty_like(b)

    def step():
        i = at[0]
        at[0] = (i + 1) % len(x)
        h = 1 / (1 + np.exp(-(x[i] @ a)))
        z = 1 / (1 + np.exp(-(h @ b)))
        off = z - y[i]
        dz = off * z * (1 - z)
        dh = (b @ dz) * h * (1 - h)
        np.multiply(h[:, None], rate * dz, out=step_b)
        np.subtract(b, step_b, out=b)
        np.multiply(x[i][:, None], rate * dh, out=step_a)
        np.subtract(a, step_a, out=a)
        return 0.5 * float(off @ off)

    return (lambda: [step() for _ in range(4)]), (lambda times: [step() for _ in range(times)])


class Adam:
    """In place, over one flat array of all parameters."""

    def __init__(self, arrays):
        self.flat = np.concatenate([w.ravel() for w in arrays])
        self.g, self.m, self.v = (np.zeros_like(self.flat) for _ in range(3))
        self.s = np.empty_like(self.flat)
        self.t = 0
        cuts = np.cumsum([0] + [w.size for w in arrays])
        spans = list(zip(cuts, cuts[1:]))
        self.w = [self.flat[i:j].reshape(w.shape) for (i, j), w in zip(spans, arrays)]
        self.grads = [self.g[i:j].reshape(w.shape) for (i, j), w in zip(spans, arrays)]

    def step(self, rate=1e-3, b1=0.9, b2=0.999, eps=1e-7):
        self.t += 1
        g, m, v, s = self.g, self.m, self.v, self.s
        np.subtract(g, m, out=s)
        s *= f(1 - b1)
        m += s
        np.multiply(g, g, out=s)
        s -= v
        s *= f(1 - b2)
        v += s
        np.sqrt(v, out=s)
        s += f(eps)
        np.divide(m, s, out=s)
        s *= f(rate * (1 - b2**self.t) ** 0.5 / (1 - b1**self.t))
        self.flat -= s


def w2(data, told):
    x, y, batch = unit(data["x"]), data["y"], 128
    adam = Adam(listed(data))
    (a, p, b, q), (ga, gp, gb, gq) = adam.w, adam.grads
    at = [0]
    h, dh, z = np.empty((batch, 1024), f), np.empty((batch, 1024), f), np.empty((batch, 10), f)
    rows = np.arange(batch)

    def step():
        i = at[0]
        at[0] = (i + batch) % len(x)
        xs, ys = x[i : i + batch], y[i : i + batch]
        np.dot(xs, a, out=h)
        np.add(h, p, out=h)
        np.negative(h, out=h)
        np.exp(h, out=h)
        np.add(h, 1, out=h)
        np.reciprocal(h, out=h)
        np.dot(h, b, out=z)
        np.add(z, q, out=z)
        np.subtract(z, z.max(1, keepdims=True), out=z)
        np.exp(z, out=z)
        np.divide(z, z.sum(1, keepdims=True), out=z)
        loss = -np.log(z[rows, ys]).mean()
        z[rows, ys] -= 1
        np.divide(z, batch, out=z)
        np.dot(h.T, z, out=gb)
        np.sum(z, 0, out=gq)
        np.dot(z, b.T, out=dh)
        np.multiply(dh, h, out=dh)
        np.subtract(1, h, out=h)
        np.multiply(dh, h, out=dh)
        np.dot(xs.T, dh, out=ga)
        np.sum(dh, 0, out=gp)
        adam.step()
        return loss

    return (lambda: [step() for _ in range(4)]), (lambda times: [step() for _ in range(times)])


def w7(name):
    def make(data, told):
        weights = listed(data)
        turned = [np.ascontiguousarray(w.T) if w.ndim == 2 else w for w in weights]

        def right(x, w=weights):
            return np.maximum(np.maximum(x @ w[0] + w[1], 0) @ w[2] + w[3], 0) @ w[4] + w[5]

        def left(x, w=turned):
            return w[4] @ np.maximum(w[2] @ np.maximum(w[0] @ x + w[1], 0) + w[3], 0) + w[5]

        # Kernels stand as is quicker.
        import timeit

        x = data["start"]
        quick = min((left, right), key=lambda one: min(timeit.repeat(lambda: one(x), number=200, repeat=3)))
        return searches(quick, data)[name]

    return make


def matmul(a_turned, b_turned):
    def make(data, told):
        a, b = data["a"], data["b"]
        c = np.empty((1024, 1024), f)

        def once():
            return np.dot(a.T if a_turned else a, b.T if b_turned else b, out=c)

        return (lambda: spread(once())), (lambda times: [once() for _ in range(times)])

    return make


def dense(which):
    def make(data, told):
        x, w, g = (data[name] for name in "xwg")
        a, b = {"forward": (x, w), "input": (g, w.T), "weight": (x.T, g)}[which]
        c = np.empty((len(a), b.shape[1]), f)

        def once():
            return np.dot(a, b, out=c)

        return (lambda: spread(once())), (lambda times: [once() for _ in range(times)])

    return make


def uniform(data, told):
    chance = np.random.default_rng(1)
    out = np.empty(2**24, f)

    def run(times):
        for _ in range(times):
            chance.random(out=out, dtype=f)

    return (lambda: [float(chance.random(2**20, dtype=f).mean())]), run


serve(
    lambda told: f"NumPy {np.__version__}, {np.show_config(mode='dicts')['Build Dependencies']['blas']['name']}"
    if np.lib.NumpyVersion(np.__version__) >= "1.26.0"
    else f"NumPy {np.__version__}",
    {
        "W1": w1,
        "W2": w2,
        "W7-greedy": w7("W7-greedy"),
        "W7-monte-carlo": w7("W7-monte-carlo"),
        "GEMM-ab": matmul(False, False),
        "GEMM-atb": matmul(True, False),
        "GEMM-abt": matmul(False, True),
        "GEMM-atbt": matmul(True, True),
        "RANDOM": uniform,
        **{f"{layer}-{which}": dense(which) for layer in DENSE for which in PASSES},
    },
)
