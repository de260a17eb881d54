/** The campaigns by name. */
import type { Campaign } from "./campaign.ts";
import { commands, commandsWithin } from "./commands.ts";
import { contributing } from "./contributing.ts";
import { disks } from "./disks.ts";
import { disksOfCommands } from "./disks_of_commands.ts";
import { kills } from "./kills.ts";
import { protocols } from "./protocols.ts";
import { MUTATIONS } from "./mutations.ts";
import { studies } from "./studies.ts";

export const CAMPAIGNS: Readonly<Record<string, Campaign>> = {
  kills,
  studies,
  protocols,
  disks,
  "disks-of-commands": disksOfCommands,
  commands,
  "commands-within": commandsWithin,
  contributing,
  ...MUTATIONS,
};
