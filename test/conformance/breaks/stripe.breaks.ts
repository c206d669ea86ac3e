import { stripe } from "../samples/stripe.ts";
import { breakEach } from "./break-each.ts";

breakEach(stripe);
