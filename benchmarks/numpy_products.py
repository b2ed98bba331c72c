"""The fastest of many products by NumPy's BLAS, for each shape: batch times [M, K] · [K, N], nothing transposed.

    python3 numpy_products.py '[[1, 1024, 256, 1024], [64, 128, 32, 128]]' 0.2

Prints one JSON line: library, and for each shape the seconds of the whole batch.
"""

import json
import sys
import time

import numpy

shapes, limit = json.loads(sys.argv[1]), float(sys.argv[2])


def fastest(batch, m, k, n):
    random = numpy.random.default_rng(0)
    a = random.standard_normal((batch, m, k), dtype=numpy.float32)
    b = random.standard_normal((batch, k, n), dtype=numpy.float32)
    c = numpy.empty((batch, m, n), dtype=numpy.float32)
    best, until = float("inf"), time.perf_counter() + limit
    while time.perf_counter() < until:
        begin = time.perf_counter()
        numpy.matmul(a, b, out=c)
        best = min(best, time.perf_counter() - begin)
    return best


print(json.dumps({"library": f"NumPy {numpy.__version__}", "seconds": [fastest(*shape) for shape in shapes]}))
