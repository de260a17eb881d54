/** The networks that are measured, by their names in the registry, with what is usual of each. */
import { resolveProtocol } from "../src/experiment/protocol.ts";
import { kindOf } from "../src/kind.ts";
import type { Architecture } from "../src/models/network.ts";
import { NETWORKS } from "../src/models/registry.ts";

export function networkOf(model: string, classes: number): Architecture {
  const { network } = resolveProtocol("CIFAR10", { network: { kind: model } });
  return kindOf(NETWORKS, network).make(network, { classes });
}
