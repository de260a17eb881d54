/** What the page says about a definition beside its entry in the catalogue. */

export interface DefinitionText {
  /** What it measures, in one plain sentence. */
  readonly plain: string;
  /** Why it may say something else than its family, in one sentence. */
  readonly dissent: string;
}

/** By the name of the definition's first metric in the catalogue. */
export type DefinitionTexts = Readonly<Record<string, DefinitionText>>;
