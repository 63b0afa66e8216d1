# SPDX-License-Identifier: GPL-3.0-or-later
# The loss curve of experiments/reference/tinyshakespeare-transformer.yaml in PyTorch: the same net, order of samples and initial weights,
# float32, laid step by step beside ours.
#   assay run SPEC -o ours                                                  → ours/stages/*/metrics.jsonl
#   assay run SPEC train.steps=1 train.optimizer.lr=0 -o begin              → begin/stages/*/model.safetensors, as they were drawn
#   python3 text_transformer.py input.txt model.safetensors metrics.jsonl [adam|sgd]
import hashlib
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

LENGTH, BATCH, TRAIN, HEADS, DEPTH, SEED = 64, 32, 15684, 4, 4, 0
text, weights, metrics = sys.argv[1:4]
method = sys.argv[4] if len(sys.argv) > 4 else "adam"


def safetensors(path):
    raw = open(path, "rb").read()
    n = int.from_bytes(raw[:8], "little")
    head = json.loads(raw[8:8 + n])
    head.pop("__metadata__", None)
    return {k: torch.from_numpy(np.frombuffer(raw[8 + n:][slice(*v["data_offsets"])], "<f4").reshape(v["shape"]).copy()).requires_grad_()
            for k, v in head.items()}


def philox(key, entity):
    """The first block of Philox4x32-10 for each entity: words [n, 4]."""
    c = [np.zeros_like(entity), np.zeros_like(entity), entity & 0xFFFFFFFF, entity >> 32]
    k = [int(key[0]), int(key[1])]
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def order(epoch):
    """Samples by (64 bits of the stream SEED/order/epoch/EPOCH, index)."""
    key = np.frombuffer(hashlib.sha256(b"%d/order/epoch/%d" % (SEED, epoch)).digest()[:8], "<u4")
    w = philox(key, np.arange(TRAIN, dtype=np.uint64))
    return np.argsort(w[0] | w[1] << 32, kind="stable")


def net(w, x):
    def norm(name, h):
        return F.layer_norm(h, h.shape[-1:], w[name + ".weight"], w[name + ".bias"])

    def linear(name, h):
        return F.linear(h, w[name + ".weight"], w[name + ".bias"])

    h = F.embedding(x, w["symbol.weight"]) + w["place.weight"]
    b, t, d = h.shape
    for i in range(1, DEPTH + 1):
        p = "block%d/" % i
        q, k, v = (a.view(b, t, HEADS, d // HEADS).transpose(1, 2) for a in linear(p + "qkv", norm(p + "norm1", h)).split(d, -1))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        h = h + linear(p + "proj", a.transpose(1, 2).reshape(b, t, d))
        h = h + linear(p + "fc2", F.gelu(linear(p + "fc1", norm(p + "norm2", h))))
    return F.linear(norm("norm", h), w["symbol.weight"])


raw = np.frombuffer(open(text, "rb").read(), np.uint8)
code = torch.from_numpy(np.searchsorted(np.unique(raw), raw).astype(np.int64))
ours = [json.loads(line) for line in open(metrics)]
ours = [line["loss"] for line in ours if "lr" in line]
w = safetensors(weights)
optimizer = torch.optim.Adam(w.values(), lr=1e-3) if method == "adam" else torch.optim.SGD(w.values(), lr=0.1)
largest, at = 0.0, 0
for step, mine in enumerate(ours):
    batches = (TRAIN + BATCH - 1) // BATCH
    if step % batches == 0:
        rows = order(step // batches)
    some = torch.from_numpy(rows[step % batches * BATCH:][:BATCH].copy())
    place = some[:, None] * LENGTH + torch.arange(LENGTH + 1)
    x, y = code[place[:, :-1]], code[place[:, 1:]]
    loss = F.cross_entropy(net(w, x).flatten(0, 1), y.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    theirs = float(loss.detach())
    difference = abs(mine - theirs) / theirs
    if difference > largest:
        largest, at = difference, step + 1
    if step < 5 or (step + 1) % 20 == 0:
        print("step %4d   ours %.6f   torch %.6f   relative difference %.1e" % (step + 1, mine, theirs, difference), flush=True)
print("largest relative difference of %d steps: %.2e, at step %d" % (len(ours), largest, at))
