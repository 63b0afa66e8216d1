# SPDX-License-Identifier: GPL-3.0-or-later
# The work of bench/mnist_cnn.c in PyTorch: a train step (batch 128) and PGD-40 on 250 images of the same net, float32, contiguous and channels-last.
# Fair harness: MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 python3 mnist_cnn.py [THREADS]; without these variables it is a user's default.
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

threads = int(sys.argv[1]) if len(sys.argv) > 1 else torch.get_num_threads()
torch.set_num_threads(threads)


def net():
    return nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(9216, 128),
                         nn.ReLU(), nn.Linear(128, 10))


def clock(what, f, n, gflop):
    for _ in range(2 if n > 5 else 1):
        f()
    t = []
    for _ in range(n):
        start = time.perf_counter()
        f()
        t.append(time.perf_counter() - start)
    t.sort()
    print("%-40s median %8.2f ms (%.2f … %.2f)   %6.1f GF/s" % (what, 1e3 * t[n // 2], 1e3 * t[0], 1e3 * t[-1], gflop / t[n // 2]), flush=True)


def train(fmt):
    m, x, y = net().to(memory_format=fmt), torch.rand(128, 1, 28, 28).to(memory_format=fmt), torch.arange(128) % 10
    o = torch.optim.SGD(m.parameters(), lr=0.01, momentum=0.9)

    def step():
        o.zero_grad(set_to_none=True)
        F.cross_entropy(m(x), y).backward()
        o.step()
    return step


def pgd(fmt):
    m, x0, y = net().eval().to(memory_format=fmt), torch.rand(250, 1, 28, 28), torch.arange(250) % 10
    for p in m.parameters():
        p.requires_grad_(False)

    def attack():
        x = (x0 + torch.empty_like(x0).uniform_(-0.3, 0.3)).clamp(0, 1)
        for _ in range(40):
            x.requires_grad_(True)
            g, = torch.autograd.grad(F.cross_entropy(m(x.contiguous(memory_format=fmt)), y, reduction="sum"), x)
            x = torch.min(torch.max(x.detach() + 0.01 * g.sign(), x0 - 0.3), x0 + 0.3).clamp(0, 1)
    return attack


print("torch", torch.__version__, "float32,", threads, "threads")
for name, fmt in (("contiguous", torch.contiguous_format), ("channels-last", torch.channels_last)):
    clock("train step, batch 128, " + name, train(fmt), 15, 0.0716 * 128)
    clock("PGD-40, 250 images, " + name, pgd(fmt), 5, 0.048 * 250 * 40)
