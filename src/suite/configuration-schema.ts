import { z } from 'zod';
import { CONFIGURATION_SCHEMA, listInputs, withoutInternalMeta } from '../core/index.ts';
import { inputs as decisionInputs } from '../decision/index.ts';
import { gates } from '../gates/index.ts';

/** JSON Schema (draft 2020-12) of testops.yml, for completion in editors. Inputs that only a flag or an action can give, and secrets, are left out. */
export function configurationSchema(): object {
  const sections = Object.fromEntries(
    gates.map((gate) => [
      gate.id,
      sectionSchema(gate.inputs, { required: z.boolean().default(true).describe('false: reported, but no GO depends on it') }),
    ]),
  );
  const command = (description: string) => z.string().optional().describe(description);
  const schema = z.strictObject({
    version: z.literal(1).describe('Version of this format'),
    setup: command('Prepares each job that runs code of the repository'),
    serve: command('Kept running while deploy-preview, load and prepare run'),
    load: command('Drives load; TESTOPS_PREVIEW_URL is the address of the preview'),
    prepare: command('Collects what the gates look at'),
    ...sections,
    'decision-record': sectionSchema(decisionInputs, {}),
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: CONFIGURATION_SCHEMA,
    title: 'testops.yml',
    ...jsonSchemaOf(schema),
  };
}

function sectionSchema(inputs: z.ZodObject, extra: z.ZodRawShape): z.ZodType {
  const shape = inputs.shape as Record<string, z.ZodType>;
  const inFile = listInputs(inputs).filter((input) => !input.secret && !input.faceOnly);
  return z
    .strictObject({ ...Object.fromEntries(inFile.map((input) => [input.name, z.optional(shape[input.name] as z.ZodType)])), ...extra })
    .optional();
}

function jsonSchemaOf(schema: z.ZodType): object {
  const { $schema: _draft, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: withoutInternalMeta }) as {
    $schema?: string;
  };
  return rest;
}
