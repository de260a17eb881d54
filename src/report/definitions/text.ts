/** What the page says about a definition beside its entry in the catalogue. */

export interface DefinitionText {
  /** What it measures, in one plain sentence. */
  readonly plain: string;
  /** Why it may say something else than its family, in one sentence. */
  readonly dissent: string;
}

/** By the name of the definition's first metric in the catalogue. */
export type DefinitionTexts = Readonly<Record<string, DefinitionText>>;

/** Those of `texts` whose definitions are measured around the mean of the class means, too; `nameOf` gives that name. */
export function aroundClassMeans(
  texts: DefinitionTexts,
  nameOf: (name: string) => string | null,
): DefinitionTexts {
  const entries = Object.entries(texts).flatMap(([name, { plain }]) => {
    const centred = nameOf(name);
    if (centred === null) return [];
    return [[centred, {
      plain: `Around the mean of the class means: ${plain[0]!.toLowerCase()}${plain.slice(1)}`,
      dissent: "Large classes pull the mean of all samples towards them and leave this centre where it is.",
    }]];
  });
  return Object.fromEntries(entries);
}
