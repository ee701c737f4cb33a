"""The layers that are compared, in several configurations each."""

from keras_fixtures.calls import call

LAYERS = []


def layer(name, made, *shapes, batch=2, kind="signed", training=False, mask=None):
    """A case: a layer, the shapes of one example of its inputs, and how it is called."""
    case = {"name": name, "layer": made, "inputs": [{"shape": [batch, *s], "kind": kind} for s in shapes]}
    if training:
        case["training"] = True
    if mask:
        case["mask"] = mask
    LAYERS.append(case)


MASK = [[1, 1, 0, 1, 0], [0, 1, 1, 0, 0]]
PAD_RIGHT = [[1, 1, 1, 1, 0], [1, 1, 0, 0, 0]]

layer("dense", call("dense", 4), [5], batch=3)
layer("dense, relu, no bias", call("dense", 4, {"activation": "relu", "useBias": False}), [5], batch=3)
layer("dense, softmax", call("dense", 4, {"activation": "softmax"}), [5], batch=3)
layer("dense over three axes, tanh", call("dense", 3, {"activation": "tanh"}), [2, 3, 4])
layer("dense, an activation with a number", call("dense", 4, {"activation": call("leakyRelu", 0.1)}), [5], batch=3)
layer("dense, gelu by tanh", call("dense", 4, {"activation": call("gelu", {"approximate": True})}), [5], batch=3)
for name, given_as in {
    "l1": call("l1", 0.02),
    "l2": call("l2", 0.03),
    "l1 and l2": call("l1l2", {"l1": 0.01, "l2": 0.02}),
    "orthogonal": call("orthogonalRegularizer", {"factor": 0.05}),
    "orthogonal columns": call("orthogonalRegularizer", {"factor": 0.05, "mode": "columns"}),
    "l1 by name": "l1",
    "l2 by name": "l2",
}.items():
    layer(f"dense, kernel kept small by {name}", call("dense", 4, {"kernelRegularizer": given_as}), [3], batch=3)
layer(
    "dense, bias and outputs kept small",
    call("dense", 4, {"biasRegularizer": call("l2", 0.1), "activityRegularizer": call("l2", 0.2), "activation": "sigmoid"}),
    [3],
    batch=3,
)

for given_as in ["relu", "softmax", "leakyRelu", "gelu"]:
    layer(f"activation, {given_as}", call("activation", given_as), [3, 4])
layer("leakyRelu", call("leakyRelu"), [3, 4])
layer("leakyRelu 0.1", call("leakyRelu", 0.1), [3, 4])
layer("elu", call("elu"), [3, 4])
layer("elu 0.5", call("elu", 0.5), [3, 4])

layer("conv2d", call("conv2d", 3, 3), [5, 6, 2])
layer("conv2d, relu, same", call("conv2d", 3, 3, {"padding": "same", "activation": "relu"}), [5, 6, 2])
layer("conv2d, even window, same", call("conv2d", 3, [2, 4], {"padding": "same"}), [5, 6, 2])
layer("conv2d, strides", call("conv2d", 3, [3, 2], {"strides": [2, 3]}), [6, 7, 2])
layer("conv2d, strides, same", call("conv2d", 3, 3, {"strides": 2, "padding": "same"}), [6, 7, 2])
layer("conv2d, strides, same, even window", call("conv2d", 2, 4, {"strides": [3, 2], "padding": "same"}), [7, 6, 1])
layer("conv2d, strides larger than the window", call("conv2d", 2, 2, {"strides": 3}), [8, 7, 2])
layer("conv2d, dilation", call("conv2d", 2, 3, {"dilationRate": [2, 1]}), [6, 5, 2])
layer("conv2d, dilation, same", call("conv2d", 2, 3, {"dilationRate": 2, "padding": "same"}), [6, 5, 2])
layer("conv2d, groups", call("conv2d", 4, 3, {"groups": 2}), [5, 5, 4])
layer("conv2d, groups, strides, same, no bias", call("conv2d", 6, 3, {"groups": 3, "strides": 2, "padding": "same", "useBias": False}), [5, 6, 3])
layer("conv2d 1 x 1, no bias", call("conv2d", 4, 1, {"useBias": False}), [3, 4, 3])
layer("conv2d, kernel kept small", call("conv2d", 2, 2, {"kernelRegularizer": call("l2", 0.01)}), [3, 4, 2])

