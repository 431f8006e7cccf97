import type { ActorId } from './messages.js';

/**
 * What follows when an actor fails, by its job or by its own code. `resume`: it is told and goes on; `restart`: it starts
 * again from what it had stored; `stop`: it never answers again, and the server is told; `escalate`: the run ends.
 */
export const directives = ['resume', 'restart', 'stop', 'escalate'] as const;
export type Directive = (typeof directives)[number];

/** @param failures how often this actor has failed, this time included */
export type Supervise = (actor: ActorId, failures: number) => Directive;

export const escalateAll: Supervise = () => 'escalate';
