"""Calls in the words of eidos, {"call": name, "with": arguments}, and what they are in Keras."""

import re

from keras_fixtures.backend import keras


def snake(name):
    name = re.sub(r"(?<=[a-z])([A-Z])", lambda m: "_" + m[1].lower(), name)
    return re.sub(r"^beta([12])$", r"beta_\1", name)


def snake_to_camel(name):
    return re.sub(r"_([a-z])", lambda m: m[1].upper(), name)


def call(name, *arguments):
    return {"call": name, "with": list(arguments)}


L, A = keras.layers, keras.activations

MAKERS = {
    # layers
    "activation": L.Activation,
    "add": L.Add,
    "average": L.Average,
    "averagePool2d": L.AveragePooling2D,
    "batchNorm": L.BatchNormalization,
    "bidirectional": L.Bidirectional,
    "concatenate": L.Concatenate,
    "conv2d": L.Conv2D,
    "conv2dTranspose": L.Conv2DTranspose,
    "cropping2d": L.Cropping2D,
    "dense": L.Dense,
    "depthwiseConv2d": L.DepthwiseConv2D,
    "dropout": L.Dropout,
    "elu": L.ELU,
    "embedding": L.Embedding,
    "flatten": L.Flatten,
    "gaussianNoise": L.GaussianNoise,
    "gelu": lambda approximate=False: lambda x: A.gelu(x, approximate=approximate),
    "globalAveragePool2d": L.GlobalAveragePooling2D,
    "globalMaxPool2d": L.GlobalMaxPooling2D,
    "groupNorm": L.GroupNormalization,
    "gru": L.GRU,
    "layerNorm": L.LayerNormalization,
    "leakyRelu": L.LeakyReLU,
    "lstm": L.LSTM,
    "masking": L.Masking,
    "maximum": L.Maximum,
    "maxPool2d": L.MaxPooling2D,
    "minimum": L.Minimum,
    "multiply": L.Multiply,
    "permute": L.Permute,
    "repeatVector": L.RepeatVector,
    "reshape": L.Reshape,
    "simpleRnn": L.SimpleRNN,
    "spatialDropout2d": L.SpatialDropout2D,
    "spectralNorm": L.SpectralNormalization,
    "subtract": L.Subtract,
    "timeDistributed": L.TimeDistributed,
    "upSampling2d": L.UpSampling2D,
    "zeroPadding2d": L.ZeroPadding2D,
    # regularizers
    "l1": keras.regularizers.L1,
    "l2": keras.regularizers.L2,
    "l1l2": keras.regularizers.L1L2,
    "orthogonalRegularizer": keras.regularizers.OrthogonalRegularizer,
    # losses
    "binaryCrossentropy": keras.losses.BinaryCrossentropy,
    "binaryFocalCrossentropy": keras.losses.BinaryFocalCrossentropy,
    "categoricalCrossentropy": keras.losses.CategoricalCrossentropy,
    "categoricalFocalCrossentropy": keras.losses.CategoricalFocalCrossentropy,
    "categoricalHinge": keras.losses.CategoricalHinge,
    "cosineSimilarity": keras.losses.CosineSimilarity,
    "hinge": keras.losses.Hinge,
    "huber": keras.losses.Huber,
    "klDivergence": keras.losses.KLDivergence,
    "logCosh": keras.losses.LogCosh,
    "meanAbsoluteError": keras.losses.MeanAbsoluteError,
    "meanAbsolutePercentageError": keras.losses.MeanAbsolutePercentageError,
    "meanSquaredError": keras.losses.MeanSquaredError,
    "meanSquaredLogarithmicError": keras.losses.MeanSquaredLogarithmicError,
    "poisson": keras.losses.Poisson,
    "sparseCategoricalCrossentropy": keras.losses.SparseCategoricalCrossentropy,
    "squaredHinge": keras.losses.SquaredHinge,
    # optimizers and schedules
    "adadelta": keras.optimizers.Adadelta,
    "adagrad": keras.optimizers.Adagrad,
    "adam": keras.optimizers.Adam,
    "adamax": keras.optimizers.Adamax,
    "adamw": keras.optimizers.AdamW,
    "lion": keras.optimizers.Lion,
    "nadam": keras.optimizers.Nadam,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
    "cosineDecay": keras.optimizers.schedules.CosineDecay,
    "cosineDecayRestarts": keras.optimizers.schedules.CosineDecayRestarts,
    "exponentialDecay": keras.optimizers.schedules.ExponentialDecay,
    "inverseTimeDecay": keras.optimizers.schedules.InverseTimeDecay,
    "piecewiseConstantDecay": keras.optimizers.schedules.PiecewiseConstantDecay,
    "polynomialDecay": keras.optimizers.schedules.PolynomialDecay,
}

# Keras's name for the activations that several words make.
FUNCTIONS = {"leakyRelu": "leaky_relu", "hardSigmoid": "hard_sigmoid"}


def keras_of(x):
    if isinstance(x, dict) and "call" in x:
        arguments = [keras_of(a) for a in x["with"]]
        options = arguments.pop() if arguments and isinstance(x["with"][-1], dict) and "call" not in x["with"][-1] else {}
        return MAKERS[x["call"]](*arguments, **options)
    if isinstance(x, dict):
        return {snake(k): keras_of(v) for k, v in x.items()}
    if isinstance(x, list):
        return tuple(keras_of(v) for v in x)
    return FUNCTIONS.get(x, x) if isinstance(x, str) else x
