import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** One project per folder of `test`: what it may take, and how much of it may run at once. */
const project = (
  name: string,
  settings: { testTimeout?: number; hookTimeout?: number; fileParallelism?: boolean; include?: string[] } = {},
) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], ...settings },
});

export default defineConfig({
  test: {
    // By default one core is left to the runner, which on two cores is half of them.
    maxWorkers: availableParallelism(),
    projects: [
      project("unit"),
      // What must hold for every value, tried on many.
      project("properties"),
      project("components"),
      project("providers", { testTimeout: 30_000 }),
      project("sandbox", { testTimeout: 30_000 }),
      // Every resource of every provider, through its whole life.
      project("conformance", { testTimeout: 30_000 }),
      // What each release left in state, under today's providers.
      project("state", { testTimeout: 30_000 }),
      // `npm run breaks` alone: each definition with one mistake after the other.
      project("breaks", { testTimeout: 120_000, include: ["test/conformance/breaks/*.breaks.ts"] }),
      // These start programs.
      project("cli", { testTimeout: 60_000, hookTimeout: 60_000 }),
      // Whole runs on the real engine, which wait for their sandboxes often enough that two share two cores well.
      project("engine", { testTimeout: 300_000, hookTimeout: 300_000 }),
      // Faults at every call, and kill -9 in the middle of whole runs.
      project("chaos", { testTimeout: 300_000, fileParallelism: false }),
    ],
  },
});
