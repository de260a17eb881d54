/** Runs the real command line in a folder, with exactly the permissions that deno.json gives its task. */
import configuration from "../../deno.json" with { type: "json" };

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;
const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const CONFIGURATION = `${PROJECT}/deno.json`;

/** Of train: a ResNet that has each of native's ops, and is trained and written in moments. */
export const NARROW = ["--channels", "16"];

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly process: Deno.ChildProcess;
  /** Resolves once stderr has said `text`, with all that it has said. */
  saying(text: string): Promise<string>;
  readonly finished: Promise<Finished>;
}

/**
 * Starts `deno task <args>` in `folder`. `before` is shell code that runs first, e.g. to set a limit; `by` are the words
 * of a command that starts others, as srun.
 */
export function start(
  folder: string,
  args: readonly string[],
  { before = "", by = [] }: { before?: string; by?: readonly string[] } = {},
): Running {
  const [task] = args;
  const words = [
    ...by,
    Deno.execPath(),
    "run",
    "-q",
    "--no-prompt",
    "--config",
    CONFIGURATION,
    ...permissionFlags(task ?? ""),
    MAIN,
    ...args,
  ];
  const process = new Deno.Command("sh", {
    args: ["-c", `${before}\nexec "$@"`, "sh", ...words],
    cwd: folder,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = collect(process.stderr);
  const finished = Promise.all([process.status, new Response(process.stdout).text(), stderr.whole])
    .then(([{ code }, stdout, stderr]) => ({ code, stdout, stderr }));
  return { process, saying: stderr.saying, finished };
}

/** Runs `deno task <args>` in `folder` to its end. */
export async function runTool(
  folder: string,
  args: readonly string[],
  options: { before?: string; by?: readonly string[] } = {},
): Promise<Finished> {
  return await start(folder, args, options).finished;
}

/** Paths of all files below a folder, but for locks, sorted. */
export function filesBelow(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`).map((file) => `${name}/${file}`) : [name]
  ).filter((name) => !name.endsWith(".lock")).sort();
}

type PermissionSet = Readonly<Record<string, boolean | readonly string[]>>;

function permissionFlags(task: string): string[] {
  const sets: Readonly<Record<string, PermissionSet>> = configuration.permissions;
  // Without a known task there is nothing to permit but what every task may read.
  const set = sets[task] ?? sets.metrics!;
  return Object.entries(set).map(([kind, value]) => {
    if (value === true) return `--allow-${kind}`;
    const list = value as readonly string[];
    // The library and the pages' script are built in the project's folder; runs and reports belong in the test's.
    const places = list.map((path) => kind === "ffi" || path === "build" ? `${PROJECT}/${path}` : path);
    return `--allow-${kind}=${places.join()}`;
  });
}

function collect(stream: ReadableStream<Uint8Array>): { whole: Promise<string>; saying: Running["saying"] } {
  let text = "";
  const waiting: { text: string; resolve: (text: string) => void; reject: (error: Error) => void }[] = [];
  const read = async () => {
    for await (
      const piece of stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    ) {
      text += piece;
      for (const one of waiting) if (text.includes(one.text)) one.resolve(text);
    }
    for (const one of waiting) one.reject(new Error(`expected "${one.text}" on stderr, found:\n${text}`));
    return text;
  };
  const whole = read();
  const saying = (wanted: string) =>
    new Promise<string>((resolve, reject) => {
      if (text.includes(wanted)) resolve(text);
      else waiting.push({ text: wanted, resolve, reject });
    });
  return { whole, saying };
}
