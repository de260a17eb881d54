/** A network whose hidden layer reads each channel of one position nine times, for tests that train. */
import { NetworkBuilder } from "../../src/models/network.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import type { Plan } from "../../src/models/plan.ts";

export const REPEATS_IMAGE = [3, 2, 2] as const;
/** The layer's weight, and how many values it has. */
export const REPEATED = { name: "hidden.weight", size: 6 * 4 * 9 };

/** Of two convolutions, both of which have dead taps, too. */
export function spreadPlan(): Plan {
  const net = new NetworkBuilder();
  const conv = (input: string, name: string, stride = 1) =>
    net.conv2d(input, name, { channels: 4, kernel: 3, padding: 1, stride, bias: true, fan: "in" });
  const second = conv(net.plain("relu", "relu", conv("input", "first", 2)), "second");
  const flat = net.plain("flatten", "flat", net.adaptiveAvgPool2d(second, "pool", 3));
  net.linear(net.plain("relu", "hidden.relu", net.linear(flat, "hidden", 6)), "fc", 2);
  return makePlan(net.build("spread", 2), REPEATS_IMAGE);
}
