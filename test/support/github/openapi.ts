import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';

type Json = Record<string, unknown>;

/** One operation of GitHub's REST API. */
export interface Operation {
  readonly method: string;
  /** Such as `/repos/{owner}/{repo}/statuses/{sha}`. */
  readonly template: string;
  readonly definition: Json;
}

export interface MatchedOperation {
  readonly operation: Operation;
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** GitHub's own description of its API; validators are compiled when first needed and kept per operation. */
export interface GithubOpenapi {
  /** The operation that a method and path (without query) name. */
  match(method: string, path: string): MatchedOperation | undefined;
  /** What is wrong with a request's query and JSON body, each as one line; top-level fields that the description does not know count. */
  checkRequest(operation: Operation, query: URLSearchParams, body: unknown): readonly string[];
  /** What is wrong with an answer; an undescribed status counts. */
  checkResponse(operation: Operation, status: number, body: unknown): readonly string[];
}

const DESCRIPTION = 'node_modules/@octokit/openapi/generated/api.github.com.json';
/** Keys that mean nothing to validation, dropped to keep compiled schemas small. */
const ANNOTATIONS = new Set([
  'description',
  'title',
  'example',
  'examples',
  'externalDocs',
  'deprecated',
  'discriminator',
  'xml',
  'nullable',
  'readOnly',
  'writeOnly',
  'default',
]);

let loaded: GithubOpenapi | undefined;

/** Loads the description (13 MB of JSON, about 150 ms) once per process. */
export function loadGithubOpenapi(): GithubOpenapi {
  loaded ??= createOpenapi(JSON.parse(readFileSync(resolve(DESCRIPTION), 'utf8')) as Json);
  return loaded;
}

function createOpenapi(description: Json): GithubOpenapi {
  const addFormats = addFormatsModule as unknown as (ajv: Ajv2020) => void;
  const strict = new Ajv2020({ strict: false, allErrors: true, logger: false });
  const coercing = new Ajv2020({ strict: false, allErrors: true, logger: false, coerceTypes: 'array' });
  addFormats(strict);
  addFormats(coercing);
  const operations = indexOperations(description);
  const compiled = new Map<string, ValidateFunction>();
  const compile = (key: string, ajv: Ajv2020, build: () => Json): ValidateFunction => {
    let validate = compiled.get(key);
    if (validate === undefined) {
      validate = ajv.compile(bundleSchema(description, build()));
      compiled.set(key, validate);
    }
    return validate;
  };

  return {
    match: (method, path) => {
      for (const { pattern, names, operation } of operations.get(method.toUpperCase()) ?? []) {
        const found = pattern.exec(path);
        if (found === null) continue;
        return { operation, params: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')])) };
      }
      return undefined;
    },
    checkRequest: (operation, query, body) => {
      const key = `${operation.method} ${operation.template}`;
      const parameters = listParameters(description, operation).filter((parameter) => parameter.in === 'query');
      const querySchema = compile(`${key} query`, coercing, () => ({
        type: 'object',
        properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.schema])),
        required: parameters.filter((parameter) => parameter.required === true).map((parameter) => parameter.name),
        additionalProperties: false,
      }));
      const problems = run(querySchema, Object.fromEntries(query), 'query');
      const requestBody = resolveReference(description, operation.definition.requestBody);
      const schema = jsonSchemaOf(requestBody);
      if (schema === undefined) return problems;
      if (body === undefined) return requestBody?.required === true ? [...problems, 'body: is required'] : problems;
      const bodySchema = compile(`${key} body`, strict, () => ({ allOf: [schema], unevaluatedProperties: false }));
      return [...problems, ...run(bodySchema, body, 'body')];
    },
    checkResponse: (operation, status, body) => {
      const responses = operation.definition.responses as Json;
      const response = resolveReference(description, responses[String(status)]);
      if (response === undefined) return [`answer: status ${status} is not described`];
      const schema = jsonSchemaOf(response);
      if (schema === undefined) return body === undefined ? [] : ['answer: no body is described'];
      return run(
        compile(`${operation.method} ${operation.template} ${status}`, strict, () => schema),
        body,
        'answer',
      );
    },
  };
}

interface IndexedOperation {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly operation: Operation;
}

