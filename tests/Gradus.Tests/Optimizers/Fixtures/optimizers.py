"""Writes optimizers.json beside itself: what PyTorch's optimisers make of 100 given gradients, in double precision.

Run with a Python that has torch (Debian: python3-torch):  python3 optimizers.py
Lion is not in torch.optim; its three lines are those of Chen et al. 2023, algorithm 2. NAdam of torch 1.13 multiplies by
mu twice (mended in 2.0), so its lines are written out here as 2.0 has them.
"""
import json
import pathlib

import torch

SIZE, STEPS, KEPT = 8, 100, (1, 10, 100)


class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr, betas=(0.9, 0.99)):
        super().__init__(params, {"lr": lr, "betas": betas})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p -= group["lr"] * torch.sign(beta1 * m + (1 - beta1) * p.grad)
                m.mul_(beta2).add_(p.grad, alpha=1 - beta2)


class NAdam(torch.optim.Optimizer):
    def __init__(self, params, lr, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "decay": momentum_decay})
        self.t, self.product = 0, 1.0

    @torch.no_grad()
    def step(self):
        self.t += 1
        for group in self.param_groups:
            lr, (beta1, beta2) = group["lr"], group["betas"]
            mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (t * group["decay"])) for t in (self.t, self.t + 1))
            self.product *= mu
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                m.lerp_(p.grad, 1 - beta1)
                v.mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                denom = v.div(1 - beta2**self.t).sqrt().add_(group["eps"])
                p.addcdiv_(p.grad, denom, value=-lr * (1 - mu) / (1 - self.product))
                p.addcdiv_(m, denom, value=-lr * mu_next / (1 - self.product * mu_next))


ROWS = {
    "sgd": lambda w: torch.optim.SGD(w, lr=0.01),
    "momentum": lambda w: torch.optim.SGD(w, lr=0.01, momentum=0.9),
    "nesterov": lambda w: torch.optim.SGD(w, lr=0.01, momentum=0.9, nesterov=True),
    "rmsprop": lambda w: torch.optim.RMSprop(w, lr=0.01, alpha=0.99),
    "adagrad": lambda w: torch.optim.Adagrad(w, lr=0.01),
    "adadelta": lambda w: torch.optim.Adadelta(w, lr=1.0),
    "adam": lambda w: torch.optim.Adam(w, lr=0.01),
    "adamw": lambda w: torch.optim.AdamW(w, lr=0.01, weight_decay=0.1),
    "nadam": lambda w: NAdam(w, lr=0.01),
    "radam": lambda w: torch.optim.RAdam(w, lr=0.01),
    "lion": lambda w: Lion(w, lr=0.01),
}

# Multiples of 1/256 with a mean of their own in each place: exact in float32.
generator = torch.Generator().manual_seed(1)
gradients = torch.round(torch.randn(STEPS, SIZE, generator=generator, dtype=torch.float64) * 256 + 40 * torch.arange(SIZE)) / 256
start = torch.round(torch.randn(SIZE, generator=generator, dtype=torch.float64) * 256) / 256

weights = {}
for name, make in ROWS.items():
    w = torch.nn.Parameter(start.clone())
    optimizer = make([w])
    kept = []
    for t in range(1, STEPS + 1):
        w.grad = gradients[t - 1].clone()
        optimizer.step()
        if t in KEPT:
            kept.append(w.detach().tolist())
    weights[name] = kept

pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "torch": torch.__version__, "steps": KEPT, "start": start.tolist(), "gradients": gradients.tolist(), "weights": weights,
}, indent=1).replace("\n    ", " ").replace("\n   ]", "]").replace("\n  ]", "]") + "\n")
