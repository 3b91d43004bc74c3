import { type Content, code, h, webLink } from '../markup.ts';
import { digest, facts, table } from '../parts.ts';
import type { ReportStory } from '../story.ts';

/** What the decision rests on, by digest, and how anyone can check it. */
export function drawProof({ decision }: ReportStory): Content {
  const { given, inputs, policy } = decision;
  return h(
    'section',
    { 'aria-labelledby': 'proof' },
    h('h2', { id: 'proof' }, 'How to check this'),
    h(
      'p',
      {},
      'This page shows a decision; it is not the proof. The bundle is: from its files alone, offline, the decision can be derived again, and every digest compared.',
    ),
    h('pre', { tabindex: 0 }, 'testops verify decision/decision.json'),
    table(
      'Files that the decision was made on',
      [{ name: 'file' }, { name: 'what' }, { name: 'SHA-256' }],
      inputs.map(({ role, name, sha256 }) => [name, role, digest(sha256)]),
      'digests',
    ),
    given.artifacts.length > 0
      ? table(
          'Artifacts that the decision is about',
          [{ name: 'artifact' }, { name: 'SHA-256' }],
          given.artifacts.map(({ name, sha256, url }) => [url === undefined ? name : webLink(url, name), digest(sha256)]),
          'digests',
        )
      : undefined,
    facts([
      ['policy', [code(policy.uri), ' ', digest(policy.sha256)]],
      ['tool', `testops ${given.toolVersion}`],
      ...given.links.map(({ title, url }) => [title, webLink(url, url)] as const),
    ]),
  );
}
