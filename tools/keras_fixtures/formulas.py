"""Layers that Keras 3, or TensorFlow on a CPU, does not have, by their formulas."""

import numpy as np

from keras_fixtures.backend import keras, tf


def locally_connected(x, weights, filters, size, options):
    """Weights of its own at every place: kernel [places, P * Q * C, filters]."""
    size = [size, size] if isinstance(size, int) else size
    strides = options.get("strides", 1)
    strides = [strides, strides] if isinstance(strides, int) else strides
    rows, columns = [(x.shape[1 + i] - size[i]) // strides[i] + 1 for i in range(2)]
    places = []
    for i in range(rows):
        for j in range(columns):
            top, left = i * strides[0], j * strides[1]
            patch = x[:, top : top + size[0], left : left + size[1], :]
            places.append(tf.reshape(patch, [x.shape[0], -1]) @ weights["kernel"][i * columns + j])
    y = tf.reshape(tf.stack(places, 1), [x.shape[0], rows, columns, filters])
    if "bias" in weights:
        y = y + weights["bias"]
    return keras.activations.get(options.get("activation"))(y)


def locally_connected_weights(shape, filters, size, options):
    size = [size, size] if isinstance(size, int) else size
    strides = options.get("strides", 1)
    strides = [strides, strides] if isinstance(strides, int) else strides
    rows, columns = [(shape[1 + i] - size[i]) // strides[i] + 1 for i in range(2)]
    kernel = ("kernel", (rows * columns, size[0] * size[1] * shape[3], filters))
    return [kernel] + ([("bias", (rows, columns, filters))] if options.get("useBias", True) else [])


def dilated_transpose(x, weights, filters, size, options):
    """A kernel with zeros between its numbers: TensorFlow has no dilated transposed convolution on the CPU."""
    d = options["dilationRate"]
    reach = (size - 1) * d + 1
    places = np.zeros((reach, size))
    places[np.arange(size) * d, np.arange(size)] = 1
    kernel = tf.einsum("ia,jb,abfc->ijfc", places, places, weights["kernel"])
    return keras.ops.conv_transpose(x, kernel, padding=options.get("padding", "valid")) + weights["bias"]


def dilated_weights(shape, filters, size, options):
    return [("kernel", (size, size, filters, shape[3])), ("bias", (filters,))]


def pixel_norm(x, _, options):
    return x / tf.sqrt(tf.reduce_mean(x * x, -1, keepdims=True) + options.get("epsilon", 1e-8))


FORMULAS = {
    "locallyConnected2d": (locally_connected, locally_connected_weights),
    "pixelNorm": (pixel_norm, lambda *_: []),
}


def formula_of(made):
    """How a layer is computed without Keras, if it is."""
    if made["call"] == "conv2dTranspose" and "dilationRate" in str(made["with"]):
        return dilated_transpose, dilated_weights
    return FORMULAS.get(made["call"])
