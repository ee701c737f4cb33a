"""PyTorch as a contestant of the bench. "tuned": channels last and a fused Adam where there is one; the allocator that
keeps memory is set by the runner. Otherwise as people write it."""

import numpy as np
import torch
import torch.nn.functional as F
from common import CONVOLUTIONS, DENSE, PASSES, listed, searches, serve, spread, unit
from torch import nn

TUNED = True


def tensors(arrays):
    return [torch.from_numpy(np.ascontiguousarray(a)) for a in arrays]


def adam(parameters, rate=1e-3, betas=(0.9, 0.999)):
    if TUNED and torch.__version__ >= "2.4":
        return torch.optim.Adam(parameters, lr=rate, betas=betas, eps=1e-7, fused=True)
    return torch.optim.Adam(parameters, lr=rate, betas=betas, eps=1e-7)


def move(optimizer):
    """A step. Keras adds epsilon before the correction of v, PyTorch after it: the first steps, which are compared, are
    taken as Keras takes them."""
    t = optimizer.taken = getattr(optimizer, "taken", 0) + 1
    if t <= 8:
        for group in optimizer.param_groups:
            if "betas" in group:
                group["eps"] = 1e-7 / (1 - group["betas"][1] ** t) ** 0.5 if t < 8 else 1e-7
    optimizer.step()


def put(model, weights):
    """Kernels as Keras has them, into layers in order: [in, out] -> [out, in], HWIO -> OIHW."""
    at = iter(weights)
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                w = torch.from_numpy(next(at))
                layer.weight.copy_(w.T if w.ndim == 2 else w.permute(3, 2, 0, 1))
                if layer.bias is not None:
                    layer.bias.copy_(torch.from_numpy(next(at)))


def images(x):
    """NHWC -> what a convolution is quickest with."""
    x = torch.from_numpy(unit(x) if x.dtype == np.uint8 else x).permute(0, 3, 1, 2)
    return x.contiguous(memory_format=torch.channels_last if TUNED else torch.contiguous_format)


