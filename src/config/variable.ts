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
  /** How `mais secrets rotate` renews it, and so what overlap its vendor allows. Left out: it is no credential. */
  rotation?: Rotation;
  /** It is the previous value of that variable, and is there only while a rotation is under way. */
  previousOf?: string;
  /** Days after which it is to be renewed. */
  maxAgeDays?: number;
  /** Secrets differ from each other and between environments. This one may equal another variable, or even another environment's. */
  mayEqual?: "another variable" | "anything";
}

/**
 * - `pair`: the application accepts `NAME_PREVIOUS` beside the new value for a while.
 * - `twoObjects`: the vendor holds two at once (webhook endpoints, API keys), and both work.
 * - `twoPrincipals`: two users of the same rights take turns, and one is idle.
 * - `none`: the vendor knows one value, and the old one dies when the new one comes.
 * - `byHand`: only a person can make a new one.
 * - `dataBound`: data at rest has to be encrypted again.
 */
export type Rotation = "pair" | "twoObjects" | "twoPrincipals" | "none" | "byHand" | "dataBound";

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
