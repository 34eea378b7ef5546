// Draws the lineage from left to right by step; a click on a lot shows its parameters.

import cytoscape from "cytoscape";

interface Lot {
  id: string;
  label: string;
  step: string;
  rank: number; // place of the step along the line
  sure: boolean;
  traced: boolean;
}

interface Lineage {
  lots: Lot[];
  links: { source: string; target: string; sure: boolean }[];
}

const STEP = 176;
const ROW = 44;
const LEGIBLE = 0.8; // the zoom below which names are too small to read
const place = document.querySelector<HTMLElement>("#lineage")!;
const chosen = document.querySelector<HTMLElement>("#chosen")!;
const { lots, links } = JSON.parse(document.querySelector("#lineage-data")!.textContent!) as Lineage;
const dark = matchMedia("(prefers-color-scheme: dark)");

place.hidden = false;
const graph = cytoscape({
  container: place,
  elements: [
    ...lots.map((lot) => ({ data: { ...lot }, classes: lot.traced ? "traced" : "", position: { x: 0, y: 0 } })),
    ...steps().map(([step, rank]) => ({ data: { id: `step ${rank}`, label: step }, classes: "step", selectable: false })),
    ...links.map((link) => ({ data: { ...link }, classes: link.sure ? "" : "possible" })),
  ],
  style: look(),
  layout: { name: "preset", positions: placed(), padding: 24 } as cytoscape.PresetLayoutOptions,
  minZoom: 0.15,
  maxZoom: 2.5,
});
if (graph.zoom() < LEGIBLE) {
  graph.zoom(LEGIBLE);
  graph.center();
  const [all, traced] = [graph.elements().renderedBoundingBox(), graph.nodes(".traced").renderedBoundingBox()];
  const first = traced.x1 - all.x1 < all.x2 - traced.x2; // what is traced stands first where one asks where it went
  graph.panBy({ x: first ? 24 - all.x1 : place.clientWidth - 24 - all.x2, y: 0 });
}
dark.addEventListener("change", () => graph.style(look()));
graph.on("tap", "node[rank]", (event) => show(event.target.id()));

/** Returns the steps by their place along the line; several at one place are named together. */
function steps(): [string, number][] {
  const names = new Map<number, Set<string>>();
  for (const { rank, step } of lots) names.set(rank, (names.get(rank) ?? new Set()).add(step));
  return [...names].map(([rank, of]) => [[...of].join(", "), rank]);
}

/** Puts each lot in the column of its step; in a column those with neighbours above come first. */
function placed(): Record<string, { x: number; y: number }> {
  const ranks = [...new Set(lots.map((lot) => lot.rank))].sort((one, other) => one - other);
  const at: Record<string, { x: number; y: number }> = {};
  for (const [column, rank] of ranks.entries()) {
    const here = lots.filter((lot) => lot.rank === rank);
    const wish = new Map(here.map((lot) => [lot.id, middle(lot, at)]));
    here.sort((one, other) => wish.get(one.id)! - wish.get(other.id)!);
    at[`step ${rank}`] = { x: column * STEP, y: -(here.length + 1.4) * (ROW / 2) };
    here.forEach((lot, row) => (at[lot.id] = { x: column * STEP, y: (row - (here.length - 1) / 2) * ROW }));
  }
  return at;
}

function middle(lot: Lot, at: Record<string, { x: number; y: number }>): number {
  const before = links.flatMap((link) => (link.target === lot.id && at[link.source] ? [at[link.source].y] : []));
  return before.length ? before.reduce((sum, y) => sum + y, 0) / before.length : 0;
}

function look(): cytoscape.StylesheetJson {
  const { fontFamily } = getComputedStyle(document.body);
  const [ink, page, link, mark, line] = dark.matches
    ? ["#e6ebef", "#1c252d", "#8ec5ff", "#ffb37a", "#7b8894"]
    : ["#16202a", "#f2f5f7", "#0b5394", "#8a3b00", "#8b98a3"];
  return [
    {
      selector: "node",
      style: {
        shape: "round-rectangle", width: 142, height: 30, "background-color": page, "border-width": 1.5,
        "border-color": link, label: "data(label)", color: ink, "font-size": 13, "font-family": fontFamily,
        "text-valign": "center", "text-halign": "center", "text-max-width": "136px", "text-wrap": "ellipsis",
      },
    },
    {
      selector: "node.step",
      style: { "border-width": 0, "background-opacity": 0, "font-weight": "bold", "text-wrap": "wrap", "text-max-width": "165px" },
    },
    { selector: "node.traced", style: { "border-width": 4 } },
    { selector: "node:selected", style: { "border-color": mark, "border-width": 4 } },
    {
      selector: "edge",
      style: {
        width: 1.5, "line-color": line, "curve-style": "taxi", "taxi-direction": "rightward",
        "target-arrow-shape": "triangle", "target-arrow-color": line,
      },
    },
    { selector: "edge.possible", style: { "line-style": "dashed" } },
  ];
}

/** Shows what the table says of a lot beside the graph. */
function show(id: string): void {
  const row = document.getElementById(`state-${lots.findIndex((lot) => lot.id === id)}`);
  if (!row) return;
  const lot = lots.find((one) => one.id === id)!;
  const values = row.querySelector("details ul");
  const head = Object.assign(document.createElement("h3"), { textContent: `${lot.label}, ${lot.step}` });
  const none = Object.assign(document.createElement("p"), { textContent: "No values are recorded of it." });
  chosen.replaceChildren(head, values ? values.cloneNode(true) : none);
}
