/** Values that stand for a secret without being one: masked, empty, a reference to where the secret is kept, a word of the program. */
const PLACEHOLDER =
  /^(?:[*x•.\-_#?]+|.{0,4}\*{3,}.{0,4}|\[?<?\(?(?:redacted|masked|hidden|filtered|removed|scrubbed|omitted|secret|password|passwd|token|your[\w-]*|changeme|change_me|placeholder|example|sample|dummy|none|null|nil|undefined|true|false|yes|no|empty|unset|n\/a|env|string|required|optional|invalid|incorrect|missing|expired|wrong|ok|failed|success|default|value|test)[\w-]*\)?>?\]?|<[^>]*>|\{\{.*|\$\{?.*|%\w*%?|@\w+@|#\{.*)$/i;

/** Whether a value that was assigned to a secret's name holds no secret. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || value.startsWith('hmac-sha256:') || /^(.)\1+$/.test(value);
}
