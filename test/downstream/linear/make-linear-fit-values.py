"""Writes linear-fit-values.json: what scikit-learn's linear models say of toy features.

    python3 test/downstream/linear/make-linear-fit-values.py > test/downstream/linear/linear-fit-values.json

scikit-learn 1.2 or later. It has one logit for two classes, where ours has two that share the same penalty: two classes
are the same model at twice the C.
"""
import json
import math

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge

rows, width = 48, 5
x = numpy.array(
    [[round(math.sin(1 + 1.7 * i + 2.3 * f * f + i * f), 3) for f in range(width)] for i in range(rows)]
)
z = numpy.array([[round(math.cos(0.9 * i + 1.1 * f * f), 3) for f in range(width)] for i in range(8)])
# Neither side of a border is pure, so that weights stay finite at any penalty.
score = x[:, 0] + 0.7 * x[:, 1] * x[:, 2] - 0.5 * x[:, 3] + 0.6 * numpy.cos(7.0 * numpy.arange(rows))
three = numpy.digitize(score, [-0.4, 0.4]).tolist()
two = (score > 0).astype(int).tolist()

exact = {"tol": 1e-10, "max_iter": 100000}
cases = []
for name, labels, factor in [("three", three, 1), ("two", two, 2)]:
    for C in [0.01, 0.1, 1, 10]:
        model = LogisticRegression(C=C * factor, **exact).fit(x, labels)
        cases.append(
            {
                "name": name,
                "classes": len(model.classes_),
                "C": C,
                "labels": labels,
                "probabilities": model.predict_proba(z).round(6).tolist(),
            }
        )
numbers = score.round(3).tolist()
ridges = [
    {"C": C, "predicted": Ridge(alpha=1 / C, solver="svd").fit(x, numbers).predict(z).round(6).tolist()}
    for C in [0.01, 0.1, 1, 10]
]
content = {"sklearn": sklearn.__version__, "width": width, "train": x.tolist(), "unseen": z.tolist()}
print(json.dumps({**content, "cases": cases, "numbers": numbers, "ridges": ridges}))
