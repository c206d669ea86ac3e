import { vercel } from "../samples/vercel.ts";
import { breakEach } from "./break-each.ts";

breakEach(vercel);
