/** The script that Slurm starts for every cell: it runs one, and puts it back into the queue when its time is up. */
import { shellWord } from '../../base/shell-word.ts';
import { exportLargePages } from '../../engine/large-pages.ts';

/** What is asked of the cluster for each cell. */
export interface SlurmResources {
  partition?: string | undefined;
  /** As Slurm writes limits: minutes, or hours:minutes:seconds, or days-hours. */
  time?: string | undefined;
  cpus: number;
  mem?: string | undefined;
  gres?: string | undefined;
  /** Shell lines before the program: `module load …`. */
  setup?: string | undefined;
}

export interface BatchScript extends SlurmResources {
  /** The experiment. */
  name: string;
  /** The folder of the script. */
  folder: string;
  results: string;
  /** Program and arguments that stand after `node`, without the configuration. */
  program: string;
  options: readonly string[];
  /** As it was submitted, for those who want to do it again. */
  commands: readonly string[];
}

/** Before the time limit, for the step to end and the checkpoint to be written. */
const warningSeconds = 120;
/** So that a cell that never gets anywhere does not go round for ever. */
const mostRestarts = 100;

export function batchScript(script: BatchScript): string {
  const { name, folder, results, program, options, commands, setup } = script;
  const pattern = folder.replaceAll('%', '%%');
  const cell = `${shellWord(`${results}/runs`)}/"$cell"/config.yaml`;
  return `#!/bin/bash
# The cells of ${oneLine(name)} that were missing, one a line in cells.txt; a task's number is its line. Submitted as
${commands.map((command) => `#   ${oneLine(command)}`).join('\n')}
# Submit any line again with --array=<line>: a cell that is finished ends at once, another goes on where it was.
#SBATCH --job-name=electra-lab
#SBATCH --output="${pattern}/task-%a.log"
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@${warningSeconds}
${resourceLines(script)}

cell=$(sed -n "\${SLURM_ARRAY_TASK_ID}p" ${shellWord(`${folder}/cells.txt`)} | cut -f 1)
${setup ? `${setup}\n` : ''}node=${shellWord(process.execPath)}
[ -x "$node" ] || node=node
${exportLargePages}

"$node" ${shellWord(program)} run ${cell} ${options.map(shellWord).join(' ')} &
run=$!
requeue=no
# The time is nearly up (USR1), or the job is taken away (TERM; Slurm itself knows whether it comes back): save and stop.
trap 'interrupted=yes; requeue=yes; kill -TERM "$run"' USR1
trap 'interrupted=yes; kill -TERM "$run"' TERM
interrupted=yes
while [ "$interrupted" = yes ]; do
  interrupted=no
  wait "$run"
  code=$?
done
if [ "$requeue" = yes ] && [ "$code" -ge 128 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${mostRestarts} ]; then
  # Not SLURM_JOB_ID, which for one element is the number of the whole array.
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
`;
}

function resourceLines({ partition, time, cpus, mem, gres }: SlurmResources): string {
  const asked = { 'cpus-per-task': cpus, partition, time, mem, gres };
  const lines = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [`#SBATCH --${name}=${value}`],
  );
  return ['#SBATCH --ntasks=1', ...lines].join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
