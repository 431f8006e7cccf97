import { shuffledIndices, type RandomStream } from '../base/random.js';
import { mergeSlots } from './memory-bank.js';
import { centreOf } from './robust-clusters.js';
import { fewestVoices, type ClusterRule } from './robust-rule.js';
import { median } from './robust-statistics.js';

const mostGroups = 5;

/**
 * Median of means: clients are dealt at random into an odd number of groups, at most five. A cluster's vector is the
 * coordinate-wise median of the weighted means of the groups present in it, three or more. Its weight is the median of
 * these groups' mean weight a present client, times the present clients, so that uneven groups cost no weight.
 * Means of groups before a median: Chen, Su & Xu 2017, "Distributed Statistical Machine Learning in Adversarial
 * Settings", who take the geometric median.
 */
export function medianOfMeans(clients: number, random: RandomStream): ClusterRule {
  const groupOf = dealGroups(clients, random);
  return (shares, members) => {
    const present = [...new Set(members.map((client) => groupOf[client]))].sort((a, b) => a - b);
    if (present.length < fewestVoices) return null;
    const voiceOf = Int32Array.from(members, (client) => present.indexOf(groupOf[client]));
    const groups = mergeSlots(shares, voiceOf, present.length);
    const { vector, variance, far } = centreOf(groups, median);
    const sizes = new Int32Array(present.length);
    for (const voice of voiceOf) sizes[voice]++;
    const usual = median(groups.weights.map((weight, voice) => weight / sizes[voice]));
    return {
      vector,
      variance,
      weight: usual * members.length,
      counted: shares.weights.map((weight, share) => (far[voiceOf[share]] ? 0 : Math.min(weight, usual))),
    };
  };
}

/** Group of each client: the largest odd number of groups up to five, and up to the clients. */
function dealGroups(clients: number, random: RandomStream): Int32Array {
  const most = Math.min(mostGroups, clients);
  const groups = most % 2 === 0 ? most - 1 : most;
  const groupOf = new Int32Array(clients);
  shuffledIndices(random, clients).forEach((client, place) => {
    groupOf[client] = place % groups;
  });
  return groupOf;
}
