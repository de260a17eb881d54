/** The presets there are, one line each. */
import { suggestion } from "../../names.ts";
import { FANG_2021 } from "./fang2021.ts";
import { HAN_2022 } from "./han2022.ts";
import { HE_2023 } from "./he2023.ts";
import { PAPYAN_2020, PAPYAN_2020_NOTEBOOK } from "./papyan2020.ts";
import type { Preset } from "./preset.ts";
import { ZHAO_2026 } from "./zhao2026.ts";
import { ZHU_2021 } from "./zhu2021.ts";

export const PRESETS: readonly Preset[] = [
  PAPYAN_2020,
  PAPYAN_2020_NOTEBOOK,
  ...ZHAO_2026,
  ...ZHU_2021,
  HAN_2022,
  FANG_2021,
  HE_2023,
];

/** Throws for a name that is none. */
export function presetNamed(name: string): Preset {
  const found = PRESETS.find((preset) => preset.name === name);
  if (found) return found;
  const names = PRESETS.map((preset) => preset.name);
  throw new Error(
    `--preset: expected one of ${names.join(", ")}, found ${JSON.stringify(name)}${suggestion(name, names)}`,
  );
}
