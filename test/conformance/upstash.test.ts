import { conform } from "./conform.ts";
import { upstash } from "./samples/upstash.ts";

conform(upstash);
