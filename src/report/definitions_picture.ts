/** All definitions in one picture: small multiples, family after family. */
import { partLabel } from "../collapse/catalogue.ts";
import type { DefinitionComparison, FamilyComparison } from "./comparison.ts";
import { chart, type View } from "./chart.ts";
import { definitionFigure, idealsOf } from "./definition_figure.ts";
import { groundBeside, type Script } from "./document.ts";
import { grid, groundAt } from "./grid.ts";
import type { Html } from "./html.ts";
import { renderSvg } from "./render.ts";
import { distances, type Row } from "./rows.ts";
import type { RunContext } from "./terminal.ts";
import { SIZES } from "./tokens.ts";
import { callWords } from "./verdict.ts";

const LAYOUT = { columns: 6, ...SIZES.page };

/** A standalone SVG. */
export function definitionsPicture(
  families: readonly FamilyComparison[],
  rows: readonly Row[],
  { network, dataset }: RunContext,
  view: View,
): string {
  const panels = families.flatMap((family) =>
    family.definitions.map((definition) => ({
      svg: pictureOf(definition, rows, view),
      ...headingOf(family, definition),
    }))
  );
  return grid(panels, {
    title: `Definitions of neural collapse compared: ${network} on ${dataset}`,
    subtitle:
      "Value, or distance from the value at perfect collapse where that is not 0. Blue: features and class means; " +
      "orange: classifier; black: both. Dashed: test images. Shaded: the terminal phase.",
    ...LAYOUT,
  });
}

/** Pictures of single definitions for a page that has the whole one beside it, as definitions.svg. */
export function picturesBeside(
  families: readonly FamilyComparison[],
  script: Script | null,
): (definition: DefinitionComparison) => Html {
  const all = families.flatMap(({ definitions }) => definitions);
  const places = new Map(all.map(({ id }, i) => [id, i]));
  return ({ id, title }) =>
    groundBeside("definitions.svg", groundAt(places.get(id)!, all.length, LAYOUT), title, script);
}

function pictureOf(definition: DefinitionComparison, rows: readonly Row[], view: View): string {
  const own = distances(rows, idealsOf(definition.readings));
  return renderSvg(chart(definitionFigure(definition), own, { ...view, namesPhase: false }));
}

function headingOf({ family }: FamilyComparison, { title, readings }: DefinitionComparison) {
  const calls = Map.groupBy(
    readings,
    ({ verdict, uninformative }) =>
      uninformative === null ? (verdict && callWords(verdict)) ?? "no call" : "says nothing here",
  );
  const parts = [...calls].map(([call, those]) =>
    calls.size === 1 ? call : `${those.map(({ metric }) => partLabel(metric)).join(", ")}: ${call}`
  );
  // The face of the PNG has no raised T.
  return { title: `${family} · ${title.replaceAll("ᵀ", "^T")}`, subtitle: parts.join("; ") };
}
