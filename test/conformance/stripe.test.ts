import { conform } from "./conform.ts";
import { stripe } from "./samples/stripe.ts";

conform(stripe);
