/** The nine tasks of GLUE, and what a folder holds of them. */
import { cola } from './glue/cola.ts';
import { type GlueFolder, type GlueTask, glueTasksAmong } from './glue/glue-task.ts';
import { mnli } from './glue/mnli.ts';
import { mrpc } from './glue/mrpc.ts';
import { qnli } from './glue/qnli.ts';
import { qqp } from './glue/qqp.ts';
import { rte } from './glue/rte.ts';
import { sst2 } from './glue/sst-2.ts';
import { stsB } from './glue/sts-b.ts';
import { wnli } from './glue/wnli.ts';

/** In the order of google-research/electra's README, then WNLI, which the paper's average leaves out. */
export const glueTasks: readonly GlueTask[] = [cola, sst2, mrpc, stsB, qqp, mnli, qnli, rte, wnli];

/** Which GLUE tasks a folder holds whole, and what the others lack. @throws {DataError} if there is no folder */
export function glueTasksIn(glueDir: string): GlueFolder {
  return glueTasksAmong(glueTasks, glueDir);
}
