/** Zhao 2026: the optimizer decides whether W1 vanishes (NC0); the settings with the best NC3 of each (Tables 3 and 5). */
import type { PartialProtocol } from "../parts.ts";
import type { Preset } from "./preset.ts";

const SOURCE = "Zhao 2026 (arXiv 2602.16642), Tables 3 and 5: the setting of best self-duality";

function of(
  title: string,
  optimizer: PartialProtocol["optimizer"] & { readonly kind: string },
  differs = "",
): Preset {
  return {
    name: `zhao2026-${optimizer.kind}`,
    says:
      `Fashion-MNIST with a ResNet9 by ${title} for 200 epochs; the four optimizers show what their decay does to NC0`,
    source: SOURCE,
    differs: `the authors enlarge images to 32 × 32 pixels; here they are padded to that${differs}`,
    dataset: "FashionMNIST",
    states: { network: { kind: "resnet9" }, optimizer, training: { epochs: 200 } },
  };
}

const AS_BETA1 = ". The momentum of the tables is read as the first of the betas";

export const ZHAO_2026: readonly Preset[] = [
  of("SGD", { kind: "sgd", learningRate: 0.01, momentum: 0.9, weightDecay: 0.05 }),
  of("SGDW", { kind: "sgdw", learningRate: 0.0679, momentum: 0.5, weightDecay: 0.05 }),
  of("Adam", { kind: "adam", learningRate: 0.005, betas: [0.98, 0.999], weightDecay: 0.05 }, AS_BETA1),
  of("AdamW", { kind: "adamw", learningRate: 0.005, betas: [0.95, 0.999], weightDecay: 5 }, AS_BETA1),
];