layer("conv2dTranspose", call("conv2dTranspose", 2, 3), [3, 4, 2])
layer("conv2dTranspose, same", call("conv2dTranspose", 2, 3, {"padding": "same", "activation": "tanh"}), [3, 4, 2])
layer("conv2dTranspose, strides, same", call("conv2dTranspose", 2, 4, {"strides": 2, "padding": "same"}), [3, 4, 2])
layer("conv2dTranspose, strides, same, odd window", call("conv2dTranspose", 2, 5, {"strides": 2, "padding": "same"}), [3, 4, 2])
layer("conv2dTranspose, strides, valid", call("conv2dTranspose", 2, [3, 2], {"strides": [2, 3]}), [3, 3, 2])
layer("conv2dTranspose, strides larger than the window", call("conv2dTranspose", 2, 2, {"strides": 3, "useBias": False}), [3, 2, 2])
layer("conv2dTranspose, strides larger than the window, same", call("conv2dTranspose", 2, 2, {"strides": 3, "padding": "same"}), [3, 2, 2])
layer("conv2dTranspose, output padding, same", call("conv2dTranspose", 2, 3, {"strides": 2, "padding": "same", "outputPadding": 1}), [3, 4, 2])
layer("conv2dTranspose, output padding 0, same", call("conv2dTranspose", 2, 3, {"strides": 2, "padding": "same", "outputPadding": 0}), [3, 4, 2])
layer("conv2dTranspose, output padding, valid", call("conv2dTranspose", 2, 3, {"strides": [3, 2], "outputPadding": [2, 1]}), [3, 3, 2])
layer("conv2dTranspose, dilation", call("conv2dTranspose", 2, 3, {"dilationRate": 2}), [3, 4, 2])
layer("conv2dTranspose, dilation, same", call("conv2dTranspose", 2, 2, {"dilationRate": 3, "padding": "same"}), [3, 4, 2])

layer("depthwiseConv2d", call("depthwiseConv2d", 3), [5, 6, 3])
layer("depthwiseConv2d, strides, same", call("depthwiseConv2d", 3, {"strides": 2, "padding": "same", "activation": "relu"}), [5, 6, 3])
layer("depthwiseConv2d, depth multiplier", call("depthwiseConv2d", [2, 3], {"depthMultiplier": 2, "useBias": False}), [4, 5, 3])
layer("depthwiseConv2d, dilation", call("depthwiseConv2d", 2, {"dilationRate": 2, "depthwiseRegularizer": call("l2", 0.01)}), [4, 5, 2])

layer("locallyConnected2d", call("locallyConnected2d", 2, 3), [5, 4, 2])
layer("locallyConnected2d, strides, no bias, relu", call("locallyConnected2d", 3, [2, 3], {"strides": [2, 1], "useBias": False, "activation": "relu"}), [5, 4, 2])

for pool in ["maxPool2d", "averagePool2d"]:
    layer(pool, call(pool, *([] if pool == "maxPool2d" else [2])), [4, 6, 2])
    layer(f"{pool}, odd sizes", call(pool, 2), [5, 7, 2])
    layer(f"{pool}, same", call(pool, 3, {"padding": "same"}), [5, 7, 2])
    layer(f"{pool}, overlapping", call(pool, 3, {"strides": 2}), [7, 6, 2])
    layer(f"{pool}, overlapping, same", call(pool, [3, 2], {"strides": [2, 1], "padding": "same"}), [6, 5, 2])
