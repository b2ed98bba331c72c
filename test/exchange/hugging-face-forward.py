"""Logits of exported checkpoints, by a forward pass that has nothing in common with the one in src.

    python3 hugging-face-forward.py FOLDER... < batch.json > logits.json

Reads config.json and model.safetensors as huggingface/transformers' modeling_electra.py and modeling_bert.py name the
weights, and executes them with PyTorch's own layers. It fails where a weight is missing, has another shape, or is not
used. The batch, the same for all: input_ids, token_type_ids and attention_mask, [B, L] each.
"""
import json
import math
import struct
import sys

import torch
from torch.nn import functional as F

config = {}
unused = {}
weights = {}


def read_weights(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = file.read()
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", name
        start, end = entry["data_offsets"]
        flat = torch.frombuffer(bytearray(body[start:end]), dtype=torch.float32)
        unused[name] = flat.reshape(entry["shape"])


def take(name, *shape):
    if name in unused:
        weights[name] = unused.pop(name)
    assert tuple(weights[name].shape) == shape, (name, weights[name].shape, shape)
    return weights[name]


def linear(x, name, size):
    return F.linear(x, take(f"{name}.weight", size, x.shape[-1]), take(f"{name}.bias", size))


def norm(x, name):
    size = x.shape[-1]
    return F.layer_norm(x, (size,), take(f"{name}.weight", size), take(f"{name}.bias", size), config["layer_norm_eps"])


def embed(ids, types, prefix):
    width = config.get("embedding_size", config["hidden_size"])
    places = torch.arange(ids.shape[1])
    rows = [
        ("word", config["vocab_size"], ids),
        ("position", config["max_position_embeddings"], places),
        ("token_type", config["type_vocab_size"], types),
    ]
    total = sum(F.embedding(at, take(f"{prefix}.embeddings.{name}_embeddings.weight", n, width)) for name, n, at in rows)
    x = norm(total, f"{prefix}.embeddings.LayerNorm")
    if width == config["hidden_size"]:
        return x
    return linear(x, f"{prefix}.embeddings_project", config["hidden_size"])


def attend(x, mask, name):
    batch, length, width = x.shape
    heads = config["num_attention_heads"]

    def split(part):
        return linear(x, f"{name}.self.{part}", width).view(batch, length, heads, width // heads).transpose(1, 2)

    scores = split("query") @ split("key").transpose(-1, -2) / math.sqrt(width // heads)
    scores = scores.masked_fill(mask[:, None, None, :] == 0, torch.finfo(torch.float32).min)
    mixed = (scores.softmax(-1) @ split("value")).transpose(1, 2).reshape(batch, length, width)
    return linear(mixed, f"{name}.output.dense", width)


def encode(batch, prefix):
    mask = torch.tensor(batch["attention_mask"])
    x = embed(torch.tensor(batch["input_ids"]), torch.tensor(batch["token_type_ids"]), prefix)
    for i in range(config["num_hidden_layers"]):
        name = f"{prefix}.encoder.layer.{i}"
        x = norm(x + attend(x, mask, f"{name}.attention"), f"{name}.attention.output.LayerNorm")
        inner = F.gelu(linear(x, f"{name}.intermediate.dense", config["intermediate_size"]))
        x = norm(x + linear(inner, f"{name}.output.dense", config["hidden_size"]), f"{name}.output.LayerNorm")
    return x


def predict(x, transform, layer_norm, bias, embeddings):
    table = weights[embeddings]
    hidden = norm(F.gelu(linear(x, transform, table.shape[1])), layer_norm)
    return F.linear(hidden, table, take(bias, config["vocab_size"]))


def logits_of(batch):
    (architecture,) = config["architectures"]
    assert config["hidden_act"] == "gelu" and config["position_embedding_type"] == "absolute"
    if architecture == "ElectraForPreTraining":
        x = F.gelu(linear(encode(batch, "electra"), "discriminator_predictions.dense", config["hidden_size"]))
        return linear(x, "discriminator_predictions.dense_prediction", 1).squeeze(-1)
    if architecture == "ElectraForMaskedLM":
        head = ("generator_predictions.dense", "generator_predictions.LayerNorm", "generator_lm_head.bias")
        return predict(encode(batch, "electra"), *head, "electra.embeddings.word_embeddings.weight")
    assert architecture == "BertForMaskedLM", architecture
    head = [f"cls.predictions.{name}" for name in ("transform.dense", "transform.LayerNorm", "bias")]
    return predict(encode(batch, "bert"), *head, "bert.embeddings.word_embeddings.weight")


def logits_in(folder, batch):
    for state in (config, unused, weights):
        state.clear()
    with open(f"{folder}/config.json") as file:
        config.update(json.load(file))
    read_weights(f"{folder}/model.safetensors")
    logits = logits_of(batch)
    assert not unused, f"weights that no layer takes: {sorted(unused)}"
    return logits


if __name__ == "__main__":
    batch = json.load(sys.stdin)
    with torch.no_grad():
        json.dump([logits_in(folder, batch).flatten().tolist() for folder in sys.argv[1:]], sys.stdout)
