import { gitCommand, gitEnvironment, type Ports, UserError } from '../core/index.ts';
import type { DecisionInput, Inputs } from '../decision/index.ts';

/** What the person at this terminal decides, named as git names them. @throws UserError for a decision without a reason or a name. */
export async function localPerson(inputs: Inputs, ports: Ports): Promise<Partial<Pick<DecisionInput, 'person'>>> {
  if (inputs.decision === undefined && inputs.reason === undefined) return {};
  if (inputs.decision === undefined || inputs.reason === undefined) {
    throw new UserError({
      where: 'testops decision-record',
      found: inputs.decision === undefined ? '--reason without --decision' : '--decision without --reason',
      expected: 'both',
      todo: 'give --decision go|no-go and --reason "why"',
    });
  }
  const { stdout } = await ports.processes.run({
    argv: gitCommand(['config', 'user.name']),
    folder: ports.files.workspace,
    env: gitEnvironment(ports.processes.repositoryEnvironment),
  });
  const by = new TextDecoder().decode(stdout.bytes).trim();
  if (by === '')
    throw new UserError({
      where: 'git config user.name',
      found: 'nothing',
      expected: 'the name of the person who decides',
      todo: 'set it with `git config user.name "Your Name"`',
    });
  return { person: { by, decision: inputs.decision, reason: inputs.reason, at: new Date(ports.clock.now()).toISOString() } };
}
