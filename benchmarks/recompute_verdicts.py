"""Computes a results folder's verdicts again with SciPy, and compares them with its claims.csv.

It reads what is committed and nothing else: experiments/*.json (which runs make an arm, what is claimed), runs.csv,
finetune.csv, probe.csv and pairs.csv. The rule is written anew from the section on verdicts in docs/experiments.md. Not computed: the
Multi-Bootstrap, seeds_required, and claims by scores of fine-tuning in a folder with several recipes.

    python3 -m venv ../recompute && ../recompute/bin/pip install numpy scipy
    ../recompute/bin/python benchmarks/recompute_verdicts.py results/figure3-training-algorithms

It prints a line per claim, and ends with code 1 where one differs.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from scipy import stats

FAMILY_ERROR = FLOOR_ERROR = 0.05
FEWEST_SEEDS = 5
DONE = ("finished", "failed-to-learn")
COSTS = ("tokens", "train_flops", "official_flops", "elapsed_seconds")
# What recipes were tuned on, and the task whose dev set is made to mislead.
NOT_AVERAGED = ("verb-form", "wnli")


def read(path):
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(cell):
    return float(cell) if cell not in ("", None) else None


def largest(*cells):
    known = [value for value in map(number, cells) if value is not None]
    return max(known) if known else None


def is_downstream(metric):
    return metric == "downstream" or metric.split(".")[0] in ("task", "probe", "pairs", "pairs-rtd")


class Results:
    def __init__(self, folder):
        self.runs = {row["run_id"]: row for row in read(folder / "runs.csv")}
        self.finetune = read(folder / "finetune.csv")
        self.probe = read(folder / "probe.csv")
        self.pairs = read(folder / "pairs.csv")

    def scores(self, run_id, metric, tasks):
        """By checkpoint: (score, best trivial baseline)."""
        family, _, name = metric.partition(".")
        own = lambda rows: [row for row in rows if row["run_id"] == run_id]
        if metric == "downstream":
            each = [self.scores(run_id, f"task.{task}", tasks) for task in tasks]
            steps = set.intersection(*map(set, each)) if each else set()
            return {step: mean_of([scores[step] for scores in each]) for step in steps}
        if family == "task":
            return medians(own(row for row in self.finetune if row["task"] == name))
        if family == "probe":
            rows = [row for row in own(self.probe) if row["task"] == name and row["layers"] == "all"]
            rows = [row for row in rows if all(row[key] == rows[0][key] for key in ("part", "metric"))]
            trivial = lambda row: largest(*(row[f"{key}_score"] for key in ("majority", "word_identity", "bag_of_words")))
            return {int(row["checkpoint_step"]): (number(row["score"]), trivial(row)) for row in rows}
        wanted, _, term = name.partition(".")
        scorer = "original-log-probability" if family == "pairs-rtd" else "pseudo-log-likelihood"
        keys = {"set": wanted, "scorer": scorer, "paradigm": "all", "term": term or "all", **({} if term else {"field": "all"})}
        rows = [row for row in own(self.pairs) if all(row[key] == value for key, value in keys.items())]
        # Where several networks have the score, the predictor's: the generator's, or the only main network's.
        rows = [row for row in rows if row["network"] == "generator"] or rows
        trivial = lambda row: max(0.5, number(row["unigram_accuracy"]))
        return {int(row["checkpoint_step"]): (number(row["accuracy"]), trivial(row)) for row in rows}

    def measure(self, run_id, metric, tasks, checkpoints):
        """(value, untrained, best trivial baseline) of a run that came to its end, or None."""
        run = self.runs.get(run_id)
        if run is None or run["status"] not in DONE:
            return None
        if not is_downstream(metric):
            value = number(run.get(metric))
            return None if value is None else (value, None, None)
        scores = self.scores(run_id, metric, tasks)
        trained = sorted(step for step in scores if step > 0)[-checkpoints:]
        if len(trained) < checkpoints or trained[-1] != int(run["steps"]):
            return None
        untrained = scores[0][0] if 0 in scores else None
        return np.mean([scores[step][0] for step in trained]), untrained, scores[trained[-1]][1]


def medians(rows):
    """Over fine-tuning seeds, of a task's first metric on its first part."""
    rows = [row for row in rows if all(row[key] == rows[0][key] for key in ("part", "metric"))]
    by_step = {}
    for row in rows:
        by_step.setdefault(int(row["checkpoint_step"]), []).append(row)
    return {
        step: (np.median([number(row["score"]) for row in group]), largest(group[0]["majority_score"], group[0]["bag_of_words_score"]))
        for step, group in by_step.items()
        if all(row["score"] != "" for row in group)
    }


