/** A Slurm of one node on loopback, for as long as a test lasts: its daemons, files and ports are its own. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export interface PrivateSlurm {
  /** What Slurm's clients need to find it. */
  env: { SLURM_CONF: string };
  /** Standard output of one of Slurm's commands. */
  ask(command: string, ...args: string[]): string;
  /** Ends every daemon and every job. */
  stop(): Promise<void>;
}

/** Whether this machine has what it takes. */
export function hasSlurm(): boolean {
  const programs = ['munged', 'mungekey', 'slurmctld', 'slurmd', 'sbatch'];
  return programs.every((name) => spawnSync('which', [name], { env: withDaemons() }).status === 0);
}

/** Debian keeps daemons where a user's path may not lead. */
function withDaemons(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
}

export async function startSlurm(folder: string): Promise<PrivateSlurm> {
  for (const name of ['state', 'spool']) mkdirSync(join(folder, name), { recursive: true });
  const env = { SLURM_CONF: join(folder, 'slurm.conf') };
  writeFileSync(env.SLURM_CONF, configuration(folder, await freePort(), await freePort()));
  const munge = ['key', 'socket', 'log', 'pid', 'seed'].map((name) => join(folder, `munge.${name}`));
  const [key, socket, log, pid, seed] = munge as [string, string, string, string, string];
  execFileSync('mungekey', ['--create', `--keyfile=${key}`], { env: withDaemons() });
  const files = [`--key-file=${key}`, `--socket=${socket}`, `--log-file=${log}`, `--pid-file=${pid}`];

  const daemons: ChildProcess[] = [];
  const run = (name: string, ...args: string[]) =>
    daemons.push(spawn(name, args, { env: { ...withDaemons(), ...env }, stdio: 'ignore' }));
  const ask = (command: string, ...args: string[]) =>
    execFileSync(command, args, { env: { ...process.env, ...env }, encoding: 'utf8', stdio: 'pipe' });
  const stop = () => stopDaemons(daemons, ask);
  try {
    run('munged', '--foreground', '--force', ...files, `--seed-file=${seed}`);
    run('slurmctld', '-D', '-i');
    run('slurmd', '-D', '-N', 'private');
    await untilIdle(ask);
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, ask, stop };
}

async function stopDaemons(daemons: readonly ChildProcess[], ask: PrivateSlurm['ask']): Promise<void> {
  try {
    ask('scancel', '--full', '--signal=KILL', '--me');
    for (let i = 0; i < 100 && ask('squeue', '--noheader') !== ''; i++) await setTimeout(100);
  } catch {
    // A controller that did not start has no jobs.
  }
  for (const daemon of [...daemons].reverse()) {
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    if (daemon.exitCode !== null || daemon.signalCode !== null || !daemon.kill()) continue;
    if (!(await Promise.race([ended, setTimeout(10_000, false, { ref: false })]))) daemon.kill('SIGKILL');
  }
}

async function untilIdle(ask: PrivateSlurm['ask']): Promise<void> {
  let said = 'nothing';
  for (let i = 0; i < 300 && !said.startsWith('idle'); i++) {
    await setTimeout(100);
    try {
      said = ask('sinfo', '--noheader', '--format=%T');
    } catch (error) {
      said = String(error);
    }
  }
  if (!said.startsWith('idle')) throw new Error(`expected an idle node, got ${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function configuration(folder: string, controllerPort: number, nodePort: number): string {
  const { username } = userInfo();
  return `ClusterName=private
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
SlurmUser=${username}
SlurmdUser=${username}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket,cred_expire=5
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
ReturnToService=2
KillWait=5
MinJobAge=300
PriorityType=priority/basic
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
NodeName=private NodeHostname=${hostname()} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=private Default=YES MaxTime=INFINITE State=UP
PartitionName=short Nodes=private MaxTime=5 State=UP
`;
}
