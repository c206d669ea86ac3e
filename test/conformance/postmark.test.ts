import { conform } from "./conform.ts";
import { postmark } from "./samples/postmark.ts";

conform(postmark);
