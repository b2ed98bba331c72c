import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Native sessions and killed child processes live in tests: a fork each, two at once on the smallest machine.
    pool: 'forks',
    // As `openOnnx` sets it; tests load the binding themselves.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
