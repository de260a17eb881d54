/**
 * torchvision's RandomCrop(size, padding) and RandomHorizontalFlip(0.5), in this order, before ToTensor and Normalize:
 * around the image stand pixels of 0, which normalising makes −mean/std.
 */
import { field, wholeNumber } from "../../fields.ts";
import type { Augmentation } from "./augmentation.ts";

const FIELDS = {
  padding: field({
    option: "crop-padding",
    argument: "<pixels>",
    help: "black pixels around the image, of which a part of its own size is cut out",
    type: wholeNumber({ max: 64 }),
    default: 4,
  }),
};

export const CROP_FLIP: Augmentation<"crop-flip", typeof FIELDS> = {
  kind: "crop-flip",
  fields: FIELDS,
  native: ({ padding }) => `augment kind=crop_flip padding=${padding}`,
  ways: ({ padding }) => 2 * (2 * padding + 1) ** 2,
  says: ({ padding }) =>
    `random crop with ${padding} black pixels around, random horizontal flip, drawn for each image and epoch`,
};
