/** The files of folders that are dropped onto a page, each with its path. */

/** @typedef {import("./photo-uploads.js").NamedFile} NamedFile */

/**
 * The files that are dropped, those in folders too. Call it while the event of the drop is handled: later the folders are
 * no longer there to be read.
 * @param {DataTransfer} transfer
 * @returns {Promise<NamedFile[]>}
 */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const lists = await Promise.all(entries.map((entry) => (entry ? filesOf(entry) : [])));
  return lists.flat();
}

/**
 * The files that were chosen in a field; of a folder with their paths in it.
 * @param {FileList} files
 * @returns {NamedFile[]}
 */
export function chosenFiles(files) {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * Whether a file is worth sending: systems put files of their own into folders.
 * @param {NamedFile} named
 */
export function isVisible({ path }) {
  return !path.split("/").some((part) => part.startsWith(".") || part === "__MACOSX" || part === "Thumbs.db");
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<NamedFile[]>}
 */
async function filesOf(entry) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry instanceof FileSystemFileEntry) {
    return new Promise((resolve) => entry.file((file) => resolve([{ path, file }]), () => resolve([])));
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const lists = await Promise.all((await entriesOf(entry)).map(filesOf));
  return lists.flat();
}

/**
 * @param {FileSystemDirectoryEntry} folder
 * @returns {Promise<FileSystemEntry[]>}
 */
async function entriesOf(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return all;
    all.push(...some);
  }
}
