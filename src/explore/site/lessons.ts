/** Settings of drawn features that show one kind of collapse each, and what is to be seen. */
import { type Settings, WIDEST } from "./drawn.ts";

export interface Lesson {
  readonly title: string;
  readonly words: string;
  readonly settings: Settings;
}

/** Samples as far from their class mean as means are from each other, and nothing in its place. */
export const NOT_COLLAPSED: Settings = { noise: 1.5, imbalance: 1, angle: 50, weak: 0.5, turn: 70 };
const COLLAPSED: Settings = { noise: 0.003, imbalance: 1, angle: WIDEST, weak: 1, turn: 0 };

export const LESSONS: readonly Lesson[] = [
  {
    title: "Nothing has collapsed",
    words: "Samples spread widely, two class means are near each other, the classifier points elsewhere.",
    settings: NOT_COLLAPSED,
  },
  {
    title: "All four",
    words: "Samples lie on their class means, which form a simplex; the classifier is that simplex.",
    settings: COLLAPSED,
  },
  {
    title: "NC1 alone",
    words: "Samples lie on their class means, but these are in no simplex and the classifier not along them.",
    settings: { ...COLLAPSED, angle: 50, turn: 70 },
  },
  {
    title: "NC2 and NC3 without NC1",
    words: "Class means form a simplex and the classifier is along them, while samples spread.",
    settings: { ...COLLAPSED, noise: 1 },
  },
  {
    title: "NC1 and NC2 without NC3",
    words: "The classifier is a simplex of its own, turned away from that of the class means.",
    settings: { ...COLLAPSED, turn: 60 },
  },
  {
    title: "One weak direction",
    words:
      "Two class means nearly coincide in one direction. Definitions of NC1 that divide by the spread between " +
      "classes direction by direction see noise there as no collapse; those that compare totals see hardly anything.",
    settings: { ...COLLAPSED, noise: 0.03, weak: 0.02 },
  },
  {
    title: "Minority collapse",
    words: "Rare classes share a direction while frequent ones stay apart (Fang et al. 2021).",
    settings: { ...COLLAPSED, noise: 0.05, imbalance: 20, angle: 10 },
  },
];
