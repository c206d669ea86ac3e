import * as pulumi from "@pulumi/pulumi";
import { Apikey, Bucket, Project, Settings } from "@pulumi/supabase";
import { hostUrl, pooledUrl, sessionUrl } from "./connection-strings.ts";
import { type DatabaseSettingsArgs, databaseSettings } from "./database-settings.ts";
import { kept } from "./kept.ts";

type ProjectArgs = ConstructorParameters<typeof Project>[1];

export interface DatabaseTierArgs extends Omit<DatabaseSettingsArgs, "fileSizeLimit"> {
  /** Name of the Supabase project, unique in the organization. */
  projectName: string;
  /** The organization's slug. */
  organization: string;
  region: ProjectArgs["region"];
  /** Left out, Supabase gives its smallest; the free plan refuses any. */
  size?: ProjectArgs["instanceSize"];
  /** 0: daily backups, as the plan has them. */
  pointInTimeDays: ProjectArgs["pointInTimeDays"];
  /** The database's own host answers on IPv4 too, and migrations use it. */
  dedicatedIpv4: boolean;
  password: pulumi.Input<string>;
  /** Raised, the password is set again. */
  passwordGeneration?: number | undefined;
  /** Connections per process. */
  poolSize: number;
  /** Left out, the application keeps no objects. */
  storage?: StorageArgs | undefined;
  /** Refuse deletion, and retain what is dropped. */
  keep: boolean;
  /** The resource that may be replaced in this run although it holds data. The project's buckets go with it. */
  replaceData?: string | undefined;
}

export interface StorageArgs {
  fileSizeLimit?: number | undefined;
  /** Raised, the application gets a new key, and the old one goes at the end of the run. */
  keyGeneration: number;
  buckets: Record<
    string,
    { public: boolean; fileSizeLimit?: number | undefined; allowedMimeTypes?: string[] | undefined }
  >;
}

/** What the application needs of a project: it uses neither Auth nor Realtime nor the Data API. */
const SERVICES = ["db", "db_postgres_user", "pooler", "storage"] as const;
/** The key that the application has, beside the project's own default one. */
const KEY_NAME = "mais_server";

/** Postgres and Storage on Supabase. */
export class DatabaseTier extends pulumi.ComponentResource {
  readonly projectRef: pulumi.Output<string>;
  /** Pooled; for the application. */
  readonly url: pulumi.Output<string>;
  /** A session; for migrations. */
  readonly directUrl: pulumi.Output<string>;
  /** Storage and the other HTTP APIs: `https://<ref>.supabase.co` */
  readonly apiUrl: pulumi.Output<string>;
  /** Full access to Storage; there is one where the application keeps objects. */
  readonly secretKey: pulumi.Output<string> | undefined;

  constructor(name: string, args: DatabaseTierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mais:index:DatabaseTier", name, {}, opts);
    const { password, poolSize, dedicatedIpv4, storage } = args;
    const project = new Project(name, projectInputs(args), { parent: this, ...kept(args.keep) });
    const wanted = databaseSettings({ ...args, fileSizeLimit: storage?.fileSizeLimit });
    const settings = new Settings(`${name}-settings`, { projectRef: project.id, ...wanted }, { parent: this });
    this.secretKey = storage && this.#objects(name, args, { storage, projectRef: project.id, settings });
    const address = pulumi.output({
      ...{ poolerHost: project.poolerHost, poolerPort: project.poolerPort, sessionPort: project.sessionPoolerPort },
      ...{ directHost: project.databaseHost, directPort: project.databasePort, directUser: project.databaseUser },
      ...{ user: project.poolerUser, password, database: project.databaseName },
    });
    this.projectRef = project.id;
    this.url = pulumi.secret(address.apply((known) => pooledUrl(known, poolSize)));
    this.directUrl = pulumi.secret(address.apply(dedicatedIpv4 ? hostUrl : sessionUrl));
    this.apiUrl = project.url;
    this.registerOutputs({ projectRef: this.projectRef });
  }

  /** Buckets, once the project's own limits are set, and the key to them. */
  #objects(name: string, { keep, replaceData }: DatabaseTierArgs, { storage, projectRef, settings }: Objects) {
    const { keyGeneration, buckets } = storage;
    for (const [bucket, limits] of Object.entries(buckets)) {
      // With its project a bucket is replaced whether it is named or not.
      const permission = replaceData === name ? { replaceData: bucket } : {};
      const inputs = { projectRef, name: bucket, ...limits, forceDestroy: !keep, ...permission };
      new Bucket(bucket, inputs, { parent: this, dependsOn: settings, ...kept(keep) });
    }
    const key = {
      projectRef,
      name: KEY_NAME,
      description: "The application's access to Storage",
      generation: keyGeneration,
    };
    return new Apikey(`${name}-key`, key, { parent: this }).apiKey;
  }
}

interface Objects {
  storage: StorageArgs;
  projectRef: pulumi.Input<string>;
  settings: Settings;
}

function projectInputs(args: DatabaseTierArgs): ProjectArgs {
  const { projectName, organization, region, size, password, passwordGeneration, pointInTimeDays, dedicatedIpv4 } =
    args;
  return {
    ...{ name: projectName, organizationId: organization, region, instanceSize: size, pointInTimeDays, dedicatedIpv4 },
    ...{ databasePassword: password, databasePasswordGeneration: passwordGeneration, waitForServices: [...SERVICES] },
  };
}
