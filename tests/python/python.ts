/** Runs the scripts in this folder with python/ on the path of modules. */
import configuration from "../../deno.json" with { type: "json" };
import { oracle } from "../oracle.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Words that start `measure` with the permissions of its task, whatever the path says. */
export function measureCommand(): string[] {
  const flags = Object.entries(configuration.permissions.measure).map(([kind, value]) =>
    value === true
      ? `--allow-${kind}`
      : `--allow-${kind}=${
        (value as string[]).map((word) => kind === "ffi" ? `${ROOT}${word}` : word).join()
      }`
  );
  const config = ["--config", `${ROOT}deno.json`];
  return [
    Deno.execPath(),
    "run",
    "-q",
    "--no-prompt",
    ...config,
    ...flags,
    `${ROOT}src/cli/main.ts`,
    "measure",
  ];
}

/**
 * Runs a script of this folder and returns what it printed. It finds neural_collapse, the networks of the benchmark and
 * the examples, and the command in NEURAL_COLLAPSE_MEASURE. Throws with its stderr where it fails.
 */
export async function runScript(
  script: string,
  args: readonly string[],
  { python = oracle()!.python, env = oracle()!.env, cwd }: {
    python?: string;
    env?: Record<string, string>;
    cwd?: string;
  } = {},
): Promise<string> {
  const folders = [`${ROOT}python`, `${ROOT}bench/pytorch`, `${ROOT}examples/python`];
  const path = [...folders, env.PYTHONPATH ?? Deno.env.get("PYTHONPATH")].filter((part) =>
    part !== undefined
  );
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [`${ROOT}tests/python/${script}`, ...args],
    ...cwd !== undefined && { cwd },
    env: {
      ...env,
      PYTHONPATH: path.join(":"),
      PYTHONDONTWRITEBYTECODE: "1",
      NEURAL_COLLAPSE_MEASURE: measureCommand().map((word) => `'${word}'`).join(" "),
    },
  }).output();
  if (!success) throw new Error(`${script} failed:\n${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
