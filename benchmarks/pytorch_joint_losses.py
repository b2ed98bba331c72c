"""Follows our joint steps in PyTorch: the same weights, batches and noise, read from standard input.

Started by agree-with-pytorch.ts, with the flags of pytorch_joint_step.py. Reads one line of JSON (the weights' and
the noise's names and shapes, the number of steps), the weights, and for each step the learning rate, token ids,
segment ids, masked positions and the noise, as raw float32 or int32. Prints a line of JSON a step: loss, mlmLoss,
rtdLoss, before the step's update.
"""

import json
import math
import re
import sys

from pytorch_joint_step import FLAGS, Electra, FlatAdamW, torch

# Ours by PyTorch's, in this order.
NAMES = [
    (r"^embeddings\.", "discriminator/embeddings."),
    (r"^(generator|discriminator)\.norm", r"\1/embeddings.norm"),
    (r"^(generator|discriminator)\.project", r"\1/embeddings.project"),
    (r"^(generator|discriminator)\.layers\.", r"\1/layer."),
    (r"^mlm_dense", "generator/mlm.transform"),
    (r"^mlm_norm", "generator/mlm.norm"),
    (r"^mlm_bias", "generator/mlm.outputBias"),
    (r"^rtd_dense", "discriminator/rtd.transform"),
    (r"^rtd_output", "discriminator/rtd.output"),
    (r"\.bias\.table$", ".attention.relativeBias"),
    (r"\.query_key_value\.", ".attention.queryKeyValue."),
    (r"\.attended\.", ".attention.output."),
    (r"\.attention_norm\.", ".attention.norm."),
    (r"\.widen\.", ".feedForward.inner."),
    (r"\.narrow\.", ".feedForward.output."),
    (r"\.output_norm\.", ".feedForward.norm."),
    (r"norm\.weight$", "norm.gain"),
    (r"embeddings\.(token|segment)\.weight$", r"embeddings.\1"),
    (r"\.weight$", ".weights"),
]
DROPOUTS = [
    (r"^(generator|discriminator)\.dropout$", r"\1.embeddings.dropout"),
    (r"\.layers\.(\d+)\.attention_dropout$", r".layer.\1.attention.dropout"),
    (r"\.layers\.(\d+)\.attended_dropout$", r".layer.\1.attention.output.dropout"),
    (r"\.layers\.(\d+)\.narrow_dropout$", r".layer.\1.feedForward.output.dropout"),
]


def renamed(name, rules):
    for pattern, replacement in rules:
        name = re.sub(pattern, replacement, name)
    return name


def read(shape, dtype=torch.float32):
    size = math.prod(shape)
    data = sys.stdin.buffer.read(4 * size)
    assert len(data) == 4 * size, "standard input ended early"
    return torch.frombuffer(bytearray(data), dtype=dtype).view(shape)


def load_weights(model, header):
    weights = {weight["name"]: read(weight["shape"]) for weight in header["weights"]}
    for name, parameter in model.named_parameters():
        weight = weights.pop(renamed(name, NAMES))
        if name.endswith("weight") and weight.dim() == 2 and not name.startswith("embeddings."):
            weight = weight.t()  # a Linear's are [out, in]
        parameter.data.copy_(weight[: parameter.shape[0]])  # no rows of positions beyond the batch's
    assert not weights, f"weights without a place: {list(weights)}"


def read_batch(header):
    batch, length = FLAGS.batch, FLAGS.length
    token_ids = read([batch, length], torch.int32).long()
    segment_ids = read([batch, length], torch.int32).long()
    positions = read([header["masked"]], torch.int32).long()
    return token_ids, segment_ids, torch.zeros(batch, 1, 1, length), positions


def set_masks(model, noise, positions):
    """Our generator's last layer computes only what is read at the masked positions: it has masks for no others."""
    tokens = FLAGS.batch * FLAGS.length
    for name, module in model.named_modules():
        mask = noise.get(renamed(name, DROPOUTS))
        if mask is None:
            continue
        if mask.dim() == 2 and len(mask) < tokens:
            mask = torch.zeros(tokens, mask.shape[1]).index_copy(0, positions, mask)
        if mask.dim() == 4:
            mask = of_all_queries(mask, positions)
        module.mask = mask


def of_all_queries(mask, positions):
    """[B, H, M, L] to [B, H, L, L]; where M = L already, as it is."""
    batch, heads, queries, length = mask.shape
    if queries == length:
        return mask
    at = (positions % length).view(batch, 1, queries, 1).expand_as(mask)
    return torch.zeros(batch, heads, length, length).scatter(2, at, mask)


def main():
    torch.set_num_threads(FLAGS.threads)
    torch.set_flush_denormal(True)
    header = json.loads(sys.stdin.buffer.readline())
    model = Electra(FLAGS)
    load_weights(model, header)
    optimiser = FlatAdamW(model, beta2=FLAGS.beta2)
    for _ in range(header["steps"]):
        learning_rate = read([1]).item()
        *batch, positions = read_batch(header)
        noise = {spec["name"]: read(spec["shape"]) for spec in header["noise"]}
        set_masks(model, noise, positions)
        losses = model(*batch, positions, noise["sampling"].view(-1, 1))
        losses[0].backward()
        optimiser.step(learning_rate)
        print(json.dumps(dict(zip(["loss", "mlmLoss", "rtdLoss"], (loss.item() for loss in losses)))), flush=True)


if __name__ == "__main__":
    main()
