/** Which columns read samples one by one, by the records of their needs. */
import { CATALOGUE } from "../../src/collapse/catalogue.ts";
import { closure } from "../../src/collapse/needs/need.ts";

/** Names of all columns that merged statistics hold no value of. */
export const SAMPLEWISE: ReadonlySet<string> = new Set(
  CATALOGUE.filter(({ needs, split }) => closure(needs, split).some(({ need }) => need.samplewise))
    .map(({ name }) => name),
);
