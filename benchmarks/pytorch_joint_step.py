"""Times ELECTRA's joint pre-training step in eager PyTorch on the CPU, on random token ids.

The peer that joint-step.ts is measured against: the same sizes and the same mathematics, written as
PyTorch is best written (fused addmm and baddbmm, one flat buffer for the optimiser, the vocabulary
softmax at the masked positions only).

    python3 pytorch_joint_step.py --hidden 256 --layers 4 --length 128 --seconds 20

One step: draw a batch and its masked positions, run the generator, sample a replacement for each masked
position, run the discriminator, generator loss + 50 x discriminator loss, backward, clip to global norm 1,
AdamW without bias correction. Prints one JSON line: torch, blas, threads, steps, stepMilliseconds (the
median), tokensPerSecond, fastestMilliseconds, cpuMilliseconds (of the process, a step, mean), peakMemoryBytes
(of the process). Dropout of a fixed mask, and the noise as an argument, let pytorch_joint_losses.py follow our steps.

Needs PyTorch 1.13 or later. Its matrix products are the BLAS's: a reference BLAS is ten times slower than
OpenBLAS or MKL, so read the field "blas" before comparing.
"""

import argparse
import ctypes
import json
import math
import os
import re
import resource
import statistics
import sys
import time


def parse_flags():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--hidden", type=int, default=128, help="width of the discriminator")
    parser.add_argument("--layers", type=int, default=3, help="of either network")
    parser.add_argument("--heads", type=int, default=8, help="of the discriminator")
    parser.add_argument("--feed-forward", type=int, default=512, help="width, in the discriminator")
    parser.add_argument("--embedding", type=int, default=128, help="width of the shared embeddings")
    parser.add_argument("--generator-fraction", type=float, default=0.5, help="of width, heads and feed-forward")
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--positions", choices=["absolute", "relative-bias"], default="relative-bias")
    parser.add_argument("--max-distance", type=int, default=16, help="of relative-bias; further ones share a bias")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--attention-dropout", type=float, default=0.0)
    parser.add_argument("--beta2", type=float, default=0.999, help="of AdamW")
    parser.add_argument("--compile", action="store_true", help="through torch.compile, from PyTorch 2")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=sys.maxsize, help="at most")
    parser.add_argument("--seconds", type=float, default=20.0, help="at most")
    parser.add_argument("--warm-up", type=int, default=3, help="steps that are not counted")
    return parser.parse_args()


FLAGS = parse_flags()
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(FLAGS.threads)  # a BLAS reads them once, while it is loaded

import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

MASK_FRACTION, DISCRIMINATOR_WEIGHT, CLIP_NORM = 0.15, 50.0, 1.0
MASK_ID, FIRST_ORDINARY_ID = 4, 5


class Dropout(nn.Module):
    """nn.Dropout, or the product with a given mask."""

    def __init__(self, rate):
        super().__init__()
        self.rate, self.mask = rate, None

    def forward(self, x):
        return F.dropout(x, self.rate) if self.mask is None else x * self.mask.view(x.shape)


class Embeddings(nn.Module):
    """Token and segment (and, if absolute, position) embeddings, shared by both networks."""

    def __init__(self, flags):
        super().__init__()
        self.token = nn.Embedding(flags.vocabulary, flags.embedding)
        self.segment = nn.Embedding(2, flags.embedding)
        absolute = flags.positions == "absolute"
        self.position = nn.Parameter(torch.zeros(flags.length, flags.embedding)) if absolute else None
        nn.init.normal_(self.token.weight, std=0.02)

    def forward(self, token_ids, segment_ids):
        x = self.token(token_ids) + self.segment(segment_ids)
        if self.position is not None:
            x = x + self.position[: x.shape[1]]
        return x


class RelativeBias(nn.Module):
    """One learned bias per head and clipped distance, added to the attention logits."""

    def __init__(self, heads, length, max_distance):
        super().__init__()
        self.table = nn.Parameter(0.3 * torch.randn(2 * max_distance + 1, heads))
        place = torch.arange(length)
        distance = (place[None, :] - place[:, None]).clamp(-max_distance, max_distance)
        self.register_buffer("index", distance + max_distance)

    def forward(self, length):
        index = self.index[:length, :length]
        return 10.0 * F.embedding(index, self.table).permute(2, 0, 1)  # [H, L, L]


