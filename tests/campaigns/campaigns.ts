/** The campaigns by name. */
import type { Campaign } from "./campaign.ts";
import { commands } from "./commands.ts";
import { contributing } from "./contributing.ts";
import { disks } from "./disks.ts";
import { kills } from "./kills.ts";
import { MUTATIONS } from "./mutations.ts";
import { studies } from "./studies.ts";

export const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  kills,
  studies,
  disks,
  commands,
  contributing,
  ...MUTATIONS,
};
