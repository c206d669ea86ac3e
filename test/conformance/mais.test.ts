import { conform } from "./conform.ts";
import { mais } from "./samples/mais.ts";

conform(mais);
