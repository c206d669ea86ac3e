import * as pulumi from "@pulumi/pulumi";
import { Bucket, Project, Settings } from "@pulumi/supabase";
import { pooledUrl, sessionUrl } from "./connection-strings.ts";
import { kept } from "./kept.ts";

type ProjectArgs = ConstructorParameters<typeof Project>[1];

export interface DatabaseTierArgs {
  /** Name of the Supabase project, unique in the organization. */
  projectName: string;
  /** The organization's slug. */
  organization: string;
  region: ProjectArgs["region"];
  /** Left out, Supabase gives its smallest; the free plan refuses any. */
  size?: ProjectArgs["instanceSize"];
  password: pulumi.Input<string>;
  /** Connections per process. */
  poolSize: number;
  enforceSsl: boolean;
  buckets: Record<
    string,
    { public: boolean; fileSizeLimit?: number | undefined; allowedMimeTypes?: string[] | undefined }
  >;
  /** Refuse deletion, and retain what is dropped. */
  keep: boolean;
}

/** Postgres and Storage on Supabase. */
export class DatabaseTier extends pulumi.ComponentResource {
  readonly projectRef: pulumi.Output<string>;
  /** Pooled; for the application. */
  readonly url: pulumi.Output<string>;
  /** A session; for migrations. */
  readonly directUrl: pulumi.Output<string>;
  /** Storage and the other HTTP APIs: `https://<ref>.supabase.co` */
  readonly apiUrl: pulumi.Output<string>;
  readonly secretKey: pulumi.Output<string>;

  constructor(name: string, args: DatabaseTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:DatabaseTier", name, {}, opts);
    const { projectName, organization, region, size, password, poolSize, enforceSsl, keep } = args;
    const inputs = {
      name: projectName,
      organizationId: organization,
      region,
      instanceSize: size,
      databasePassword: password,
    };
    const project = new Project(name, inputs, { parent: this, ...kept(keep) });
    const settings = { projectRef: project.id, sslEnforcement: enforceSsl, auth: closedSignUps() };
    new Settings(`${name}-settings`, settings, { parent: this });
    for (const [bucket, limits] of Object.entries(args.buckets)) {
      new Bucket(bucket, { projectRef: project.id, name: bucket, ...limits }, { parent: this, ...kept(keep) });
    }
    const address = pulumi.output({
      poolerHost: project.poolerHost,
      poolerPort: project.poolerPort,
      sessionPort: project.sessionPoolerPort,
      user: project.poolerUser,
      password,
      database: project.databaseName,
    });
    this.projectRef = project.id;
    this.url = pulumi.secret(address.apply((known) => pooledUrl(known, poolSize)));
    this.directUrl = pulumi.secret(address.apply(sessionUrl));
    this.apiUrl = project.url;
    this.secretKey = project.secretKey.apply(present);
    this.registerOutputs({ projectRef: this.projectRef });
  }
}

function present(key: string | undefined): string {
  if (key) return key;
  throw new pulumi.RunError(
    "The Supabase project has no secret key. Make one under Settings > API keys, then run again.",
  );
}

/** The application has its own sign-in; Supabase Auth is unused and must not admit anyone. */
function closedSignUps(): string {
  return JSON.stringify({ disable_signup: true });
}
