"""Small models over 20 steps of training: the loss of each, and all weights afterwards."""

import re

from keras_fixtures.backend import keras, tf
from keras_fixtures.calls import snake_to_camel
from keras_fixtures.layers import start_weights
from keras_fixtures.numbers import number, packed, spec

L = keras.layers


def dense_classifier():
    model = keras.Sequential([keras.Input((6,)), L.Dense(8, "tanh", name="hidden"), L.Dense(3, "softmax", name="out")])
    return model, "sparse_categorical_crossentropy", keras.optimizers.SGD(0.125, momentum=0.5), [spec("signed", 6)], spec(3)


def adam_classifier():
    model = keras.Sequential(
        [keras.Input((6,)), L.Dense(8, "relu", name="hidden", kernel_regularizer="l2"), L.Dense(3, "softmax", name="out")]
    )
    return model, "sparse_categorical_crossentropy", keras.optimizers.Adam(2**-6), [spec("signed", 6)], spec(3)


def small_cnn():
    model = keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            L.Conv2D(4, 3, padding="same", use_bias=False, name="conv"),
            L.BatchNormalization(momentum=0.75, name="norm"),
            L.Activation("relu", name="act"),
            L.MaxPooling2D(name="pool"),
            L.Conv2D(5, 3, strides=2, padding="same", activation="relu", name="strided"),
            L.GlobalAveragePooling2D(name="mean"),
            L.Dense(3, "softmax", name="out"),
        ]
    )
    return model, "sparse_categorical_crossentropy", keras.optimizers.Adam(2**-6), [spec("signed", 6, 6, 2)], spec(3)


def two_inputs():
    a, b = keras.Input((5,), name="a"), keras.Input((3,), name="b")
    both = L.Concatenate(name="both")([L.Dense(4, "relu", name="left")(a), L.Dense(4, "tanh", name="right")(b)])
    shared = L.Dense(8, "silu", name="shared")
    y = L.Dense(2, name="out")(L.Add(name="sum")([shared(both), both]))
    model = keras.Model([a, b], y)
    return model, "mean_squared_error", keras.optimizers.RMSprop(2**-7, momentum=0.5), [spec("signed", 5), spec("signed", 3)], spec("signed", 2)


def letters():
    model = keras.Sequential(
        [
            keras.Input((6,), dtype="int32"),
            L.Embedding(7, 4, mask_zero=True, name="embedding"),
            L.LSTM(5, name="lstm"),
            L.Dense(7, "softmax", name="out"),
        ]
    )
    optimizer = keras.optimizers.AdamW(2**-6, weight_decay=0.125, global_clipnorm=0.5)
    return model, "sparse_categorical_crossentropy", optimizer, [spec(7, 6)], spec(7)


TRACES = {f.__name__: f for f in [dense_classifier, adam_classifier, small_cnn, two_inputs, letters]}
BATCH = 8


def trace_path(variable):
    path = re.sub(r"^(sequential|functional)(_\d+)?/", "", variable.path)
    return snake_to_camel(path.replace("/lstm_cell/", "/"))


def dense_gradients(optimizer):
    """
    TensorFlow gives an embedding's gradient as rows that may be repeated, and Keras then squares each row by itself, in
    global_clipnorm and in Adam's mean square; with other backends, as here, the rows of one number are summed first.
    """
    apply = optimizer.apply
    optimizer.apply = lambda gradients, variables=None: apply([tf.convert_to_tensor(g) for g in gradients], variables)
    return optimizer


def run_trace(name, make):
    model, loss_name, optimizer, inputs, target = make()
    case = {"name": snake_to_camel(name), "inputs": inputs, "target": target, "batch": BATCH}
    variables = [v for v in model.variables if "seed" not in v.path]
    values = start_weights(case, [(trace_path(v), v.shape) for v in variables])
    for v, value in zip(variables, values):
        v.assign(value / 2)
    model.compile(dense_gradients(optimizer), loss_name)
    losses = []
    for step in range(20):
        seed = 1000 + 10 * step
        xs = [number(s["kind"], seed + i, [BATCH, *s["shape"]]) for i, s in enumerate(inputs)]
        y = number(target["kind"], seed + 9, [BATCH, *target["shape"]])
        losses.append(float(model.train_on_batch(xs if len(xs) > 1 else xs[0], y)))
    assert losses[-1] == losses[-1]
    case["losses"] = packed(losses)
    case["after"] = {trace_path(v): packed(v.numpy()) for v in variables}
    return case


def results():
    """The cases with what Keras gives for them."""
    return {"traces": [run_trace(*t) for t in TRACES.items()]}
