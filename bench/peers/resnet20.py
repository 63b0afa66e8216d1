# SPDX-License-Identifier: GPL-3.0-or-later
# experiments/reference/cifar10-resnet20.yaml in PyTorch, from the same weights, on the same samples in the same order: the loss
# curves beside each other, step by step. Training doubles a rounding error every few steps, so PyTorch in float64 runs along
# (unless FLOAT64=0): how far ours and how far PyTorch's float32 is from it.
# resnet20.py ASSAY SPEC DATA [STEPS] [KEY=VALUE…]: the binary, the spec, the folder with cifar10/; STEPS 0: the spec's epochs.
import gzip
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

assay, spec, folder = sys.argv[1:4]
steps = int(sys.argv[4]) if len(sys.argv) > 4 else 0
more = sys.argv[5:]
EPOCHS, BATCH = 2, 128


def run(out, *changes):
    subprocess.run([assay, "run", spec, "-q", "-o", out, *more, *changes], check=True,
                   env=dict(os.environ, ASSAY_DATA=folder))
    for root, _, files in os.walk(os.path.join(out, "stages")):
        if "model.safetensors" in files and "metrics.jsonl" in files:
            return root
    raise SystemExit("no trained model in " + out)


def safetensors(path):
    with open(path, "rb") as f:
        head = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        body = f.read()
    meta = head.pop("__metadata__")
    return meta, {k: np.frombuffer(body, "<f4", (v["data_offsets"][1] - v["data_offsets"][0]) // 4,
                                   v["data_offsets"][0]).reshape(v["shape"]).copy() for k, v in head.items()}


# Philox4x32-10 (Salmon et al. 2011), counters (0, 0, entity, 0): the first 64 bits of each entity.
def philox(key, entity):
    k0, k1 = (np.uint64(k) for k in key)
    mask, s = np.uint64(0xFFFFFFFF), np.uint64(32)
    c = [np.zeros_like(entity), np.zeros_like(entity), entity, np.zeros_like(entity)]
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(b >> s) ^ c[1] ^ k0, b & mask, (a >> s) ^ c[3] ^ k1, a & mask]
        k0, k1 = (k0 + np.uint64(0x9E3779B9)) & mask, (k1 + np.uint64(0xBB67AE85)) & mask
    return c[0] | c[1] << s


def order(epoch, ids):
    key = struct.unpack("<II", hashlib.sha256(b"0/order/epoch/%d" % epoch).digest()[:8])
    return np.lexsort((np.arange(len(ids)), philox(key, ids.astype(np.uint64))))


def norm(kind, c):
    return nn.GroupNorm(8, c) if kind == "group" else nn.BatchNorm2d(c)


class Block(nn.Module):
    def __init__(self, kind, i, o, stride):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(i, o, 3, stride, 1, bias=False), norm(kind, o)
        self.conv2, self.norm2 = nn.Conv2d(o, o, 3, 1, 1, bias=False), norm(kind, o)

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        if y.shape != x.shape:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, y.shape[1] - x.shape[1]))
        return F.relu(y + x)


class Net(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), norm(kind, 16)
        for s in range(3):
            blocks = nn.Module()
            for b in range(3):
                setattr(blocks, "block%d" % (b + 1), Block(kind, 16 << max(s - (b == 0), 0), 16 << s, 2 if s and not b else 1))
            setattr(self, "stage%d" % (s + 1), blocks)
        self.fc1 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.norm1(self.conv1(x)))
        for s in (self.stage1, self.stage2, self.stage3):
            for b in (s.block1, s.block2, s.block3):
                x = b(x)
        return self.fc1(x.mean((2, 3)))


def data(mean, std):
    raw = b"".join(gzip.open("%s/cifar10/data_batch_%d.bin.gz" % (folder, i)).read() for i in range(1, 6))
    a = np.frombuffer(raw, np.uint8).reshape(-1, 3073)
    x = a[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / np.float32(255)
    x = (x - np.float32(mean).reshape(3, 1, 1)) / np.float32(std).reshape(3, 1, 1)
    return torch.from_numpy(x), torch.from_numpy(a[:, 0].astype(np.int64))


with tempfile.TemporaryDirectory() as tmp:
    short = ["train.epochs=~"]
    start = run(tmp + "/start", *short, "train.steps=1", "train.optimizer.lr=1e-30")   # leaves the first weights as they are
    ours = run(tmp + "/ours", *(short + ["train.steps=%d" % steps] if steps else []))
    meta, weights = safetensors(start + "/model.safetensors")
    lines = [json.loads(s) for s in open(ours + "/metrics.jsonl")]
curve, rate = [m["loss"] for m in lines if "lr" in m], [m["lr"] for m in lines if "lr" in m]
contract, kind = json.loads(meta["contract"]), json.loads(meta["arch"])["norm"]
x, y = data(contract["mean"], contract["std"])
split = np.arange(len(y))
names = {"mean": "running_mean", "var": "running_var", "count": "num_batches_tracked"}
state = {}
for k, w in weights.items():
    head, tail = k.rsplit(".", 1)
    state[head.replace("/", ".") + "." + names.get(tail, tail)] = torch.from_numpy(w)
for k in list(state):                                       # the step above has moved these: where they begin
    if k.endswith("running_mean"):
        state[k].zero_()
    elif k.endswith("running_var"):
        state[k].fill_(1)
    elif k.endswith("num_batches_tracked"):
        state[k] = torch.tensor(0)


def trainer(real):
    net = Net(kind)
    net.load_state_dict(state)
    net.to(real)
    opt = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)

    def step(i, lr):
        opt.param_groups[0]["lr"] = lr
        opt.zero_grad()
        loss = F.cross_entropy(net(x[i].to(real)), y[i])
        loss.backward()
        opt.step()
        return loss.item()
    return step


apart = lambda a, b: abs(a - b) / abs(b)
nets = [trainer(torch.float32)] + ([trainer(torch.float64)] if os.environ.get("FLOAT64") != "0" else [])
worst, done = [0.0, 0.0, 0.0], 0
print("norm: %s, torch %s" % (kind, torch.__version__))
print("step        ours      torch f32  torch f64     largest so far: ours, torch f32 from f64; ours from torch f32")
for epoch in range(EPOCHS):
    p, sums, seen = order(epoch, split), np.zeros(3), 0
    for b in range(0, len(p), BATCH):
        if done == len(curve):
            break
        i = torch.from_numpy(p[b:b + BATCH])
        loss = [f(i, rate[done]) for f in nets]
        row = [curve[done], loss[0], loss[-1]]
        worst = [max(w, v) for w, v in zip(worst, (apart(row[0], row[2]), apart(row[1], row[2]), apart(row[0], row[1])))]
        sums, seen, done = sums + np.array(row) * len(i), seen + len(i), done + 1
        if done in (1, 2, 5, 10, 20, 30, 40, 50, 100, 200) or done == len(curve):
            print("%5d   %.7f  %.7f  %.7f     %.1e %.1e; %.1e" % (done, *row, *worst), flush=True)
    if seen:
        print("epoch %d %.7f  %.7f  %.7f     mean loss of %d samples; ours from torch f32 %.1e"
              % (epoch + 1, *(sums / seen), seen, apart(sums[0], sums[1])), flush=True)
