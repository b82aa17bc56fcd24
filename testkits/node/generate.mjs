// The types of the console's messages, from its description: types(CONSOLE_URL). The kit's test holds console.d.ts to them, and writes it anew
// where BLESS is set. The addresses of the description are its server's, and the calls are the kit's own: neither is kept.
import http from "node:http";
import openapi, { astToString } from "openapi-typescript";

export async function types(console) {
  const document = JSON.parse(await read(`${console}/openapi/console.json`));
  const kept = { openapi: document.openapi, info: document.info, paths: {}, components: document.components };
  return HEADING + astToString(await openapi(kept)).replace(/^export type (?:paths|webhooks|\$defs|operations) = .*\n/gm, "");
}

const HEADING = `// Generated from /openapi/console.json by openapi-typescript (generate.mjs): BLESS=1 testkits/run node writes it anew.\n`;

function read(url) {
  return new Promise((resolve, reject) => {
    http.get(url, { agent: false }, async (answer) => resolve((await answer.toArray()).join(""))).on("error", reject);
  });
}
