/** Sizes of a figure, all in px. */

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Margins of the frame; the one at the top is the sum of the four lines of text below. */
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly fontSize: number;
  /** Heights of the lines above the frame: title, dataset and network, legend, start of the terminal phase. */
  readonly title: number;
  readonly subtitle: number;
  readonly legend: number;
  readonly phase: number;
}

/** A figure of its own, and a panel among others, which leaves dataset and network to the heading over all of them. */
export const LAYOUTS = {
  figure: {
    width: 640,
    height: 440,
    left: 72,
    right: 24,
    bottom: 52,
    fontSize: 13,
    title: 32,
    subtitle: 22,
    legend: 26,
    phase: 24,
  },
  panel: {
    width: 380,
    height: 300,
    left: 60,
    right: 16,
    bottom: 44,
    fontSize: 11,
    title: 26,
    subtitle: 0,
    legend: 21,
    phase: 21,
  },
} as const satisfies Record<string, Layout>;

/** Distance between the text and the left and right edges of the picture. */
export const TEXT_INSET = 16;

export function frameTop({ title, subtitle, legend, phase }: Layout): number {
  return title + subtitle + legend + phase;
}
