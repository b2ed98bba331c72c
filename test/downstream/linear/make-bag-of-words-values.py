"""Writes bag-of-words-values.json: what scikit-learn's linear models answer on toy texts.

    python3 test/downstream/linear/make-bag-of-words-values.py > test/downstream/linear/bag-of-words-values.json

Debian: python3-sklearn. A softmax over two classes with weights of their own is penalised half as much as one logit,
so two classes are compared at C = 2.
"""
import json

import sklearn
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression, Ridge

colours = ["red", "green", "blue", "grey"]
things = ["apple", "leaf", "sky", "stone", "sea"]
texts = [
    f"the {colours[(i * 7 + i // 3) % 4]} {things[(i * 3) % 5]} and a {colours[i % 4]} {things[(i // 2) % 5]}"
    for i in range(24)
]
unseen = ["a red sea", "the grey stone and the sky", "leaf leaf green", "nothing known"]
three = [(i * 7 + i // 3) % 3 for i in range(24)]
two = [1 if "red" in text and "apple" not in text else 0 for text in texts]
numbers = [len(set(text.split())) / 2 + (1 if "sea" in text else 0) for text in texts]

vectorizer = CountVectorizer(binary=True, token_pattern=r"[^\W_]+")
x, z = vectorizer.fit_transform(texts), vectorizer.transform(unseen)
exact = {"tol": 1e-10, "max_iter": 10000}
cases = {}
for name, labels, C in [("three", three, 1), ("two", two, 2)]:
    model = LogisticRegression(C=C, **exact).fit(x, labels)
    cases[name] = {
        "labels": labels,
        "probabilities": model.predict_proba(z).tolist(),
        "predicted": model.predict(z).tolist(),
    }
ridge = Ridge(alpha=1, solver="svd").fit(x.toarray(), numbers)
cases["numbers"] = {"labels": numbers, "predicted": ridge.predict(z.toarray()).tolist()}
print(json.dumps({"sklearn": sklearn.__version__, "texts": texts, "unseen": unseen, **cases}, indent=1))
