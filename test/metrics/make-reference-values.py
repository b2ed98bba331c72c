"""Makes reference-values.json: inputs and the numbers that scikit-learn and SciPy give for them.

    python3 make-reference-values.py > reference-values.json && npx biome format --write reference-values.json

Needs python3-sklearn and python3-scipy. Scores are exact in float32. A missing number is null.
"""

import json
import math
import platform
import sys
import warnings

import numpy
import scipy
import sklearn
from scipy import stats
from sklearn import metrics

warnings.filterwarnings("ignore")
random = numpy.random.default_rng(20200326)


def floats(values):
    return [float(v) for v in numpy.asarray(values, dtype=numpy.float32)]


def known(value):
    """What is not a number is null."""
    return None if value is None or math.isnan(value) else float(value)


def binary_case(name, logits, labels, mask=None):
    logits, labels = floats(logits), [int(v) for v in labels]
    weights = numpy.ones(len(labels)) if mask is None else numpy.asarray(mask)
    keep = weights > 0
    y = numpy.asarray(labels)[keep]
    s = numpy.asarray(logits)[keep]
    p = (s > 0).astype(int)
    both = len(set(y)) == 2
    expected = {
        "accuracy": known(metrics.accuracy_score(y, p)),
        "precision": known(metrics.precision_score(y, p)) if p.any() else None,
        "recall": known(metrics.recall_score(y, p)) if y.any() else None,
        "f1": known(metrics.f1_score(y, p, zero_division=0)) if p.any() or y.any() else None,
        "auc": known(metrics.roc_auc_score(y, s)) if both else None,
    }
    case = {"name": name, "logits": logits, "labels": labels, "expected": expected}
    if mask is not None:
        case["mask"] = [int(v) for v in mask]
    return case


def class_case(name, K, predicted, actual):
    predicted, actual = [int(v) for v in predicted], [int(v) for v in actual]
    expected = {
        "accuracy": known(metrics.accuracy_score(actual, predicted)),
        "matthews": known(metrics.matthews_corrcoef(actual, predicted)),
    }
    if K == 2:
        expected["binaryF1"] = known(metrics.f1_score(actual, predicted, zero_division=0))
    return {"name": name, "K": K, "predicted": predicted, "actual": actual, "expected": expected}


def correlation_case(name, x, y):
    x, y = floats(x), floats(y)
    expected = {"pearson": known(stats.pearsonr(x, y)[0]), "spearman": known(stats.spearmanr(x, y)[0])}
    return {"name": name, "x": x, "y": y, "expected": expected}


def make_binary_cases():
    labels = (random.random(60) < 0.2).astype(int)
    informed = labels * 1.5 + random.normal(-0.5, 1, 60)
    return [
        binary_case("informed logits", informed, labels),
        binary_case("many ties", numpy.round(informed), labels),
        binary_case("all tied", numpy.full(60, -1.0), labels),
        binary_case("half masked", informed, labels, random.integers(0, 2, 60)),
        binary_case("nothing predicted positive", informed - 100, labels),
        binary_case("everything predicted positive", informed + 100, labels),
        binary_case("only negatives, some called positive", informed, numpy.zeros(60)),
        binary_case("only negatives, none called positive", informed - 100, numpy.zeros(60)),
        binary_case("only positives", informed, numpy.ones(60)),
        binary_case("logit exactly zero", [0, 0, 1, -1], [1, 0, 1, 0]),
    ]


def make_class_cases():
    actual = random.integers(0, 5, 50)
    noisy = numpy.where(random.random(50) < 0.5, actual, random.integers(0, 5, 50))
    return [
        class_case("five classes", 5, noisy, actual),
        class_case("a sixth class that never occurs", 6, noisy, actual),
        class_case("a class that is never predicted", 5, numpy.where(noisy == 2, 3, noisy), actual),
        class_case("one class predicted throughout", 5, numpy.zeros(50), actual),
        class_case("one class throughout", 5, noisy, numpy.full(50, 4)),
        class_case("two classes", 2, noisy > 1, actual > 1),
        class_case("two classes, perfect", 2, actual > 2, actual > 2),
        class_case("two classes, all wrong", 2, actual <= 2, actual > 2),
        class_case("two classes, neither has a 1", 2, numpy.zeros(5), numpy.zeros(5)),
        class_case("two classes, 1 never predicted", 2, numpy.zeros(4), [0, 1, 0, 1]),
    ]


def make_correlation_cases():
    x = random.normal(0, 1, 40)
    y = 0.7 * x + random.normal(0, 1, 40)
    return [
        correlation_case("correlated", x, y),
        correlation_case("ties on both sides", numpy.round(x), numpy.round(y)),
        correlation_case("monotone, not linear", x, numpy.exp(2 * x)),
        correlation_case("far from zero", x + 1000, y + 1000),
        correlation_case("exactly opposite", x, -x),
        correlation_case("a constant side", numpy.full(10, 0.1), x[:10]),
    ]


json.dump(
    {
        "madeBy": {
            "script": "test/metrics/make-reference-values.py",
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "binary": make_binary_cases(),
        "classes": make_class_cases(),
        "correlations": make_correlation_cases(),
    },
    sys.stdout,
)
