// Makes the npm packages: node dist/npm.mjs BINARY VERSION TRIPLE FOLDER. Two folders appear, for `npm pack`: `bacasable`, the command, and
// `@bacasable/PLATFORM`, the program of one platform, which the command asks for as an optional dependency (as esbuild does).
import { chmodSync, copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const platforms = {
  "x86_64-unknown-linux-gnu": { os: "linux", cpu: "x64" },
  "aarch64-unknown-linux-gnu": { os: "linux", cpu: "arm64" },
  "x86_64-apple-darwin": { os: "darwin", cpu: "x64" },
  "aarch64-apple-darwin": { os: "darwin", cpu: "arm64" },
  "x86_64-pc-windows-msvc": { os: "win32", cpu: "x64" },
};
const [binary, version, triple, folder] = process.argv.slice(2);
const platform = platforms[triple];
if (!platform) {
  console.error(`dist/npm.mjs: no platform of npm is known for ${triple}; known: ${Object.keys(platforms).join(", ")}`);
  process.exit(2);
}
const common = {
  version,
  description: "Offline emulator of the DGFiP's API gateway with the FICOBA and R2P APIs, on fictitious data; unofficial",
  license: "MIT OR Apache-2.0",
};
const packageOf = ({ os, cpu }) => `@bacasable/${os}-${cpu}`;

function write(name, manifest) {
  const path = join(folder, name.replace("/", "-"));
  mkdirSync(join(path, "bin"), { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, ...common, ...manifest }, null, 2) + "\n");
  for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(licence, join(path, licence));
  return path;
}

const program = platform.os === "win32" ? "bacasable.exe" : "bacasable";
const own = write(packageOf(platform), { os: [platform.os], cpu: [platform.cpu], preferUnplugged: true });
copyFileSync(binary, join(own, "bin", program));
chmodSync(join(own, "bin", program), 0o755);
writeFileSync(join(own, "README.md"), `The program of the package bacasable for ${platform.os}, ${platform.cpu}.\n`);

const command = write("bacasable", {
  bin: { bacasable: "bin/bacasable.js" },
  main: "index.js",
  engines: { node: ">=18" },
  optionalDependencies: Object.fromEntries(Object.values(platforms).map((one) => [packageOf(one), version])),
});
cpSync("dist/npm", command, { recursive: true });
copyFileSync("README.md", join(command, "README.md"));
