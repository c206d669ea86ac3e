import { postmark } from "../samples/postmark.ts";
import { breakEach } from "./break-each.ts";

breakEach(postmark);
