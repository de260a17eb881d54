/** The visual language of all pages and figures: colours with their one meaning, the scale of type, spacing and widths. */

export interface Colour {
  /** On white paper, and what a figure's file holds. */
  readonly light: string;
  /** On a dark page. */
  readonly dark: string;
}

/** What is measured has a colour, one meaning each on every page. */
export const SUBJECTS = {
  /** Features and class means. */
  means: { light: "#2162c4", dark: "#69a5ff" },
  classifier: { light: "#b94f06", dark: "#f08a3c" },
  /** Both together: accuracy, NC3, NC4. The ink of the page. */
  both: { light: "#15181d", dark: "#eceef1" },
} as const satisfies Record<string, Colour>;

export type Subject = keyof typeof SUBJECTS;

/** With several runs colour says the run, in this order; from the fifth on they begin again, and labels tell. */
export const RUNS: readonly Colour[] = [
  { light: "#11857a", dark: "#35bfae" },
  { light: "#8a2473", dark: "#e079c6" },
  { light: "#8f6a00", dark: "#d9b23c" },
  { light: "#3b3fb0", dark: "#9b9cf5" },
];

/** Names of runs with the colours they have in figures. */
export function legendOf(runs: readonly string[]): { readonly label: string; readonly colour: string }[] {
  return runs.map((label, i) => ({ label, colour: RUNS[i % RUNS.length]!.light }));
}

/** Ground, text, lines; the terminal phase; doubt and dissent, always beside a word. */
export const GROUNDS = {
  paper: { light: "#ffffff", dark: "#121417" },
  ink: SUBJECTS.both,
  muted: { light: "#4b535e", dark: "#b6bdc7" },
  faint: { light: "#656d78", dark: "#969eaa" },
  hair: { light: "#e3e5e8", dark: "#2a2e34" },
  rule: { light: "#c9cdd2", dark: "#434952" },
  panel: { light: "#f6f7f8", dark: "#1a1d21" },
  phase: { light: "#f2efe6", dark: "#28282b" },
  alarm: { light: "#7a5d00", dark: "#e0bd55" },
} as const satisfies Record<string, Colour>;

/** The colours of marks in a figure's file, by the name under which a page may give them others. */
export const MARK_COLOURS: Readonly<Record<string, Colour>> = {
  means: SUBJECTS.means,
  classifier: SUBJECTS.classifier,
  ink: GROUNDS.ink,
  muted: GROUNDS.muted,
  faint: GROUNDS.faint,
  hair: GROUNDS.hair,
  phase: GROUNDS.phase,
  paper: GROUNDS.paper,
  alarm: GROUNDS.alarm,
  ...Object.fromEntries(RUNS.map((colour, i) => [`run${i + 1}`, colour])),
};

/** Sizes of text in px: title, finding, heading, text, small. Nothing on a page is smaller. */
export const TYPE = {
  title: 34,
  finding: 20,
  heading: 21,
  text: 16,
  note: 14,
  small: 13,
  least: 12,
} as const;

/** The face that pages embed, figures name and PNGs are drawn in. */
export const FONT_FAMILY = "Inter, system-ui, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

/** Widths in px: of a page's text column, below which a page is one column, and below which it is narrow. */
export const WIDTHS = { page: 1180, two: 1020, one: 640 } as const;

/** A figure's size and text in px: on a page, drawn for a column of a phone; alone in a file; large on a page. */
export const SIZES = {
  page: { width: 360, height: 236, fontSize: 12 },
  file: { width: 560, height: 360, fontSize: 13 },
  large: { width: 760, height: 420, fontSize: 13 },
} as const;

export interface Size {
  readonly width: number;
  readonly height: number;
  readonly fontSize: number;
}
