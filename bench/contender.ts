/** A contender's process: started, spoken to in lines of JSON, asked for its memory, ended. */
import type { SetupRecord } from "../src/setup/record.ts";
import { TASK_ENVIRONMENT } from "./environment.ts";
import { lines } from "./lines.ts";
import { peakBytesOf } from "./memory.ts";
import type { Command, Job, Repetition, Versions } from "./protocol.ts";

const HERE = import.meta.dirname!;
const ROOT = `${HERE}/..`;

/** Whose program does the work. */
export type Side = "ours" | "pytorch";

export class Contender {
  readonly #process: Deno.ChildProcess;
  readonly #answers: AsyncGenerator<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(command: string, args: string[], env: Record<string, string>) {
    this.#process = new Deno.Command(command, { args, env, cwd: ROOT, stdin: "piped", stdout: "piped" })
      .spawn();
    this.#answers = lines(this.#process.stdout);
    this.#writer = this.#process.stdin.getWriter();
  }

  static async start(side: Side): Promise<Contender> {
    if (side === "ours") {
      const args = ["run", "-q", "-P=bench", `${HERE}/ours.ts`];
      return new Contender(Deno.execPath(), args, TASK_ENVIRONMENT);
    }
    const { python, pythonPath } = await pythonOfSetup();
    return new Contender(python, ["-u", `${HERE}/pytorch/worker.py`], {
      PYTHONDONTWRITEBYTECODE: "1",
      ...pythonPath === null ? {} : { PYTHONPATH: pythonPath },
    });
  }

  /** Largest memory of the process so far, in bytes, or null where the system does not tell. */
  async peakBytes(): Promise<number | null> {
    return await peakBytesOf(this.#process.pid);
  }

  async prepare(job: Job): Promise<Versions> {
    return await this.#ask({ command: "prepare", ...job }) as Versions;
  }

  async repeat(amount: number): Promise<Repetition> {
    return await this.#ask({ command: "repeat", amount }) as Repetition;
  }

  /** Closes stdin, upon which the process ends by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#process.status;
  }

  async #ask(command: Command): Promise<unknown> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(command)}\n`));
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("a contender ended before it answered: its own message is above");
    return JSON.parse(value);
  }
}

/** The Python whose torch set-up found. Throws where there is none. */
export async function pythonOfSetup(): Promise<{ python: string; pythonPath: string | null }> {
  const path = `${ROOT}/native/build/setup.json`;
  const { python, pythonPath }: SetupRecord = JSON.parse(await Deno.readTextFile(path));
  if (python !== null) return { python, pythonPath };
  throw new Error(
    "the benchmark compares with PyTorch: expected a Python with the torch that native/ is built against, found " +
      "none; install torch for python3, unset LIBTORCH and run `deno task setup`",
  );
}
