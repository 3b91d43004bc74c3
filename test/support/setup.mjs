/**
 * Runs before each test file. When a test fails and closing one of its resources fails too, swc's lowering of `await using` looks for a constructor
 * under a name that it does not define (1.16.22). The error made here keeps the test's own message first, where the reader looks.
 */
globalThis._SuppressedError = class extends Error {
  constructor(error, suppressed) {
    super(`${suppressed?.message ?? suppressed}\n\nand on closing: ${error?.message ?? error}`);
    this.name = 'SuppressedError';
    this.error = error;
    this.suppressed = suppressed;
    if (typeof suppressed?.stack === 'string') this.stack = `${suppressed.stack}\n\nand on closing: ${error?.stack ?? error}`;
  }
};
