/** A whole protocol in the words of the command line. */
import type { Protocol } from "../experiment/parts.ts";
import { optionsOf } from "../experiment/protocol.ts";

/** One line a hyper-parameter, as the option that gives it; `run` is the name of the run that it is for. */
export function protocolText(protocol: Protocol, run: string): string {
  const lines = [...optionsOf(protocol), ["--run", run] as const];
  const widest = Math.max(...lines.map(([option]) => option.length));
  return lines.map(([option, value]) => `${option.padEnd(widest)}  ${value}`).join("\n");
}
