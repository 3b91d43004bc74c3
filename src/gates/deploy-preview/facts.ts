import type { PreviewDeployment, ServiceFailure, ServiceHealth } from '../../core/ports/testops-service.ts';

/** The answer to the deployment, without what differs from one equal deployment to the next (its id and its time). */
export interface AcceptedDeployment extends Pick<PreviewDeployment, 'url' | 'commit' | 'flags'> {
  readonly kind: 'accepted';
}

/** The last state that was seen, at the latest at the deadline. */
export interface SeenHealth extends ServiceHealth {
  readonly kind: 'seen';
}

export interface Facts {
  /** The commit that was to be deployed; `undefined` outside git, and then nothing was asked. */
  readonly commit: string | undefined;
  readonly deployment: AcceptedDeployment | ServiceFailure | undefined;
  /** `undefined` when no deployment was accepted. */
  readonly health: SeenHealth | ServiceFailure | undefined;
}
