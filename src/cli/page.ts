/** The page of a report: its address, and how it is opened. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** How long a command that opens pages is waited for; one that stays longer shows the page itself. */
const PATIENCE = 3000;

/** The address of a file, as terminals and browsers follow it. */
export function linkTo(path: string): string {
  return pathToFileURL(resolve(path)).href;
}

/** Opens a page in the browser that the system has for it. Where that fails, says so and how the page can be seen. */
export async function openPage(path: string): Promise<void> {
  const opener = Deno.build.os === "darwin" ? "open" : "xdg-open";
  const failure = await run(opener, linkTo(path));
  if (failure !== null) {
    console.error(
      `could not open the report (${opener}: ${failure}); open its address in a browser: ${linkTo(path)}`,
    );
  }
}

/** Null, or why the command failed. */
async function run(command: string, address: string): Promise<string | null> {
  try {
    const process = new Deno.Command(command, {
      args: [address],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    })
      .spawn();
    process.unref();
    const timer = Promise.withResolvers<null>();
    const timeout = setTimeout(() => timer.resolve(null), PATIENCE);
    const status = await Promise.race([process.status, timer.promise]);
    clearTimeout(timeout);
    return status === null || status.success ? null : `exit code ${status.code}`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) {
      return "not found on this machine";
    }
    return error instanceof Error ? error.message.split("\n")[0]! : String(error);
  }
}
