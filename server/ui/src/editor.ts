// Puts YASGUI in the place of the plain form for a query; without this script the form does the work.

import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import "./editor.css";
import { completeOurTerms, declareOurPrefixes } from "./completion";
import { nameParts } from "./names";
import { explained } from "./problem";

const form = document.querySelector<HTMLFormElement>("form.query")!;
const place = document.querySelector<HTMLElement>("#editor")!;
const query = form.querySelector<HTMLTextAreaElement>("textarea")!.value;
const endpoint = new URL(form.action, document.baseURI).href;

Yasgui.Yasqe.registerAutocompleter(completeOurTerms(place.dataset.terms!));
Yasgui.Yasqe.registerAutocompleter(declareOurPrefixes(place.dataset.prefixes!));
Yasgui.Yasqe.defaults.autocompleters = ["variables", "our-prefixes", "our-terms"];
Yasgui.Yasqe.defaults.value = query;
Yasgui.Yasqe.defaults.screenReaderLabel = "SPARQL query";
Yasgui.Yasqe.defaults.requestConfig.endpoint = endpoint;
Yasgui.Yasr.defaults.maxPersistentResponseSize = 50_000;
Yasgui.Yasr.defaults.errorRenderers = [async (error) => explained(error, () => editor.getTab()?.getYasqe())];

place.hidden = false;
nameParts(place);
const editor = new Yasgui(place, {
  requestConfig: { endpoint, method: "POST" },
  endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [], renderItem: () => {} },
  copyEndpointOnNewTab: true,
  persistenceId: "pilotline",
});
form.hidden = true;
document.querySelector("#result")?.remove();

if (new URLSearchParams(location.search).has("query")) show(query);
for (const link of document.querySelectorAll<HTMLAnchorElement>("a[href^='/sparql?query=']")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    show(new URL(link.href).searchParams.get("query")!);
    place.scrollIntoView();
  });
}

/** Opens a tab with a query, and asks it. */
function show(text: string): void {
  const tab = editor.addTab(true, { ...Yasgui.Tab.getDefaults(editor), yasqe: { value: text } }, { avoidDuplicateTabs: true });
  tab.getYasqe()?.query().catch(() => {}); // an error is shown where the answer would be
}
