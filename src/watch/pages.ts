/** The files of a report, made of a snapshot when they are asked for: nothing is written. */
import { readTextIfThere } from "../files.ts";
import { columnsText } from "../report/columns.ts";
import { definitionsPage } from "../report/definitions_page.ts";
import { picturesBeside } from "../report/definitions_picture.ts";
import { htmlDocument, type Script } from "../report/document.ts";
import { definitionsData, embedRuns, reportData } from "../report/embed.ts";
import { geometryMoving } from "../report/geometry_moving.ts";
import { geometryStrip } from "../report/geometry_section.ts";
import { whole } from "../report/headline.ts";
import { html } from "../report/html.ts";
import { layersPicture } from "../report/layers_section.ts";
import { page } from "../report/page.ts";
import type { LiveData, PageData } from "../report/page_data.ts";
import { protocolTable } from "../report/protocol_table.ts";
import { renderPng } from "../report/render.ts";
import { picturesOf, readingOf } from "../report/report.ts";
import { classesOf } from "../report/reported.ts";
import { contextOf } from "../report/terminal.ts";
import { stepsOf } from "../report/view.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Answer {
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

const HTML = "text/html; charset=utf-8";
const CSV = "text/csv; charset=utf-8";
const JSON_TEXT = "application/json";
const PLACE = html`
  <section id="live"
    aria-label="Training now"><noscript>Scripts are off: load the page anew to see more of the training.</noscript></section>
`;

/** Files by name, without the folder, as in reports/; null for names that a report of this run does not have. */
export function filesOf(
  snapshot: Snapshot,
  live: LiveData,
  code: string,
): (name: string) => Promise<Answer | null> {
  const { record, log, measurements, trust } = snapshot;
  const scriptFor = (data: PageData): Script => ({ code, data: { ...data, live } });
  const reading = once(() => readingOf(record, measurements, log, trust));
  const pictures = once(() => picturesIn(snapshot, reading()));
  // Each of several open pages asks for it.
  const index = once((): Answer => ({
    type: HTML,
    body: measurements.length === 0
      ? waitingPage(snapshot, scriptFor)
      : reportPage(snapshot, reading(), scriptFor),
  }));
  const files: Record<string, () => Answer> = { "": index, "index.html": index };
  if (measurements.length > 0) {
    files["definitions.html"] = () => ({ type: HTML, body: definitionsOf(snapshot, reading(), scriptFor) });
    files["columns.json"] = () => ({
      type: JSON_TEXT,
      body: columnsText({ run: record, measurements, trust }),
    });
  }
  return async (name) => {
    if (Object.hasOwn(files, name)) return files[name]!();
    const path = snapshot.files.get(name);
    if (path !== undefined) return await fileAt(path);
    const [, picture, format] = /^(\w+)\.(svg|png)$/.exec(name) ?? [];
    const svg = picture === undefined || measurements.length === 0 ? undefined : pictures().get(picture);
    if (svg === undefined) return null;
    if (format === "svg") return { type: "image/svg+xml", body: svg };
    return { type: "image/png", body: new Uint8Array(await renderPng(svg)) };
  };
}

/** A file as it stands; null where it has gone. */
async function fileAt(path: string): Promise<Answer | null> {
  const body = await readTextIfThere(path);
  return body === null ? null : { type: path.endsWith(".csv") ? CSV : JSON_TEXT, body };
}

type Reading = ReturnType<typeof readingOf>;
type ScriptFor = (data: PageData) => Script;

function reportPage(
  { record, log, frames, layers, files }: Snapshot,
  { input, families }: Reading,
  scriptFor: ScriptFor,
): string {
  return page({
    run: record,
    log,
    input,
    families,
    frames,
    layers,
    dataFiles: [...files.keys(), "columns.json"],
    script: scriptFor(reportData(input, frames, classesOf(record))),
    preface: PLACE,
  });
}

/** All that a report has beside its pages, as SVGs by name. */
function picturesIn(
  { record, frames, layers }: Snapshot,
  { input, families }: Reading,
): ReadonlyMap<string, string> {
  const { run } = input.context;
  const pictures = picturesOf(input, families);
  const strip = geometryStrip(frames, classesOf(record), `${run}: features closing on a simplex`);
  const moving = geometryMoving(frames, classesOf(record));
  const layered = layersPicture(layers, `${run}: layer by layer`);
  for (
    const [name, svg] of [["geometry", strip], ["geometry_moving", moving], ["layers", layered]] as const
  ) {
    if (svg !== null) pictures.set(name, svg);
  }
  return pictures;
}

function definitionsOf(
  { measurements, trust }: Snapshot,
  { input, families }: Reading,
  scriptFor: ScriptFor,
): string {
  const script = scriptFor(definitionsData(input, families));
  return definitionsPage({
    families,
    context: input.context,
    epochs: measurements.map(({ epoch }) => epoch),
    trusted: trust !== null,
    script,
    picture: picturesBeside(families, script),
  });
}

/** Before anything is measured: the training alone. */
function waitingPage({ record, log }: Snapshot, scriptFor: ScriptFor): string {
  const { run, network, dataset, phase } = contextOf(record, log, []);
  const title = `Neural collapse of ${network} on ${dataset}`;
  const data: PageData = {
    title: `${network} on ${dataset}`,
    ...embedRuns([{ name: run, group: run, measurements: [], trust: null, phase, steps: stepsOf(log) }], []),
    lastEpoch: record.protocol.training.epochs,
    figures: [],
    ideals: {},
  };
  return htmlDocument(
    title,
    html`
      <header>
        <h1>Neural collapse of ${whole(network)} on ${whole(dataset)}</h1>
      </header>
      ${PLACE}
      <p>No checkpoint of this run is measured yet. The report appears here with the first one: train with
      <code>--measure</code>, or run <code>deno task validate</code>.</p>
      <section aria-labelledby="protocol"><h2 id="protocol">Protocol</h2>${protocolTable(
        record,
        log,
      )}</section>
    `,
    scriptFor(data),
  );
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
