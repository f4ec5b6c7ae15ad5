import { defineConfig } from 'vitest/config';

/** Outside `npm test`: `npm run test:real`. The files end in `.real.ts`, so that `npm test` never picks them up. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.real.ts'],
    testTimeout: 60_000,
    // The first run compiles the model servers.
    hookTimeout: 80 * 60_000,
    fileParallelism: false,
  },
});
