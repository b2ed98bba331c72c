"""Scores of sentences by exported checkpoints, computed with PyTorch: one masked copy of the sentence after another.

    python3 torch-sentence-scores.py FOLDER... < sentences.json > scores.json

Input: {"maskId": id, "sentences": [[ids of [CLS] ... [SEP]], ...]}. Output: for each folder a score for each sentence.
A masked language model gives the sum over tokens of log P(token | sentence with that token masked), a discriminator the
sum over tokens of log P(original) of the sentence as it stands.
"""
import importlib.util
import json
import pathlib
import sys

import torch
from torch.nn import functional as F

path = pathlib.Path(__file__).parents[2] / "exchange" / "hugging-face-forward.py"
spec = importlib.util.spec_from_file_location("hugging_face_forward", path)
forward = importlib.util.module_from_spec(spec)
spec.loader.exec_module(forward)


def logits_of(folder, rows):
    zeros = [[0] * len(row) for row in rows]
    ones = [[1] * len(row) for row in rows]
    return forward.logits_in(folder, {"input_ids": rows, "token_type_ids": zeros, "attention_mask": ones})


def score(folder, ids, mask_id):
    with open(f"{folder}/config.json") as file:
        (architecture,) = json.load(file)["architectures"]
    if architecture == "ElectraForPreTraining":
        return F.logsigmoid(-logits_of(folder, [ids])[0, 1:-1].double()).sum().item()
    total = 0.0
    for at in range(1, len(ids) - 1):
        logits = logits_of(folder, [ids[:at] + [mask_id] + ids[at + 1 :]])[0, at]
        total += F.log_softmax(logits.double(), dim=-1)[ids[at]].item()
    return total


given = json.load(sys.stdin)
with torch.no_grad():
    scores = [[score(folder, ids, given["maskId"]) for ids in given["sentences"]] for folder in sys.argv[1:]]
json.dump(scores, sys.stdout)
