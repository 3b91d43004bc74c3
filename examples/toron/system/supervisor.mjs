import { fork } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './place.mjs';

/** A replica counts as ready only while its last heartbeat is younger than this. It sends one every 200 ms. */
const STALE_MS = 2000;
const RESTART_MS = 300;
const RESTART_MAX_MS = 5000;
const KEPT_ALERTS = 500;

/**
 * @typedef {{ id: string, kind: 'runner' | 'gateway', child: import('node:child_process').ChildProcess | null, port: number | null,
 *   version?: string, commit?: string, lastBeatAt: number, restarts: number, quickExits: number }} Replica
 */

/**
 * Starts the replicas as child processes, watches their heartbeats, restarts what dies, and hands each the latest configuration.
 * @param {{ runners: number, gateways: number, log: ReturnType<typeof import('./telemetry.mjs').openLog>, env: NodeJS.ProcessEnv }} options
 */
export function startSupervisor({ runners, gateways, log, env }) {
  let configuration = {};
  let lastAlertId = 0;
  let stopping = false;
  const alerts = [];
  const watchers = new Set();

  /** @type {Replica[]} */
  const replicas = [
    ...Array.from({ length: runners }, (_, index) => emptyReplica('runner', index + 1)),
    ...Array.from({ length: gateways }, (_, index) => emptyReplica('gateway', index + 1)),
  ];

  const start = (replica) => {
    const child = fork(join(ROOT, `${replica.kind}.mjs`), [replica.id], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const startedAt = Date.now();
    replica.child = child;
    child.on('message', (message) => {
      if (replica.child !== child) return;
      replica.lastBeatAt = Date.now();
      if (message.type === 'beat') return;
      if (message.type === 'configured') {
        replica.commit = message.commit;
        return;
      }
      Object.assign(replica, { port: message.port, version: message.version });
      send(replica, { type: 'configure', ...configuration });
      if (replica.kind === 'gateway') send(replica, { type: 'alerts', alerts });
      log.write('INFO', 'replica ready', { 'toron.replica': replica.id, 'toron.restarts': replica.restarts });
      for (const watcher of watchers) watcher(replica);
    });
    child.on('exit', (code, signal) => {
      Object.assign(replica, { child: null, port: null, version: undefined, commit: undefined });
      if (stopping) return;
      replica.quickExits = Date.now() - startedAt < 5000 ? replica.quickExits + 1 : 0;
      log.write('WARN', 'replica exited', {
        'toron.replica': replica.id,
        'process.exit.code': code ?? -1,
        'process.exit.signal': signal ?? 'none',
      });
      setTimeout(
        () => {
          if (stopping) return;
          replica.restarts += 1;
          start(replica);
        },
        Math.min(RESTART_MS * 2 ** Math.max(0, replica.quickExits - 1), RESTART_MAX_MS),
      );
    });
    child.on('error', (error) => log.write('ERROR', 'replica failed', { 'toron.replica': replica.id, 'exception.message': error.message }));
  };
  for (const replica of replicas) start(replica);

  return {
    replicas,
    isReady,
    /** Sends every replica the commit and flags of the latest preview; a replica that starts later gets them when it starts. */
    configure(next) {
      configuration = next;
      for (const replica of replicas) send(replica, { type: 'configure', ...next });
    },
    /** Gives an alert its id and hands it to every gateway: both hold the same alerts, so a client may go on at the other one. */
    publish(alert) {
      lastAlertId += 1;
      const numbered = { id: lastAlertId, ...alert };
      alerts.push(numbered);
      if (alerts.length > KEPT_ALERTS) alerts.shift();
      for (const replica of replicas) if (replica.kind === 'gateway') send(replica, { type: 'alerts', alerts: [numbered] });
    },
    /** Kills a replica as a crash would. @param {Replica} replica @returns {number | null} the process id that was ended */
    kill(replica) {
      const pid = replica.child?.pid ?? null;
      replica.child?.kill('SIGKILL');
      return pid;
    },
    /** @param {(replica: Replica) => void} watcher called whenever a replica has become ready @returns {() => void} stops the calls */
    onReady(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    /** Ends every child and waits until it has ended; one that does not listen is killed after a second. */
    async stop() {
      stopping = true;
      const children = replicas.flatMap((replica) => (replica.child === null ? [] : [replica.child]));
      const ended = Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))));
      for (const child of children) child.kill('SIGTERM');
      const timer = setTimeout(() => {
        for (const child of children) child.kill('SIGKILL');
      }, 1000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Alive, listening, and heard of lately. @param {Replica} replica */
export function isReady(replica) {
  return replica.child !== null && replica.port !== null && Date.now() - replica.lastBeatAt < STALE_MS;
}

/** @returns {Replica} */
function emptyReplica(kind, number) {
  return { id: `${kind}-${number}`, kind, child: null, port: null, lastBeatAt: 0, restarts: 0, quickExits: 0 };
}

/** A child that is just dying cannot be told anything; its exit is handled elsewhere. */
function send(replica, message) {
  if (replica.child?.connected) replica.child.send(message, () => {});
}
