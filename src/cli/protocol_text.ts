/** Protocols in the words of the command line: what an option defaults to for each data set, and a whole protocol. */
import { datasetNames } from "../data/registry.ts";
import type { Protocol } from "../experiment/run_record.ts";
import { resolveProtocol } from "../experiment/protocol.ts";
import { optionValue, PROTOCOL_OPTIONS } from "../experiment/options.ts";

/** "(default: 350; Drawn10 30; Drawn100 60)": the value of the first data set, then those of the data sets that have another. */
export function defaultOf(key: keyof Protocol): string {
  const byValue = Map.groupBy(datasetNames(), (name) => optionValue(resolveProtocol(name)[key]));
  const [[common], ...others] = [...byValue] as [[string, string[]], ...[string, string[]][]];
  return `(default: ${
    [common, ...others.map(([value, names]) => `${names.join(" and ")} ${value}`)].join("; ")
  })`;
}

/** One line a hyper-parameter, as the option that gives it; `run` is the name of the run that it is for. */
export function protocolText(protocol: Protocol, run: string): string {
  const keys = Object.keys(PROTOCOL_OPTIONS) as (keyof Protocol)[];
  const lines = [...keys.map((key) => [PROTOCOL_OPTIONS[key], optionValue(protocol[key])]), ["--run", run]];
  const widest = Math.max(...lines.map(([option]) => option!.length));
  return lines.map(([option, value]) => `${option!.padEnd(widest)}  ${value}`).join("\n");
}
