"""Computes a results folder's verdicts again with SciPy, and compares them with its claims.csv.

It reads the folder's CSV files and nothing else: claims.csv (what is claimed, and what came out), arms.csv (which runs
make an arm), runs.csv, finetune.csv, probe.csv and pairs.csv. The rule is written anew from the section on verdicts in
docs/experiments.md. Not computed: permutations, the Multi-Bootstrap and seeds_required.

    npm run python
    .cache/python/bin/python benchmarks/recompute_verdicts.py results/figure3-training-algorithms

It prints a line per claim, and ends with code 1 where one differs.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

FAMILY_ERROR = FLOOR_ERROR = 0.05
FEWEST_SEEDS = 5
DONE = ("finished", "failed-to-learn")
# What recipes were tuned on, and the task whose dev set is made to mislead.
NOT_AVERAGED = ("verb-form", "supersense", "wnli")


def read(path):
    """Rows with their cells as text: an empty cell is an empty text."""
    return pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records") if path.exists() else []


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
            recipe = self.runs[run_id]["finetune_settings"]
            return medians(own(row for row in self.finetune if row["task"] == name and row["settings"] == recipe))
        if family == "probe":
            is_counted = lambda row: row["task"] == name and row["layers"] == "all" and row["is_main_metric"] == "true"
            rows = [row for row in own(self.probe) if is_counted(row)]
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
    """Over fine-tuning seeds, of what a task counts by."""
    by_step = {}
    for row in (row for row in rows if row["is_main_metric"] == "true"):
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
        mine = {"run_id": run_id, "checkpoint_step": run["steps"], "settings": run["finetune_settings"]}
        last = [row for row in results.finetune if all(row[key] == value for key, value in mine.items())]
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


def is_obstructed(claim, arms, results, measured):
    sides = {claim["ahead"]: claim["ahead_may_fail"] == "true", claim["behind"]: claim["behind_may_fail"] == "true"}
    ahead, behind = (arms.get(arm, {}) for arm in sides)
    if set(ahead.values()) & set(behind.values()):
        return True
    common = set(ahead) & set(behind)
    for arm, may_fail in sides.items():
        for seed, run_id in arms.get(arm, {}).items():
            if claim["test"] == "paired" and seed not in common:
                continue
            status = results.runs.get(run_id, {}).get("status")
            if status not in DONE or seed not in measured[arm]:
                return True
            if status == "failed-to-learn" and is_downstream(claim["metric"]) and not may_fail:
                return True
    floors = [arm for arm, may_fail in sides.items() if not may_fail]
    return any(is_at_floor(list(measured[arm].values())) for arm in floors if len(measured[arm]) >= FEWEST_SEEDS)


class Evidence:
    """The values of a claim's arms, larger on the paper's side, and the tests of them."""

    def __init__(self, claim, arms, results, tasks):
        self.kind, self.margin = claim["test"], number(claim["margin"])
        measured = {}
        for arm in (claim["ahead"], claim["behind"]):
            runs = arms.get(arm, {}).items()
            found = {seed: results.measure(run, claim["metric"], tasks, int(claim["checkpoints"])) for seed, run in runs}
            measured[arm] = {seed: value for seed, value in sorted(found.items()) if value is not None}
        if self.kind == "paired":
            common = sorted(set.intersection(*(set(each) for each in measured.values())))
            measured = {arm: {seed: each[seed] for seed in common} for arm, each in measured.items()}
        sign = -1 if claim["better"] == "lower" else 1
        values = lambda side: np.array([sign * value[0] for value in measured[claim[side]].values()])
        self.ahead, self.behind = values("ahead"), values("behind")
        self.seeds = min(len(self.ahead), len(self.behind))
        self.is_estimable = self.seeds >= 2 and has_spread(self.kind, self.ahead, self.behind)
        self.is_testable = (
            self.is_estimable and self.seeds >= FEWEST_SEEDS and not is_obstructed(claim, arms, results, measured)
        )

    def difference_p(self):
        return test(self.kind, self.ahead, self.behind).pvalue

    def equivalence_p(self):
        above = test(self.kind, self.ahead + self.margin, self.behind, "greater").pvalue
        below = test(self.kind, self.ahead - self.margin, self.behind, "less").pvalue
        return max(above, below)

    def interval(self, error):
        return test(self.kind, self.ahead, self.behind).confidence_interval(1 - error)

    def ps(self):
        """Of no difference, and of one as large as the margin; 1 of what cannot be tested."""
        tests = [self.difference_p] if self.margin is None else [self.difference_p, self.equivalence_p]
        return [one() if self.is_testable else 1.0 for one in tests]


def holm(family):
    """Holm's procedure; claims count, not their tests, as the two of a claim cannot both be false.

    Of each test: (adjusted p, the level that it was held against, whether it is rejected).
    """
    ps = [each.ps() for each in family]
    unseen = [len(each) for each in ps]
    steps = [[None] * len(each) for each in ps]
    adjusted, level, has_stopped = 0.0, FAMILY_ERROR, False
    for p, i, j in sorted((p, i, j) for i, each in enumerate(ps) for j, p in enumerate(each)):
        still_open = sum(count > 0 for count in unseen)
        adjusted = max(adjusted, min(1.0, p * still_open))
        if not has_stopped:
            level = FAMILY_ERROR / still_open
        has_stopped = has_stopped or p >= level
        steps[i][j] = (adjusted, level, not has_stopped)
        unseen[i] -= 1
    return steps


def verdict_of(evidence, steps):
    if len(steps) > 1 and steps[1][2]:
        return "equivalent"
    if steps[0][2]:
        return "holds" if np.mean(evidence.ahead) > np.mean(evidence.behind) else "reverses"
    return "inconclusive"


def columns_of(evidence, steps):
    """What claims.csv should have, by column; None for an empty cell."""
    found = {"seeds_ahead": len(evidence.ahead), "seeds_behind": len(evidence.behind)}
    if evidence.seeds > 0:
        found["difference"] = np.mean(evidence.ahead) - np.mean(evidence.behind)
    if evidence.is_estimable:
        found["t_p"] = evidence.difference_p()
        found["degrees_of_freedom"] = test(evidence.kind, evidence.ahead, evidence.behind).df
        found["interval_low"], found["interval_high"] = evidence.interval(0.05)
    if evidence.is_estimable and evidence.margin is not None:
        found["equivalence_p"] = evidence.equivalence_p()
    if evidence.is_testable:
        found["holm_p"] = steps[0][0]
        found["corrected_low"], found["corrected_high"] = evidence.interval(steps[0][1])
    if evidence.is_testable and evidence.margin is not None:
        found["equivalence_holm_p"] = steps[1][0]
        found["equivalence_low"], found["equivalence_high"] = evidence.interval(2 * steps[1][1])
    return found


RECOMPUTED = (
    "seeds_ahead", "seeds_behind", "difference", "t_p", "degrees_of_freedom", "interval_low", "interval_high", "holm_p",
    "corrected_low", "corrected_high", "equivalence_p", "equivalence_holm_p", "equivalence_low", "equivalence_high",
)


def differing(row, found):
    """The columns of claims.csv that say something else."""
    return [name for name in RECOMPUTED if not is_same(number(row[name]), found.get(name))]


def is_same(one, other):
    return one is other is None or (None not in (one, other) and bool(np.isclose(one, other, rtol=1e-5, atol=1e-9)))


def check(folder):
    results = Results(folder)
    rows = read(folder / "claims.csv")
    arm_rows = read(folder / "arms.csv")
    agree = True
    for experiment in dict.fromkeys(row["experiment"] for row in rows):
        arms = {}
        for row in arm_rows:
            if row["experiment"] == experiment:
                arms.setdefault(row["arm"], {})[int(row["seed"])] = row["run_id"]
        tasks = averaged_tasks(results, {run_id for runs in arms.values() for run_id in runs.values()})
        for role in ("primary", "secondary"):
            family = [row for row in rows if row["experiment"] == experiment and row["role"] == role]
            evidence = [Evidence(claim, arms, results, tasks) for claim in family]
            for claim, each, steps in zip(family, evidence, holm(evidence)):
                verdict = verdict_of(each, steps)
                others = differing(claim, columns_of(each, steps))
                if claim["verdict_at_this_scale"] != verdict:
                    others.insert(0, f"verdict, here {claim['verdict_at_this_scale']}")
                agree = agree and not others
                ps = ", ".join(f"{p:.3g}" for p in each.ps())
                print(f"{'OTHER' if others else 'same':6}{experiment}: {claim['id']}: {verdict}, p {ps}{'; other: ' if others else ''}{', '.join(others)}")
    return agree


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(0 if all([check(Path(folder)) for folder in sys.argv[1:]]) else 1)