/** Operations by method, those with the most literal path first. */
function indexOperations(description: Json): ReadonlyMap<string, readonly IndexedOperation[]> {
  const byMethod = new Map<string, (IndexedOperation & { readonly literal: number })[]>();
  for (const [template, item] of Object.entries(description.paths as Record<string, Json>)) {
    for (const method of ['get', 'put', 'post', 'patch', 'delete']) {
      const definition = item[method] as Json | undefined;
      if (definition === undefined) continue;
      const operation = { method: method.toUpperCase(), template, definition };
      const spanning = new Set(
        listParameters(description, operation)
          .filter((parameter) => parameter['x-multi-segment'] === true)
          .map((parameter) => parameter.name),
      );
      const names = [...template.matchAll(/\{([^}]+)\}/g)].map((each) => each[1] ?? '');
      const source = template
        .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
        .replace(/\{([^}]+)\}/g, (_, name: string) => (spanning.has(name) ? '(.+)' : '([^/]+)'));
      const entry = { pattern: new RegExp(`^${source}$`), names, operation, literal: template.replace(/\{[^}]+\}/g, '').length };
      byMethod.set(operation.method, [...(byMethod.get(operation.method) ?? []), entry]);
    }
  }
  for (const entries of byMethod.values()) entries.sort((a, b) => b.literal - a.literal);
  return byMethod;
}

function listParameters(description: Json, operation: Operation): readonly Json[] {
  const parameters = (operation.definition.parameters ?? []) as readonly Json[];
  return parameters.map((parameter) => resolveReference(description, parameter) ?? {});
}

function resolveReference(description: Json, value: unknown): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const reference = (value as Json).$ref;
  if (typeof reference !== 'string') return value as Json;
  let found: unknown = description;
  for (const key of reference.replace(/^#\//, '').split('/')) found = (found as Json)[key.replaceAll('~1', '/').replaceAll('~0', '~')];
  return found as Json;
}

function jsonSchemaOf(message: Json | undefined): Json | undefined {
  const content = message?.content as Record<string, Json> | undefined;
  if (content === undefined) return undefined;
  const type = Object.keys(content).find((name) => name.includes('json'));
  return type === undefined ? undefined : (content[type]?.schema as Json | undefined);
}

/** A schema of OpenAPI 3.0 as JSON Schema 2020-12 with all that it refers to below `$defs`. */
function bundleSchema(description: Json, root: Json): Json {
  const definitions: Record<string, unknown> = {};
  const schemas = (description.components as Json).schemas as Json;
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== 'object' || value === null) return value;
    const schema = value as Json;
    if (typeof schema.$ref === 'string') {
      const name = schema.$ref.replace('#/components/schemas/', '');
      if (!(name in definitions)) {
        definitions[name] = true; // before descending: schemas refer to themselves
        definitions[name] = convert(schemas[name]);
      }
      return { $ref: `#/$defs/${name}` };
    }
    const result: Json = {};
    for (const [key, item] of Object.entries(schema)) {
      if (ANNOTATIONS.has(key) || key.startsWith('x-')) continue;
      if (key === 'format' && schema.default === '') continue; // an address that is absent is sent as an empty text
      // The keys below `properties` are names, `enum` and `required` hold values: neither are schemas themselves.
      if (key === 'properties')
        result[key] = Object.fromEntries(Object.entries(item as Json).map(([name, property]) => [name, convert(property)]));
      else result[key] = key === 'enum' || key === 'required' || key === 'const' ? item : convert(item);
    }
    return schema.nullable === true ? { anyOf: [{ type: 'null' }, result] } : result;
  };
  const converted = convert(root) as Json;
  return { ...converted, $defs: definitions };
}

function run(validate: ValidateFunction, value: unknown, what: string): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${what}${error.instancePath}: ${describeError(error)}`);
}

function describeError(error: ErrorObject): string {
  const params = error.params as Record<string, unknown>;
  const name = params.additionalProperty ?? params.unevaluatedProperty;
  if (name !== undefined) return `${JSON.stringify(name)} is not a known field`;
  if (params.allowedValues !== undefined) return `${error.message}: ${JSON.stringify(params.allowedValues)}`;
  return error.message ?? error.keyword;
}
