import type { Route } from "./emulator.ts";

export interface RouteMatch {
  route: Route;
  params: Record<string, string>;
}

interface CompiledRoute {
  route: Route;
  segments: string[];
}

/** Finds the route of a request. Where several fit, the one with a literal segment earliest wins over a parameter. */
export class RouteTable {
  readonly #byMethod = new Map<string, CompiledRoute[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const compiled = { route, segments: route.path.split("/") };
      const same = this.#byMethod.get(route.method);
      if (same) same.push(compiled);
      else this.#byMethod.set(route.method, [compiled]);
    }
    for (const same of this.#byMethod.values()) same.sort((a, b) => rank(a.segments).localeCompare(rank(b.segments)));
  }

  find(method: string, path: string): RouteMatch | undefined {
    const segments = path.split("/");
    for (const { route, segments: template } of this.#byMethod.get(method) ?? []) {
      const params = matchSegments(template, segments);
      if (params) return { route, params };
    }
    return undefined;
  }
}

function rank(segments: string[]): string {
  return segments.map((segment) => (isParameter(segment) ? "2" : segment === "v*" ? "1" : "0")).join("");
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{") && segment.endsWith("}");
}

function matchSegments(template: string[], segments: string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? "";
    if (isParameter(part)) {
      if (segment === "") return undefined;
      params[part.slice(1, -1)] = decode(segment);
    } else if (part === "v*" ? !/^v\d+$/.test(segment) : part !== segment) return undefined;
  }
  return params;
}

/** A segment with a broken escape is taken literally: it names nothing, so the vendor's "not found" follows. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
