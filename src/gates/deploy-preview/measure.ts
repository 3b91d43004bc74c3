import type { Ports } from '../../core/index.ts';
import type { ServiceFailure, ServiceResult, TestopsService } from '../../core/ports/testops-service.ts';
import type { AcceptedDeployment, Facts, SeenHealth } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { countReady, isReady } from './readiness.ts';

export type DeployPorts = Pick<Ports, 'clock' | 'progress' | 'repository' | 'services'>;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;
/** One call that hangs must not use up the whole deadline. */
const HEALTH_TIMEOUT_MS = 10_000;
/** A service, or the proxy before it, that is still starting; the contract allows to send the same deployment again. */
const STARTING = [429, 502, 503, 504];
const TASK = 'deploy-preview';

/**
 * Deploys the checked-out commit and asks for the health until everything that `inputs` name is ready, or until the deadline. A service that does not
 * listen yet is tried again until then.
 */
export async function measure(inputs: Inputs, ports: DeployPorts): Promise<Facts> {
  const commit = await ports.repository.head();
  if (commit === undefined) return { commit, deployment: undefined, health: undefined };
  const service = ports.services.at(inputs.url);
  const waiter = createWaiter(ports, inputs['deadline-seconds'] * 1000);
  try {
    const deployment = await deploy(service, commit, inputs, waiter);
    if (deployment.kind === 'failure') return { commit, deployment, health: undefined };
    return { commit, deployment, health: await watch(service, commit, inputs, waiter, ports) };
  } finally {
    ports.progress.finish(TASK);
  }
}

interface Waiter {
  readonly leftMs: () => number;
  /** Pauses, longer each time; `false` when the deadline has come. */
  readonly pause: () => Promise<boolean>;
}

function createWaiter({ clock }: DeployPorts, deadlineMs: number): Waiter {
  const end = clock.monotonicMs() + deadlineMs;
  const leftMs = (): number => end - clock.monotonicMs();
  let pauseMs = FIRST_PAUSE_MS;
  return {
    leftMs,
    pause: async () => {
      if (leftMs() <= 0) return false;
      await clock.sleep(Math.min(pauseMs, leftMs()));
      pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS);
      return leftMs() > 0;
    },
  };
}

async function deploy(
  service: TestopsService,
  commit: string,
  inputs: Inputs,
  waiter: Waiter,
): Promise<AcceptedDeployment | ServiceFailure> {
  const { version, flags } = inputs;
  for (;;) {
    const result = await service.deployPreview({ commit, ...(version === undefined ? {} : { version }), flags });
    if (result.kind === 'ok') {
      const { url, commit: deployed, flags: set } = result.value;
      return { kind: 'accepted', url, commit: deployed, flags: set };
    }
    if (!mayBeStarting(result) || !(await waiter.pause())) return result;
  }
}

function mayBeStarting({ reason, status }: ServiceFailure): boolean {
  return reason === 'unreachable' || reason === 'timeout' || (status !== undefined && STARTING.includes(status));
}

/** The first state in which everything is ready, or the last answer before the deadline; always at least one. */
async function watch(
  service: TestopsService,
  commit: string,
  inputs: Inputs,
  waiter: Waiter,
  { progress }: DeployPorts,
): Promise<SeenHealth | ServiceFailure> {
  const needed = inputs['min-runners'] + inputs['min-gateways'];
  let last: ServiceResult<SeenHealth> | undefined;
  for (;;) {
    const result = await service.health(Math.max(1_000, Math.min(HEALTH_TIMEOUT_MS, waiter.leftMs())));
    if (result.kind === 'ok') {
      const { runners, gateways } = result.value;
      const ready = Math.min(countReady(runners), inputs['min-runners']) + Math.min(countReady(gateways), inputs['min-gateways']);
      progress.show(TASK, ready, needed, 'replicas ready');
      last = { kind: 'ok', value: { ...result.value, kind: 'seen' } };
      if (isReady(result.value, commit, inputs)) return last.value;
    } else last = result;
    if (!(await waiter.pause())) return last.kind === 'ok' ? last.value : last;
  }
}
