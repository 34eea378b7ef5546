// Puts a button to copy beside what stands ready to be copied: queries, commands, Turtle.

// A browser lends its clipboard only to pages over https and to those of the same machine.
if (navigator.clipboard)
  for (const block of document.querySelectorAll("main pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent ?? "");
      button.textContent = "Copied";
    });
    block.before(button);
  }

export {};
