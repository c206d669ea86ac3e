export { GeneratedSecret } from "./generated-secret.ts";
