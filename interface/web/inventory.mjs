/**
 * Checks 3 and 8: the manifest says what is in the bundle; its assets are those that parts list.
 *
 * Not here: the digests of members (`digests.mjs`), and what the events say (`walk.mjs`).
 */

import { encode } from "./json.mjs";
import {
  ASSETS_FOLDER, EVENTS_MEMBER, INCLUSION_MEMBER, ITEM_README_DIGEST, MANIFEST_MEMBER, META,
  PARTS_MEMBER, README, README_DIGEST, RESULTS, RUN_CONFIG, SUMMARY, SUMS, closure, sectionMember,
} from "./layout.mjs";
import { ContainerRejected } from "./problems.mjs";
import { ASSETS, MANIFEST, PASSED } from "./report.mjs";
import { PART_WITHHELD } from "./walk.mjs";

/** @typedef {import("./container.mjs").Bundle} Bundle */
/** @typedef {import("./manifest.mjs").Manifest} Manifest */
/** @typedef {import("./report.mjs").Report} Report */
/** @typedef {import("./walk.mjs").Walk} Walk */
/** @typedef {import("./item_walk.mjs").ItemWalk} ItemWalk */

const ALWAYS_THERE = [README, EVENTS_MEMBER, PARTS_MEMBER, MANIFEST_MEMBER, SUMS];
/** @type {Record<string, string[]>} */
const MEMBERS_OF_KIND = {
  dataset: [META],
  run: [META, RUN_CONFIG, RESULTS, SUMMARY],
  item: [INCLUSION_MEMBER],
};

/** The members without which nothing can be checked. @param {Bundle} bundle */
export function checkPresent(bundle) {
  const oneOf = bundle.has(INCLUSION_MEMBER) ? INCLUSION_MEMBER : META;
  const missing = [...ALWAYS_THERE, oneOf].filter((name) => !bundle.has(name));
  if (missing.length) throw new ContainerRejected("members", missing.join(", "), "no such member");
}

/**
 * Check 8: exactly the assets that disclosed parts list, each with the digest in its name.
 * @param {Set<string>} listed
 * @param {Map<string, string>} digests
 * @param {Report} report
 */
export function checkAssets(listed, digests, report) {
  const present = [...digests.keys()].filter((name) => name.startsWith(ASSETS_FOLDER));
  const expected = new Set([...listed].map((asset) => ASSETS_FOLDER + asset));
  for (const name of [...expected].filter((each) => !digests.has(each)).sort()) {
    report.fail(ASSETS, name, "the asset that a part refers to", "none");
  }
  for (const name of present.filter((each) => !expected.has(each))) {
    const wanted = "an asset that a disclosed part refers to";
    report.fail(ASSETS, name, wanted, "one that none does");
  }
  for (const name of present.filter((each) => expected.has(each))) {
    const stated = name.slice(ASSETS_FOLDER.length).split(".")[0];
    const digest = /** @type {string} */ (digests.get(name));
    if (digest !== stated) report.fail(ASSETS, name, stated, digest);
  }
  report.settle(ASSETS, PASSED, `${present.length} assets`);
}

/**
 * Check 3: the manifest says what the walk has found, and the members are of its kind.
 * @param {Manifest} manifest
 * @param {Walk} walk
 * @param {Map<string, string>} digests
 * @param {Report} report
 */
export function checkManifest(manifest, walk, digests, report) {
  compareManifest(manifest, manifestOf(walk, digests), digests, report);
  checkReadme(README_DIGEST, digests, report);
  report.settle(MANIFEST, PASSED, `a ${manifest.kind} bundle`);
}

/**
 * Check 3 of a bundle of one item.
 * @param {Manifest} manifest
 * @param {ItemWalk} walk
 * @param {Map<string, string>} digests
 * @param {Report} report
 */
export function checkItemManifest(manifest, { item, parts, withheld }, digests, report) {
  const streams = item.streams();
  const computed = {
    kind: "item",
    counts: {
      assets: assetsIn(digests),
      events: item.events,
      items: 1,
      parts: parts.count,
      results: item.run?.results.count ?? 0,
    },
    sections: [],
    withheld: Object.fromEntries(withheld),
    withheld_parts: {},
    erased: {},
    ...(streams.length ? { streams } : {}),
  };
  compareManifest(manifest, computed, digests, report);
  checkReadme(ITEM_README_DIGEST, digests, report);
  const told = "a bundle of one item: what else there is in the run is not shown";
  report.settle(MANIFEST, PASSED, told);
}

/**
 * Compare what the manifest says, member by member, and the members of the bundle.
 * @param {Manifest} manifest
 * @param {any} computed
 * @param {Map<string, string>} digests
 * @param {Report} report
 */
function compareManifest(manifest, computed, digests, report) {
  for (const [name, expected] of Object.entries(computed)) {
    const [ours, theirs] = [expected, manifest[/** @type {keyof Manifest} */ (name)] ?? {}]
      .map((value) => encode(/** @type {any} */ (value)));
    if (ours !== theirs) report.fail(MANIFEST, `${MANIFEST_MEMBER}, ${name}`, ours, theirs);
  }
  const expected = membersOf(computed);
  const differing = [...new Set([...digests.keys(), ...expected])]
    .filter((name) => expected.has(name) !== digests.has(name) && !name.startsWith(ASSETS_FOLDER));
  for (const name of differing.sort()) {
    const found = expected.has(name) ? "none" : "one that does not belong there";
    report.fail(MANIFEST, name, `the members of a ${computed.kind} bundle`, found);
  }
}

/** @param {string} digest @param {Map<string, string>} digests @param {Report} report */
function checkReadme(digest, digests, report) {
  if (digests.get(README) === digest) return;
  report.fail(MANIFEST, README, "the text of the format", "another text");
}

/** @param {Map<string, string>} digests */
function assetsIn(digests) {
  return [...digests.keys()].filter((name) => name.startsWith(ASSETS_FOLDER)).length;
}

/**
 * What the manifest should say; its streams were compared as the walk ended.
 * @param {Walk} walk
 * @param {Map<string, string>} digests
 */
function manifestOf({ history, parts, undisclosed, withholdsParts }, digests) {
  const { withheld, erased, [PART_WITHHELD]: withheldParts } = undisclosed;
  return {
    kind: history.run ? "run" : "dataset",
    counts: {
      assets: assetsIn(digests),
      events: history.events,
      items: history.dataset.items,
      parts: parts.count,
      results: history.run?.results.count ?? 0,
    },
    sections: history.dataset.sections.map((items, n) => ({ items, member: sectionMember(n) })),
    withheld: Object.fromEntries(
      closure([...withheld.keys()], withholdsParts).map((kind) => [kind, withheld.get(kind) ?? 0]),
    ),
    withheld_parts: Object.fromEntries(withheldParts),
    erased: Object.fromEntries(erased),
  };
}

/** @param {Manifest} manifest */
function membersOf({ kind, sections }) {
  const always = ALWAYS_THERE.filter((name) => name !== SUMS);
  return new Set([...always, ...MEMBERS_OF_KIND[kind], ...sections.map(({ member }) => member)]);
}