for pool in ["globalAveragePool2d", "globalMaxPool2d"]:
    layer(pool, call(pool), [3, 4, 2])
    layer(f"{pool}, axes kept", call(pool, {"keepdims": True}), [3, 4, 2])

layer("upSampling2d", call("upSampling2d"), [3, 2, 2])
layer("upSampling2d, [2, 3]", call("upSampling2d", [2, 3]), [3, 2, 2])
layer("zeroPadding2d", call("zeroPadding2d"), [3, 2, 2])
layer("zeroPadding2d, [1, 2]", call("zeroPadding2d", [1, 2]), [3, 2, 2])
layer("zeroPadding2d, all sides", call("zeroPadding2d", [[1, 0], [2, 3]]), [3, 2, 2])
layer("cropping2d", call("cropping2d", 1), [4, 5, 2])
layer("cropping2d, all sides", call("cropping2d", [[0, 1], [2, 1]]), [4, 5, 2])
layer("flatten", call("flatten"), [3, 2, 2])
layer("reshape", call("reshape", [3, 4]), [2, 6])
layer("reshape, -1", call("reshape", [-1, 2, 2]), [3, 4])
layer("permute", call("permute", [3, 1, 2]), [2, 3, 4])
layer("repeatVector", call("repeatVector", 3), [4])

layer("dropout, answering", call("dropout", 0.5), [3, 4])
layer("spatialDropout2d, answering", call("spatialDropout2d", 0.5), [3, 4, 2])
layer("gaussianNoise, answering", call("gaussianNoise", 0.5), [3, 4])

layer("batchNorm, training", call("batchNorm"), [3], batch=5, training=True)
layer("batchNorm, answering", call("batchNorm"), [3], batch=5)
layer("batchNorm of images, training", call("batchNorm", {"momentum": 0.8, "epsilon": 0.01}), [3, 4, 2], training=True)
layer("batchNorm of images, answering", call("batchNorm", {"momentum": 0.8, "epsilon": 0.01}), [3, 4, 2])
layer("batchNorm over axis 1, no scale, training", call("batchNorm", {"axis": 1, "scale": False}), [3, 4], training=True)
layer("batchNorm, no center, kept small, training", call("batchNorm", {"center": False, "gammaRegularizer": call("l2", 0.1)}), [3, 4], training=True)
layer("batchNorm, a mask, training", call("batchNorm"), [5, 2], training=True, mask=MASK)
layer("layerNorm", call("layerNorm"), [3, 4])
layer("layerNorm over two axes", call("layerNorm", {"axis": [1, 2], "epsilon": 1e-5}), [3, 4])
layer("layerNorm over axis 1, no center, no scale", call("layerNorm", {"axis": 1, "center": False, "scale": False}), [3, 4])
layer("groupNorm", call("groupNorm", {"groups": 2}), [3, 2, 4])
layer("groupNorm, one a channel", call("groupNorm", {"groups": -1, "epsilon": 1e-4}), [3, 2, 3])
layer("groupNorm, one group, no scale", call("groupNorm", {"groups": 1, "scale": False}), [5, 4])
layer("groupNorm over axis 1", call("groupNorm", {"groups": 2, "axis": 1}), [4, 3])
layer("pixelNorm", call("pixelNorm"), [3, 2, 4])
layer("pixelNorm, epsilon", call("pixelNorm", {"epsilon": 0.01}), [5])
layer("spectralNorm of dense, training", call("spectralNorm", call("dense", 4)), [3], batch=3, training=True)
layer("spectralNorm of conv2d, three iterations, training", call("spectralNorm", call("conv2d", 3, 2), {"powerIterations": 3}), [4, 3, 2], training=True)

layer("embedding", call("embedding", 7, 3), [5], kind=7)
layer("embedding of two axes", call("embedding", 7, 3, {"embeddingsRegularizer": call("l2", 0.1)}), [2, 3], kind=7)