def mean_of(scores):
    trivials = [trivial for _, trivial in scores]
    return np.mean([value for value, _ in scores]), None if None in trivials else np.mean(trivials)


def averaged_tasks(results, run_ids):
    """The tasks that all fine-tuned runs have."""
    sets = []
    for run_id in run_ids:
        run = results.runs.get(run_id)
        if run is None or run["status"] not in DONE:
            continue
        last = [row for row in results.finetune if row["run_id"] == run_id and row["checkpoint_step"] == run["steps"]]
        if last:
            sets.append({row["task"] for row in last} - set(NOT_AVERAGED))
    return sorted(set.intersection(*sets)) if sets else []


def test(kind, ahead, behind, alternative="two-sided"):
    if kind == "paired":
        return stats.ttest_rel(ahead, behind, alternative=alternative)
    return stats.ttest_ind(ahead, behind, equal_var=False, alternative=alternative)


def has_spread(kind, ahead, behind):
    spreads = [np.std(np.subtract(ahead, behind))] if kind == "paired" else [np.std(ahead), np.std(behind)]
    return max(spreads) > 1e-9 * np.max(np.abs([*ahead, *behind]))


def is_above(kind, ahead, behind):
    if not has_spread(kind, ahead, behind):
        return np.mean(ahead) > np.mean(behind)
    return test(kind, ahead, behind, "greater").pvalue < FLOOR_ERROR


def is_at_floor(measured):
    values, untrained, trivial = zip(*measured)
    known = [value for value in untrained if value is not None]
    bars = []
    if len(known) == len(values):
        bars.append(("paired", known))
    elif len(known) >= 2:
        bars.append(("welch", known))
    if None not in trivial:
        bars.append(("paired", trivial))
    return any(not is_above(kind, values, bar) for kind, bar in bars)


def is_obstructed(claim, arms, results, measured, checkpoints):
    metric, excused = claim["metric"], claim["predictsFailureOf"]
    sides = (claim["ahead"], claim["behind"])
    if set(arms[sides[0]].values()) & set(arms[sides[1]].values()):
        return True
    common = set(arms[sides[0]]) & set(arms[sides[1]])
    for arm in sides:
        for seed, run_id in arms[arm].items():
            if claim.get("pairing") == "forked" and seed not in common:
                continue
            status = results.runs.get(run_id, {}).get("status")
            if status not in DONE or seed not in measured[arm]:
                return True
            if status == "failed-to-learn" and is_downstream(metric) and arm not in excused:
                return True
    floors = [arm for arm in sides if arm not in excused]
    return any(is_at_floor(list(measured[arm].values())) for arm in floors if len(measured[arm]) >= FEWEST_SEEDS)


