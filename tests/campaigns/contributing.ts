/** The examples of CONTRIBUTING.md that build native, each in a copy of the project. */
import { buildsNative, examples, performExample } from "../contributing.ts";
import type { CampaignOptions } from "./campaign.ts";

export async function contributing({ count, tell }: CampaignOptions): Promise<string> {
  const building = [...await examples()].filter(([, steps]) => buildsNative(steps));
  const headings = building.map(([heading]) => heading).join(", ");
  for (let round = 0; round < count; round++) {
    for (const [heading, steps] of building) {
      tell(heading);
      await performExample(steps);
    }
  }
  return `${count} × examples that build native: ${headings}`;
}
