"""Measures of generated pictures by their definitions, with numpy and scipy in float64, on small sets of features, and
the versions that gave them, to test/fixtures/gan-measures.json.

    python tools/gan-measures.py

Needs numpy and scipy from PyPI; the tests themselves need neither.
"""

import json

import numpy as np
import scipy
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist

ROWS, OTHERS, SIZE = 40, 30, 6


def frechet(a, b):
    """Heusel et al. 2017, equation 6."""
    root = sqrtm(np.cov(a, rowvar=False) @ np.cov(b, rowvar=False)).real
    spread = np.cov(a, rowvar=False) + np.cov(b, rowvar=False) - 2 * root
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(spread))


def kernel_distance(a, b):
    """Binkowski et al. 2018: the unbiased MMD^2 with k(x, y) = (x.y / d + 1)^3."""
    k = lambda x, y: (x @ y.T / x.shape[1] + 1) ** 3
    n, m = len(a), len(b)
    own = lambda x, c: (k(x, x).sum() - np.trace(k(x, x))) / (c * (c - 1))
    return float(own(a, n) + own(b, m) - 2 * k(a, b).mean())


def radii(x, k):
    """The distance of each row to its k-th nearest other row."""
    return np.sort(cdist(x, x), axis=1)[:, k]


def likeness(real, fake, k=3, covered=5):
    """Kynkaanniemi et al. 2019, equations 1 and 2; Naeem et al. 2020, equations 3 and 4."""
    d = cdist(real, fake)
    ball = radii(real, covered)[:, None]
    return {
        "precision": float((d <= radii(real, k)[:, None]).any(0).mean()),
        "recall": float((d <= radii(fake, k)[None]).any(1).mean()),
        "density": float((d <= ball).sum() / (covered * d.shape[1])),
        "coverage": float((d.min(1) <= ball[:, 0]).mean()),
    }


def inception_score(p):
    """Salimans et al. 2016: exp(E KL(p(y|x) || p(y)))."""
    return float(np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean()))


def main():
    rng = np.random.default_rng(7)
    # Rounded, so that what is tested is what is written.
    real = np.round(rng.normal(size=(ROWS, SIZE)) @ rng.normal(size=(SIZE, SIZE)) + 2, 4)
    fake = np.round(rng.normal(size=(OTHERS, SIZE)) @ rng.normal(size=(SIZE, SIZE)) + 2.3, 4)
    p = np.exp(rng.normal(size=(20, 4)) * 2)
    p = np.round(p / p.sum(1, keepdims=True), 6)
    result = {
        "source": {
            "command": "python tools/gan-measures.py",
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        "real": real.tolist(),
        "fake": fake.tolist(),
        "frechet": frechet(real, fake),
        "kernelDistance": kernel_distance(real, fake),
        **likeness(real, fake),
        "probabilities": p.tolist(),
        "inceptionScore": inception_score(p),
    }
    with open("test/fixtures/gan-measures.json", "w") as f:
        rows = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in result.items())
        f.write("{\n" + rows + "\n}\n")


if __name__ == "__main__":
    main()
