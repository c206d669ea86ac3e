import { conform } from "./conform.ts";
import { vercel } from "./samples/vercel.ts";

conform(vercel);
