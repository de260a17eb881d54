/** `deno task presets`: the published protocols that train begins with on request. */
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { optionsStated } from "../experiment/protocol.ts";
import { PRESETS } from "../experiment/presets/index.ts";
import type { Preset } from "../experiment/presets/preset.ts";
import { wrap } from "../measuring/text.ts";
import { commandLine } from "./command_line.ts";

export function presetsCommand(): CommandUnknownOpts {
  return new Command("presets")
    .description("list the published protocols: what train --preset begins with, and where each comes from")
    .action(() => console.log(PRESETS.map(textOf).join("\n\n")));
}

function textOf(preset: Preset): string {
  const { name, says, source, differs, dataset } = preset;
  const lines = [
    says,
    ...optionsText(preset),
    `source: ${source}`,
    ...differs === null ? [] : [`differs: ${differs}`],
    `try: ${commandLine("train", [dataset, "--preset", name])}`,
  ];
  return [name, ...lines.map((line) => wrap(line, { indent: 2 }))].join("\n");
}

function optionsText({ dataset, states }: Preset): string[] {
  const options = optionsStated(dataset, states).map((words) => words.join(" "));
  return options.length === 0 ? [] : [`options: ${options.join(" ")}`];
}
