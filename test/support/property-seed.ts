import fc from 'fast-check';

/** Properties look at the same cases in every run, so that a change is judged by itself; another seed draws others. */
fc.configureGlobal({ seed: Number(process.env.FEDDYMEM_PROPERTY_SEED ?? 1) });