for rnn in ["simpleRnn", "lstm", "gru"]:
    layer(rnn, call(rnn, 3), [5, 2])
    layer(f"{rnn}, all steps", call(rnn, 3, {"returnSequences": True}), [5, 2])
    layer(f"{rnn}, backwards, all steps", call(rnn, 3, {"returnSequences": True, "goBackwards": True}), [5, 2])
    layer(f"{rnn}, backwards", call(rnn, 3, {"goBackwards": True}), [5, 2])
    layer(f"{rnn}, a mask", call(rnn, 3), [5, 2], mask=PAD_RIGHT)
    layer(f"{rnn}, a mask with holes", call(rnn, 3), [5, 2], mask=MASK)
    layer(f"{rnn}, a mask, backwards", call(rnn, 3, {"goBackwards": True}), [5, 2], mask=MASK)
    layer(f"{rnn}, no bias, relu", call(rnn, 3, {"useBias": False, "activation": "relu"}), [4, 2])
    layer(
        f"{rnn}, weights kept small",
        call(rnn, 3, {"kernelRegularizer": "l2", "recurrentRegularizer": call("l1", 0.1), "biasRegularizer": call("l2", 0.1)}),
        [4, 2],
    )
    layer(f"{rnn}, a mask, all steps", call(rnn, 3, {"returnSequences": True}), [5, 2], mask=PAD_RIGHT)
    states = [[3]] * (2 if rnn == "lstm" else 1)
    layer(f"{rnn}, its states", call(rnn, 3, {"returnState": True}), [4, 2])
    layer(f"{rnn}, from states to states, all steps", call(rnn, 3, {"returnState": True, "returnSequences": True}), [4, 2], *states)
layer("lstm, hardSigmoid gates", call("lstm", 3, {"recurrentActivation": "hardSigmoid", "unitForgetBias": False}), [4, 2])
layer("gru, reset before", call("gru", 3, {"resetAfter": False}), [5, 2])
layer("gru, reset before, a mask, all steps", call("gru", 3, {"resetAfter": False, "returnSequences": True}), [5, 2], mask=PAD_RIGHT)
layer("gru, reset before, no bias", call("gru", 3, {"resetAfter": False, "useBias": False}), [5, 2])
layer("bidirectional lstm", call("bidirectional", call("lstm", 3)), [5, 2])
layer("bidirectional gru, all steps", call("bidirectional", call("gru", 3, {"returnSequences": True})), [5, 2])
for mode in ["sum", "mul", "ave"]:
    layer(f"bidirectional simpleRnn, {mode}", call("bidirectional", call("simpleRnn", 3, {"returnSequences": True}), {"mergeMode": mode}), [4, 2])
layer("bidirectional lstm, a mask, all steps", call("bidirectional", call("lstm", 3, {"returnSequences": True})), [5, 2], mask=PAD_RIGHT)
layer("bidirectional simpleRnn, a mask", call("bidirectional", call("simpleRnn", 3)), [5, 2], mask=MASK)
layer("timeDistributed dense", call("timeDistributed", call("dense", 3, {"activation": "tanh"})), [4, 2])
layer("timeDistributed conv2d", call("timeDistributed", call("conv2d", 2, 2)), [3, 3, 4, 2])
layer("masking", call("masking"), [3, 2])

for merge in ["add", "multiply", "average", "maximum", "minimum"]:
    layer(f"{merge} of three", call(merge), [3, 4], [3, 4], [3, 4])
    layer(f"{merge}, sizes repeated", call(merge), [3, 4], [1, 4])
layer("subtract", call("subtract"), [3, 4], [3, 4])
layer("concatenate", call("concatenate"), [3, 4], [3, 2], [3, 1])
layer("concatenate along axis 1", call("concatenate", {"axis": 1}), [3, 4], [2, 4])
