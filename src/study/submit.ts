/** Writes a study's job scripts and hands them to Slurm. */
import { makeFolder, writeWhole } from "../files.ts";
import { arrayScript, collectScript, type SlurmOptions } from "./slurm.ts";

export interface Scripts {
  readonly array: string;
  readonly collect: string;
}

/** Writes both scripts into the study's folder for logs. Returns their paths. */
export async function writeScripts(options: SlurmOptions): Promise<Scripts> {
  const { logs } = options;
  const [array, collect] = [`${logs}/array.sh`, `${logs}/collect.sh`];
  await makeFolder(logs);
  await writeWhole(array, arrayScript(options));
  await writeWhole(collect, collectScript(options));
  return { array, collect };
}

/** Submits the array, and the collecting job after it. Throws with what Slurm said. Returns the ids of the jobs. */
export async function submit({ array, collect }: Scripts): Promise<Scripts> {
  const job = await sbatch([array]);
  return { array: job, collect: await sbatch([`--dependency=afterany:${job}`, collect]) };
}

async function sbatch(words: readonly string[]): Promise<string> {
  const command = ["sbatch", "--parsable", ...words];
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("sbatch", { args: command.slice(1) }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error("expected Slurm's sbatch on this machine, found none; submit the scripts where it is");
  }
  const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) =>
    new TextDecoder().decode(bytes).trim()
  );
  if (!output.success) throw new Error(`${command.join(" ")}: ${stderr!.split("\n")[0]}`);
  // "id;cluster" where there are several clusters.
  return stdout!.split(";")[0]!;
}
