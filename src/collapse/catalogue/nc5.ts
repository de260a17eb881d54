/** Entries: NC5, out-of-distribution (OOD) features. */
import { meanScore, oodOrthogonality, separation } from "../nc5.ts";
import { given } from "../split.ts";
import { type Definition, type Metric, ofSplit } from "./metric.ts";

const NECO: Definition = {
  family: "NC5",
  variant: "mean NECO score",
  formula: "mean of ‖Ph‖/‖h‖, P on the C − 1 leading principal directions of the training features",
  range: "[0, 1]",
  atCollapse: "1 for features of mean 0, less by what their offset takes; 0 for OOD features",
  // No value and no bound: an offset decides.
  ideal: () => null,
  scale: 1,
  source: "Ammar et al. 2024",
  notes:
    "The paper chooses the number of directions by validation and its code standardises features first; here it is " +
    "C − 1, those that class means span at collapse, of features as they are: an offset that all features share lies " +
    "outside of them. Undefined where C > d, whose directions would keep everything.",
};

export const NC5: readonly Metric[] = [
  {
    family: "NC5",
    variant: "orthogonality of class means and the OOD mean",
    formula: "mean_c |cos(μ_c, μ_G^OOD)|, uncentred",
    range: "[0, 1]",
    atCollapse: "0",
    ideal: 0,
    scale: 1,
    source: "Ammar et al. 2024",
    notes:
      "μ_G^OOD is the mean of the OOD samples; rhubarbwu/neural-collapse takes the mean of OOD class means, which " +
      "is equal for balanced OOD classes.",
    name: "nc5_orthogonality_ood",
    split: "ood",
    needs: ["moments"],
    cost: "cheap",
    run: ({ train, ood }) =>
      given(
        train,
        ({ reduced }) =>
          given(reduced, ({ moments }) => given(ood, ({ mean }) => oodOrthogonality(moments, mean))),
      ),
  },
  ...ofSplit("nc5_neco", NECO, "scores", { read: (split) => split.scores, run: meanScore }),
  {
    ...NECO,
    ideal: 0,
    name: "nc5_neco_ood",
    split: "ood",
    needs: ["moments", "scores"],
    cost: "expensive",
    run: ({ ood }) => given(ood, ({ scores }) => given(scores, meanScore)),
  },
  {
    ...NECO,
    variant: "separation by the NECO score",
    formula: "area under the ROC curve of ‖Ph‖/‖h‖, test against OOD samples",
    atCollapse: "1",
    ideal: 1,
    // Chance.
    scale: 0.5,
    name: "nc5_neco_auroc_ood",
    split: "ood",
    needs: ["moments", "scores"],
    cost: "expensive",
    run: ({ test, ood }) =>
      given(
        test,
        (split) =>
          given(split.scores, (own) => given(ood, (o) => given(o.scores, (s) => separation(own, s)))),
      ),
  },
];
