import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isReady } from './supervisor.mjs';

const ATTEMPT_TIMEOUT_MS = 5000;
const WAIT_FOR_RUNNER_MS = 5000;
const MOST_ATTEMPTS = 4;

/**
 * Sends work to the ready runners in turn. Evaluating a seed changes nothing, so what a dying runner left unanswered is sent to the next;
 * with no runner ready, work waits for one, up to 5 s.
 * @param {ReturnType<typeof import('./supervisor.mjs').startSupervisor>} supervisor
 */
export function createDispatcher(supervisor) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let turn = 0;

  const nextRunner = async () => {
    const deadline = performance.now() + WAIT_FOR_RUNNER_MS;
    for (;;) {
      const ready = supervisor.replicas.filter((replica) => replica.kind === 'runner' && isReady(replica));
      turn += 1;
      if (ready.length > 0) return ready[turn % ready.length];
      if (performance.now() > deadline) return null;
      await delay(20);
    }
  };

  return {
    /**
     * @param {number} seed
     * @param {string} traceparent
     * @returns {Promise<{ body: any | null, attempts: number }>} body null when no runner answered
     */
    async evaluate(seed, traceparent) {
      for (let attempts = 1; attempts <= MOST_ATTEMPTS; attempts += 1) {
        const runner = await nextRunner();
        if (runner === null) return { body: null, attempts };
        try {
          return { body: await get({ agent, port: runner.port, path: `/work?seed=${seed}`, traceparent }), attempts };
        } catch {
          // Killed, hanging or restarting: not asked again before its next heartbeat; the next in turn gets it.
          runner.lastBeatAt = 0;
        }
      }
      return { body: null, attempts: MOST_ATTEMPTS };
    },
    close: () => agent.destroy(),
  };
}

function get({ agent, port, path, traceparent }) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, agent, headers: { traceparent }, timeout: ATTEMPT_TIMEOUT_MS },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode !== 200) reject(new Error(`runner answered ${response.statusCode}`));
          else resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('runner timed out')));
    outgoing.on('error', reject);
    outgoing.end();
  });
}