class NhwcFlatten(nn.Module):
    """Numbers in Keras's order: no copy if channels are last."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def trains(model, x, y, batch, loss_of, optimizer):
    at = [0]

    def step():
        i = at[0]
        at[0] = (i + batch) % len(x)
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(x[i : i + batch]), y[i : i + batch])
        loss.backward()
        move(optimizer)
        return loss

    def run(times):
        for _ in range(times):
            step()

    return (lambda: [step().item() for _ in range(4)]), run


def w1(data, told):
    model = nn.Sequential(nn.Linear(784, 100, bias=False), nn.Sigmoid(), nn.Linear(100, 10, bias=False), nn.Sigmoid())
    put(model, listed(data))
    x, y = torch.from_numpy(unit(data["x"])), torch.from_numpy(data["y"])

    def loss(z, t):
        return 0.5 * ((z - t) ** 2).sum()

    return trains(model, x, y, 1, loss, torch.optim.SGD(model.parameters(), lr=0.1))


def w2(data, told):
    model = nn.Sequential(nn.Linear(784, 1024), nn.Sigmoid(), nn.Linear(1024, 10))
    put(model, listed(data))
    x, y = torch.from_numpy(unit(data["x"])), torch.from_numpy(data["y"]).long()
    return trains(model, x, y, 128, F.cross_entropy, adam(model.parameters()))


def tutorial(data):
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), NhwcFlatten(),
        nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip
    put(model, listed(data))
    return model.to(memory_format=torch.channels_last) if TUNED else model


def w3(batch):
    def make(data, told):
        model = tutorial(data)
        y = torch.from_numpy(data["y"]).long()
        return trains(model, images(data["x"]), y, batch, F.cross_entropy, adam(model.parameters()))

    return make


def asks(data, told):
    model, x = tutorial(data).eval(), images(data["x"])
    with torch.inference_mode():
        if TUNED:
            model = torch.jit.freeze(torch.jit.trace(model, x))
            model(x), model(x)

    def answer():
        with torch.inference_mode():
            return model(x).softmax(1).flatten()[:40]

    def run(times):
        with torch.inference_mode():
            for _ in range(times):
                model(x).softmax(1)

    return answer, run


class Sums(nn.Module):
    def __init__(self, w):
        super().__init__()
        kernel, recurrent, bias = (nn.Parameter(torch.tensor(float(a.ravel()[0]))) for a in w)
        self.kernel, self.recurrent, self.bias = kernel, recurrent, bias

    def forward(self, x):
        h, out = torch.zeros(len(x), 1), []
        for t in range(x.shape[1]):
            h = x[:, t] * self.kernel + self.bias + h * self.recurrent
            out.append(h)
        return torch.stack(out, 1)


def w4(data, told):
    model = Sums(listed(data))
    x, y = torch.from_numpy(data["x"]), torch.from_numpy(data["y"])
    return trains(model, x, y, 512, F.mse_loss, adam(model.parameters()))


def at_play(data, generator, critic, told, g_adam, c_adam, round_of):
    """A game from its first weights: losses of two rounds with the numbers drawn for all contestants, and rounds."""
    real = torch.from_numpy(data["images"])
    chance = torch.Generator().manual_seed(1)
    state = {"made": None}

    def begun(dropout):
        g, c = generator(), critic(dropout)
        put_kernels(g, [data[k] for k in data if k.startswith("generator/")])
        put_kernels(c, [data[k] for k in data if k.startswith("critic/")])
        if TUNED:
            g, c = (m.to(memory_format=torch.channels_last) for m in (g, c))
        return g, c, g_adam(g.parameters()), c_adam(c.parameters())

    def answer():
        game, losses = begun(False), []
        for k in range(2):
            zs = [torch.from_numpy(data[f"{who} latent {k}"]) for who in ("critic", "own")]
            losses += [float(x) for x in round_of(game, real[torch.from_numpy(data[f"rows {k}"]).long()], *zs)]
        return losses

    def run(times):
        state["made"] = state["made"] or begun(True)
        n, m = len(data["critic latent 0"]), len(data["own latent 0"])
        for _ in range(times):
            rows = torch.randint(len(real), (n,), generator=chance)
            draw = torch.randn if told["workload"] == "W5" else torch.rand
            round_of(state["made"], real[rows], draw(n, 100, generator=chance), draw(m, 100, generator=chance))

    return answer, run


def put_kernels(model, weights):
    """Kernels alone, into layers in order; biases are 0."""
    at = iter(weights)
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, (nn.Linear, nn.Conv2d)):
                w = torch.from_numpy(next(at))
                layer.weight.copy_(w.T if w.ndim == 2 else w.permute(3, 2, 0, 1))
                layer.bias.zero_()


def step(optimizer, loss):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    move(optimizer)
    return loss


def w5(data, told):
    def generator():
        def wider(a, b):
            return [nn.Linear(a, b), nn.LeakyReLU(0.2), nn.BatchNorm1d(b, eps=1e-3, momentum=0.2)]

        return nn.Sequential(*wider(100, 256), *wider(256, 512), *wider(512, 1024), nn.Linear(1024, 784), nn.Tanh())

    def critic(dropout):
        return nn.Sequential(
            nn.Linear(784, 512), nn.LeakyReLU(0.2), nn.Linear(512, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1)
        )

    def round_of(game, pictures, z, own):
        g, c, g_adam, c_adam = game
        bce = F.binary_cross_entropy_with_logits
        g.eval()
        with torch.no_grad():
            fake = g(z)
        g.train()
        real = pictures.flatten(1).float() / 127.5 - 1
        a = step(c_adam, bce(c(real), torch.ones(len(real), 1)))
        b = step(c_adam, bce(c(fake), torch.zeros(len(fake), 1)))
        for p in c.parameters():
            p.requires_grad_(False)
        loss = step(g_adam, bce(c(g(own)), torch.ones(len(own), 1)))
        for p in c.parameters():
            p.requires_grad_(True)
        return 0.5 * (a.detach() + b.detach()), loss.detach()

    def rated(parameters):
        return adam(parameters, 2e-4, (0.5, 0.999))

    return at_play(data, generator, critic, told, rated, rated, round_of)


class Same(nn.Module):
    """Keras's padding of a 5x5 convolution with strides of 2 over an even size."""

    def forward(self, x):
        return F.pad(x, (1, 2, 1, 2))


class Unflatten(nn.Module):
    def forward(self, x):
        return x.view(-1, 14, 14, 200).permute(0, 3, 1, 2)