def evidence_of(claim, experiment, arms, results, tasks):
    primary = experiment.get("primary") or {}
    checkpoints = primary.get("checkpoints", 1) if claim["metric"] == primary.get("metric") else 1
    measured = {}
    for arm in (claim["ahead"], claim["behind"]):
        found = {seed: results.measure(run_id, claim["metric"], tasks, checkpoints) for seed, run_id in arms[arm].items()}
        measured[arm] = {seed: value for seed, value in sorted(found.items()) if value is not None}
    kind = "paired" if claim.get("pairing") == "forked" else "welch"
    if kind == "paired":
        common = set.intersection(*(set(each) for each in measured.values()))
        measured = {arm: {seed: each[seed] for seed in sorted(common)} for arm, each in measured.items()}
    sign = -1 if claim["metric"].endswith(("_loss", "_collapsed")) or claim["metric"] in COSTS else 1
    ahead, behind = (np.array([sign * value[0] for value in measured[claim[side]].values()]) for side in ("ahead", "behind"))
    is_testable = (
        min(len(ahead), len(behind)) >= FEWEST_SEEDS
        and not is_obstructed(claim, arms, results, measured, checkpoints)
        and has_spread(kind, ahead, behind)
    )
    margin = claim.get("margin")
    if not is_testable:
        return {"ahead": ahead, "behind": behind, "kind": kind, "ps": [1.0] if margin is None else [1.0, 1.0]}
    ps = [test(kind, ahead, behind).pvalue]
    if margin is not None:
        ps.append(max(test(kind, ahead + margin, behind, "greater").pvalue, test(kind, ahead - margin, behind, "less").pvalue))
    return {"ahead": ahead, "behind": behind, "kind": kind, "ps": ps}


def rejections(family):
    """Holm's procedure; claims count, not their tests, as the two of a claim cannot both be false."""
    open_tests = [len(each["ps"]) for each in family]
    rejected = [[False] * len(each["ps"]) for each in family]
    order = sorted((p, i, j) for i, each in enumerate(family) for j, p in enumerate(each["ps"]))
    for p, i, j in order:
        if p >= FAMILY_ERROR / sum(count > 0 for count in open_tests):
            break
        rejected[i][j] = True
        open_tests[i] -= 1
    return rejected


def verdict_of(evidence, rejected):
    if len(rejected) > 1 and rejected[1]:
        return "equivalent"
    if rejected[0]:
        return "holds" if np.mean(evidence["ahead"]) > np.mean(evidence["behind"]) else "reverses"
    return "inconclusive"


def agrees(row, evidence, verdict):
    if row["verdict_at_this_scale"] != verdict or row["test"] != evidence["kind"]:
        return False
    ahead, behind = evidence["ahead"], evidence["behind"]
    if min(len(ahead), len(behind)) == 0:
        return row["difference"] == ""
    values = {"difference": np.mean(ahead) - np.mean(behind)}
    if row["holm_p"] != "":
        values["t_p"] = evidence["ps"][0]
        if len(evidence["ps"]) > 1:
            values["equivalence_p"] = evidence["ps"][1]
    return all(np.isclose(number(row[key]), value, rtol=1e-5, atol=1e-9) for key, value in values.items())


def check(folder):
    results = Results(folder)
    rows = {(row["experiment"], row["id"]): row for row in read(folder / "claims.csv")}
    are_same = True
    for path in sorted((folder / "experiments").glob("*.json")):
        experiment = json.loads(path.read_text(encoding="utf-8"))
        arms = {arm["name"]: {run["seed"]: run["runId"] for run in arm["runs"]} for arm in experiment["arms"]}
        tasks = averaged_tasks(results, {run_id for runs in arms.values() for run_id in runs.values()})
        claims = experiment["claims"]
        evidence = [evidence_of(claim, experiment, arms, results, tasks) for claim in claims]
        for role in ("primary", "secondary"):
            family = [i for i, claim in enumerate(claims) if claim.get("role", "primary") == role]
            for i, rejected in zip(family, rejections([evidence[i] for i in family])):
                verdict = verdict_of(evidence[i], rejected)
                is_same = agrees(rows[experiment["name"], claims[i]["id"]], evidence[i], verdict)
                are_same &= is_same
                ps = ", ".join(f"{p:.3g}" for p in evidence[i]["ps"])
                print(f"{'same' if is_same else 'OTHER':6}{experiment['name']}: {claims[i]['id']}: {verdict}, p {ps}")
    return are_same


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(0 if all([check(Path(folder)) for folder in sys.argv[1:]]) else 1)
