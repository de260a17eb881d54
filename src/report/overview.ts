/** All figures in one picture, each under its first and last values: for a README, a talk, a message. */
import type { Measurement } from "../run/tables.ts";
import { chart } from "./chart.ts";
import type { FigureInput } from "./curve_cards.ts";
import { DOUBT_WORDS } from "./doubt.ts";
import { grid } from "./grid.ts";
import { renderSvg } from "./render.ts";
import { isDoubtful, summarise } from "./summary.ts";
import { breakSentence, type RunContext, spanWords, TERMINAL_ACCURACY, withoutPhase } from "./terminal.ts";
import { SIZES } from "./tokens.ts";

/** A standalone SVG. */
export function overview({ measurements, rows, context, trust, view, figures }: FigureInput): string {
  const summary = summarise({ figures, rows: measurements, trust, start: context.phase.start });
  const panels = figures.map((figure, i) => ({
    svg: renderSvg(chart(figure, rows, { ...view, size: SIZES.page, namesPhase: i === 0 })),
    title: figure.family === null ? figure.title : `${figure.family}  ${figure.title}`,
    subtitle: summary.filter((line) => line.figure === figure.file)
      .map(({ label, first, last }) => `${label} ${first} → ${last}`).join("; "),
  }));
  return grid(panels, {
    title: `Neural collapse of ${context.network} on ${context.dataset}`,
    subtitle: subtitleOf(measurements, context, summary.some(isDoubtful)),
    columns: 4,
    ...SIZES.page,
  });
}

function subtitleOf(rows: readonly Measurement[], { phase }: RunContext, doubtful: boolean): string {
  const checkpoints = rows.length === 1
    ? `One checkpoint, epoch ${rows[0]!.epoch}.`
    : `${rows.length} checkpoints, epochs ${rows[0]!.epoch} to ${
      rows.at(-1)!.epoch
    }; above each figure its values at ${
      phase.start === null ? "the first" : "the start of the phase"
    } and now.`;
  const words = phase.start === null
    ? `${withoutPhase(phase)}.`
    : `Shaded: the terminal phase, ${phase.accuracy} training accuracy from ${TERMINAL_ACCURACY} % (${
      phase.stretches.map(spanWords).join(", ")
    }). ${breakSentence(phase)}`;
  const key = "Blue: features and class means; orange: classifier; black: both. Dashed: test images.";
  return [checkpoints, words, key, doubtful ? `${DOUBT_WORDS}.` : ""].filter(Boolean).join(" ");
}
