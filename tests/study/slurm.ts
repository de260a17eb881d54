/** A cluster of one loopback node, by Debian's own Slurm: for tests. */

const PROGRAMS = ["slurmctld", "slurmd", "sbatch", "munged"];
/** Bytes of munge's key. */
const KEY_BYTES = 1024;
/** Of a log in a message. */
const LAST_LINES = 15;

export interface Cluster extends AsyncDisposable {
  /** Runs one of Slurm's commands and returns what it printed. Throws where it fails. */
  command(name: string, ...args: string[]): Promise<string>;
  /** For commands of others that speak to it. */
  readonly env: Readonly<Record<string, string>>;
  /** The queue, and the last lines of the daemons' logs. */
  story(): Promise<string>;
}

/** Why there can be no cluster here; null where there can. */
export async function noClusterBecause(): Promise<string | null> {
  for (const program of PROGRAMS) {
    const { success } = await run("sh", ["-c", `PATH=$PATH:/usr/sbin command -v ${program}`]);
    if (!success) return "needs Slurm: apt install slurmctld slurmd slurm-client munge";
  }
  return Deno.uid() === 0 ? null : "needs root to start Slurm's daemons";
}

/** Starts a munge of its own, a controller and a node, in `folder`. */
export async function startCluster(folder: string): Promise<Cluster> {
  const env = { SLURM_CONF: `${folder}/slurm.conf` };
  await Deno.writeTextFile(env.SLURM_CONF, configuration(folder, freePort(), freePort()));
  await Deno.writeFile(`${folder}/munge.key`, crypto.getRandomValues(new Uint8Array(KEY_BYTES)), {
    mode: 0o600,
  });
  const places = ["key", "seed", "log", "pid"].map((what) => `--${what}-file=${folder}/munge.${what}`);
  const command = async (name: string, ...args: string[]) => {
    const { success, text } = await run(name, args, env);
    if (!success) throw new Error(`${name} ${args.join(" ")}: ${text}`);
    return text;
  };
  const story = async () =>
    [
      `squeue: ${(await run("squeue", [], env)).text}`,
      ...await Promise.all(
        ["slurmctld", "slurmd", "munge"].map((name) => lastLines(`${folder}/${name}.log`)),
      ),
    ].join("\n");
  await command("/usr/sbin/munged", "--force", `--socket=${folder}/munge.socket`, ...places);
  await command("/usr/sbin/slurmctld");
  await command("/usr/sbin/slurmd");
  for (let tries = 0; !(await run("sinfo", ["-h"], env)).text.includes("idle"); tries++) {
    if (tries > 60) {
      throw new Error(
        `expected an idle node, found ${(await run("sinfo", ["-h"], env)).text}\n${await story()}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return {
    command,
    env,
    story,
    async [Symbol.asyncDispose]() {
      await run("scancel", ["--user", "root"], env);
      // Until they are gone they write into the folder.
      for (const pid of ["slurmd.pid", "slurmctld.pid", "munge.pid"]) {
        const wait =
          `pid=$(cat ${folder}/${pid}); kill $pid; while [ -e ${folder}/${pid} ]; do sleep 0.1; done`;
        await run("timeout", ["20", "sh", "-c", wait]);
      }
    },
  };
}

/** The end of a log under its path; that there is none, where there is none. */
export async function lastLines(path: string): Promise<string> {
  const text = await Deno.readTextFile(path).catch((error) => `(${error.message})`);
  return `${path}:\n${text.trimEnd().split("\n").slice(-LAST_LINES).join("\n")}`;
}

function configuration(folder: string, controllerPort: number, nodePort: number): string {
  return `ClusterName=test
SlurmctldHost=localhost
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SchedulerParameters=batch_sched_delay=1,sched_interval=2,bf_interval=2
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=localhost CPUs=4 RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=localhost Default=YES MaxTime=INFINITE State=UP
`;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

async function run(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ success: boolean; text: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(name, { args: [...args], env: { ...env } })
      .output();
    return { success, text: new TextDecoder().decode(success ? stdout : stderr).trim() };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { success: false, text: `no ${name}` };
    throw error;
  }
}
