/** What can become of training images, in the order in which it is offered. */
import { CROP_FLIP } from "./crop_flip.ts";
import { NONE } from "./none.ts";

export const AUGMENTATIONS = [NONE, CROP_FLIP] as const;
