"""Keras on TensorFlow as a contestant of the bench, as its guides write it: train_on_batch compiled into one function of
TensorFlow where a loop of our own is quicker. "tuned" is the allocator, which the runner sets."""

import keras
import tensorflow as tf
from common import CONVOLUTIONS, PASSES, listed, serve, spread, unit
from keras import layers as L


def put(model, weights):
    """Parameters in order; state stays."""
    for variable, value in zip(model.trainable_variables, weights):
        variable.assign(value)


def learner(model, loss_of, optimizer):
    """One step as a compiled function of a batch."""
    optimizer.build(model.trainable_variables)

    @tf.function(jit_compile=False, reduce_retracing=True)
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    return step


def trains(model, x, y, batch, loss_of, optimizer, weights):
    model.build((None, *x.shape[1:]))
    put(model, weights)
    step = learner(model, loss_of, optimizer)
    batches = [(tf.constant(x[i : i + batch]), tf.constant(y[i : i + batch])) for i in range(0, len(x), batch)]
    at = [0]

    def once():
        i = at[0]
        at[0] = (i + 1) % len(batches)
        return step(*batches[i])

    def run(times):
        for _ in range(times):
            last = once()
        last.numpy()

    return (lambda: [once().numpy() for _ in range(4)]), run


def w1(data, told):
    model = keras.Sequential(
        [L.Dense(100, activation="sigmoid", use_bias=False), L.Dense(10, activation="sigmoid", use_bias=False)]
    )

    def loss(y, z):
        return 0.5 * tf.reduce_sum((z - y) ** 2)

    return trains(model, unit(data["x"]), data["y"], 1, loss, keras.optimizers.SGD(0.1), listed(data))


def crossentropy(y, z):
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, z))


def w2(data, told):
    model = keras.Sequential([L.Dense(1024, activation="sigmoid"), L.Dense(10)])
    return trains(model, unit(data["x"]), data["y"], 128, crossentropy, keras.optimizers.Adam(), listed(data))


def tutorial(end):
    return keras.Sequential(
        [
            L.Conv2D(32, 3, activation="relu"), L.MaxPooling2D(2),
            L.Conv2D(64, 3, activation="relu"), L.MaxPooling2D(2),
            L.Conv2D(64, 3, activation="relu"), L.Flatten(),
            L.Dense(64, activation="relu"), L.Dense(10, activation=end),
        ]
    )  # fmt: skip


def w3(batch):
    def make(data, told):
        return trains(
            tutorial(None), unit(data["x"]), data["y"], batch, crossentropy, keras.optimizers.Adam(), listed(data)
        )

    return make


def asks(data, told):
    model, x = tutorial("softmax"), tf.constant(unit(data["x"]))
    model.build(x.shape)
    put(model, listed(data))
    answer = tf.function(lambda x: model(x, training=False))

    def run(times):
        for _ in range(times):
            last = answer(x)
        last.numpy()

    return (lambda: answer(x).numpy().ravel()[:40]), run


def w4(data, told):
    model = keras.Sequential([L.SimpleRNN(1, activation=None, return_sequences=True)])

    def loss(y, z):
        return tf.reduce_mean((z - y) ** 2)

    return trains(model, data["x"], data["y"], 512, loss, keras.optimizers.Adam(), listed(data))


def game(data, told, generator, critic, adams, play):
    """Losses of two rounds from the numbers drawn for all contestants, and rounds with chance of its own."""
    real = tf.constant(data["images"])
    held = {}
    n, m = len(data["critic latent 0"]), len(data["own latent 0"])

    def begun(dropout):
        g, c = generator(), critic(dropout)
        g.build((None, 100)), c.build((None, 28, 28, 1))
        for model, name in ((g, "generator/"), (c, "critic/")):
            kernels = iter([data[k] for k in data if k.startswith(name)])
            for v in model.trainable_variables:
                if v.name == "kernel":
                    v.assign(next(kernels))
        a, b = adams()
        a.build(g.trainable_variables), b.build(c.trainable_variables)
        return tf.function(lambda pictures, z, own: play(g, c, a, b, pictures, z, own))

    def answer():
        one, losses = begun(False), []
        for k in range(2):
            rows = tf.gather(real, data[f"rows {k}"])
            zs = [tf.constant(data[f"{who} latent {k}"]) for who in ("critic", "own")]
            losses += [x.numpy() for x in one(rows, *zs)]
        return losses

    def run(times):
        if not held:
            one = begun(True)
            draw = tf.random.normal if told["workload"] == "W5" else tf.random.uniform

            @tf.function
            def whole():
                rows = tf.gather(real, tf.random.uniform((n,), maxval=len(data["images"]), dtype=tf.int32))
                return one(rows, draw((n, 100)), draw((m, 100)))

            held["round"] = whole
        for _ in range(times):
            last = held["round"]()
        last[0].numpy()

    return answer, run


def step(optimizer, model, loss_of):
    with tf.GradientTape() as tape:
        loss = loss_of()
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