def w6(data, told):
    def norm(n):
        return nn.BatchNorm2d(n, eps=1e-3, momentum=0.01)

    def generator():
        return nn.Sequential(
            nn.Linear(100, 39200), nn.BatchNorm1d(39200, eps=1e-3, momentum=0.01), nn.ReLU(), Unflatten(),
            nn.Upsample(scale_factor=2, mode="nearest"),
            nn.Conv2d(200, 100, 3, padding=1), norm(100), nn.ReLU(),
            nn.Conv2d(100, 50, 3, padding=1), norm(50), nn.ReLU(),
            nn.Conv2d(50, 1, 1), nn.Sigmoid(),
        )  # fmt: skip

    def critic(dropout):
        def dropped():
            return [nn.LeakyReLU(0.2), *([nn.Dropout(0.25)] if dropout else [])]

        return nn.Sequential(
            Same(), nn.Conv2d(1, 256, 5, stride=2), *dropped(),
            Same(), nn.Conv2d(256, 512, 5, stride=2), *dropped(),
            NhwcFlatten(), nn.Linear(25088, 256), *dropped(), nn.Linear(256, 2),
        )  # fmt: skip

    def round_of(game, pictures, z, own):
        g, c, g_adam, c_adam = game
        g.eval()
        with torch.no_grad():
            fake = g(z)
        g.train()
        real = pictures.permute(0, 3, 1, 2).float() / 255
        n = len(real)
        targets = torch.cat([torch.ones(n), torch.zeros(n)]).long()
        a = step(c_adam, F.cross_entropy(c(torch.cat([real, fake])), targets))
        for p in c.parameters():
            p.requires_grad_(False)
        loss = step(g_adam, F.cross_entropy(c(g(own)), torch.ones(len(own)).long()))
        for p in c.parameters():
            p.requires_grad_(True)
        return a.detach(), loss.detach()

    return at_play(data, generator, critic, told, adam, lambda p: adam(p, 1e-4), round_of)


def w7(name):
    def make(data, told):
        model = nn.Sequential(nn.Linear(784, 784), nn.ReLU(), nn.Linear(784, 784), nn.ReLU(), nn.Linear(784, 10)).eval()
        put(model, listed(data))
        if TUNED:
            with torch.inference_mode():
                model = torch.jit.freeze(torch.jit.trace(model, torch.zeros(784)))

        def predict(x):
            return model(torch.from_numpy(x)).numpy()

        answer, run = searches(predict, data)[name]

        def inferring(f):
            def inner(*given):
                with torch.inference_mode():
                    return f(*given)

            return inner

        return inferring(answer), inferring(run)

    return make


def matmul(a_turned, b_turned):
    def make(data, told):
        a, b = tensors((data["a"], data["b"]))
        c = torch.empty(1024, 1024)

        def once():
            return torch.mm(a.T if a_turned else a, b.T if b_turned else b, out=c)

        return (lambda: spread(once().numpy())), (lambda times: [once() for _ in range(times)])

    return make


def dense(which):
    def make(data, told):
        x, w, g = (torch.from_numpy(data[name]) for name in "xwg")
        a, b = {"forward": (x, w), "input": (g, w.T), "weight": (x.T, g)}[which]
        c = torch.empty(len(a), b.shape[1])

        def once():
            return torch.mm(a, b, out=c)

        return (lambda: spread(once().numpy())), (lambda times: [once() for _ in range(times)])

    return make


