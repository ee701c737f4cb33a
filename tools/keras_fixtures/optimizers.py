"""Optimizers over five steps along given gradients, and learning-rate schedules."""

import json

import numpy as np

from keras_fixtures.backend import keras, tf
from keras_fixtures.calls import call, keras_of
from keras_fixtures.numbers import number, packed

OPTIMIZERS = []


def optimizer(name, made, average=None):
    case = {"name": name, "optimizer": made}
    if average:
        case["average"] = average
    OPTIMIZERS.append(case)


RULES = "sgd rmsprop adagrad adadelta adam adamw adamax nadam lion".split()
for made in RULES:
    optimizer(made, call(made))
    optimizer(f"{made}, rate", call(made, {"learningRate": 0.05}))
    optimizer(f"{made}, weight decay", call(made, {"learningRate": 0.05, "weightDecay": 0.1}))
    optimizer(f"{made}, clipped by norm", call(made, {"learningRate": 0.05, "clipnorm": 0.5}))
    optimizer(f"{made}, clipped by value", call(made, {"learningRate": 0.05, "clipvalue": 0.25}))
    optimizer(f"{made}, clipped by the norm of all", call(made, {"learningRate": 0.05, "globalClipnorm": 1}))
optimizer("sgd, no clipping needed", call("sgd", {"clipnorm": 100}))
optimizer("sgd, no clipping of all needed", call("sgd", {"globalClipnorm": 100}))
optimizer("sgd, momentum", call("sgd", {"learningRate": 0.1, "momentum": 0.9}))
optimizer("sgd, nesterov", call("sgd", {"learningRate": 0.1, "momentum": 0.9, "nesterov": True}))
optimizer("rmsprop, rho, momentum", call("rmsprop", {"learningRate": 0.01, "rho": 0.8, "momentum": 0.9}))
optimizer("rmsprop, centered", call("rmsprop", {"learningRate": 0.01, "centered": True}))
optimizer("rmsprop, centered, momentum, epsilon", call("rmsprop", {"centered": True, "momentum": 0.5, "epsilon": 0.01}))
optimizer("adagrad, accumulator", call("adagrad", {"initialAccumulatorValue": 0.5, "epsilon": 0.01}))
optimizer("adadelta, rho", call("adadelta", {"learningRate": 1.0, "rho": 0.8, "epsilon": 0.001}))
optimizer("adam, betas, epsilon", call("adam", {"beta1": 0.5, "beta2": 0.9, "epsilon": 0.001}))
optimizer("adam, amsgrad", call("adam", {"learningRate": 0.05, "amsgrad": True, "beta2": 0.5}))
optimizer("adamw, amsgrad, biases do not decay", call("adamw", {"amsgrad": True, "weightDecay": 0.5, "excludeFromWeightDecay": ["bias"]}))
optimizer("adamax, betas", call("adamax", {"beta1": 0.5, "beta2": 0.9, "epsilon": 0.001}))
optimizer("nadam, betas", call("nadam", {"beta1": 0.5, "beta2": 0.9, "epsilon": 0.001}))
optimizer("lion, betas", call("lion", {"beta1": 0.5, "beta2": 0.9}))
optimizer("sgd, averaged", call("sgd", {"learningRate": 0.1}), average=0.9)
optimizer("adam, a schedule", call("adam", {"learningRate": call("exponentialDecay", {"initialLearningRate": 0.1, "decaySteps": 2, "decayRate": 0.5})}))
optimizer("sgd, a schedule", call("sgd", {"momentum": 0.5, "learningRate": call("piecewiseConstantDecay", {"boundaries": [1, 3], "values": [0.1, 0.05, 0.01]})}))

OWNED = {"dense/kernel": [2, 3], "dense/bias": [4]}


def run_optimizer(case):
    """Weights after each of five steps along given gradients."""
    made = json.loads(json.dumps(case["optimizer"]))
    options = made["with"][0] if made["with"] else {}
    excluded = options.pop("excludeFromWeightDecay", None)
    if "average" in case:
        made["with"] = [{**options, "useEma": True, "emaMomentum": case["average"]}]
    of = keras_of(made)
    owned = [keras.Variable(number("signed", 1 + i, s), name=p.split("/")[1]) for i, (p, s) in enumerate(OWNED.items())]
    if excluded:
        of.exclude_from_weight_decay(var_names=excluded)
    steps = []
    for step in range(5):
        gradients = [tf.constant(number("signed", 10 + 2 * step + i, s)) for i, s in enumerate(OWNED.values())]
        of.apply(gradients, owned)
        steps.append(np.concatenate([np.ravel(v.numpy()) for v in owned]))
    case["steps"] = packed(np.stack(steps))
    if "average" in case:
        case["averages"] = packed(np.concatenate([np.ravel(v.numpy()) for v in of._model_variables_moving_average]))


STEPS = [0, 1, 2, 5, 9, 10, 11, 19, 20, 21, 29, 30, 31, 35, 69, 70, 71, 100, 1000]
DECAY = {"initialLearningRate": 0.1, "decaySteps": 10}
SCHEDULES = {
    "exponentialDecay": call("exponentialDecay", {**DECAY, "decayRate": 0.9}),
    "exponentialDecay, in stairs": call("exponentialDecay", {**DECAY, "decayRate": 0.9, "staircase": True}),
    "inverseTimeDecay": call("inverseTimeDecay", {**DECAY, "decayRate": 0.5}),
    "inverseTimeDecay, in stairs": call("inverseTimeDecay", {**DECAY, "decayRate": 0.5, "staircase": True}),
    "polynomialDecay": call("polynomialDecay", DECAY),
    "polynomialDecay, squared": call("polynomialDecay", {**DECAY, "endLearningRate": 0.01, "power": 2}),
    "polynomialDecay, in cycles": call("polynomialDecay", {**DECAY, "power": 0.5, "cycle": True}),
    "cosineDecay": call("cosineDecay", DECAY),
    "cosineDecay, alpha": call("cosineDecay", {**DECAY, "alpha": 0.2}),
    "cosineDecay, warm-up": call("cosineDecay", {**DECAY, "warmupTarget": 0.5, "warmupSteps": 5}),
    "cosineDecayRestarts": call("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 10}),
    "cosineDecayRestarts, equal": call("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 10, "tMul": 1, "mMul": 0.9}),
    "cosineDecayRestarts, growing": call("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 10, "tMul": 1.5, "mMul": 0.8, "alpha": 0.1}),
    "piecewiseConstantDecay": call("piecewiseConstantDecay", {"boundaries": [10, 30], "values": [0.1, 0.05, 0.01]}),
}


def schedules():
    return [
        {"name": name, "schedule": made, "steps": STEPS, "rates": packed([float(keras_of(made)(s)) for s in STEPS])}
        for name, made in SCHEDULES.items()
    ]


def results():
    """The cases with what Keras gives for them."""
    for case in OPTIMIZERS:
        run_optimizer(case)
    return {"optimizers": OPTIMIZERS, "schedules": schedules()}
