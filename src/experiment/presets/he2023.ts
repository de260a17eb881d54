/** He & Su 2023: the law of data separation, by which each layer makes the separation fuzziness smaller by one factor. */
import type { Preset } from "./preset.ts";

export const HE_2023: Preset = {
  name: "he2023-separation",
  says:
    "a perceptron of 18 layers of 100 units behind the first one, on 100 images a class, by Adam for 600 epochs; with --measure --layers, the logarithm " +
    "of D is to fall on a line over the layers",
  source: "He & Su 2023 (PNAS 120:e2221704120, arXiv 2210.17020), Figure 1; rate, batches and epochs as " +
    "github.com/HornHehhf/Equi-Separation has them",
  differs:
    "the authors' layers have batch norm before each ReLU, which the perceptron here has not; they draw the images, in which " +
    "10 × 10 pixels are left by resizing; here the first ones stay, in their own size",
  dataset: "FashionMNIST",
  states: {
    data: { perClass: 100 },
    // 18 and the one that reads the pixels.
    network: { kind: "mlp", depth: 19, units: 100 },
    optimizer: { kind: "adam", learningRate: 3e-4, weightDecay: 5e-4 },
    training: { epochs: 600, batchSize: 128 },
  },
};
