/** The run that a person asks for: its name and its protocol, of a data set or of the run that is gone on with. */
import { isPath, OWN_IMAGES, resolveName } from "../data/registry.ts";
import { changedBy, type OptionTexts, protocolFrom } from "../experiment/options.ts";
import type { Protocol } from "../experiment/parts.ts";
import { defaultRunName, pathsOfRun } from "./places.ts";
import { readRun, requireSameProtocol } from "./run_json.ts";

export interface Asked {
  /** Name of the data set, in any case; or a path of images. */
  readonly dataset: string;
  /** Hyper-parameters by option. */
  readonly options?: OptionTexts;
  /** Defaults to the names of data set, network and preset. */
  readonly run?: string | undefined;
  /** Folder of all runs. */
  readonly runs?: string | undefined;
  /** Goes on with the run that is there; the options beside are held against it. */
  readonly resume?: boolean | undefined;
}

/** Throws, naming what differs, where the run that is gone on with has another protocol than what is asked for. */
export async function runAsked(
  { dataset, options: stated = {}, run: named, runs, resume = false }: Asked,
): Promise<{ run: string; protocol: Protocol }> {
  const { name, options } = datasetAsked(dataset, stated);
  const run = named ?? nameFor(name, options);
  if (!resume) return { run, protocol: protocolFrom(name, options) };
  const paths = pathsOfRun(run, runs);
  const record = await readRun(paths);
  if (record === null) throw nothingToResume(paths.folder);
  const changed = changedBy(record.protocol, options);
  const protocol = { ...changed, data: { ...changed.data, kind: name } };
  requireSameProtocol(paths.folder, record, protocol);
  return { run, protocol };
}

/** The data set that a person names, or whose images are at a path, with what is asked for beside it. */
export function datasetAsked(text: string, options: OptionTexts): { name: string; options: OptionTexts } {
  return isPath(text)
    ? { name: OWN_IMAGES, options: { ...options, images: text } }
    : { name: resolveName(text), options };
}

/** By the names of data set, network and preset. */
function nameFor(dataset: string, { model, preset, images }: OptionTexts): string {
  const chosen = {
    ...images === undefined ? {} : { images },
    ...model === undefined ? {} : { model },
    ...preset === undefined ? {} : { preset },
  };
  const name = defaultRunName(protocolFrom(dataset, chosen));
  return preset === undefined ? name : `${name}-${preset}`;
}

/** What a run to go on with that is not there ends in. */
export function nothingToResume(folder: string): Error {
  return new Error(`expected a run to resume in ${folder}, found none; start it without --resume`);
}
