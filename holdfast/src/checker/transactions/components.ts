/** Strongly connected components (Tarjan 1972), without recursion: a graph has a circle if and only if one has two nodes. */
import type { Graph } from "./graph.ts";

/** The components of two nodes and more, over the edges whose kind is in `mask`. */
export function componentsOf(graph: Graph, mask: number): number[][] {
  const { starts, targets, kinds, nodes } = graph;
  const order = new Int32Array(nodes);
  const low = new Int32Array(nodes);
  const next = starts.slice(0, nodes);
  const isOpen = new Uint8Array(nodes);
  const open: number[] = [];
  const path: number[] = [];
  const components: number[][] = [];
  let count = 0;
  const enter = (node: number): void => {
    order[node] = low[node] = ++count;
    open.push(node);
    isOpen[node] = 1;
    path.push(node);
  };
  const leave = (node: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[node] as number);
    if (low[node] !== order[node]) return;
    const from = open.lastIndexOf(node);
    const component = open.splice(from);
    for (const member of component) isOpen[member] = 0;
    if (component.length > 1) components.push(component);
  };
  for (const [root, entered] of order.entries()) {
    if (entered === 0) enter(root);
    while (path.length > 0) {
      const node = path[path.length - 1] as number;
      const edge = next[node] as number;
      if (edge === starts[node + 1]) {
        leave(node);
        continue;
      }
      next[node] = edge + 1;
      if (((kinds[edge] as number) & mask) === 0) continue;
      const target = targets[edge] as number;
      if (order[target] === 0) enter(target);
      else if (isOpen[target] === 1) {
        low[node] = Math.min(low[node] as number, order[target] as number);
      }
    }
  }
  return components;
}