class Layer(nn.Module):
    """A post-layer-norm transformer layer with exact GELU."""

    def __init__(self, flags, width, heads, feed_forward):
        super().__init__()
        self.heads = heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.attended = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=1e-12)
        self.widen = nn.Linear(width, feed_forward)
        self.narrow = nn.Linear(feed_forward, width)
        self.output_norm = nn.LayerNorm(width, eps=1e-12)
        self.attention_dropout = Dropout(flags.attention_dropout)
        self.attended_dropout, self.narrow_dropout = Dropout(flags.dropout), Dropout(flags.dropout)
        relative = flags.positions == "relative-bias"
        self.bias = RelativeBias(heads, flags.length, flags.max_distance) if relative else None

    def forward(self, x, padding_bias):
        x = self.attention_norm(x + self.attended_dropout(self.attend(x, padding_bias)))
        return self.output_norm(x + self.narrow_dropout(self.narrow(F.gelu(self.widen(x)))))

    def attend(self, x, padding_bias):
        (batch, length, width), heads = x.shape, self.heads
        parts = self.query_key_value(x).view(batch, length, 3, heads, width // heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).reshape(3, batch * heads, length, width // heads)
        bias = padding_bias if self.bias is None else padding_bias + self.bias(length)  # [B, H or 1, L, L or 1]
        bias = bias.expand(batch, heads, length, length).reshape(batch * heads, length, length)
        scores = torch.baddbmm(bias, query, key.transpose(1, 2), alpha=(width // heads) ** -0.5)
        mixed = torch.bmm(self.attention_dropout(scores.softmax(-1)), value)  # [B·H, L, D/H]
        return self.attended(mixed.view(batch, heads, length, -1).transpose(1, 2).reshape(x.shape))


class Encoder(nn.Module):
    """Layers of one width, behind the embeddings' norm and a projection where they have another width."""

    def __init__(self, flags, fraction):
        super().__init__()
        self.width = round(flags.hidden * fraction)
        heads, feed_forward = max(1, round(flags.heads * fraction)), round(flags.feed_forward * fraction)
        self.norm, self.dropout = nn.LayerNorm(flags.embedding, eps=1e-12), Dropout(flags.dropout)
        same = self.width == flags.embedding
        self.project = nn.Identity() if same else nn.Linear(flags.embedding, self.width)
        self.layers = nn.ModuleList(Layer(flags, self.width, heads, feed_forward) for _ in range(flags.layers))

    def forward(self, embedded, padding_bias):
        x = self.project(self.dropout(self.norm(embedded)))
        for layer in self.layers:
            x = layer(x, padding_bias)
        return x


class Electra(nn.Module):
    """Generator and discriminator over shared embeddings; `forward` gives the joint loss and its two parts."""

    def __init__(self, flags):
        super().__init__()
        self.embeddings = Embeddings(flags)
        self.generator = Encoder(flags, flags.generator_fraction)
        self.mlm_dense = nn.Linear(self.generator.width, flags.embedding)
        self.mlm_norm = nn.LayerNorm(flags.embedding, eps=1e-12)
        self.mlm_bias = nn.Parameter(torch.zeros(flags.vocabulary))
        self.discriminator = Encoder(flags, 1.0)
        self.rtd_dense = nn.Linear(flags.hidden, flags.hidden)
        self.rtd_output = nn.Linear(flags.hidden, 1)

    def forward(self, token_ids, segment_ids, padding_bias, positions, uniform):
        """`positions` [B·N] index the flattened batch; `uniform` [B·N, 1] draws their replacements."""
        original_ids = token_ids.view(-1)[positions]
        masked_ids = replace(token_ids, positions, torch.full_like(original_ids, MASK_ID))
        log_probs = self.generate(masked_ids, segment_ids, padding_bias, positions)
        mlm_loss = F.nll_loss(log_probs, original_ids)

        sampled_ids = sample(log_probs.detach(), uniform)
        corrupted_ids = replace(token_ids, positions, sampled_ids)
        is_replaced = (corrupted_ids != token_ids).float()
        logits = self.discriminate(corrupted_ids, segment_ids, padding_bias)
        rtd_loss = F.binary_cross_entropy_with_logits(logits, is_replaced)
        return mlm_loss + DISCRIMINATOR_WEIGHT * rtd_loss, mlm_loss, rtd_loss

    def generate(self, token_ids, segment_ids, padding_bias, positions):
        hidden = self.generator(self.embeddings(token_ids, segment_ids), padding_bias)
        hidden = hidden.flatten(0, 1)[positions]  # [B·N, D]: the vocabulary only where it is asked for
        hidden = self.mlm_norm(F.gelu(self.mlm_dense(hidden)))
        return F.linear(hidden, self.embeddings.token.weight, self.mlm_bias).log_softmax(-1)

    def discriminate(self, token_ids, segment_ids, padding_bias):
        hidden = self.discriminator(self.embeddings(token_ids, segment_ids), padding_bias)
        return self.rtd_output(F.gelu(self.rtd_dense(hidden))).squeeze(-1)


def replace(token_ids, positions, new_ids):
    result = token_ids.clone()
    result.view(-1)[positions] = new_ids
    return result


def sample(log_probs, uniform):
    """One token per row, by inverse CDF.

    In two levels, block and token within it: `cumsum` over a whole row is not vectorised, and with it
    sampling alone took a seventh of a small model's step.
    """
    rows, vocabulary = log_probs.shape
    block = math.gcd(vocabulary, 128)
    probs = log_probs.exp().view(rows, -1, block)
    block_ends = probs.sum(-1).cumsum(-1)  # [B·N, V/block]
    target = uniform * block_ends[:, -1:]
    chosen = torch.searchsorted(block_ends, target).clamp(max=block_ends.shape[1] - 1)
    before = F.pad(block_ends, (1, 0)).gather(1, chosen)
    within = probs[torch.arange(rows), chosen[:, 0]].cumsum(-1)
    return chosen[:, 0] * block + torch.searchsorted(within, target - before).clamp(max=block - 1)[:, 0]


class FlatAdamW:
    """The reference code's AdamW (no bias correction, matrices alone decay) over one flat buffer."""

    def __init__(self, model, beta1=0.9, beta2=0.999, epsilon=1e-6, decay=0.01, scale_of=None):
        """`scale_of` gives what the learning rate of a parameter is multiplied with, by name."""
        parameters = list(model.named_parameters())
        size = sum(parameter.numel() for _, parameter in parameters)
        self.values, self.gradients, self.decay = (torch.zeros(size) for _ in range(3))
        self.mean, self.square, self.update = (torch.zeros(size) for _ in range(3))
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.scales = None if scale_of is None else torch.ones(size)
        start = 0
        for name, parameter in parameters:
            place = slice(start, start := start + parameter.numel())
            self.values[place] = parameter.detach().view(-1)
            parameter.data = self.values[place].view(parameter.shape)
            parameter.grad = self.gradients[place].view(parameter.shape)
            if scale_of is not None:
                self.scales[place] = scale_of(name)
            is_decayed = parameter.dim() == 2 and not name.endswith("bias.table")
            self.decay[place] = decay if is_decayed else 0.0

    @torch.no_grad()
    def step(self, learning_rate):
        gradients = self.gradients
        gradients.mul_((CLIP_NORM / gradients.norm()).clamp(max=1.0))
        self.mean.lerp_(gradients, 1 - self.beta1)
        self.square.mul_(self.beta2).addcmul_(gradients, gradients, value=1 - self.beta2)
        torch.sqrt(self.square, out=self.update).add_(self.epsilon)
        torch.div(self.mean, self.update, out=self.update).addcmul_(self.decay, self.values)
        if self.scales is not None:
            self.update.mul_(self.scales)
        self.values.add_(self.update, alpha=-learning_rate)
        gradients.zero_()


def random_batch(flags):
    """Ids, segments, additive padding bias, the masked positions of one batch and their noise."""
    batch, length = flags.batch, flags.length
    token_ids = torch.randint(FIRST_ORDINARY_ID, flags.vocabulary, (batch, length))
    segment_ids = (torch.arange(length) >= length // 2).long().expand(batch, length)
    padding_bias = torch.zeros(batch, 1, 1, length)
    masked = torch.rand(batch, length).topk(math.ceil(MASK_FRACTION * length)).indices
    positions = (masked + length * torch.arange(batch)[:, None]).view(-1)
    return token_ids, segment_ids, padding_bias, positions, torch.rand(len(positions), 1)


def time_steps(flags):
    """Seconds of each step, after a few that are not counted, and processor seconds a step."""
    model = Electra(flags)
    optimiser = FlatAdamW(model, beta2=flags.beta2)
    losses_of = torch.compile(model) if flags.compile else model
    times = []
    cpu_before = 0.0
    stop_at = float("inf")
    while len(times) < flags.steps + flags.warm_up and (
        len(times) <= flags.warm_up or time.perf_counter() < stop_at
    ):
        if len(times) == flags.warm_up:
            cpu_before = time.process_time()
            stop_at = time.perf_counter() + flags.seconds
        begin = time.perf_counter()
        loss, _, _ = losses_of(*random_batch(flags))
        loss.backward()
        optimiser.step(learning_rate=1e-4)
        times.append(time.perf_counter() - begin)
        assert math.isfinite(loss.item())
    counted = times[flags.warm_up :]
    return counted, (time.process_time() - cpu_before) / len(counted)


def blas_name():
    """The loaded BLAS, with its build and kernel where it can tell; on other systems what PyTorch says."""
    try:
        with open("/proc/self/maps", encoding="utf8") as maps:
            libraries = set(re.findall(r"/\S*(?:openblas|mkl_rt|mkl_core|blis)\S*\.so\S*", maps.read()))
    except OSError:
        libraries = set()
    for library in sorted(libraries):
        if "openblas" in library:
            describe = getattr(ctypes.CDLL(library), "openblas_get_config", None)
            if describe is not None:
                describe.restype = ctypes.c_char_p
                return describe().decode().strip()
        return os.path.basename(library)
    found = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    return found.group(1) if found else "unknown"


def peak_memory_bytes():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def main():
    torch.manual_seed(0)
    torch.set_num_threads(FLAGS.threads)
    torch.set_flush_denormal(True)
    times, cpu_seconds = time_steps(FLAGS)
    median = statistics.median(times)
    print(
        json.dumps(
            {
                "torch": torch.__version__ + (", compiled" if FLAGS.compile else ""),
                "blas": blas_name(),
                "threads": FLAGS.threads,
                "steps": len(times),
                "stepMilliseconds": 1000 * median,
                "tokensPerSecond": FLAGS.batch * FLAGS.length / median,
                "fastestMilliseconds": 1000 * min(times),
                "cpuMilliseconds": 1000 * cpu_seconds,
                "peakMemoryBytes": peak_memory_bytes(),
            }
        )
    )


if __name__ == "__main__":
    main()
