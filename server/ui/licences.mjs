// Writes the licences of the packages that the built script holds, which a wheel must take along.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const shipped = Object.entries(packages).filter(([path, { dev }]) => path && !dev);
const told = shipped.map(([path, { version, license }]) => {
  const files = existsSync(path) ? readdirSync(path).filter((name) => /^(licen[cs]e|copying)/i.test(name)) : [];
  const texts = files.map((name) => readFileSync(`${path}/${name}`, "utf8").trim());
  return [`${path.replace(/^.*node_modules\//, "")} ${version}: ${license ?? "see its text"}`, ...texts].join("\n\n");
});
writeFileSync(process.argv[2], told.join("\n\n----\n\n") + "\n");
