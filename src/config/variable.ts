import type { Environment } from "./environments.ts";
import type { DraftSettings, Tier } from "./settings.ts";
import type { Requirement } from "./shape.ts";

/** Parts of the application that receive variables. */
export const SURFACES = ["api", "worker", "cron", "web"] as const;

/** Surfaces without a page: what runs on Render. */
export const SERVICES = ["api", "worker", "cron"] as const;

export type Surface = (typeof SURFACES)[number];

/** One variable: everything that anybody needs to know about it. */
export interface Row extends Record<Environment, Requirement> {
  /** What it is for, in a few words. */
  about: string;
  usedBy: readonly Surface[];
  secret: boolean;
  /** When it is first needed: `deploy` before the new version starts, `build` while it is built, else while it runs. */
  phase: "deploy" | "build" | "runtime";
  /** Where a person finds a value. */
  getIt: string;
  /** A resource of the stack has the value; what is given instead is judged, and not used. */
  provisioned?: Provisioned;
  /** The stack makes the value up once and keeps it, unless one is given. */
  generated?: Generated;
  /** The value follows from the settings, unless one is given. */
  derived?: Derived;
  /** One of the application's own 14 variables, which `mais validate --env-file` judges as the whole input. */
  guide?: true;
  /** A tier that cannot do without it, where no row of `dev`, `staging` and `prod` says so. */
  neededBy?: { tier: Tier; why: string };
  /** `ADAPTERS_PRESET=real` cannot work without it. */
  neededByRealAdapters?: true;
  /** Data at rest can be read with this value only: it is made up only together with the database. */
  dataBound?: true;
  /** Secrets differ from each other and between environments. This one may equal another variable, or even another environment's. */
  mayEqual?: "another variable" | "anything";
}

export interface Provisioned {
  /** `the Supabase project` */
  by: string;
  tier: Tier;
  /** A further condition than that the tier is part of the stack. */
  when?(settings: DraftSettings): boolean;
}

export interface Generated {
  length: number;
  charset: "hex" | "base64url";
  /** Left out: always. */
  tier?: Tier;
  /** A further condition than that the tier is part of the stack. */
  when?(settings: DraftSettings): boolean;
}

export interface Derived {
  /** The settings that it follows from: `domains.web`. */
  from: string;
  value(settings: DraftSettings): string | undefined;
}

export type Rows = Readonly<Record<string, Row>>;

/** Declares variables; a row of the same name as a built-in one takes its place. */
export function defineVariables<const Table extends Rows>(rows: Table): Table {
  return rows;
}
