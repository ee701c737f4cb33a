"""Layers: outputs, gradients by inputs and parameters, penalties, and the state afterwards."""

import re

import numpy as np

from keras_fixtures.backend import tf
from keras_fixtures.calls import keras_of, snake_to_camel
from keras_fixtures.formulas import formula_of
from keras_fixtures.layer_cases import LAYERS
from keras_fixtures.numbers import number, packed, weights_like


def path_of(variable):
    """The variable's name in eidos."""
    way = re.search(r"forward|backward", variable.path)
    return (way[0] + "/" if way else "") + snake_to_camel(variable.name)


def start_weights(case, paths_and_shapes):
    """First values: signed numbers, positive ones for variances; noted in the case by path."""
    case["weights"] = [{"path": p, "shape": list(s)} for p, s in paths_and_shapes]
    kinds = ["positive" if "ariance" in p else "signed" for p, _ in paths_and_shapes]
    return [number(k, 100 + i, s) for i, (k, (_, s)) in enumerate(zip(kinds, paths_and_shapes))]


def finish_layer(case, tape, total, inputs, xs, learned, later):
    """Writes outputs' gradients and the state afterwards into the case."""
    whole = isinstance(inputs[0]["kind"], int)
    sources = {**({} if whole else {f"x{i}": x for i, x in enumerate(xs)}), **learned}
    found = tape.gradient(total, sources)
    case["gradients"] = {k: packed(tf.convert_to_tensor(g) if g is not None else np.zeros(sources[k].shape)) for k, g in found.items()}
    if later:
        case["state"] = {k: packed(v) for k, v in later.items()}


def run_layer(case):
    xs = [tf.constant(number(s["kind"], 1 + i, s["shape"])) for i, s in enumerate(case["inputs"])]
    name = case["layer"]["call"]
    if formula_of(case["layer"]):
        return run_formula(case, xs)
    made = keras_of(case["layer"])
    options = {}
    if case.get("mask"):
        options["mask"] = tf.constant(np.array(case["mask"], bool))
    if case.get("training"):
        options["training"] = True
    x = xs if len(xs) > 1 else xs[0]
    shapes = [tuple(t.shape) for t in xs]
    recurrent = name in ("simpleRnn", "lstm", "gru") and len(xs) > 1
    made.build(shapes if len(xs) > 1 and not recurrent else shapes[0])
    variables = [v for v in made.variables if "seed" not in v.path]
    paths = [path_of(v) for v in variables]
    for v, value in zip(variables, start_weights(case, [(p, v.shape) for p, v in zip(paths, variables)])):
        v.assign(value)
    trainable = {id(v) for v in made.trainable_variables}
    learned = {p: v.value for p, v in zip(paths, variables) if id(v) in trainable}
    # What layers of regularizers ask for is added while the tape looks on.
    with tf.GradientTape() as tape:
        tape.watch([t for t in xs if t.dtype.is_floating])
        ys = made(xs[0], initial_state=xs[1:]) if recurrent else made(x, **options)
        ys = list(ys) if isinstance(ys, (list, tuple)) else [ys]
        penalty = tf.add_n(made.losses) if made.losses else None
        total = tf.add_n([tf.reduce_sum(y * weights_like(y, i)) for i, y in enumerate(ys)])
        total += penalty if penalty is not None else 0
    case["ys"] = [{"shape": list(y.shape), "data": packed(y)} for y in ys]
    if penalty is not None:
        case["penalty"] = packed([penalty])
    if name == "spectralNorm":
        learned = {p: v for p, v in learned.items() if p != "kernel"}
    later = {p: v.value for p, v in zip(paths, variables) if id(v) not in trainable} if case.get("training") else {}
    finish_layer(case, tape, total, case["inputs"], xs, learned, later)
    if name == "spectralNorm":
        case["gradients"]["kernel"] = packed(spectral_kernel_gradient(case, made, xs[0], later["vectorU"]))
        case["by formula"] = ["kernel"]


def spectral_kernel_gradient(case, made, x, u):
    """Of w / sigma with sigma = v w u, v and u held fixed: Miyato et al. 2018, https://arxiv.org/abs/1802.05957."""
    i = [w["path"] for w in case["weights"]].index("kernel")
    first = tf.constant(number("signed", 100 + i, case["weights"][i]["shape"]))
    before = [w for w in case["weights"] if w["path"] == "vectorU"][0]
    v_from = tf.constant(number("signed", 100 + case["weights"].index(before), before["shape"]))
    w = tf.reshape(first, [-1, first.shape[-1]])

    def unit(t):
        return t / tf.sqrt(tf.reduce_sum(t * t))

    for _ in range(made.power_iterations):
        v = unit(v_from @ tf.transpose(w))
        v_from = unit(v @ w)
    np.testing.assert_allclose(v_from, u, rtol=1e-12)
    with tf.GradientTape() as tape:
        tape.watch(first)
        matrix = tf.reshape(first, [-1, first.shape[-1]])
        kernel = first / (tf.stop_gradient(v) @ matrix @ tf.transpose(u))
        y = x @ kernel if len(kernel.shape) == 2 else tf.nn.conv2d(x, kernel, 1, "VALID")
        total = tf.reduce_sum((y + made.layer.bias) * weights_like(y))
    return tape.gradient(total, first)


def run_formula(case, xs):
    of, weights_of = formula_of(case["layer"])
    arguments = list(case["layer"]["with"])
    if not arguments or not isinstance(arguments[-1], dict):
        arguments.append({})
    wanted = weights_of(xs[0].shape, *arguments)
    learned = {p: tf.constant(v) for (p, _), v in zip(wanted, start_weights(case, wanted))}
    with tf.GradientTape() as tape:
        tape.watch([*xs, *learned.values()])
        y = of(xs[0], learned, *arguments)
        total = tf.reduce_sum(y * weights_like(y))
    case["by"] = "formula"
    case["ys"] = [{"shape": list(y.shape), "data": packed(y)}]
    finish_layer(case, tape, total, case["inputs"], xs, learned, {})


def results():
    """The cases with what Keras gives for them."""
    for case in LAYERS:
        try:
            run_layer(case)
        except Exception as error:
            raise RuntimeError(f"{case['name']}: {error}") from error
    return {"layers": LAYERS}
