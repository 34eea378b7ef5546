// Gives parts of YASGUI the names and roles that a screen reader needs, whenever it draws them.

const NAMES: Record<string, Record<string, string>> = {
  ".tabsList button[aria-label]": { role: "tab", "aria-selected": "false" },
  ".tableSizer": { "aria-label": "rows on a page" },
  ".tableFilter": { "aria-label": "rows that hold" },
  ".yasqe_queryButton:not(.busy)": { "aria-label": "Run query", title: "Run query" },
  ".yasqe_queryButton.busy": { "aria-label": "Stop the query", title: "Stop the query" },
};

/** Names what stands in a place, and what comes to stand there. */
export function nameParts(place: HTMLElement): void {
  const name = () => {
    for (const [parts, attributes] of Object.entries(NAMES))
      for (const part of place.querySelectorAll(parts))
        for (const [attribute, value] of Object.entries(attributes)) part.setAttribute(attribute, value);
  };
  new MutationObserver(name).observe(place, { childList: true, subtree: true, attributeFilter: ["class"] });
}
