/** The network that a protocol speaks of: its parts network and classifier together. */
import { kindOf, type ValueOf } from "../kind.ts";
import { type LastLayer, withClassifier } from "../models/classifier.ts";
import type { Architecture } from "../models/network.ts";
import { NETWORKS } from "../models/registry.ts";
import type { Classifier } from "./classifier.ts";
import { CLASSIFIERS } from "./classifiers/index.ts";
import type { LEARNED } from "./classifiers/learned.ts";
import type { Protocol } from "./parts.ts";

/** What of a protocol decides a network. */
export type NetworkProtocol = Pick<Protocol, "network" | "classifier">;

/** For so many classes. */
export function architectureOf(
  { network, classifier }: NetworkProtocol,
  shape: { readonly classes: number },
): Architecture {
  return withClassifier(kindOf(NETWORKS, network).make(network, shape), lastLayerOf(classifier));
}

/** What a protocol's classifier puts in the place of a network's own last layer. */
export function lastLayerOf(classifier: Protocol["classifier"]): LastLayer {
  const kind = kindOf(CLASSIFIERS, classifier) as unknown as Classifier<string, Record<never, never>>;
  return kind.layer(classifier);
}

/** The last layer that networks have where nothing else is said. */
export const USUAL_CLASSIFIER: ValueOf<typeof LEARNED> = {
  kind: "learned",
  noBias: false,
  width: null,
  temperature: null,
};
