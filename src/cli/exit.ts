export { type ExitCode, exit } from "../user-error.ts";
