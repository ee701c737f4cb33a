"""Activations over a range of numbers, and losses: values and gradients."""

import json

import numpy as np

from keras_fixtures.backend import keras, tf
from keras_fixtures.calls import call, keras_of
from keras_fixtures.numbers import data, given, packed, spec, weights_like

RANGE = [-100, -30, -8.5, -6, -4.25, -3.5, -3, -2.75, -2, -1.5, -1, -0.75, -0.5, -0.25, -0.03125, 0]
RANGE = RANGE + [-x for x in RANGE[-2::-1]] + [1e-6, -1e-6]
RANGE = [float(np.float32(x)) for x in RANGE]
NAMES = "linear relu sigmoid softmax tanh leakyRelu elu selu gelu silu swish softplus softsign exponential hardSigmoid relu6 mish"


def activations():
    cases = []
    given_as = [*NAMES.split(), call("leakyRelu", 0.1), call("leakyRelu"), call("elu", 0.5), call("gelu", {"approximate": True})]
    for f in given_as:
        spec = {"shape": [3, 11], "data": RANGE}
        assert len(RANGE) == 33
        if f == "exponential":  # e^100 would leave no digits of the others' norm
            spec["data"] = [min(x, 3.5) for x in RANGE]
        x = tf.constant(given(spec, 0))
        made = keras_of(f)
        of = keras.activations.get(made)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = of(x)
            total = tf.reduce_sum(y * weights_like(y))
        case = {"name": f if isinstance(f, str) else f"{f['call']}({json.dumps(f['with'])[1:-1]})", "activation": f, "x": spec}
        cases.append({**case, "y": packed(y), "gradient": packed(tape.gradient(total, x))})
    return cases


LOSSES = []


def loss(name, made, target, y):
    LOSSES.append({"name": name, "loss": made, "target": target, "y": y})


HARD = data([3, 4], 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0)
EDGES = data([3, 4], 1, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0.25, 0.25, 0.5)
EDGES_BINARY = data([3, 4], 0, 1, 0.5, 0.25, 1, 0, 0.75, 1, 0, 1, 0, 1)
BITS = data([3, 4], 1, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0)

for made, options in [
    ("sparseCategoricalCrossentropy", {}),
    ("sparseCategoricalCrossentropy", {"fromLogits": True}),
]:
    kind = "signed" if options else "share"
    words = ", from logits" if options else ""
    loss(f"{made}{words}", call(made, options), spec(4, 3), spec(kind, 3, 4))
    loss(f"{made} of sequences{words}", call(made, options), spec(4, 2, 3), spec(kind, 2, 3, 4))
loss("sparseCategoricalCrossentropy, probabilities of 0 and 1", call("sparseCategoricalCrossentropy"), spec(4, 3), EDGES)

for made in ["categoricalCrossentropy", "categoricalFocalCrossentropy"]:
    for words, options in {
        "": {},
        ", from logits": {"fromLogits": True},
        ", smoothed": {"labelSmoothing": 0.1},
        ", smoothed, from logits": {"labelSmoothing": 0.2, "fromLogits": True},
    }.items():
        kind = "signed" if "fromLogits" in options else "share"
        loss(f"{made}{words}", call(made, options), HARD, spec(kind, 3, 4))
    loss(f"{made} of sequences", call(made), spec("share", 2, 3, 4), spec("share", 2, 3, 4))
    loss(f"{made}, probabilities of 0 and 1", call(made), HARD, EDGES)
loss("categoricalFocalCrossentropy, gamma and alpha", call("categoricalFocalCrossentropy", {"gamma": 1.5, "alpha": 0.4}), HARD, spec("share", 3, 4))