def w5(data, told):
    def wider(n):
        return [L.Dense(n), L.LeakyReLU(negative_slope=0.2), L.BatchNormalization(momentum=0.8)]

    def generator():
        return keras.Sequential(
            [*wider(256), *wider(512), *wider(1024), L.Dense(784, activation="tanh"), L.Reshape((28, 28, 1))]
        )

    def critic(dropout):
        leaky = L.LeakyReLU
        return keras.Sequential(
            [L.Flatten(), L.Dense(512), leaky(negative_slope=0.2), L.Dense(256), leaky(negative_slope=0.2), L.Dense(1)]
        )

    def bce(target, scores):
        return tf.reduce_mean(
            tf.nn.sigmoid_cross_entropy_with_logits(tf.fill(tf.shape(scores), target), scores)
        )

    def play(g, c, a, b, pictures, z, own):
        fake = g(z, training=False)
        real = tf.cast(pictures, tf.float32) / 127.5 - 1
        one = step(b, c, lambda: bce(1.0, c(real, training=True)))
        two = step(b, c, lambda: bce(0.0, c(fake, training=True)))
        loss = step(a, g, lambda: bce(1.0, c(g(own, training=True), training=True)))
        return 0.5 * (one + two), loss

    def adams():
        return [keras.optimizers.Adam(2e-4, beta_1=0.5) for _ in range(2)]

    return game(data, told, generator, critic, adams, play)


def w6(data, told):
    def normed(layer):
        return [layer, L.BatchNormalization(), L.Activation("relu")]

    def generator():
        return keras.Sequential(
            [
                *normed(L.Dense(39200)), L.Reshape((14, 14, 200)), L.UpSampling2D(2),
                *normed(L.Conv2D(100, 3, padding="same")), *normed(L.Conv2D(50, 3, padding="same")),
                L.Conv2D(1, 1, activation="sigmoid"),
            ]
        )  # fmt: skip

    def critic(dropout):
        def dropped(layer):
            return [layer, L.LeakyReLU(negative_slope=0.2), *([L.Dropout(0.25)] if dropout else [])]

        return keras.Sequential(
            [
                *dropped(L.Conv2D(256, 5, strides=2, padding="same")),
                *dropped(L.Conv2D(512, 5, strides=2, padding="same")),
                L.Flatten(), *dropped(L.Dense(256)), L.Dense(2),
            ]
        )  # fmt: skip

    def play(g, c, a, b, pictures, z, own):
        fake = g(z, training=False)
        real = tf.cast(pictures, tf.float32) / 255
        n = tf.shape(real)[0]
        targets = tf.concat([tf.ones(n, tf.int32), tf.zeros(n, tf.int32)], 0)
        both = tf.concat([real, fake], 0)
        one = step(b, c, lambda: crossentropy(targets, c(both, training=True)))
        ones = tf.ones(tf.shape(own)[0], tf.int32)
        loss = step(a, g, lambda: crossentropy(ones, c(g(own, training=True), training=True)))
        return one, loss

    return game(data, told, generator, critic, lambda: (keras.optimizers.Adam(1e-3), keras.optimizers.Adam(1e-4)), play)


def matmul(a_turned, b_turned):
    def make(data, told):
        a, b = tf.constant(data["a"]), tf.constant(data["b"])

        def once():
            return tf.matmul(a, b, transpose_a=a_turned, transpose_b=b_turned)

        def run(times):
            for _ in range(times):
                last = once()
            last[:1].numpy()

        return (lambda: spread(once().numpy())), run

    return make


def convolution(which):
    def make(data, told):
        strides, up = int(data["strides"][0]), int(data["up"][0])
        x, w, g = (tf.constant(data[name]) for name in "xwg")
        large = tf.repeat(tf.repeat(x, up, 1), up, 2) if up > 1 else x
        given = {"strides": strides, "padding": "SAME"}

        def slope():
            found = tf.raw_ops.Conv2DBackpropInput(
                input_sizes=large.shape, filter=w, out_backprop=g, strides=[1, strides, strides, 1], padding="SAME"
            )
            return 4 * tf.nn.avg_pool2d(found, up, up, "VALID") if up > 1 else found

        def weight():
            return tf.raw_ops.Conv2DBackpropFilter(
                input=large, filter_sizes=w.shape, out_backprop=g, strides=[1, strides, strides, 1], padding="SAME"
            )

        def forward():
            return tf.nn.conv2d(tf.repeat(tf.repeat(x, up, 1), up, 2) if up > 1 else x, w, **given)

        # Not as a compiled function, which would take numbers that never change for computed ones.
        once = {"forward": forward, "input": slope, "weight": weight}[which]

        def run(times):
            for _ in range(times):
                last = once()
            spread(last[:1].numpy())

        return (lambda: spread(once().numpy())), run

    return make


WORKLOADS = {
    "W1": w1,
    "W2": w2,
    "W3-32": w3(32),
    "W3-128": w3(128),
    "W3-ask-1": asks,
    "W3-ask-256": asks,
    "W4": w4,
    "W5": w5,
    "W6": w6,
    "GEMM-ab": matmul(False, False),
    "GEMM-atb": matmul(True, False),
    "GEMM-abt": matmul(False, True),
    "GEMM-atbt": matmul(True, True),
}
for layer in CONVOLUTIONS:
    for which in PASSES:
        WORKLOADS[f"{layer}-{which}"] = convolution(which)


def set_up(make):
    def made(data, told):
        try:
            tf.config.threading.set_intra_op_parallelism_threads(told["threads"])
        except RuntimeError:
            pass
        return make(data, told)

    return made


def about(told):
    how = "memory kept" if told["settings"] == "tuned" else "default"
    return f"TensorFlow {tf.__version__}, Keras {keras.__version__}, {told['threads']} threads, tf.function, {how}"


serve(about, {name: set_up(make) for name, make in WORKLOADS.items()})
