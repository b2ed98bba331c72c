"""The fastest of many runs of PyTorch's operators on the CPU, one thread, for ONNX operators and shapes.

    python3 pytorch_operators.py 0.1 64 < kernels.json

Reads a JSON list of {operator, inputs, output} with ONNX's names and shapes; prints one JSON line: library, and for
each the seconds of the fastest run within the given time (0.1), or null where PyTorch has no one operator for it. Runs
take turns on operands of the given megabytes in all (64), so that they come from memory; with 0 they lie in a cache if
they fit. Products are of matrices that lie as BLAS likes them best, with nothing added; results go into memory that is
there already.
"""

import itertools
import json
import math
import sys
import time

import torch

torch.set_num_threads(1)
torch.set_grad_enabled(False)
torch.set_flush_denormal(True)

BINARY = {"Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Div": torch.div, "Max": torch.maximum}
UNARY = {"Erf": torch.erf, "Exp": torch.exp, "Log": torch.log, "Neg": torch.neg, "Sigmoid": torch.sigmoid}
PRODUCTS = ("MatMul", "FusedMatMul", "Gemm")
PERMUTATIONS = ((1, 0), (0, 2, 1), (0, 2, 1, 3), (0, 2, 3, 1), (0, 3, 1, 2), (0, 1, 3, 2))


def product(inputs, output):
    m, n = output[-2:]
    batch = math.prod(output[:-2])
    k = math.prod(inputs[0]) // (batch * m)
    # Without a batch plain matrices, as PyTorch multiplies those without looking.
    leading = (batch,) if batch > 1 else ()
    a, b, c = (torch.randn(*leading, *shape) for shape in ((m, k), (k, n), (m, n)))
    return lambda: torch.matmul(a, b, out=c)


def transposition(inputs, output):
    source, target = torch.randn(inputs[0]), torch.empty(output)
    for permutation in PERMUTATIONS:
        if len(permutation) == source.dim() and list(source.permute(permutation).shape) == output:
            return lambda: target.copy_(source.permute(permutation))
    return None


def operation(operator, inputs, output):
    if operator in PRODUCTS:
        return product(inputs, output)
    if operator == "Transpose":
        return transposition(inputs, output)
    tensors = [torch.rand(shape) + 0.5 for shape in inputs]
    result = torch.empty(output)
    if operator in BINARY and len(tensors) == 2:
        return lambda: BINARY[operator](*tensors, out=result)
    if operator in UNARY:
        return lambda: UNARY[operator](tensors[0], out=result)
    if operator == "Softmax":
        return lambda: torch._softmax(tensors[0], -1, False, out=result)
    if operator == "LayerNormalization":
        x, gain, bias = tensors
        return lambda: torch.native_layer_norm(x, gain.shape, gain, bias, 1e-12)
    return None


def fastest(runs, limit):
    best, until = float("inf"), time.perf_counter() + limit
    for run in itertools.cycle(runs):
        begin = time.perf_counter()
        run()
        end = time.perf_counter()
        best = min(best, end - begin)
        if end > until:
            return best


def seconds_of(shapes, limit, megabytes):
    size = 4 * sum(math.prod(shape) for shape in [*shapes["inputs"], shapes["output"]])
    runs = [operation(**shapes) for _ in range(1 + int(megabytes * 1e6 / size))]
    return None if runs[0] is None else fastest(runs, limit)


# A tiny operator is measured from a cache: of its operands there would be too many.
def from_cache(shapes):
    return max(math.prod(shape) for shape in shapes["inputs"]) < 4096


limit, megabytes = float(sys.argv[1]), float(sys.argv[2])
kernels = [{key: kernel[key] for key in ("operator", "inputs", "output")} for kernel in json.load(sys.stdin)]
seconds = [seconds_of(kernel, limit, 0 if from_cache(kernel) else megabytes) for kernel in kernels]
print(json.dumps({"library": f"PyTorch {torch.__version__}", "seconds": seconds}))
