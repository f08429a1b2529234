/** Files dropped onto the page, from outside of it: what is dragged within the page is another's matter. */

/**
 * Whether a file is a network, by its name.
 * @param {File} file
 */
export function isModel(file) {
  return file.name.toLowerCase().endsWith(".onnx");
}

/**
 * Accept files that are dropped anywhere on the page.
 * @param {(files: FileList, transfer: DataTransfer) => void} accept
 * @param {() => void} [refuse] called for a drop without a file
 */
export function startDropping(accept, refuse) {
  const root = document.documentElement;
  let depth = 0; // dragenter of a child comes before dragleave of its parent
  /** @type {EventTarget | null} what is dragged within the page; if it is taken off the page, its drag ends unseen */
  let source = null;
  const isOwn = () => source instanceof Node && source.isConnected;
  const leave = () => {
    depth = 0;
    root.classList.remove("dragging");
  };
  addEventListener("dragstart", (event) => (source = event.target));
  addEventListener("dragend", () => (source = null));
  addEventListener("dragenter", (event) => {
    event.preventDefault();
    if (isOwn()) return;
    depth++;
    root.classList.add("dragging");
  });
  addEventListener("dragleave", () => {
    depth--;
    if (depth <= 0) leave();
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    leave();
    if (isOwn()) return;
    const transfer = event.dataTransfer;
    if (transfer?.files.length) accept(transfer.files, transfer);
    else refuse?.();
  });
}
