import { upstash } from "../samples/upstash.ts";
import { breakEach } from "./break-each.ts";

breakEach(upstash);
