/** Command lines as text, as they are typed on this machine. */
import { shellWord } from "../shell.ts";

const DENO = "deno task";
/** Needs no Deno but npm. */
const NPX = "npx -y deno@2 task";

/** What {@link taskRunner} looks at. */
export interface Surroundings {
  /** Of the Deno that runs this. */
  readonly execPath: string;
  /** Folders that a shell searches for commands, separated by colons. */
  readonly path: string;
  readonly isFile: (path: string) => boolean;
}

/** Of a program that is no task of the project: what starts it, and the commands it has. */
let own: { readonly name: string; readonly commands: readonly string[] } | null = null;

/** From now on command lines are those of a program of this name, as far as it has their commands. */
export function runAs(name: string, commands: readonly string[]): void {
  own = { name, commands };
}

/** A command line that can be pasted into a shell. */
export function commandLine(task: string, words: readonly string[]): string {
  return [own?.name ?? taskRunner(), task, ...words.map(shellWord)].join(" ");
}

/** A text that speaks of "deno task", in the words that work here. */
export function inCommandsOfHere(text: string): string {
  if (own === null) return text.replaceAll(DENO, taskRunner());
  const { name, commands } = own;
  return text.replaceAll(new RegExp(`${DENO}(?= (${commands.join("|")})\\b)`, "g"), name);
}

/**
 * What starts a task here: "deno task", or by way of npx where that started this process or a shell finds no Deno. npx
 * puts a Deno of its own on the path, which is gone for the next command, and Deno a folder (node_compat_bin) for those
 * that it starts.
 */
export function taskRunner({ execPath, path, isFile }: Surroundings = surroundings()): string {
  if (isOfNpx(execPath)) return NPX;
  const folders = path.split(":").filter((folder) =>
    folder !== "" && !isOfNpx(folder) && !folder.endsWith("/node_compat_bin")
  );
  return folders.some((folder) => isFile(`${folder}/deno`)) ? DENO : NPX;
}

function isOfNpx(path: string): boolean {
  return path.includes("/_npx/") || /\/node_modules\/\.bin\/?$/.test(path);
}

function surroundings(): Surroundings {
  return { execPath: Deno.execPath(), path: Deno.env.get("PATH") ?? "", isFile: isFileAsFarAsSeen };
}

/** Tasks that may read the project alone cannot see whether there is a Deno: then it counts as there. */
function isFileAsFarAsSeen(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    return error instanceof Deno.errors.NotCapable;
  }
}
