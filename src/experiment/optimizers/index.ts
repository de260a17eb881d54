/** The optimizers, in the order in which they are offered. All have a learning rate and a weight decay. */
import { ADAM } from "./adam.ts";
import { ADAMW } from "./adamw.ts";
import { MUON } from "./muon.ts";
import { SGD } from "./sgd.ts";
import { SGDW } from "./sgdw.ts";

export const OPTIMIZERS = [SGD, SGDW, ADAM, ADAMW, MUON] as const;
