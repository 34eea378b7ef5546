// Completes terms by their labels, in any language that they have, and declares the prefixes they need.

import Yasgui from "@zazuko/yasgui";

export type Editor = InstanceType<typeof Yasgui.Yasqe>;
type Completer = Parameters<typeof Yasgui.Yasqe.registerAutocompleter>[0];

interface Term {
  iri: string;
  name: string; // with a prefix
  labels: string[];
  kind: string;
}

const MOST = 60;
const NO_TERM = new Set(["string", "comment", "atom", "ws", "keyword"]);

/** Returns a completer of the terms that an address lists. */
export function completeOurTerms(address: string): Completer {
  const terms: Promise<Term[]> = fetch(address).then((answer) => answer.json());
  const offered = new Map<string, Term>();
  return {
    name: "our-terms",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition(yasqe) {
      const token = yasqe.getCompleteToken();
      const typed = token.string.trim();
      return typed.length > 1 && !/^[?$"'#<\d]/.test(typed) && !NO_TERM.has(token.type ?? "");
    },
    async get(_, token) {
      const wanted = plain(token?.string ?? "");
      const fitting = found(await terms, wanted);
      for (const term of fitting) offered.set(term.name, term);
      return fitting.map((term) => term.name);
    },
    postprocessHints: (yasqe, hints) =>
      hints.map((hint) => {
        const term = offered.get(hint.text)!;
        return {
          ...hint,
          displayText: `${term.labels[0] ?? ""}  ${hint.text}  ${term.kind}`,
          render: (item: HTMLElement) => item.append(described(term)),
          hint: (_: unknown, __: unknown, chosen: { text: string }) => insert(yasqe, chosen.text),
        };
      }),
  };
}

/** Returns a completer of prefixes, which also declares those that are used. */
export function declareOurPrefixes(address: string): Completer {
  const known = fetch(address, { headers: { Accept: "application/json" } }).then((answer) => answer.json());
  return {
    ...Yasgui.Yasqe.Autocompleters.prefixes,
    name: "our-prefixes",
    persistenceId: null,
    get: async () => Object.entries(await known).map(([prefix, iri]) => `${prefix}: <${iri}>`).sort(),
  };
}

/** Returns the terms with a name that holds what is typed; those that begin with it and the shortest come first. */
function found(terms: Term[], wanted: string): Term[] {
  const ranked = terms.flatMap((term) => {
    const names = [local(term.name), ...term.labels].map(plain).filter((name) => name.includes(wanted));
    const ranks = names.map((name) => name.length + (name.startsWith(wanted) ? 0 : 1000));
    return ranks.length ? [{ term, rank: Math.min(...ranks) }] : [];
  });
  return ranked.sort((one, other) => one.rank - other.rank).slice(0, MOST).map(({ term }) => term);
}

function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Returns a name as it is compared: `pl:WebTension`, `web tension` and `WebTension` are the same. */
function plain(text: string): string {
  return local(text.trim()).toLowerCase().replace(/[\s_-]/g, "");
}

function described(term: Term): DocumentFragment {
  const part = (tag: string, text: string) => Object.assign(document.createElement(tag), { textContent: text });
  const all = document.createDocumentFragment();
  all.append(part("b", term.labels[0] ?? local(term.name)), ` ${term.name} `, part("i", term.kind));
  return all;
}

function insert(yasqe: Editor, text: string): void {
  const cursor = yasqe.getDoc().getCursor();
  const token = yasqe.getCompleteToken();
  yasqe.getDoc().replaceRange(text, { line: cursor.line, ch: token.start }, { line: cursor.line, ch: token.end });
}
