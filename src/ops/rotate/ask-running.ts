import { type ProcessReport, readReports } from "./running-values.ts";

const LIMIT_MS = 5_000;

/** Where the API is reached, and the path that says whether it is ready. */
export interface ApiAddress {
  base: string;
  readinessPath: string;
}

/** What the API's processes, and those that report through them, run with; a reason where they do not tell. */
export async function askRunning(
  api: ApiAddress | undefined,
  token: string | undefined,
): Promise<readonly ProcessReport[] | string> {
  if (!api) return "no API of the stack can be reached";
  if (token === undefined) return "the stack has no MAIS_FINGERPRINT_TOKEN";
  try {
    const answer = await fetch(new URL("/_mais/fingerprints", api.base), {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(LIMIT_MS),
      redirect: "manual",
    });
    if (!answer.ok) return `the API answers ${answer.status} where docs/app-contract.md has its report`;
    return readReports(await answer.json());
  } catch (error) {
    return error instanceof Error && error.name === "TimeoutError"
      ? "the API does not answer"
      : "the API cannot be reached";
  }
}

const ASKED_EVERY_MS = 100;

/** How long the API was not ready while `work` ran; undefined where it was not ready before. */
export async function measureWindow(
  api: ApiAddress | undefined,
  work: () => Promise<void>,
): Promise<number | undefined> {
  const isReady = () => api !== undefined && isWell(new URL(api.readinessPath, api.base));
  if (!(await isReady())) {
    await work();
    return undefined;
  }
  let [down, last, isOver] = [0, performance.now(), false];
  const watch = async () => {
    while (!isOver) {
      const ready = await isReady();
      const now = performance.now();
      if (!ready) down += now - last;
      last = now;
      await new Promise((resolve) => setTimeout(resolve, ASKED_EVERY_MS));
    }
  };
  const watching = watch();
  try {
    await work();
  } finally {
    isOver = true;
    await watching;
  }
  return Math.round(down);
}

async function isWell(url: URL): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS), redirect: "manual" }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.ok === true;
}
