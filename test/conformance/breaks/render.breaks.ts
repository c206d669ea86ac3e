import { render } from "../samples/render.ts";
import { breakEach } from "./break-each.ts";

breakEach(render);
