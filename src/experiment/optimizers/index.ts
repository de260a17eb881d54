/** The optimizers, in the order in which they are offered. All have a learning rate and a weight decay. */
import { SGD } from "./sgd.ts";

export const OPTIMIZERS = [SGD] as const;
