/**
 * What every child process does: it ends with its parent, beats while its event loop turns, and confirms its configuration.
 * The IPC channel closes when the parent is gone, however it went.
 * @param {{ onMessage?: (message: any) => void }} [handlers]
 * @returns {{ configuration: { commit?: string, flags?: Record<string, unknown> }, ready: (facts: { port: number, version: string }) => void }}
 */
export function joinSupervisor({ onMessage = () => {} } = {}) {
  if (process.send === undefined) {
    console.error('toron: this process is started by server.mjs');
    process.exit(3);
  }
  const shared = { configuration: {}, ready };
  const tell = (message) => process.connected && process.send(message, () => {});
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  process.on('message', (message) => {
    if (message.type === 'configure') {
      shared.configuration = { commit: message.commit, flags: message.flags };
      tell({ type: 'configured', commit: message.commit });
    }
    onMessage(message);
  });
  function ready(facts) {
    tell({ type: 'ready', ...facts });
    setInterval(() => tell({ type: 'beat' }), 200);
  }
  return shared;
}
