/** Greedy k-centre, or drawn uniformly. */
export const coresetChoices = ['greedy', 'random'] as const;
export type CoresetName = (typeof coresetChoices)[number];

/** What the rivals can be told beside what all methods share: `method.rival` of a scenario. */
export interface RivalSettings {
  /** How PatchCore chooses patches, at its clients and at the server. */
  readonly coreset: CoresetName;
  /** Prototypes of a client; 1: the mean of its patches. */
  readonly prototypes: number;
  /** Width of hidden layers: SimpleNet's discriminator, Deep SVDD's network, both halves of the autoencoder. */
  readonly hidden: number;
  /** Numbers left in the narrowest place: the autoencoder's code, Deep SVDD's embedding. */
  readonly bottleneck: number;
  /** SimpleNet: deviation of the noise that makes anomalies, in root mean squares of a patch's numbers. */
  readonly noise: number;
  readonly fedprox: {
    /** μ, which holds a client near the global parameters; 0: FedAvg. */
    readonly mu: number;
  };
  readonly moon: {
    /** Weight of the contrastive term. */
    readonly mu: number;
    readonly temperature: number;
  };
  readonly scaffold: {
    /** Of its plain gradient descent: `training.learningRate` is Adam's. */
    readonly learningRate: number;
  };
}

export const defaultRival: RivalSettings = {
  coreset: 'greedy',
  prototypes: 10,
  hidden: 128,
  bottleneck: 16,
  noise: 0.5,
  fedprox: { mu: 0.01 },
  moon: { mu: 1, temperature: 0.5 },
  scaffold: { learningRate: 0.1 },
};
