/** What each definition says of drawn features. */
import { measure } from "../../collapse/measure.ts";
import { compareDefinitions, type FamilyComparison, type Reading } from "../../report/comparison.ts";
import type { Measurement } from "../../run/tables.ts";
import { trustOf } from "../../run/trust.ts";
import { CLASSES, drawnInput, type Settings, WIDTH } from "./drawn.ts";
import { NOT_COLLAPSED } from "./lessons.ts";
import type { Said, SaidDefinition, SaidFamily } from "./messages.ts";
import { frameFrom } from "./site_report.ts";

/** Families that are of something else than collapse, or of images that are not drawn. */
const LEFT_OUT: readonly string[] = ["accuracy", "NC5", "calibration"];

let before: Promise<Measurement> | undefined;

/** Measures what is drawn; where a definition has no scale, its distance is held against that of features without collapse. */
export async function saidOf(settings: Settings): Promise<Extract<Said, { frame: unknown }>> {
  const input = drawnInput(settings);
  const { values, outcomes } = await measure(input, { metrics: "all" });
  before ??= measure(drawnInput(NOT_COLLAPSED), { metrics: "all" }).then(({ values }) => ({
    epoch: 0,
    values,
  }));
  const families = compareDefinitions({
    measurements: [await before, { epoch: 1, values }],
    trust: { format: 1, width: WIDTH, checkpoints: [trustOf(1, outcomes)] },
    classes: CLASSES,
    window: null,
  });
  return {
    frame: (await frameFrom(input, 1))!,
    families: families.filter(({ family }) => !LEFT_OUT.includes(family)).map(familyOf)
      .filter(({ definitions }) => definitions.some(({ level }) => level !== null)),
  };
}

function familyOf({ family, title, call, definitions }: FamilyComparison): SaidFamily {
  return {
    family,
    title,
    call,
    definitions: definitions.flatMap(({ title, readings }) =>
      readings.filter(({ metric: { split } }) =>
        split === "train" || split === "classifier" || family === "NC4"
      )
        .map((reading) => definitionOf(title, reading))
    ),
  };
}

function definitionOf(title: string, reading: Reading): SaidDefinition {
  const { metric, last, reference, verdict, uninformative, contradicts, trust } = reading;
  const level = verdict?.level ?? null;
  return {
    title,
    column: metric.name,
    value: last,
    ideal: reference?.kind === "collapse" ? reference.value : null,
    level,
    silent: level !== null
      ? null
      : uninformative ?? (last === null ? trust.undefined ?? "not defined" : "no one value at collapse"),
    contradicts,
  };
}
