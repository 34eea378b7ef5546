// Says what a server answered to a query that it could not answer, and shows the place in the query.

import type { Editor } from "./completion";

interface Problem {
  title: string;
  detail: string;
  line?: number;
  column?: number;
}

/** Returns the element that stands in the place of an answer; undefined leaves it to YASGUI. */
export function explained(error: { text?: string; message?: string }, editor: () => Editor | undefined): HTMLElement | undefined {
  const stopped = /\baborted\b/.test(`${error.message} ${error.text}`);
  const problem = stopped ? { title: "The query was stopped.", detail: "" } : read(error.text ?? "");
  if (!problem) return undefined;
  const element = document.createElement("div");
  element.className = "error";
  element.setAttribute("role", "alert");
  element.append(Object.assign(document.createElement("p"), { textContent: problem.detail || problem.title }));
  if (problem.line) element.append(leading(problem.line, problem.column ?? 1, editor));
  return element;
}

function read(text: string): Problem | undefined {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return undefined;
  }
}

function leading(line: number, column: number, editor: () => Editor | undefined): HTMLElement {
  const button = document.createElement("button");
  button.textContent = `Go to line ${line}, column ${column}`;
  button.addEventListener("click", () => {
    const yasqe = editor();
    yasqe?.getDoc().setCursor({ line: line - 1, ch: column - 1 });
    yasqe?.focus();
  });
  return button;
}
