/**
 * The Python interpreter that tests compare with. It is the one whose torch the set-up found, so that both sides
 * use one version; where there is none, tests that need it are ignored and say so.
 */
import { ignoredTest, type Need, test } from "./support.ts";

const SETUP_RECORD = new URL("../native/build/setup.json", import.meta.url);
const PERMISSIONS = ["read", "run", "env"] as const;
const NO_ORACLE = "no Python with torch; run `deno task setup`";
/** Names the socket of an oracle.py that others started. */
const SOCKET = "NC_ORACLE_SOCKET";

/** A Python that imports torch: the interpreter and the environment variables it needs. */
export interface Oracle {
  readonly python: string;
  readonly env: Record<string, string>;
}

/**
 * Finds the oracle: the interpreter named by the environment variable NC_ORACLE_PYTHON, else the one that the
 * set-up recorded in native/build/setup.json (`python`, and `pythonPath` ahead of what is in PYTHONPATH), else null.
 * Also null without the permissions it needs, so that a plain `deno test` passes.
 */
export function oracle(): Oracle | null {
  if (PERMISSIONS.some((name) => Deno.permissions.querySync({ name }).state !== "granted")) return null;
  const override = Deno.env.get("NC_ORACLE_PYTHON");
  if (override) return { python: override, env: {} };
  const { python, pythonPath } = readSetupRecord();
  const paths = [pythonPath, Deno.env.get("PYTHONPATH")].filter((path) => path);
  return python ? { python, env: paths.length > 0 ? { PYTHONPATH: paths.join(":") } : {} } : null;
}

/** An oracle.py that has imported torch; {@link runOracle} takes it in processes whose variables hold `env`. */
export interface OracleServer extends AsyncDisposable {
  readonly env: Record<string, string>;
}

/** Starts it, where there is an oracle. */
export async function startOracle(): Promise<OracleServer | null> {
  const found = oracle();
  if (found === null) return null;
  const folder = await Deno.makeTempDir();
  const socket = `${folder}/oracle`;
  const child = new Deno.Command(found.python, {
    args: [new URL("./oracle.py", import.meta.url).pathname, socket],
    env: found.env,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  // Its one line, or its end.
  await child.stdout.getReader().read();
  return {
    env: { [SOCKET]: socket },
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

interface Answer {
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
  readonly stderr: Uint8Array<ArrayBuffer>;
}

/**
 * Runs `python -c script args...` with `stdin` and returns what it wrote to stdout.
 * Throws with Python's stderr when it fails, and when there is no oracle.
 */
export async function runOracle(
  script: string,
  args: readonly string[] = [],
  stdin: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Promise<Uint8Array<ArrayBuffer>> {
  const socket = Deno.env.get(SOCKET);
  const { code, stdout, stderr } = socket === undefined
    ? await startFor(script, args, stdin)
    : await ask(socket, script, args, stdin);
  if (code !== 0) {
    throw new Error(`the oracle failed with code ${code}:\n${new TextDecoder().decode(stderr)}`);
  }
  return stdout;
}

async function startFor(
  script: string,
  args: readonly string[],
  stdin: Uint8Array<ArrayBuffer>,
): Promise<Answer> {
  const found = oracle();
  if (!found) throw new Error("no Python with torch is known: run `deno task setup` or set NC_ORACLE_PYTHON");
  const child = new Deno.Command(found.python, {
    args: ["-c", script, ...args],
    env: found.env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [, answer] = await Promise.all([feed(child.stdin, stdin), child.output()]);
  return answer;
}

/** As oracle.py has it. */
async function ask(
  path: string,
  script: string,
  args: readonly string[],
  input: Uint8Array<ArrayBuffer>,
): Promise<Answer> {
  const connection = await Deno.connect({ transport: "unix", path });
  const line = `${JSON.stringify({ script, args, input: input.length })}\n`;
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(line));
  await writer.write(input);
  // Closes the connection with the end of what comes.
  const bytes = await new Response(connection.readable).bytes();
  const end = bytes.indexOf("\n".charCodeAt(0));
  if (end < 0) throw new Error("expected an answer of the oracle, found none: it ended before");
  const { code, output } = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const said = bytes.slice(end + 1);
  return { code, stdout: said.slice(0, output), stderr: said.slice(output) };
}

/**
 * Registers a test that compares with Python, and `needs` more permissions than that takes; without an oracle it is
 * reported as ignored, with the reason, which CI does not accept.
 */
export function testWithOracle(
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
  needs: readonly Need[] = [],
): void {
  const missing =
    PERMISSIONS.every((need) => Deno.permissions.querySync({ name: need }).state === "granted") && !oracle();
  if (missing) ignoredTest(name, NO_ORACLE);
  else test(name, [...new Set([...PERMISSIONS, ...needs])], fn);
}

/** As {@link testWithOracle}, for what needs NumPy, too: reported as ignored where that Python has none. */
export function testWithNumPy(
  name: string,
  fn: (t: Deno.TestContext) => void | Promise<void>,
  needs: readonly Need[] = [],
): void {
  const found = oracle();
  if (found !== null && !hasModule(found, "numpy")) {
    ignoredTest(name, "the Python with torch has no NumPy");
  } else testWithOracle(name, fn, needs);
}

/** Whether an interpreter finds a module, without loading it. */
export function hasModule({ python, env }: Oracle, name: string): boolean {
  const script = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${name}") is None)`;
  const { success } = new Deno.Command(python, { args: ["-c", script], env, stderr: "null" }).outputSync();
  return success;
}

function readSetupRecord(): { python?: string | null; pythonPath?: string | null } {
  try {
    return JSON.parse(Deno.readTextFileSync(SETUP_RECORD));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/** Writes all of `bytes`; a child that ends without reading them reports the reason by its exit code. */
async function feed(stdin: WritableStream<Uint8Array>, bytes: Uint8Array): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(bytes);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
