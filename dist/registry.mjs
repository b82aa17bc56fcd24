// An npm registry on loopback with the packages of a folder and no others: node dist/registry.mjs FOLDER. Prints its address, and ends with its
// standard input.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const folder = process.argv[2];
const packages = readdirSync(folder).filter((file) => file.endsWith(".tgz")).map((file) => {
  const manifest = JSON.parse(execFileSync("tar", ["-xOzf", join(folder, file), "package/package.json"], { encoding: "utf8" }));
  return { file, manifest, contents: readFileSync(join(folder, file)) };
});
const server = createServer((request, response) => {
  const asked = decodeURIComponent(request.url.slice(1));
  const archive = packages.find(({ file }) => file === asked);
  const found = packages.find(({ manifest }) => manifest.name === asked);
  if (archive) return response.end(archive.contents);
  if (!found) return response.writeHead(404, { "Content-Type": "application/json" }).end("{}");
  const { file, manifest, contents } = found;
  const dist = {
    tarball: `http://127.0.0.1:${server.address().port}/${file}`,
    integrity: `sha512-${createHash("sha512").update(contents).digest("base64")}`,
  };
  const versions = { [manifest.version]: { ...manifest, dist } };
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ name: manifest.name, "dist-tags": { latest: manifest.version }, versions }));
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.resume().on("end", () => process.exit(0));
