/** All definitions in one picture: small multiples, family after family. */
import type { DefinitionComparison, FamilyComparison } from "./comparison.ts";
import { definitionChart, HEADED_HEIGHT, PANEL, panelFrame, SPLITS } from "./definition_chart.ts";
import type { FigureContext } from "./figure.ts";
import { grid } from "./grid.ts";
import { renderSvg } from "./render.ts";
import { callWords } from "./verdict.ts";

const COLUMNS = 6;

/** A standalone SVG. */
export function definitionsPicture(
  families: readonly FamilyComparison[],
  { dataset, network, terminalStart }: FigureContext,
  lastEpoch: number,
): string {
  const panels = families.flatMap((family) => {
    const frame = panelFrame(family, { lastEpoch, terminalStart });
    return family.definitions.map((definition) =>
      renderSvg(definitionChart(definition, frame, headingOf(family, definition)))
    );
  });
  return grid(panels, {
    title: `Definitions of neural collapse compared: ${network} on ${dataset}`,
    subtitle: "Distance from the value at perfect collapse, relative to the first checkpoint. " +
      "Blue: training images; orange: test images; green: classifier. Dashed: start of the terminal phase.",
    columns: Math.min(COLUMNS, Math.max(3, panels.length)),
    width: PANEL.width,
    height: HEADED_HEIGHT,
  });
}

function headingOf({ family }: FamilyComparison, { title, readings }: DefinitionComparison) {
  const calls = Map.groupBy(
    readings,
    ({ verdict, uninformative }) =>
      uninformative === null ? (verdict && callWords(verdict)) ?? "no call" : "says nothing here",
  );
  const parts = [...calls].map(([call, those]) =>
    calls.size === 1 ? call : `${those.map(({ metric }) => SPLITS[metric.split].label).join(", ")}: ${call}`
  );
  // The face of the PNG has no raised T.
  return { title: `${family} · ${title.replaceAll("ᵀ", "^T")}`, subtitle: parts.join("; ") };
}
