"""Keras on TensorFlow, in float64, on one thread, so that it gives the same bits each time."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
keras.config.set_floatx("float64")


def exactly(of):
    """TensorFlow makes float32 of Python's floats, even of those that Keras then takes for float64."""
    return lambda x, *more, **options: of(np.float64(x) if isinstance(x, float) else x, *more, **options)


def leaky_relu(x, negative_slope=0.2):
    return tf.where(x > 0, x, x * negative_slope)


def gelu(x, approximate=True):
    if approximate:
        return 0.5 * x * (1 + tf.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + tf.math.erf(x / np.sqrt(2)))


tf.cast, tf.convert_to_tensor = exactly(tf.cast), exactly(tf.convert_to_tensor)
# These two are TensorFlow's own, with numbers inside that are float32.
keras.src.backend.nn.leaky_relu, keras.src.backend.nn.gelu = leaky_relu, gelu

VERSIONS = {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}