for made in ["binaryCrossentropy", "binaryFocalCrossentropy"]:
    for words, options in {
        "": {},
        ", from logits": {"fromLogits": True},
        ", smoothed": {"labelSmoothing": 0.1},
        ", smoothed, from logits": {"labelSmoothing": 0.2, "fromLogits": True},
    }.items():
        kind = "signed" if "fromLogits" in options else "share"
        loss(f"{made}{words}", call(made, options), BITS, spec(kind, 3, 4))
    loss(f"{made} of images", call(made), spec("share", 2, 3, 2, 1), spec("share", 2, 3, 2, 1))
    loss(f"{made}, probabilities of 0 and 1", call(made), BITS, EDGES_BINARY)
loss("binaryFocalCrossentropy, balanced", call("binaryFocalCrossentropy", {"applyClassBalancing": True, "gamma": 1.5, "alpha": 0.4}), BITS, spec("share", 3, 4))

loss("klDivergence", call("klDivergence"), spec("share", 3, 4), spec("share", 3, 4))
loss("klDivergence, zeros", call("klDivergence"), HARD, EDGES)
for made in [
    "meanSquaredError",
    "meanAbsoluteError",
    "meanAbsolutePercentageError",
    "meanSquaredLogarithmicError",
    "halfSumSquaredError",
    "huber",
    "logCosh",
    "cosineSimilarity",
    "wasserstein",
]:
    loss(made, call(made), spec("signed", 3, 4), spec("signed", 3, 4))
    loss(f"{made} of three axes", call(made), spec("signed", 2, 3, 4), spec("signed", 2, 3, 4))
loss("meanSquaredLogarithmicError of positive numbers", call("meanSquaredLogarithmicError"), spec("positive", 3, 4), spec("positive", 3, 4))
loss("meanAbsolutePercentageError, targets of 0", call("meanAbsolutePercentageError"), BITS, spec("signed", 3, 4))
loss("huber, delta", call("huber", {"delta": 0.25}), spec("signed", 3, 4), spec("signed", 3, 4))
loss("poisson", call("poisson"), spec("positive", 3, 4), spec("positive", 3, 4))
loss("hinge", call("hinge"), data([3, 4], 1, -1, 1, -1, 1, -1, -1, 1, 1, 1, -1, -1), spec("signed", 3, 4))
loss("hinge, targets of 0 and 1", call("hinge"), BITS, spec("signed", 3, 4))
loss("squaredHinge", call("squaredHinge"), data([3, 4], 1, -1, 1, -1, 1, -1, -1, 1, 1, 1, -1, -1), spec("signed", 3, 4))
loss("squaredHinge, targets of 0 and 1", call("squaredHinge"), BITS, spec("signed", 3, 4))
loss("categoricalHinge", call("categoricalHinge"), HARD, spec("signed", 3, 4))
loss("cosineSimilarity, a row of zeros", call("cosineSimilarity"), spec("signed", 3, 4), data([3, 4], 0, 0, 0, 0, 1, 2, 3, 4, -1, 0, 1, 0.5))

LOSS_FORMULAS = {
    "halfSumSquaredError": lambda t, y: tf.reduce_sum((y - t) ** 2, list(range(1, len(y.shape)))) / 2,
    "wasserstein": lambda t, y: tf.reduce_mean(-t * y, list(range(1, len(y.shape)))),
}


def run_loss(case):
    target, y = tf.constant(given(case["target"], 1)), tf.constant(given(case["y"], 2))
    name = case["loss"]["call"]
    with tf.GradientTape() as tape:
        tape.watch(y)
        if name in LOSS_FORMULAS:
            case["by"] = "formula"
            each = LOSS_FORMULAS[name](target, y)
        else:
            made = keras_of(case["loss"])
            made.reduction = None
            each = made(target, y)
            each = tf.reduce_mean(each, list(range(1, len(each.shape))))
        total = tf.reduce_mean(each)
    case["each"] = packed(each)
    case["gradient"] = packed(tape.gradient(total, y))


def results():
    """The cases with what Keras gives for them."""
    for case in LOSSES:
        run_loss(case)
    return {"activations": activations(), "losses": LOSSES}
