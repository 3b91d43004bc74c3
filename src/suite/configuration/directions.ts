import { canonicalJson, type DirectionNode, directionsOf, type JsonValue, type LimitDocument, listInputs, none } from '../../core/index.ts';
import { checklistSchema } from '../../decision/checklist.ts';
import { inputs as decisionInputs } from '../../decision/inputs.ts';
import { policySchema } from '../../decision/policy.ts';
import { waiversSchema } from '../../decision/waivers.ts';
import { gates } from '../../gates/index.ts';

/** Documents that decision-record reads. */
const DECISION_DOCUMENTS: Readonly<Record<string, LimitDocument>> = {
  policy: { schema: policySchema },
  checklist: { schema: checklistSchema },
  waivers: { schema: waiversSchema },
};

const COMMAND: DirectionNode = { kind: 'value', ...none('A command: the commit can change what it does anyway') };
const FIXED: DirectionNode = { kind: 'value', direction: 'fixed' };
const REQUIRED: DirectionNode = { kind: 'value', direction: ['true', 'false'], absent: { value: true } };

/**
 * The table of directions of testops.yml and of the documents that it names, as plain JSON, built from the schemas of all gates and of decision-record.
 * Decisions take it along, so that they can be derived again without the gates.
 */
export function directionsTable(): JsonValue {
  const sections = gates.map(
    (gate) => [gate.id, { ...sectionOf(gate.inputs, gate.id, { required: REQUIRED }), absent: 'loosest' }] as const,
  );
  const documents = {
    ...DECISION_DOCUMENTS,
    ...Object.assign({}, ...gates.map((gate) => gate.documents ?? {})),
  } as typeof DECISION_DOCUMENTS;
  return {
    version: 1,
    configuration: {
      kind: 'map',
      keys: {
        version: FIXED,
        setup: COMMAND,
        serve: COMMAND,
        load: COMMAND,
        prepare: COMMAND,
        ...Object.fromEntries(sections),
        'decision-record': sectionOf(decisionInputs, 'decision-record', {}),
      },
    },
    documents: Object.fromEntries(
      Object.entries(documents).map(([name, { schema, toml, entries }]) => [
        name,
        {
          node: directionsOf(schema, name),
          ...(toml === undefined ? {} : { toml: directionsOf(toml, `${name} (TOML)`) }),
          ...(entries === undefined ? {} : { entries }),
        },
      ]),
    ),
  } as unknown as JsonValue;
}

/** The table as an input of a decision: RFC 8785, so that equal tables are equal bytes. */
export function directionsDocument(): { readonly name: string; readonly bytes: Uint8Array } {
  return { name: 'directions.json', bytes: new TextEncoder().encode(canonicalJson(directionsTable())) };
}

/** The inputs of a section that the file can hold. */
function sectionOf(
  inputs: (typeof gates)[number]['inputs'],
  where: string,
  extra: { readonly [key: string]: DirectionNode },
): { readonly kind: 'map'; readonly keys: { readonly [key: string]: DirectionNode } } {
  const inFile = listInputs(inputs).filter((input) => !input.secret && !input.faceOnly);
  const keys = inFile.map(({ name }) => [name, directionsOf(inputs.shape[name] as never, `${where}.${name}`)] as const);
  return { kind: 'map', keys: { ...Object.fromEntries(keys), ...extra } };
}
