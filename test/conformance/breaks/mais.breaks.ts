import { mais } from "../samples/mais.ts";
import { breakEach } from "./break-each.ts";

breakEach(mais);
