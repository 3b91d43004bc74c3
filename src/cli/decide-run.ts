import { type Finding, gitCommand, gitEnvironment, UserError } from '../core/index.ts';
import type { Inputs as DecisionInputs, PersonDecision } from '../decision/index.ts';
import { renderBetaCheck } from '../render/terminal/beta-check.ts';
import { renderVerification } from '../render/terminal/verification.ts';
import { decideOnRun, requireReason } from '../suite/decide-run.ts';
import { loadWords } from '../suite/words.ts';
import type { CommandContext } from './command.ts';
import { openCommandIndex } from './decision-source.ts';
import { openForge } from './open-forge.ts';

/** The caller's workflow around testops-sign.yml, as actions/sign/README.md has it to copy. */
export const SIGNING_WORKFLOW = 'testops-sign.yml';

export interface DecideRunFlags {
  readonly runId: string;
  readonly config: string | undefined;
  readonly given: { readonly [name: string]: unknown };
  readonly json: boolean;
  readonly publish: boolean;
}

/** `testops decision-record --run-id`: decides again on a run of GitHub, records what the person says, and starts the signing when asked. */
export async function decideRunCommand(context: CommandContext, flags: DecideRunFlags): Promise<number> {
  const { ports, environment, toolVersion, print, say } = context;
  const { decision: word, reason } = flags.given as Partial<Pick<DecisionInputs, 'decision' | 'reason'>>;
  const spoken = requireReason(word, reason);
  if (flags.publish && !spoken) {
    throw new UserError({
      where: 'testops decision-record --publish',
      found: 'no --decision',
      expected: 'a decision to sign',
      todo: 'give --decision go|no-go and --reason "why"',
    });
  }
  const { forge } = await openForge(context);
  const person: PersonDecision | undefined =
    word !== undefined && reason !== undefined
      ? { by: await whoDecides(context, () => forge.findPerson()), decision: word, reason, at: new Date(ports.clock.now()).toISOString() }
      : undefined;
  const outcome = await decideOnRun({
    ports,
    forge,
    index: openCommandIndex(ports, forge, forge),
    runId: flags.runId,
    config: flags.config,
    given: flags.given,
    server: environment.GITHUB_SERVER_URL || 'https://github.com',
    toolVersion,
    workflow: undefined,
    person,
  });
  const words = await loadWords();
  if (outcome.kind === 'refused') {
    if (flags.json) print(`${JSON.stringify({ accepted: false, findings: outcome.findings })}\n`);
    else say(renderVerification({ accepted: false, findings: outcome.findings as readonly Finding[] }, words));
    return 1;
  }
  const { decision, folder } = outcome;
  if (flags.json) print(new TextDecoder().decode(await ports.files.read(`${folder}/decision.json`)));
  else say(renderBetaCheck([], decision, words, { evidence: `run ${flags.runId}`, bundle: folder }));
  if (!flags.publish || word === undefined || reason === undefined) return decision.exit;
  if (word === 'go' && decision.outcome === 'NO-GO') {
    say('Not published: a go does not stand against NO-GO without waivers.\n');
    return decision.exit;
  }
  const url = await forge.dispatch(SIGNING_WORKFLOW, { 'run-id': flags.runId, decision: word, reason });
  say(`Started ${SIGNING_WORKFLOW}, which decides again and signs${url === undefined ? '' : `: ${url}`}\n`);
  return decision.exit;
}

/** Whose token it is; an app's token is nobody's, so there the actor of the run, else who git says. */
async function whoDecides({ environment, ports }: CommandContext, ofToken: () => Promise<string | undefined>): Promise<string> {
  const login = (await ofToken()) ?? environment.GITHUB_ACTOR;
  if (login) return login;
  const { stdout } = await ports.processes.run({
    argv: gitCommand(['config', 'user.name']),
    folder: ports.files.workspace,
    env: gitEnvironment(ports.processes.repositoryEnvironment),
  });
  const name = new TextDecoder().decode(stdout.bytes).trim();
  if (name !== '') return name;
  throw new UserError({
    where: 'who decides',
    found: 'neither a person’s token nor `git config user.name`',
    expected: 'the name of the person who decides',
    todo: 'use a token of your own, or set the name',
  });
}
