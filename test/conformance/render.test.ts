import { conform } from "./conform.ts";
import { render } from "./samples/render.ts";

conform(render);
