/** What campaigns have in common. */

/** Runs `count` rounds and returns what held, in one line. Throws at the first round in which something did not. */
export type Campaign = (options: CampaignOptions) => Promise<string>;

export interface CampaignOptions {
  readonly count: number;
  /** Equal seeds make equal rounds, but for what hangs on the clock. */
  readonly seed: number;
  /** Is told how far it is. */
  readonly tell: (progress: string) => void;
}

export const SEED = 20200818;
