// What a typed test writes; compiled only.
import { after, afterEach, before, beforeEach } from "node:test";
import { type Entry, type Sandbox, useSandbox } from "../index.js";

const sandbox: Sandbox = useSandbox({ before, beforeEach, afterEach, after, settings: { population: 0 } });
const partner = await sandbox.partner("editeur-demo", { certificate: "expired" });
const entries: Entry[] = await sandbox.journal({ partner: partner.id });
const verdict: string | undefined = entries[0]?.controls[0]?.verdict;
await sandbox.fault({ code: "CAT004" }, { api: "ficoba", times: 2 });
// @ts-expect-error no such faulty certificate
await sandbox.partner("editeur-demo", { certificate: "perime" });
// @ts-expect-error no such outcome
await sandbox.fault({ cod: "CAT004" });
await sandbox.amend(partner.id, { state: "suspended" });
// @ts-expect-error no such kind to put back
await sandbox.reset({ only: ["horloge"] });
export { verdict };
