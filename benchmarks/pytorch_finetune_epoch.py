"""Fine-tunes a classifier in eager PyTorch on the batches that finetune-epoch.ts has written, and times each step.

Started by compare-finetune.ts, with the flags of pytorch_joint_step.py, whose encoder and optimiser it uses. Reads
from standard input one line of JSON (each batch's padded length, the classes, the rates) and the batches as raw int32: token ids
[B, L], lengths, labels and weights [B]. Prints one JSON line: torch, blas, stepSeconds, peakMemoryBytes.
"""

import json
import re
import sys
import time

from pytorch_joint_step import (
    FLAGS,
    Dropout,
    Embeddings,
    Encoder,
    F,
    FlatAdamW,
    blas_name,
    nn,
    peak_memory_bytes,
    torch,
)


class Classifier(nn.Module):
    """One dense layer on the first token's vector."""

    def __init__(self, flags, classes):
        super().__init__()
        self.embeddings, self.encoder = Embeddings(flags), Encoder(flags, 1.0)
        self.dropout, self.output = Dropout(flags.dropout), nn.Linear(flags.hidden, classes)

    def forward(self, token_ids, padding_bias):
        hidden = self.encoder(self.embeddings(token_ids, torch.zeros_like(token_ids)), padding_bias)
        return self.output(self.dropout(hidden[:, 0]))


def read(*shape):
    size = 1
    for dimension in shape:
        size *= dimension
    data = bytearray(sys.stdin.buffer.read(4 * size))
    return torch.frombuffer(data, dtype=torch.int32).view(shape).long()


def rate_scale(name, layer_decay):
    """What a parameter's learning rate is multiplied with: less, the further it is from the head."""
    if name.startswith("output"):
        return 1.0
    layer = re.match(r"encoder\.layers\.(\d+)\.", name)
    depth = int(layer.group(1)) + 1 if layer else 0
    return layer_decay ** (FLAGS.layers + 1 - depth)


def train_step(model, optimiser, batch, learning_rate):
    token_ids, lengths, labels, weights = batch
    is_padding = torch.arange(token_ids.shape[1]) >= lengths[:, None]
    padding_bias = is_padding[:, None, None, :] * -1e9
    losses = F.cross_entropy(model(token_ids, padding_bias), labels, reduction="none")
    loss = (losses * weights).sum() / weights.sum()
    loss.backward()
    optimiser.step(learning_rate)
    return loss.item()


def main():
    torch.manual_seed(0)
    torch.set_num_threads(FLAGS.threads)
    torch.set_flush_denormal(True)
    header = json.loads(sys.stdin.buffer.readline())
    batches = [
        (read(FLAGS.batch, length), read(FLAGS.batch), read(FLAGS.batch), read(FLAGS.batch))
        for length in header["lengths"]
    ]
    model = Classifier(FLAGS, header["classes"])
    scale_of = lambda name: rate_scale(name, header["layerDecay"])  # noqa: E731
    optimiser = FlatAdamW(model, decay=header["weightDecay"], scale_of=scale_of)
    times = [time.perf_counter()]
    for step, batch in enumerate(batches):
        loss = train_step(model, optimiser, batch, header["learningRate"] * (1 - step / len(batches)))
        times.append(time.perf_counter())
        assert loss == loss, "the loss is not a number"
    result = {"torch": torch.__version__, "blas": blas_name(), "peakMemoryBytes": peak_memory_bytes()}
    result["stepSeconds"] = [end - start for start, end in zip(times, times[1:])]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