def convolution(which):
    def make(data, told):
        strides, up = int(data["strides"][0]), int(data["up"][0])
        last = {"memory_format": torch.channels_last} if TUNED else {}
        x = images(data["x"])
        w = torch.from_numpy(data["w"]).permute(3, 2, 0, 1).contiguous(**last)
        g = images(data["g"])
        size = w.shape[2]
        total = max(0, (g.shape[2] - 1) * strides + size - x.shape[2] * up)
        low, high = total // 2, total - total // 2
        # Where Keras pads unequally, PyTorch needs a padded image: made beforehand, so that it costs nothing here.
        padding, uneven = (low, False) if low == high else (0, True)
        if uneven:
            x = F.pad(x, (low, high, low, high)).contiguous(**last)

        def large():
            return F.interpolate(x, scale_factor=up, mode="nearest") if up > 1 else x

        def back(x, mask):
            given = ([strides] * 2, [padding] * 2, [1, 1], False, [0, 0], 1, mask)
            return torch.ops.aten.convolution_backward(g, x, w, None, *given)

        def forward():
            return F.conv2d(large(), w, stride=strides, padding=padding)

        ready = large()

        def slope():
            found = back(ready, [True, False, False])[0]
            return 4 * F.avg_pool2d(found, 2) if up > 1 else found

        def weight():
            return back(ready, [False, True, False])[1]

        once = {"forward": forward, "input": slope, "weight": weight}[which]

        def answer():
            with torch.no_grad():
                y = once()
            if which == "input" and uneven:
                y = y[:, :, low:-high, low:-high]
            return spread((y.permute(2, 3, 1, 0) if which == "weight" else y.permute(0, 2, 3, 1)).numpy())

        def run(times):
            with torch.no_grad():
                for _ in range(times):
                    once()

        return answer, run

    return make


def chain(data, told):
    x = torch.from_numpy(data["x"])
    y, s = torch.empty_like(x), torch.empty_like(x)

    def once():
        torch.mul(x, 2, out=y)
        y.add_(1).clamp_(min=0)
        torch.mul(x, x, out=s)
        return y.sub_(s, alpha=0.5)

    return (lambda: spread(once().numpy())), (lambda times: [once() for _ in range(times)])


def uniform(data, told):
    y = torch.empty(2**24)
    return (lambda: [float(y.uniform_().double().mean())]), (lambda times: [y.uniform_() for _ in range(times)])


def scale(data, told):
    """A network by the shapes of its kernels: convolutions with pooling between, or dense layers."""
    shapes, made = [w.shape for w in listed(data) if w.ndim > 1], []
    y, batch = torch.from_numpy(data["y"]).long(), int(data["batch"][0])
    if told["workload"].startswith("SCALE-batch"):
        return w3(batch)(data, told)
    pictures = len(shapes[0]) == 4
    if pictures:
        for i, (_, _, a, b) in enumerate(shapes[:-1]):
            made += [*([nn.MaxPool2d(2)] if i > 0 else []), nn.Conv2d(a, b, 3, padding=1), nn.ReLU()]
        made += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    else:
        for a, b in shapes[:-1]:
            made += [nn.Linear(a, b), nn.ReLU()]
    model = nn.Sequential(*made, nn.Linear(*shapes[-1]))
    put(model, listed(data))
    if TUNED:
        model = model.to(memory_format=torch.channels_last)
    x = images(data["x"]) if pictures else torch.from_numpy(unit(data["x"]))
    return trains(model, x, y, batch, F.cross_entropy, adam(model.parameters()))


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
    "W7-greedy": w7("W7-greedy"),
    "W7-monte-carlo": w7("W7-monte-carlo"),
    "GEMM-ab": matmul(False, False),
    "GEMM-atb": matmul(True, False),
    "GEMM-abt": matmul(False, True),
    "GEMM-atbt": matmul(True, True),
    "CHAIN": chain,
    "RANDOM": uniform,
}
for which in PASSES:
    WORKLOADS |= {f"{layer}-{which}": convolution(which) for layer in CONVOLUTIONS}
    WORKLOADS |= {f"{layer}-{which}": dense(which) for layer in DENSE}

for what, sizes in {
    "width": (64, 128, 256, 512, 1024, 2048, 4096),
    "batch": (1, 4, 16, 64, 256, 1024),
    "size": (16, 32, 64, 128, 256),
    "depth": (1, 2, 4, 8, 16, 32),
}.items():
    for n in sizes:
        WORKLOADS[f"SCALE-{what}-{n}"] = scale


def set_up(make):
    def made(data, told):
        global TUNED
        TUNED = told["settings"] == "tuned"
        torch.set_num_threads(told["threads"])
        return make(data, told)

    return made


def about(told):
    blas = "MKL" if torch.backends.mkl.is_available() else "the system's BLAS"
    how = "channels last, fused Adam, memory kept" if TUNED else "default"
    return f"PyTorch {torch.__version__}, {blas}, {torch.get_num_threads()} threads, {how}"


serve(about, {name: set_up(make) for name, make in WORKLOADS.items()})
