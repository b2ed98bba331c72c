"""Fits scikit-learn's logistic regression to the features of a probe; started by compare-probes.ts.

    python3 sklearn_probes.py FOLDER

Reads problem.json (width, classes, labels, penalties), train.bin and dev.bin (float32, row after row), and writes
fits.json: the accuracy on dev and the seconds at each penalty. Two classes have one logit here and two in ours, which
is the same model at twice the C.
"""

import json
import sys
import time
import warnings

import numpy
from sklearn.linear_model import LogisticRegression

folder = sys.argv[1]
with open(f"{folder}/problem.json") as file:
    problem = json.load(file)
train, dev = [
    numpy.fromfile(f"{folder}/{part}.bin", dtype=numpy.float32).reshape(-1, problem["width"]) for part in ["train", "dev"]
]
factor = 2 if len(set(problem["labels"]["train"])) == 2 else 1
fits = []
warnings.simplefilter("error")
for C in problem["penalties"]:
    started = time.perf_counter()
    model = LogisticRegression(C=C * factor, max_iter=5000).fit(train, problem["labels"]["train"])
    seconds = time.perf_counter() - started
    fits.append({"accuracy": model.score(dev, problem["labels"]["dev"]), "seconds": seconds})
with open(f"{folder}/fits.json", "w") as file:
    json.dump(fits, file)
